"""A loop of the worker survives whatever happens in it, counts it, says so, and rests longer each time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.ports import Permanent, Temporary
from gateway.roles import loops
from gateway.roles.loops import Loop, longer, repeat
from tests.steps.world import world


@pytest.mark.parametrize(
    "error", [OSError(13, "unwritable"), ValueError("x"), Temporary("store"), Permanent("x"), MemoryError()]
)
async def test_a_loop_goes_on_after_any_error_and_tells_after_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(loops, "longer", lambda pause_s, failures: 0.0)
    stopping, ran = asyncio.Event(), []

    async def step() -> None:
        ran.append(1)
        if len(ran) == 5:
            stopping.set()
            return
        raise error

    async with world(tmp_path) as here:
        await asyncio.wait_for(repeat(stopping, Loop("x", 0.0, step), here.tools), 20)
        assert here.counts.alarms == ["worker_trouble"]
    assert len(ran) == 5


async def test_an_error_in_one_loop_does_not_end_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "longer", lambda pause_s, failures: 0.0)
    stopping, ran = asyncio.Event(), []

    async def broken() -> None:
        raise OSError(30, "read-only")

    async def whole() -> None:
        ran.append(1)
        if len(ran) == 20:
            stopping.set()

    async with world(tmp_path) as here, asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(repeat(stopping, Loop("broken", 0.0, broken), here.tools))
        group.create_task(repeat(stopping, Loop("whole", 0.0, whole), here.tools))
    assert len(ran) == 20


def test_it_rests_longer_each_time_up_to_a_minute() -> None:
    assert longer(0.5, 1) < 1 < longer(0.5, 4) < longer(0.5, 8)
    assert longer(0.5, 100) <= loops.LONGEST_PAUSE_S * 1.25
    assert longer(300.0, 1) >= 225
