"""What a person does with a held message, and what leaves of a staff member's answer."""

from __future__ import annotations

from gateway.model.content.screening import AllowList, EvidenceMark
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen, strike_out, strip_answer, suggest
from tests.screening.score import context, mail_of

OWN = ("Harriet Lonsdale", "harriet.lonsdale@selbymoors.example", "01632 960777")
HELD = "Please could you send the agenda to Zebedee Quillfeather before the meeting?"


def test_an_answer_leaves_without_quotes_signature_and_direct_details() -> None:
    answer = (
        "The agenda goes out on Friday. Ring the office on 01632 961300.\n\nKind regards\nHarriet Lonsdale\n"
        "Coordinator, 01632 960777\nharriet.lonsdale@selbymoors.example\n\n"
        "From: CDOP gateway\nSent: 3 March 2025\nTo: Harriet\nSubject: Agenda\n\nPlease send the agenda."
    )
    left = strip_answer(answer, OWN, ("01632 961300",))
    assert left == "The agenda goes out on Friday. Ring the office on 01632 961300.\n\nKind regards"


def test_an_inline_answer_keeps_only_what_is_new() -> None:
    answer = (
        "> When is the meeting?\nOn Tuesday at ten.\n> Where?\nRoom 5. My mobile is 07700 900123 (Harriet Lonsdale)."
    )
    left = strip_answer(answer, OWN)
    assert left == "\nOn Tuesday at ten.\n\nRoom 5. My mobile is  ().".strip()


def test_an_answer_of_quotes_only_is_empty() -> None:
    assert strip_answer("> When is the meeting?\n\nHarriet Lonsdale", OWN) == ""


def held(tables: ScreenTables, known: AllowList, body: str = HELD, subject: str = "Agenda"):  # type: ignore[no-untyped-def]
    screened = screen(mail_of({"from_name": "Pat", "subject": subject, "body": body}), context(known), tables)
    assert screened.outcome is ScreenOutcome.CARD
    return screened


def test_striking_out_what_was_found_leaves_nothing_for_the_gate(tables: ScreenTables, known: AllowList) -> None:
    screened = held(tables, known)
    released, still = strike_out(screened, suggest(screened), context(known), tables)
    assert still == ()
    assert released.outcome is ScreenOutcome.MASKED
    assert "agenda to [removed] [removed] before the meeting?" in released.text.reveal()


def test_what_is_left_is_named_by_the_gate(tables: ScreenTables, known: AllowList) -> None:
    screened = held(tables, known)
    _, still = strike_out(screened, suggest(screened)[:1], context(known), tables)
    assert "name" in {reason.code for reason in still}


def test_a_half_selected_word_goes_whole(tables: ScreenTables, known: AllowList) -> None:
    screened = held(tables, known)
    start = HELD.index("Quill") + 3
    selected = (EvidenceMark("selected", "body", start, start + 2, strong=True),)
    released, _ = strike_out(screened, selected, context(known), tables)
    assert "Zebedee [removed] before" in released.text.reveal()


def test_parts_of_the_subject_are_struck_out(tables: ScreenTables, known: AllowList) -> None:
    screened = held(tables, known, subject="Zebedee agenda")
    released, _ = strike_out(screened, suggest(screened), context(known), tables)
    assert released.subject.reveal() == "[removed] agenda"
