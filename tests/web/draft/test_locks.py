"""One at a time for each key; nothing is kept of a key that nobody holds."""

from __future__ import annotations

import asyncio

import pytest

from gateway.web.draft.locks import Locks


async def test_two_of_one_key_wait_and_two_of_two_do_not() -> None:
    locks, order = Locks(), list[str]()
    inside = asyncio.Event()
    may_leave = asyncio.Event()

    async def first() -> None:
        async with locks.hold("a"):
            inside.set()
            await may_leave.wait()
            order.append("first")

    async def second() -> None:
        async with locks.hold("a"):
            order.append("second")

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(first())
        await inside.wait()
        group.create_task(second())
        async with locks.hold("b"):
            order.append("other")
        may_leave.set()
    assert order == ["other", "first", "second"]
    assert locks._held == {}


async def test_a_fault_inside_lets_the_next_in() -> None:
    locks = Locks()
    with pytest.raises(RuntimeError):
        async with locks.hold("a"):
            raise RuntimeError
    async with asyncio.timeout(20), locks.hold("a"):
        pass
    assert locks._held == {}
