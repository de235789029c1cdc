"""Every line that is shown has been judged: signatures, postscripts, answers between quotations, typed tokens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import AllowList, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"
SIGNED = "Kind regards\n\nJo Barker\nService Manager"


def of_partner(
    body: str,
    known: AllowList,
    tables: ScreenTables,
    name: str = "Jo Barker",
    address: str = "jo.barker@fenwater.example",
) -> Screened:
    mail = replace(mail_of({"from_name": name, "subject": "Agenda", "body": body}), authors=(Confidential(address),))
    asked = context(known, authenticated=True, author_domain="fenwater.example", partner=True)
    return screen(mail, asked, tables)


def shown(screened: Screened) -> str:
    return screened.text.reveal() if screened.outcome is not ScreenOutcome.CARD else ""


@pytest.mark.parametrize(
    "line",
    [
        "(I told them to wait until morning)",
        "PS the gate was left open again",
        "Bed 4 say thank you for the blanket",
        "sent from the caravan, crew with us",
        "NB the charger was under the cot",
        "PS it was Flat 6, Ropewalk House",
        "PS ring them on 07700 900514",
        "Op Larkspur still live",
        "CDOP 2019/33",
        "22 Tern Close, Sallow Bridge, EM4 7QT",
        "ref 1180427",
        "J.M. and T.",
        "PS tegan is on the ward",
        "PS 999 412 6638",
        "Family name: Quillfeather",
        "File: Quillfeather_T_PM.pdf",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_nothing_unjudged_is_shown_under_a_proved_signature(
    line: str, gap: str, known: AllowList, tables: ScreenTables
) -> None:
    assert line not in shown(of_partner(f"{ASKED}\n\n{SIGNED}{gap}{line}", known, tables))


def test_of_a_signature_the_own_name_role_and_organisation_are_shown_and_the_rest_is_counted(
    known: AllowList, tables: ScreenTables
) -> None:
    body = (
        f"{ASKED}\n\n{SIGNED}\nFenwater Hospitals\nLinden House, 14 Market Street, Eastmarch, EM1 2AB\nT: 01632 960111"
    )
    screened = of_partner(body, known, tables)
    assert "\n\nJo Barker\nService Manager\nFenwater Hospitals\n" in screened.text.reveal()
    assert "Market Street" not in screened.text.reveal()
    assert "960111" not in screened.text.reveal()
    assert {(one.kind, one.count) for one in screened.removed} == {("signature", 2)}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Jo Barker (Kieron Maddox)", "jo.barker@fenwater.example"),
        ("Jo Barker - Kieron Maddox", "jo.barker@fenwater.example"),
        ("Jo Barker re Kieron Maddox", "jo.barker@fenwater.example"),
        ("Kieron Maddox", "jo.barker@fenwater.example"),
        ("Jo Barker Kieron Maddox", "jo.barker@fenwater.example"),
    ],
)
def test_of_a_display_name_nothing_shows_but_the_proved_name(
    name: str, address: str, known: AllowList, tables: ScreenTables
) -> None:
    body = f"{ASKED} Please put Kieron Maddox on it.\n\nThanks\nKieron Maddox\nJo"
    text = shown(of_partner(body, known, tables, name, address))
    assert "Kieron" not in text
    assert "Maddox" not in text


def test_answers_between_and_below_quoted_lines_arrive_and_the_quoted_lines_are_counted(
    known: AllowList, tables: ScreenTables
) -> None:
    body = (
        "Hi Harriet, answers below.\n\nOn Fri, 20 Nov 2026 at 16:03, CDOP <cdop@panel.example> wrote:\n"
        "> How many places do you need?\n\nFour please, two in the morning and two in the afternoon.\n\n"
        "> Shall we order lunch?\n\nNo thank you, we will bring our own.\n"
    )
    screened = of_partner(body, known, tables)
    assert "Four please" in shown(screened)
    assert "bring our own" in shown(screened)
    assert "How many places" not in shown(screened)
    assert ("quoted_text", 3) in {(one.kind, one.count) for one in screened.removed}


def test_an_answer_between_quoted_lines_is_judged_like_any_other(known: AllowList, tables: ScreenTables) -> None:
    quoted = "On Fri, 20 Nov 2026 at 16:03, CDOP wrote:\n> What is it about?"
    body = f"{ASKED}\n\n{quoted}\n\nQuillfeather, she went on Sunday.\n"
    assert of_partner(body, known, tables).outcome is ScreenOutcome.CARD


def test_what_is_written_below_thanks_arrives(known: AllowList, tables: ScreenTables) -> None:
    assert "Tuesday at 2pm" in shown(of_partner("Thanks\n\nTuesday at 2pm in the large room please", known, tables))
    assert not shown(of_partner("Thanks\n\nthe gate was left open again\nthe neighbour heard it at two", known, tables))


@pytest.mark.parametrize("typed", ["[EMAIL 1]", "[ phone 1 ]", "[Name 12]", "[removed]"])
def test_a_typed_token_is_told_from_ours(typed: str, known: AllowList, tables: ScreenTables) -> None:
    body = f"Please ask the {typed} team or ring 01632 960111 about the training dates. They will book you in."
    text = shown(of_partner(body, known, tables))
    assert "[PHONE 1]" in text
    assert typed not in text
    assert typed.replace("[", "(").replace("]", ")") in text


def test_a_greeting_and_a_closing_in_welsh_and_english_are_no_evidence(known: AllowList, tables: ScreenTables) -> None:
    body = f"Bore da / Good morning\n\n{ASKED}\n\nCofion cynnes / Kind regards\n\nJo Barker"
    assert ASKED in shown(of_partner(body, known, tables))
