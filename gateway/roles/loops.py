"""The worker's loops: each goes on whatever happens in it, counts what went wrong, and says so."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.model.kinds import AlarmKind
from gateway.ports import Permanent, Temporary
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import raise_alarm

LONGEST_PAUSE_S = 60.0
TELL_AFTER, TELL_EVERY = 3, 60  # failures in a row: an alarm, and another one


@dataclass(frozen=True, slots=True)
class Loop:
    """What is done again and again, and how long it rests in between."""

    name: str
    pause_s: float
    step: Callable[[], Awaitable[object]]


async def repeat(stopping: asyncio.Event, loop: Loop, tools: Tools) -> None:
    """Run a loop until stopping. After a failure it rests longer each time, up to a minute."""
    failures = 0
    while not stopping.is_set():
        try:
            await loop.step()
            failures = 0
        except Exception as error:  # a loop of the worker: one that ended would end all the others with it
            failures += 1
            await _say(tools, loop, error, failures)
        rest_s = loop.pause_s if failures == 0 else longer(loop.pause_s, failures)
        try:
            await asyncio.wait_for(stopping.wait(), rest_s)
        except TimeoutError:
            continue


def longer(pause_s: float, failures: int) -> float:
    """Return the rest after so many failures in a row: doubled each time, never the same for two."""
    longest: float = max(pause_s, min(LONGEST_PAUSE_S, max(pause_s, 0.5) * 2 ** min(failures - 1, 16)))
    jitter: float = random.uniform(0.75, 1.25)  # noqa: S311 - to come apart, not to be secret
    return longest * jitter


async def _say(tools: Tools, loop: Loop, error: Exception, failures: int) -> None:
    code = error.code if isinstance(error, (Temporary, Permanent)) else type(error).__name__
    tools.journal.event("step_failed", kind=loop.name, code=code, count=failures)
    tools.metrics.count("gateway_loop_failures", kind=loop.name)
    if failures != TELL_AFTER and failures % TELL_EVERY:
        return
    try:
        await raise_alarm(tools, AlarmKind.WORKER_TROUBLE)
    except Exception as trouble:  # the store itself may be what fails: the log and the metric have said it
        tools.journal.event("alarm_not_raised", kind=loop.name, error=type(trouble).__name__)
