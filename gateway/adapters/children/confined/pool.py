"""The parent's side of the confined children: a fixed number of warm ones, killed when over their time."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import gateway
from gateway.adapters.children.confined import frames
from gateway.adapters.children.confined.turns import Turns
from gateway.ports import OverBudget, spending

_ROOT = str(Path(gateway.__file__).resolve().parents[1])  # where the child finds this package
_START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from gateway.adapters.children.confined.child import main; sys.exit(main({work!r}, {memory}))"
)
_START_S = 60.0
_STOP_S = 5.0


class ChildFailed(Exception):
    """There is no answer. ``code``: "time", "memory", "crashed", "too_large", or a word of the work's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Child:
    process: Process
    not_confined: tuple[str, ...]


class ConfinedPool:
    """Up to ``children`` processes that do one kind of work. ``async with`` starts and ends them.

    A child that passes its time or its memory, or dies, is killed and replaced: it costs the one question it had.
    What a message may take in all is its budget's matter (``gateway.ports.Budget``): the time it has a child, without
    the time it waits for one.
    """

    def __init__(
        self,
        work: str,
        *,
        children: int = 2,
        timeout_s: float = 20.0,
        memory_bytes: int = 1 << 30,
        max_answer_bytes: int = 256 << 20,
    ) -> None:
        self._work = work
        self._children = children
        self.timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._max_answer_bytes = max_answer_bytes
        self._turns = Turns(children)
        self._idle: list[_Child] = []
        self._all: set[Process] = set()
        self.not_confined: tuple[str, ...] = ()  # what the system would not take away from the newest child

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the first child; the others are started when they are needed."""
        if not self._idle and not self._all:
            self._idle.append(await self._spawn())

    async def close(self) -> None:
        """End the children, whatever they have in hand."""
        self._idle.clear()
        for process in list(self._all):
            await self._end(process)

    async def ask(
        self, asked: frames.Description, contents: bytes = b"", *, timeout_s: float | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Return the description and the contents of the answer. ChildFailed where there is none.

        OverBudget where the message has used up what it may take.
        """
        budget = spending()
        urgent = budget is None or budget.urgent
        await self._turns.take(urgent)
        try:
            limit_s = self.timeout_s if timeout_s is None else timeout_s
            if budget is None:
                return await self._answered(asked, contents, limit_s)
            return await self._within(budget.left_s, limit_s, asked, contents)
        finally:
            self._turns.give_back(urgent)

    async def _within(
        self, left_s: float, limit_s: float, asked: frames.Description, contents: bytes
    ) -> tuple[dict[str, Any], bytes]:
        budget = spending()
        assert budget is not None  # noqa: S101 - for the type checker: who called has looked
        if left_s <= 0:
            raise OverBudget
        clock = asyncio.get_running_loop()
        started = clock.time()
        try:
            return await self._answered(asked, contents, min(limit_s, left_s))
        except ChildFailed as failed:
            if failed.code == "time" and left_s <= limit_s:
                raise OverBudget from None
            raise
        finally:
            budget.spend(clock.time() - started)

    async def _answered(
        self, asked: frames.Description, contents: bytes, limit_s: float
    ) -> tuple[dict[str, Any], bytes]:
        child = await self._ready()
        whole = False
        try:
            async with asyncio.timeout(limit_s):
                said = await self._exchange(child.process, {**asked, frames.CPU_S: limit_s}, contents)
            whole = True
        except TimeoutError:
            raise ChildFailed("time") from None
        except (OSError, EOFError, frames.BadAnswer):
            raise ChildFailed("crashed") from None
        finally:
            if whole:
                self._idle.append(child)
            else:
                await asyncio.shield(self._end(child.process))
        failed = said[0].get(frames.FAILED)
        if failed is not None:
            if failed == "memory":  # what it still holds would be missing for the next
                self._idle.remove(child)
                await self._end(child.process)
            raise ChildFailed(str(failed))
        return said

    async def _ready(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.process.returncode is None:
                return child
            self._all.discard(child.process)
        try:
            return await self._spawn()
        except (OSError, EOFError, TimeoutError, frames.BadAnswer):
            raise ChildFailed("crashed") from None

    async def _spawn(self) -> _Child:
        async with asyncio.timeout(_START_S):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-c",
                _START.format(root=_ROOT, work=self._work, memory=self._memory_bytes),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,  # a traceback could quote what was read
                close_fds=True,
                env={},
            )
            self._all.add(process)
            said, _ = await self._answer(process)
        self.not_confined = tuple(str(wall) for wall in said.get(frames.NOT_CONFINED, ()))
        return _Child(process, self.not_confined)

    async def _exchange(
        self, process: Process, asked: frames.Description, contents: bytes
    ) -> tuple[dict[str, Any], bytes]:
        if process.stdin is None:
            raise EOFError
        for piece in _pieces(asked, contents):
            process.stdin.write(piece)
        await process.stdin.drain()
        return await self._answer(process)

    async def _answer(self, process: Process) -> tuple[dict[str, Any], bytes]:
        if process.stdout is None:
            raise EOFError
        lengths = await process.stdout.readexactly(frames.LENGTHS.size)
        description_length, contents_length = frames.LENGTHS.unpack(lengths)
        if description_length > frames.MAX_DESCRIPTION_BYTES or contents_length > self._max_answer_bytes:
            raise frames.BadAnswer("too long")
        description = await process.stdout.readexactly(description_length)
        return frames.described(description), await process.stdout.readexactly(contents_length)

    async def _end(self, process: Process) -> None:
        """Kill and wait for one child; one that is gone already is waited for all the same."""
        self._all.discard(process)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        async with asyncio.timeout(_STOP_S):
            await process.wait()


def _pieces(asked: frames.Description, contents: bytes) -> Sequence[bytes]:
    return (frames.head(asked, len(contents)), contents)
