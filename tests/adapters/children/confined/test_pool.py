"""A child costs the question it had, never the next one; nothing it says is code; a message has one budget."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
from gateway.ports import Budget, OverBudget, spend_from

WORK = "tests.adapters.children.confined.works"


async def echoes(pool: ConfinedPool) -> bool:
    said, contents = await pool.ask({}, b"abc" * 100_000)
    return said == {"length": 300_000} and contents == b"abc" * 100_000


async def test_children_are_warm_and_answer_again_and_again() -> None:
    async with ConfinedPool(WORK, children=1) as pool:
        assert await echoes(pool)
        first = pool._idle[0].process.pid
        assert await echoes(pool)
        assert pool._idle[0].process.pid == first


@pytest.mark.parametrize(
    ("does", "code"), [("die", "crashed"), ("say nonsense", "crashed"), ("raise", "error"), ("no such thing", "error")]
)
async def test_what_ends_a_child_costs_one_question(does: str, code: str) -> None:
    async with ConfinedPool(WORK, children=1) as pool:
        with pytest.raises(ChildFailed) as failed:
            await pool.ask({"do": does})
        assert failed.value.code == code
        assert await echoes(pool)


async def test_a_child_over_its_time_is_killed_and_replaced() -> None:
    async with ConfinedPool(WORK, children=1) as pool:
        child = pool._idle[0].process
        with pytest.raises(ChildFailed, match="time"):
            await pool.ask({"do": "spin"}, timeout_s=0.2)
        assert child.returncode in (-signal.SIGKILL, -signal.SIGPROF)
        assert await echoes(pool)


async def test_an_answer_is_bytes_and_never_code() -> None:
    async with ConfinedPool(WORK, children=1) as pool:
        assert await pool.ask({"do": "say pickle"}) == ({"length": 1}, b"cos\nsystem\n(S'true'\ntR.")


async def test_an_answer_longer_than_allowed_is_none() -> None:
    async with ConfinedPool(WORK, children=1, max_answer_bytes=1000) as pool:
        with pytest.raises(ChildFailed, match="crashed"):
            await pool.ask({}, b"x" * 1001)
        assert (await pool.ask({}, b"x" * 1000))[0] == {"length": 1000}


async def test_closing_leaves_no_child() -> None:
    pool = ConfinedPool(WORK, children=2)
    await asyncio.gather(echoes(pool), echoes(pool))
    children = [child.process for child in pool._idle]
    await pool.close()
    for process in children:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


async def test_all_that_is_asked_for_one_message_counts_for_its_one_budget() -> None:
    async with ConfinedPool(WORK, children=1) as pool:
        budget = Budget(0.4)
        with spend_from(budget):
            with pytest.raises(ChildFailed, match="time"):
                await pool.ask({"do": "spin"}, timeout_s=0.2)
            with pytest.raises(OverBudget):
                await pool.ask({"do": "spin"}, timeout_s=30)
            with pytest.raises(OverBudget):
                await pool.ask({})
        assert budget.spent_s >= 0.4
        assert await echoes(pool), "another message has a budget of its own"


async def test_waiting_for_a_child_costs_a_message_nothing_and_the_urgent_go_first() -> None:
    async with ConfinedPool(WORK, children=2) as pool:
        done: list[str] = []

        async def ask(name: str, budget: Budget, **asked: str) -> None:
            with spend_from(budget):
                try:
                    await pool.ask(asked, timeout_s=0.6)
                except ChildFailed:
                    name += " failed"
            done.append(name)

        strangers = [Budget(60) for _ in range(3)]
        async with asyncio.TaskGroup() as group:
            group.create_task(ask("first", strangers[0], do="spin"))
            group.create_task(ask("second", strangers[1], do="spin"))
            group.create_task(ask("third", strangers[2]))
            await asyncio.sleep(0)
            group.create_task(ask("urgent", Budget(60, urgent=True)))
        assert sorted(done[2:]) == ["second failed", "third"], "one place is never for strangers"
        assert set(done[:2]) == {"urgent", "first failed"}
        assert strangers[2].spent_s < strangers[0].spent_s
