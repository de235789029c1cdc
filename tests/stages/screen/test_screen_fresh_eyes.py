"""What somebody who knew only the manual got past screening in November 2026: by kind, in other words."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList, SenderClass
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"


def outcome(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> ScreenOutcome:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body})
    return screen(mail, context(known), tables).outcome


@pytest.mark.parametrize(
    "number",
    [
        "9.9.9/0.1.2/3.4.5.6",
        "999+012+3456",
        "999'012'3456",
        "999 & 012 & 3456",
        "999^012^3456",
        "999 and 012 and 3456",
        "9\ufe0f\u20e39\ufe0f\u20e39\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36",
    ],
)
def test_an_nhs_number_in_any_grouping_is_a_card(number: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(f"Please could you send the form for {number}?", known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "Please could you send the form for the one born 21/5?",
        "Please could you send the form for the baby of 21.5.24?",
        "Please move Hope to the June panel, the report is late.",
        "Please add the toddler to the June agenda.",
        "The lad from Tuesday needs a form.",
        "Please send the form about our angel.",
        "Please send the form about j.t. when you can.",
        "Please send the form for A_r_c_h_i_e when you can.",
        "Please send the form for A\u0336r\u0336c\u0336h\u0336i\u0336e\u0336 when you can.",
        "Please send the form for \u2801\u2817\u2809\u2813\u280a\u2811 when you can.",
        "Please send the form for \U0001f1f7\U0001f1f4\U0001f1f8\U0001f1ea when you can.",
        "The meeting is at 51.7519, -1.2201 as before.",
        "Please ring zero seven seven double oh nine hundred one two three about the agenda.",
    ],
)
def test_an_identifier_in_an_ordinary_request_is_a_card(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "subject",
    [
        "Urgent - he is gone",
        "Our daughter",
        "Re: Rose",
        "Grace",
        "4417",
        "(A)(r)(c)(h)(i)(e)",
        "PM result",
        "Gone to heaven",
    ],
)
def test_a_subject_of_somebody_is_a_card(subject: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(ASKED, known, tables) is ScreenOutcome.PASS
    assert outcome(ASKED, known, tables, subject) is ScreenOutcome.CARD


@pytest.mark.parametrize("line", ["Key worker for Archie Windmere", "Sister to the boy on ward 4"])
def test_a_partners_signature_that_says_more_than_who_writes_is_not_shown(
    line: str, known: AllowList, tables: ScreenTables
) -> None:
    asked = context(known, authenticated=True, author_domain="fenwater.example", partner=True)
    mail = mail_of({"from_name": "Pat Ashdown", "subject": "Agenda", "body": f"{ASKED}\n\n--\nPat Ashdown\n{line}"})
    screened = screen(mail, asked, tables)
    assert screened.sender_class is SenderClass.PARTNER
    assert line not in screened.text.reveal()


@pytest.mark.parametrize(
    "text",
    [
        "Please hold 15 Jan, 26 Feb and 9 April for the panel meetings.",
        "Please could you send the slides, e.g. as a PDF? The panel meeting starts at 9.30 a.m. as usual.",
        "Could we have 20 posters and 10 leaflets for the open day on 3 June?",
        "The invoice INV-20817 is for £284.40 and is due on 30 June.",
    ],
)
def test_ordinary_figures_are_still_let_through(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(text, known, tables) is ScreenOutcome.PASS


@pytest.mark.parametrize("broken", ["Quill-\nfeather", "Mill-\nbrook Cottage", "Brook-\n  lyn", "Win-\nter-\nbourne"])
def test_name_that_is_broken_at_a_line_end_into_ordinary_words_is_a_card(
    broken: str, known: AllowList, tables: ScreenTables
) -> None:
    assert outcome(f"{ASKED} It is about {broken}.", known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize("word", ["follow-\nup", "long-\nterm", "half-\nday"])
def test_ordinary_word_that_is_broken_at_a_line_end_is_no_evidence(
    word: str, known: AllowList, tables: ScreenTables
) -> None:
    assert outcome(f"{ASKED} It is about the {word} plan.", known, tables) is ScreenOutcome.PASS


def test_a_typed_form_at_the_end_is_no_signature(known: AllowList, tables: ScreenTables) -> None:
    form = "Forename(s): Chizara Faith\nFamily name: Marchbanks-Oyelaran\nPlace of event: Gull Point"
    assert outcome(f"{ASKED}\n{form}", known, tables) is ScreenOutcome.CARD
    listed = "KD-25-0171 / Oyelaran, C.\nKD-25-0181 / Zaluska, M.\nPlease explain each.\nP. Ashdown"
    assert outcome(f"{ASKED}\n{listed}", known, tables) is ScreenOutcome.CARD
    signature = "Pat Ashdown\nLead nurse, Fenwater Hospitals\nDirect line: 01632 960471\nPronouns: she/her"
    assert outcome(f"{ASKED}\n{signature}", known, tables) is not ScreenOutcome.CARD
