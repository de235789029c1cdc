"""The kill test: the worker is killed before and after each durable step of every journey; the end is the same.

A durable step is a sealed blob, a committed move, a message sent, a spool file removed. "Killed" is an exception
that nothing catches, after which the worker is made anew from what is on disk, as after a start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gateway.roles.demo.world import World
from gateway.roles.wiring import Wired
from tests.journeys.every import JOURNEYS
from tests.journeys.walk import Journey, Walk, walking


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Counter:
    """Counts durable steps and kills at one of them."""

    kill_at: int = -1
    after: bool = False
    count: int = 0

    async def step(self, act: Callable[[], Awaitable[Any]]) -> Any:
        number = self.count
        self.count += 1
        if number == self.kill_at and not self.after:
            raise Killed
        result = await act()
        if number == self.kill_at and self.after:
            raise Killed
        return result


class Around:
    """A port whose named method is a durable step; everything else passes through."""

    def __init__(self, port: Any, method: str, counter: Counter) -> None:
        self._port = port
        self._method = method
        self._counter = counter

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        if name != self._method:
            return real

        async def counted(*args: Any, **more: Any) -> Any:
            return await self._counter.step(lambda: real(*args, **more))

        return counted


def around(counter: Counter) -> Callable[[Wired], Wired]:
    """Put the counter round every durable step of a worker."""

    def wrap(wired: Wired) -> Wired:
        tools = wired.intake.tools
        counted = replace(
            tools,
            store=Around(tools.store, "commit", counter),
            spool=Around(tools.spool, "remove", counter),
            case_blobs=Around(tools.case_blobs, "seal", counter),
            work_blobs=Around(tools.work_blobs, "seal", counter),
            outbox_blobs=Around(tools.outbox_blobs, "seal", counter),
        )
        return replace(
            wired,
            intake=replace(wired.intake, tools=counted),
            outbound=replace(wired.outbound, next_hop=Around(wired.outbound.next_hop, "send", counter)),
        )

    return wrap


async def walk_on(walk: Walk, journey: Journey) -> None:
    """Walk every step; when the worker is killed, start it again and go on."""
    for step in journey.steps:
        await step(walk)
        try:
            await walk.settle()
        except* Killed:  # in the task that it came from
            await walk.settle()


async def durable_steps(world: World, heavy: Wired, journey: Journey) -> int:
    """Return how many durable steps a journey has."""
    counter = Counter()
    async with walking(world, heavy, world.root / "empty.db", around(counter)) as walk:
        await walk_on(walk, journey)
    return counter.count


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name.replace(" ", "-"))
@pytest.mark.asyncio(loop_scope="session")
async def test_killed_at_any_durable_step_the_end_is_the_same(world: World, heavy: Wired, journey: Journey) -> None:
    steps = await durable_steps(world, heavy, journey)
    assert steps >= 6
    for number in range(steps):
        for after in (False, True):
            counter = Counter(number, after)
            async with walking(world, heavy, world.root / "empty.db", around(counter)) as walk:
                await walk_on(walk, journey)
                try:
                    await journey.check(walk)
                    assert await walk.audit_is_whole()
                    assert not list((world.folders.spool / "new").iterdir())
                except AssertionError as error:
                    place = "after" if after else "before"
                    raise AssertionError(f"{journey.name}: killed {place} step {number} of {steps}: {error}") from error
            assert counter.count > number
