"""What a person lets out: struck out is gone, noticed is gone, and nothing else is touched."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.console.moves.marks import (
    BODY,
    SUBJECT,
    Mark,
    Sources,
    finding_marks,
    framed,
    parse_marks,
    passages,
    quoted,
    released,
)
from gateway.model.case.rows import IntakeRow
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.screening import EvidenceMark, Screened
from gateway.model.ids import IntakeId, Reference, uuid7
from gateway.model.kinds import Channel, IntakeState, MailboxName, ScreenOutcome
from gateway.stages.screen.tables import CardTexts

BODY_TEXT = "Ring Ana on 01632 960111. Ana is in.\nBo is out.\n"
SOURCES = Sources("About Ana", BODY_TEXT)


def card(*findings: EvidenceMark, body: str = BODY_TEXT) -> Screened:
    return Screened(
        ScreenOutcome.CARD,
        ConfidentialText("card"),
        ConfidentialText("card"),
        findings=findings,
        source=ConfidentialText(body),
        source_subject=ConfidentialText("About Ana"),
        masks=((ConfidentialText("Ana"), "[NAME 1]"),),
    )


def found(text: str, word: str, kind: str = "name", where: str = BODY, nth: int = 0) -> EvidenceMark:
    start = -1
    for _ in range(nth + 1):
        start = text.index(word, start + 1)
    return EvidenceMark(kind, where, start, start + len(word), strong=True)


def test_the_same_text_gets_the_same_number_in_subject_and_body() -> None:
    screened = card(
        found("About Ana", "Ana", where=SUBJECT),
        found(BODY_TEXT, "Ana"),
        found(BODY_TEXT, "Ana", nth=1),
        found(BODY_TEXT, "Bo"),
        found(BODY_TEXT, "01632 960111", "phone"),
    )
    result = released(screened, SOURCES, finding_marks(screened, SOURCES))
    assert result.subject.reveal() == "About [NAME 1]"
    assert result.text.reveal() == "Ring [NAME 1] on [PHONE 1]. [NAME 1] is in.\n[NAME 2] is out.\n"
    assert result.outcome is ScreenOutcome.MASKED
    assert {(item.kind, item.where, item.count) for item in result.removed} == {
        ("name", SUBJECT, 1),
        ("name", BODY, 3),
        ("phone", BODY, 1),
    }


def test_nothing_of_the_source_travels_along() -> None:
    result = released(card(), SOURCES, ())
    assert (result.findings, result.source, result.source_subject, result.masks) == ((), NOTHING, NOTHING, ())
    assert result.outcome is ScreenOutcome.PASS
    assert result.reasons[-1].code == "released_by_person"


def test_a_sentence_struck_out_takes_the_findings_in_it_along() -> None:
    screened = card(found(BODY_TEXT, "Ana", nth=1))
    end = BODY_TEXT.index("\n") + 1
    sentence = Mark(BODY, BODY_TEXT.index("Ana is"), end)
    result = released(screened, SOURCES, (*finding_marks(screened, SOURCES), sentence))
    assert result.text.reveal() == "Ring Ana on 01632 960111. [REMOVED]\nBo is out.\n"


def test_quoted_lines_are_struck_out_to_begin_with() -> None:
    body = "Thanks.\n> You wrote. All of this.\n>> And this\nBye\n"
    struck = quoted(passages(body, BODY, ()))
    marks = parse_marks(sorted(struck), Sources("", body))
    left = released(card(body=body), Sources("", body), marks).text.reveal()
    assert left.replace("[REMOVED]", "").split() == ["Thanks.", "Bye"]


def test_findings_that_overlap_are_struck_as_one() -> None:
    first, second = EvidenceMark("name", BODY, 5, 8, strong=True), EvidenceMark("phone", BODY, 7, 24, strong=False)
    [mark] = finding_marks(card(first, second), SOURCES)
    assert (mark.start, mark.end) == (5, 24)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 999), (5, 5), (9, 4)])
def test_a_finding_outside_its_text_strikes_all_of_it(start: int, end: int) -> None:
    screened = card(EvidenceMark("name", SUBJECT, start, end, strong=True))
    assert released(screened, SOURCES, finding_marks(screened, SOURCES)).subject.reveal() == "[NAME 1]"


@pytest.mark.parametrize("value", ["", "body", "body:1", "body:x:2", "part:0:1", "body:5:5", "body:-1:3", "body:0:999"])
def test_a_place_that_is_not_there_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_marks([value], SOURCES)


def test_a_released_message_has_the_frame_of_every_other() -> None:
    texts = CardTexts(
        card_subject="",
        card="",
        rebuilt="From: {sender}\nReference: {reference}\n{removed}\n{body}\n",
        no_subject="",
        no_link="",
        topics={},
        senders={"public": "Member of the public"},
        removed={"heading": "Left out:", "name": "names"},
    )
    at = datetime(2026, 3, 1, tzinfo=UTC)
    row = IntakeRow(
        IntakeId(uuid7(at, bytes(16))),
        Reference("CDFGHJKMNP"),
        MailboxName.GENERAL,
        Channel.SMTP,
        at,
        IntakeState.HELD,
        original_blob=None,  # type: ignore[arg-type]
    )
    screened = card(found(BODY_TEXT, "Bo"))
    result = framed(released(screened, SOURCES, finding_marks(screened, SOURCES)), texts, row)
    text = result.text.reveal()
    assert text.startswith("From: Member of the public\nReference: CDFGHJKMNP\nLeft out: names (1)\n")
    assert "[NAME 1] is out." in text


@settings(deadline=None, max_examples=150)
@given(st.data(), st.text(st.sampled_from("ab .!?\n\u200b"), max_size=80))
def test_whatever_is_struck_is_gone_and_the_rest_stands(data: st.DataObject, body: str) -> None:
    places = st.tuples(st.integers(-2, 90), st.integers(-2, 90), st.sampled_from(["name", "date"]))
    chosen = data.draw(st.lists(places, max_size=6))
    screened = card(*(EvidenceMark(kind, BODY, start, end, strong=True) for start, end, kind in chosen), body=body)
    sources = Sources("", body)
    marks = finding_marks(screened, sources)
    for one, other in pairwise(marks):
        assert one.end <= other.start
    covered = {at for mark in marks for at in range(mark.start, mark.end)}
    for start, end, _ in chosen:
        assert covered >= set(range(max(start, 0), min(end, len(body))))
    laid_out = passages(body, BODY, marks)
    assert "".join(run.text for passage in laid_out for run in passage.runs) == body
    for passage in laid_out:
        for run in passage.runs:
            assert all((at in covered) == (run.mark is not None) for at in range(run.start, run.end))
    kept = "".join(character for at, character in enumerate(body) if at not in covered)
    text = released(screened, sources, marks).text.reveal()
    for token in ("NAME", "DATE"):
        for number in range(1, 8):
            text = text.replace(f"[{token} {number}]", "")
    assert "".join(text.split()) == "".join(kept.split())
