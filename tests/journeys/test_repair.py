"""gpg away, hanging, killed or useless; the next hop down for hours; a wrong certificate: nothing confidential leaves.

The forward waits or is held with its reason and an alarm, and after the repair it is taken exactly once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.adapters.keys.certificates import issue, make_authority
from gateway.adapters.openpgp import GnuPG, GpgLimits
from gateway.model.case.rows import DispatchRow, Move
from gateway.model.kinds import AlarmKind, DispatchHeldReason, DispatchKind, DispatchState, HandoverState, MoveKind
from gateway.roles.demo.messages import CHILDREN
from gateway.roles.demo.sinks import Sink
from gateway.roles.demo.world import World
from gateway.roles.wiring import Wired
from gateway.roles.worker import mend_held, send_out, take_in
from gateway.steps.outbox.deliver import requeued
from tests.adapters.openpgp.test_port_broken_gpg import BROKEN, limits
from tests.journeys.mail import sample
from tests.journeys.walk import Walk

CHILD = CHILDREN["oxford"]
ENOUGH = 200  # rounds, at most


async def forward_of(walk: Walk) -> DispatchRow:
    [row] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    return row


async def until(walk: Walk, wired: Wired, holds: Callable[[DispatchRow], bool]) -> DispatchRow:
    """Let the worker try until the forward is as wanted."""
    for _ in range(ENOUGH):
        await take_in(wired)
        await send_out(wired)
        row = await forward_of(walk)
        if holds(row):
            return row
        await asyncio.sleep(0.02)
    raise AssertionError(f"it is {row.state}, tried {row.attempts} times")


def waits(row: DispatchRow) -> bool:
    return row.state is DispatchState.HELD or row.attempts >= 2


async def nothing_left(walk: Walk) -> None:
    """Check that nobody got anything of the child, and that the operator was told."""
    assert not walk.received("oxfordshire")
    for name in walk.sinks:
        for message in walk.received(name):
            assert not [word for word in (CHILD.family, CHILD.given, CHILD.nhs) if word.encode() in message.content]
    assert "alarm:operator" in await walk.left()
    [handover] = await walk.store().handovers()
    assert (handover.state, handover.sent_at, handover.due_at) == (HandoverState.PROPOSED, None, None)


async def taken_once(walk: Walk) -> None:
    """Do what a person does in the console where it is held, and check the end."""
    row = await forward_of(walk)
    if row.state is DispatchState.HELD:
        move = Move(MoveKind.MEND_DISPATCH, "staff:tester", datetime.now(UTC), changed=(requeued(row),))
        assert await walk.store().commit(move)
    await walk.settle()
    assert len(walk.received("oxfordshire")) == 1
    [plain] = await walk.decrypted("oxfordshire")
    assert plain
    assert (await forward_of(walk)).state is DispatchState.SENT
    [handover] = await walk.store().handovers()
    assert (handover.state, handover.due_at is not None) == (HandoverState.SENT, True)
    assert await walk.audit_is_whole()


def with_gpg(wired: Wired, world: World, program: str, limits: GpgLimits) -> Wired:
    pinned = [neighbour.keys.own for neighbour in world.neighbours.values()]
    openpgp = GnuPG(world.folders.gnupg, world.own, pinned, limits, program)
    return replace(wired, outbound=replace(wired.outbound, openpgp=openpgp))


def program_of(folder: Path, body: str) -> str:
    """Write a gpg that lists keys and then breaks at what encrypts."""
    path = folder / "gpg"
    path.write_text(f'#!/bin/sh\ncase "$*" in *--list-keys*) exec gpg "$@";; esac\n{body}\n', encoding="ascii")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize("name", ["renamed_away", *BROKEN])
@pytest.mark.asyncio(loop_scope="session")
async def test_with_a_broken_gpg_nothing_leaves_it_is_seen_and_after_repair_it_is_taken_once(
    walk: Walk, tmp_path: Path, name: str
) -> None:
    body, code = BROKEN.get(name, ("", "gpg_missing"))
    program = program_of(tmp_path, body) if body else str(tmp_path / "no-gpg")
    await walk.mail(sample("notification, lives in Oxford"))
    row = await until(walk, with_gpg(walk.wired(), walk.world, program, limits(name)), waits)
    if row.state is DispatchState.HELD:
        assert (row.held_reason, code) == (DispatchHeldReason.ENCRYPTION_FAILED, "encryption_failed")
    else:
        assert row.last_code == code
        assert row.next_attempt_at is not None
        alarm = await walk.store().alarm(AlarmKind.ENCRYPTION_DOWN)
        assert alarm is not None
    await nothing_left(walk)
    await taken_once(walk)


class Ahead:
    """A clock that runs ahead by hours."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.mark.parametrize(("hours", "held"), [(30, False), (60, True)])
@pytest.mark.asyncio(loop_scope="session")
async def test_a_next_hop_that_is_down_for_hours_takes_it_once_when_it_is_back(
    walk: Walk, hours: int, held: bool
) -> None:
    await walk.sinks["oxfordshire"].stop()
    clock, wired = Ahead(), walk.wired()
    wired = replace(wired, intake=replace(wired.intake, tools=replace(wired.intake.tools, clock=clock)))
    await walk.mail(sample("notification, lives in Oxford"))
    row = await until(walk, wired, waits)
    for hour in range(1, hours + 1):
        tried = row.attempts
        clock.by = timedelta(hours=hour)
        row = await until(walk, wired, lambda row, tried=tried: row.state is DispatchState.HELD or row.attempts > tried)  # type: ignore[misc]
        if row.state is DispatchState.HELD:
            break
    assert (row.state is DispatchState.HELD) == held
    assert (row.held_reason, row.last_code) == (DispatchHeldReason.QUEUED_TOO_LONG if held else None, "connection")
    await nothing_left(walk)
    await walk.sinks["oxfordshire"].start()
    if not held:
        await until(walk, wired, lambda row: row.state is DispatchState.SENT)
    await taken_once(walk)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_wrong_certificate_is_a_delay_with_an_alarm_and_after_repair_it_is_taken_once(
    walk: Walk, tmp_path: Path
) -> None:
    right = walk.sinks["oxfordshire"]
    await right.stop()
    now = datetime.now(UTC)
    made = issue(make_authority("Nobody's authority", now), ("mx.oxfordshire.example", "127.0.0.1"), now)
    (tmp_path / "crt").write_bytes(made.certificate)
    (tmp_path / "key").write_bytes(made.key)
    wrong = Sink(right.port, tmp_path / "crt", tmp_path / "key")
    await wrong.start()
    try:
        await walk.mail(sample("notification, lives in Oxford"))
        row = await until(walk, walk.wired(), waits)
        assert row.state is DispatchState.QUEUED
        assert str(row.last_code).startswith("certificate_")
        assert not wrong.received
        await nothing_left(walk)
        assert await walk.store().alarm(AlarmKind.DISPATCH_HELD) is not None
        await mend_held(walk.wired())
    finally:
        await wrong.stop()
        await right.start()
    await taken_once(walk)
