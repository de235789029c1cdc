"""Parse in warm child processes: a message that hangs, explodes or compromises its parser costs one child.

Implements :class:`gateway.ports.MimeParser`.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import gateway
from gateway.adapters.children.mime_frames import LENGTHS, MAX_DESCRIPTION_BYTES, BadAnswer, answered, question
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits

_ROOT = str(Path(gateway.__file__).resolve().parents[1])  # where the child finds this package
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0


class MimePool:
    """A fixed number of parsing children. ``async with`` starts and stops them.

    A child that exceeds ``timeout_s`` or ``memory_bytes``, or dies, is killed and replaced; its message comes
    back as Unparsed("time"), ("memory") or ("crashed"), never lost.
    """

    def __init__(
        self,
        limits: MimeLimits | None = None,
        *,
        children: int = 2,
        timeout_s: float = 20.0,
        memory_bytes: int = 1024 * 1024 * 1024,
    ) -> None:
        self._limits = limits or MimeLimits()
        self._children = children
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._idle: asyncio.Queue[Process | None] = asyncio.Queue()
        self._started = False

    async def __aenter__(self) -> MimePool:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the children. Does nothing if they run."""
        if self._started:
            return
        self._started = True
        for _ in range(self._children):
            self._idle.put_nowait(await self._spawn())

    async def close(self) -> None:
        """Kill the children once they have finished their current message."""
        if not self._started:
            return
        for _ in range(self._children):
            child = await self._idle.get()
            if child is not None:
                await _kill(child)
        self._started = False

    async def parse(self, raw: ConfidentialBytes) -> Mail | Unparsed:
        """Return the message in parts, or why it could not be read. Never raises, whatever a message holds."""
        await self.start()
        content = raw.reveal()
        if len(content) > self._limits.max_bytes:
            return Unparsed("too_large")
        child = await self._idle.get()
        result: Mail | Unparsed | None = None
        try:
            if child is None or child.returncode is not None:
                child = await self._spawn()
            result = await self._ask(child, content)
        finally:
            broken = not isinstance(result, Mail) and (result is None or result.code in ("time", "crashed", "memory"))
            if broken and child is not None:
                await asyncio.shield(_kill(child))
            self._idle.put_nowait(None if broken else child)
        return result

    async def _ask(self, child: Process, content: bytes) -> Mail | Unparsed:
        try:
            async with asyncio.timeout(self._timeout_s):
                description, contents = await _exchange(child, question(content, self._limits))
        except TimeoutError:
            return Unparsed("time")
        except (OSError, EOFError, BadAnswer):
            return Unparsed("crashed")
        try:
            return answered(description, contents)
        except BadAnswer:
            return Unparsed("crashed")

    async def _spawn(self) -> Process:
        async with asyncio.timeout(_START_TIMEOUT_S):
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-c",
                f"import sys; sys.path.insert(0, {_ROOT!r}); "
                "from gateway.adapters.children.mime_child import main; sys.exit(main())",
                str(self._memory_bytes),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,  # a traceback could quote the message
                close_fds=True,
                env={},
            )


async def _exchange(child: Process, pieces: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    for piece in pieces:
        child.stdin.write(piece)
    await child.stdin.drain()
    description_length, contents_length = LENGTHS.unpack(await child.stdout.readexactly(LENGTHS.size))
    if description_length > MAX_DESCRIPTION_BYTES or contents_length > 4 * len(pieces[1]) + MAX_DESCRIPTION_BYTES:
        raise BadAnswer("too long")
    description = await child.stdout.readexactly(description_length)
    return description, await child.stdout.readexactly(contents_length)


async def _kill(child: Process) -> None:
    """Kill one child and wait for it, even if it has already ended."""
    if child.returncode is None:
        child.kill()
    async with asyncio.timeout(_STOP_TIMEOUT_S):
        await child.wait()
