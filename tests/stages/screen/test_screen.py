"""Screening as its callers see it: outcomes, fail-closed steps, disguises, names known in the thread, cost."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import AllowList, SenderClass, Topic
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, allow_list, screen
from tests.screening.score import HERE, context, mail_of, rows

STAGE = sys.modules["gateway.stages.screen.screen"]
ROUTINE = "Please could you send me the agenda for the next panel meeting?"
DEVELOPMENT = rows(HERE / "development.jsonl")


def message(body: str, subject: str = "Agenda", name: str = "Pat Ashdown") -> Any:
    return mail_of({"from_name": name, "subject": subject, "body": body})


def outcome(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> ScreenOutcome:
    return screen(message(body, subject), context(known), tables).outcome


def test_routine_query_arrives_whole_without_the_sender(tables: ScreenTables, known: AllowList) -> None:
    screened = screen(
        message(f"Dear Harriet\n\n{ROUTINE}\n\nKind regards\nPat Ashdown\n07700 900123"), context(known), tables
    )
    assert screened.outcome is ScreenOutcome.PASS
    assert f"Dear Harriet\n\n{ROUTINE}\n\nKind regards" in screened.text.reveal()
    assert "Ashdown" not in screened.text.reveal()
    assert "Member of the public" in screened.text.reveal()


def test_a_verified_partner_is_shown_with_the_signature(tables: ScreenTables, known: AllowList) -> None:
    asked = context(known, authenticated=True, author_domain="fenwater.example", partner=True)
    mail = replace(message(f"{ROUTINE}\n\nKind regards\nPat Ashdown"), authors=(Confidential("pat.ashdown@x.example"),))
    screened = screen(mail, asked, tables)
    assert screened.sender_class is SenderClass.PARTNER
    assert "Pat Ashdown" in screened.text.reveal()


def test_an_unauthenticated_partner_domain_is_a_member_of_the_public(tables: ScreenTables, known: AllowList) -> None:
    asked = context(known, authenticated=False, author_domain="fenwater.example", partner=True)
    assert screen(message(ROUTINE), asked, tables).sender_class is SenderClass.PUBLIC


def test_isolated_contact_details_become_typed_tokens(tables: ScreenTables, known: AllowList) -> None:
    screened = screen(
        message("Please could you ring me on 07700 900123 about the training booking?"), context(known), tables
    )
    assert screened.outcome is ScreenOutcome.MASKED
    assert "ring me on [PHONE 1] about" in screened.text.reveal()
    assert "900123" not in screened.text.reveal()


def test_lines_that_are_quoted_between_ones_own_are_not_carried_over(tables: ScreenTables, known: AllowList) -> None:
    body = f"Dear Harriet\n\n> The room for the training has been booked.\n\n{ROUTINE}\n\nKind regards"
    screened = screen(message(body), context(known), tables)
    assert screened.outcome is ScreenOutcome.PASS
    assert ROUTINE in screened.text.reveal()
    assert "has been booked" not in screened.text.reveal()


def test_a_detail_has_the_same_token_throughout_a_thread(tables: ScreenTables, known: AllowList) -> None:
    first = screen(
        message("Please could you ring me on 07700 900123 about the training booking?"), context(known), tables
    )
    asked = context(known, masks=first.masks)
    body = "Please ring 01632 960111 or 07700900123 about the training booking."
    text = screen(message(body), asked, tables).text.reveal()
    assert "ring [PHONE 2] or [PHONE 1] about" in text


def test_card_has_nothing_of_the_message(tables: ScreenTables, known: AllowList) -> None:
    screened = screen(
        message("Notification: Zebedee Quillfeather died on 3 March 2025", "Zebedee"), context(known), tables
    )
    shown = (screened.subject.reveal() + screened.text.reveal()).lower()
    assert screened.outcome is ScreenOutcome.CARD
    assert screened.topic is Topic.NOTIFICATION
    assert "zebedee" not in shown
    assert "3 march" not in shown
    assert "K7MPQ2XRTW" in screened.text.reveal()


def test_findings_point_into_the_source(tables: ScreenTables, known: AllowList) -> None:
    screened = screen(
        message("Seen on the ward: Zebedee\u200b Quillfeather, NHS 999 123 4560."), context(known), tables
    )
    source = screened.source.reveal()
    found = {(finding.kind, source[finding.start : finding.end].strip("\u200b")) for finding in screened.findings}
    assert ("name", "Zebedee") in found
    assert ("name", "Quillfeather") in found
    assert any(kind == "nhs_number" and "999 123 4560" in text for kind, text in found)


@pytest.mark.parametrize("name", ["Quillfeather", "Zebedee", "QUILLFEATHER", "Harriet Quillfeather"])
def test_a_name_known_in_the_thread_is_never_let_out(name: str, tables: ScreenTables, known: AllowList) -> None:
    allowed = replace(known, vocabulary=("Zebedee", "Quillfeather"))
    body = "Please could you send me the Quillfeather agenda for the Zebedee panel meeting?"
    assert screen(message(body), context(allowed), tables).outcome is ScreenOutcome.PASS
    asked = context(allowed, known_names=(Confidential(name),))
    assert screen(message(body), asked, tables).outcome is ScreenOutcome.CARD


def test_a_staff_first_name_does_not_clear_another_surname(tables: ScreenTables, known: AllowList) -> None:
    assert outcome("Harriet will send the agenda for the meeting.", known, tables) is ScreenOutcome.PASS
    assert outcome("Harriet Quillfeather will send the agenda for the meeting.", known, tables) is ScreenOutcome.CARD


def test_a_subject_of_one_word_is_judged_like_any_other(tables: ScreenTables, known: AllowList) -> None:
    assert outcome(ROUTINE, known, tables, subject="Agenda") is ScreenOutcome.PASS
    assert outcome(ROUTINE, known, tables, subject="") is ScreenOutcome.PASS


def test_words_of_death_in_general_are_weighed_and_those_of_somebody_are_a_card(
    tables: ScreenTables, known: AllowList
) -> None:
    general = "Could you send us the posters and the web banners for Drowning Prevention Week?"
    assert outcome(general, known, tables, subject="Drowning Prevention Week posters") is ScreenOutcome.PASS
    somebody = "Could you send us the posters? My brother is still in the mortuary."
    assert outcome(somebody, known, tables, subject="Posters") is ScreenOutcome.CARD


def test_without_weights_nothing_is_released(tables: ScreenTables, known: AllowList) -> None:
    assert outcome(ROUTINE, known, replace(tables, weights=None)) is ScreenOutcome.CARD


def test_over_the_length_is_a_card(tables: ScreenTables, known: AllowList) -> None:
    screened = screen(message(ROUTINE + " Thank you." * 10_000), context(known), tables)
    assert screened.outcome is ScreenOutcome.CARD
    assert [reason.code for reason in screened.reasons] == ["too_long"]


STEPS = [
    "choose",
    "read_message",
    "label_lines",
    "collect",
    "view",
    "evidence_of",
    "_reads_routine",
    "gate",
    "_carried",
    "_removed",
    "_findings",
]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_means_card(
    step: str, monkeypatch: pytest.MonkeyPatch, tables: ScreenTables, known: AllowList
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Zebedee")

    assert outcome(ROUTINE, known, tables) is ScreenOutcome.PASS
    monkeypatch.setattr(STAGE, step, fail)
    screened = screen(message(ROUTINE), context(known), tables)
    assert screened.outcome is ScreenOutcome.CARD
    assert [reason.code for reason in screened.reasons] == ["screening_failed"]
    assert ROUTINE not in screened.text.reveal()


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


DISGUISES: dict[str, Callable[[str], str]] = {
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "homoglyphs": lambda text: text.translate(str.maketrans("aeopcxyi", "аеорсхуі")),
    "capitals": str.upper,
    "small letters": str.lower,
    "full width": wide,
    "wide spaces": lambda text: text.replace(" ", "\u2003"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "letter spaced": " ".join,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "entities": lambda text: "".join(f"&#{ord(char)};" if char.isalnum() else char for char in text),
    "wrapped at 20": lambda text: "\n".join(text[place : place + 20] for place in range(0, len(text), 20)),
    "quoted": lambda text: "\n".join("> " + line for line in text.split("\n")),
    "routine around": lambda text: f"{ROUTINE}\n\n{text}\n\nThank you for sending the agenda.",
    "bold": lambda text: "".join(chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c for c in text.upper()),
}
CONFIDENTIAL = [row for row in DEVELOPMENT if row["confidential"]]


@pytest.mark.parametrize("disguise", list(DISGUISES))
def test_a_disguise_never_turns_a_card_into_a_pass(disguise: str, tables: ScreenTables, known: AllowList) -> None:
    change = DISGUISES[disguise]
    for row in CONFIDENTIAL:
        body = change(row["body"])
        released = screen(message(body, row["subject"]), context(known), tables)
        assert released.outcome is ScreenOutcome.CARD, row["id"]


HOSTILE = (
    "1.1.1.", "a@", "<", "<a '\"", "(", "&#", "> ", "nine ", "A.", "\u200b", "1 2 ", "Mr ", "aaaaaaaaa-\n", "http://a", "\u0430",  # noqa: E501
    "a", "January 1 ", "01632 ", "=?", "[at]", "\n", "On x\n", "From: a\n", "he ", "12 a street ", "a.pdf ",
    "999 dash ", "three nines and ", "two mill ", "form for 3 May ", "the year 4 ", "baby hope's ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_text_of_100_kb_and_of_the_greatest_length_examined_is_soon_a_card(
    piece: str, tables: ScreenTables, known: AllowList
) -> None:
    """The promise is 250 ms on one core of its own (bench/screening.py measures it); the margin is for a busy machine."""  # noqa: E501
    for length in (tables.max_characters - 1, 100_000):
        mail = message((piece * (length // len(piece) + 1))[:length])
        started = time.process_time()
        assert screen(mail, context(known), tables).outcome is ScreenOutcome.CARD
        assert time.process_time() - started < 2.5


def test_allow_list_reads_the_words_of_the_file_and_refuses_others() -> None:
    assert allow_list({"panel": "P", "orgs": ["Q"]}).organisations == ("Q",)
    with pytest.raises(ValueError, match="unknown entry"):
        allow_list({"famlies": ["Smith"]})
    with pytest.raises(ValueError, match="list of texts"):
        allow_list({"staff": "Smith"})
