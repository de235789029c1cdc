"""The daily list of suspected spam: once for each day, whatever restarts, and nothing of a message in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from gateway.model.case.rows import DispatchRow, IntakeRow, Move
from gateway.model.kinds import Channel, DispatchKind, IntakeKind, IntakeState, MailboxName, MoveKind
from gateway.steps.watch.digest import SETTLE, digest_id, end_of_day, write_digests
from tests.steps.world import START, World, world


async def suspected(place: World) -> IntakeRow:
    row, _ = await place.arrive(Channel.SMTP, MailboxName.GENERAL)
    changed = replace(row, state=IntakeState.DECIDED, kind=IntakeKind.SPAM_SUSPECTED)
    move = Move(MoveKind.DECIDE, "worker", place.clock.now(), changed=(changed,), intake_id=row.id)
    assert await place.store.commit(move)
    return row


async def digests(place: World) -> list[DispatchRow]:
    return [row for row in await place.store.dispatches() if row.kind is DispatchKind.DIGEST]


def after(end: datetime) -> datetime:
    return end + SETTLE


async def test_a_days_suspected_spam_is_one_message_of_references_and_times(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        rows = [await suspected(place) for _ in range(3)]
        other, _ = await place.arrive(Channel.SMTP, MailboxName.GENERAL)
        assert await write_digests(place.tools) == 0, "the day is not over"
        place.clock.instant = after(end_of_day(START))
        assert await write_digests(place.tools) == 1
        [digest] = await digests(place)
        assert (digest.to, digest.intake_id, digest.reply_blob) == ("general_inbox", None, None)
        [sealed] = place.outbox.sealed
        for row in rows:
            assert sealed.count(row.reference.encode()) == 1
        assert b"09:00 UTC" in sealed
        assert b": 3\n" in sealed.replace(b"\r", b"")
        assert other.reference.encode() not in sealed
        assert b"staff@cdop.example" in sealed


async def test_a_list_is_written_once_over_restarts_and_by_two_workers_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await suspected(place)
        place.clock.instant = after(end_of_day(START))
        assert sum(await asyncio.gather(write_digests(place.tools), write_digests(place.tools))) == 1
        assert await write_digests(place.tools) == 0
        place.clock.pass_by(timedelta(days=3))
        assert await write_digests(place.tools) == 0
        assert [row.id for row in await digests(place)] == [digest_id(end_of_day(START))]


async def test_days_that_the_worker_slept_through_are_made_up_each_with_its_own(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        first = await suspected(place)
        place.clock.pass_by(timedelta(days=1))
        second = await suspected(place)
        place.clock.pass_by(timedelta(days=4))
        assert await write_digests(place.tools) == 2
        one, two = place.outbox.sealed
        assert first.reference.encode() in one
        assert second.reference.encode() not in one
        assert second.reference.encode() in two
        assert first.reference.encode() not in two


async def test_a_day_without_suspected_spam_has_no_list(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.arrive(Channel.SMTP, MailboxName.GENERAL)
        place.clock.pass_by(timedelta(days=2))
        assert await write_digests(place.tools) == 0
        assert await digests(place) == []


def test_a_day_ends_at_six() -> None:
    assert end_of_day(START.replace(hour=5, minute=59)) == START.replace(hour=6, minute=0)
    assert end_of_day(START.replace(hour=6, minute=0)) == START.replace(hour=6, minute=0) + timedelta(days=1)
