"""Each planned dispatch is drafted by its kind, and what staff may answer is sealed beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, PlannedDispatch, to_panel
from gateway.model.case.rows import BlobRow, DispatchRow, HandoverRow, Row
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.screening import Screened
from gateway.model.content.thread import unpack_remembered
from gateway.model.kinds import DispatchKind, DispatchState, Grade, MailboxName, ScreenOutcome
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject
from tests.steps.office import NEIGHBOUR, Office, notice, parsed
from tests.steps.world import CASE

TO_PANEL = to_panel(NEIGHBOUR)
MASKS = ((ConfidentialText("07700 900123"), "[number 1]"),)


def subject(place: Office, outcome: ScreenOutcome = ScreenOutcome.MASKED, author: str = "a@home.example") -> Subject:
    screened = Screened(outcome, ConfidentialText("x"), ConfidentialText("y"), masks=MASKS)
    record = IntakeRecord(
        place.arrival(MailboxName.GENERAL),
        Assurance(Grade.NOT_SECURE, ()),
        ContentState(),
        author=ConfidentialText(author),
        screened=screened,
        notifications=(notice(),),
    )
    return Subject(record, CASE, answer=ConfidentialText("Zoe Testchild was here."))


async def drafted(place: Office, kind: DispatchKind, to: str, about: Subject) -> tuple[Row, ...]:
    return await draft(place.tools, place.writing, PlannedDispatch(kind, to, "receipt_public"), about)


def kinds(rows: tuple[Row, ...]) -> list[str]:
    return [row.purpose if isinstance(row, BlobRow) else type(row).__name__ for row in rows]


async def test_what_goes_to_the_general_inbox_has_its_author_sealed_beside_it(place: Office) -> None:
    about = subject(place)
    rows = await drafted(place, DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX, about)
    assert kinds(rows) == ["payload", "reply", "DispatchRow"]
    _, reply, row = rows
    assert isinstance(reply, BlobRow)
    assert isinstance(row, DispatchRow)
    assert (row.reply_blob, row.state, row.case_id) == (reply.id, DispatchState.QUEUED, CASE)
    kept = unpack_remembered(ConfidentialBytes(place.blobs.contents[reply.id]))
    assert (kept.author.reveal(), kept.masks) == ("a@home.example", MASKS)


async def test_without_an_author_nobody_can_be_answered(place: Office) -> None:
    rows = await drafted(place, DispatchKind.CARD, TO_GENERAL_INBOX, subject(place, author=""))
    assert kinds(rows) == ["payload", "DispatchRow"]


async def test_an_answer_to_a_sender_has_nothing_beside_it(place: Office) -> None:
    assert kinds(await drafted(place, DispatchKind.RECEIPT, TO_SENDER, subject(place))) == ["payload", "DispatchRow"]


async def test_an_answer_to_a_panel_waits_to_be_encrypted(place: Office) -> None:
    rows = await drafted(place, DispatchKind.ANSWER, TO_PANEL, subject(place))
    assert kinds(rows) == ["payload", "DispatchRow"]
    [blob] = [row for row in rows if isinstance(row, BlobRow)]
    payload, content = unpack_payload(ConfidentialBytes(place.blobs.contents[blob.id]))
    assert (payload.panel, payload.forward_path.reveal()) == (NEIGHBOUR, "")
    assert parsed(content.reveal()).parts[0].content.reveal() == b"Zoe Testchild was here."
    assert "bounce+" in payload.reverse_path


async def test_a_forward_brings_its_hand_over_and_what_informs_does_not(place: Office) -> None:
    forward = await drafted(place, DispatchKind.FORWARD, TO_PANEL, subject(place))
    assert kinds(forward) == ["payload", "DispatchRow", "HandoverRow"]
    assert isinstance(forward[-1], HandoverRow)
    assert kinds(await drafted(place, DispatchKind.INFORM, TO_PANEL, subject(place))) == ["payload", "DispatchRow"]


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        (DispatchKind.FORWARD, {"case_id": None}, "belongs to a case"),
        (DispatchKind.TRANSFER_RECEIPT, {}, "no transfer to receipt"),
    ],
)
async def test_what_lacks_what_it_is_about_is_not_drafted(
    place: Office, kind: DispatchKind, about: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        await drafted(place, kind, TO_PANEL, replace(subject(place), **about))


async def test_two_drafts_share_no_id_and_no_token(place: Office) -> None:
    found = [await drafted(place, DispatchKind.RECEIPT, TO_SENDER, subject(place)) for _ in range(2)]
    first, second = [next(row for row in rows if isinstance(row, DispatchRow)) for rows in found]
    assert first.id != second.id
    assert None not in (first.token, second.token)
    assert first.token != second.token
