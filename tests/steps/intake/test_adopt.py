"""Adoption: the original is sealed to the case key before anything is parsed, and its row is written once."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.model.case.rows import Move
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import load_arrival
from gateway.model.kinds import HeldReason, IntakeState, MoveKind
from gateway.ports import Permanent, Temporary
from gateway.steps.intake.adopt import adopt, original_frame
from tests.steps.office import Office, letter


async def test_the_original_is_kept_as_it_came_with_what_was_known_of_it(place: Office) -> None:
    raw = letter("Zoe Testchild, \xe9\x00")
    intake_id = place.spooled(arrival := place.arrival(), raw)
    row = (await adopt(place.tools, intake_id)).row
    description, content = framing.split(place.blobs.contents[row.original_blob])
    assert content == raw
    assert load_arrival(description) == arrival
    assert (row.state, row.size_bytes, row.received_at) == (IntakeState.RECEIVED, len(raw), arrival.received_at)
    assert (row.mailbox, row.channel, row.reference) == (arrival.mailbox, arrival.channel, arrival.reference)
    assert intake_id in place.spool.held, "the spool's file stays until the intake is settled"


async def test_a_second_time_finds_the_row_and_seals_nothing(place: Office) -> None:
    intake_id = place.spooled(place.arrival(), letter("x"))
    first = (await adopt(place.tools, intake_id)).row
    place.spool.broken[intake_id] = AssertionError("opened again")
    assert (await adopt(place.tools, intake_id)).row == first
    assert len(place.blobs.contents) == 1
    assert len(await place.audit(MoveKind.ADOPT)) == 1


async def test_what_does_not_open_is_held_and_not_lost_from_sight(place: Office) -> None:
    intake_id = place.spooled(place.arrival(), letter("x"))
    place.spool.broken[intake_id] = Permanent("seal_refused")
    row = (await adopt(place.tools, intake_id)).row
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.DAMAGED_ARRIVAL)


async def test_a_row_that_was_not_written_is_tried_again(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    intake_id = place.spooled(place.arrival(), letter("x"))

    async def refused(move: Move) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(place.store, "commit", refused)
        with pytest.raises(Temporary) as raised:
            await adopt(place.tools, intake_id)
    assert raised.value.code == "adoption_not_stored"
    assert (await adopt(place.tools, intake_id)).row.id == intake_id


async def test_another_worker_that_was_first_gives_its_row(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    intake_id = place.spooled(place.arrival(), letter("x"))
    real: Any = place.store.commit

    async def both(move: Move) -> bool:
        assert await real(move)
        return False

    monkeypatch.setattr(place.store, "commit", both)
    assert (await adopt(place.tools, intake_id)).row.version == 1


async def test_an_original_shows_nothing_when_it_is_printed(place: Office) -> None:
    assert "Testchild" not in repr(original_frame(place.arrival(), ConfidentialBytes(b"Testchild")))
