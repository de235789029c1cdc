"""A second opinion on a message about to be released: another model, in a process of its own, failing closed."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import gateway
from gateway.adapters.children.second_opinion_child import LENGTH
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.screening import AllowList

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\[(?:NAME|PHONE|EMAIL|LINK) \d{1,3}\]")
_ROOT = str(Path(gateway.__file__).resolve().parents[1])
_MAX_ANSWER_BYTES = 1 << 20
_STOP_TIMEOUT_S = 5.0
_CHILD = ("-m", "gateway.adapters.children.second_opinion_child")


class SecondOpinion:
    """Ask the model whether a text has personal details that the panel does not allow.

    Off by default. A missing model, a time-out, a dead child or a malformed answer is "not clear", which the caller
    turns into a card with :func:`gateway.stages.screen.write.withhold`.
    """

    def __init__(self, *, folder: str = "", timeout_s: float = 10.0, command: Sequence[str] = _CHILD) -> None:
        self._timeout_s = timeout_s
        self._command = (*command, folder) if folder else tuple(command)  # no folder: as installed
        self._child: Process | None = None
        self._turn = asyncio.Lock()

    async def is_clear(self, subject: ConfidentialText, body: ConfidentialText, allowed: AllowList) -> bool:
        """Say whether nothing was found. Never raises, whatever the model or its process does."""
        text = _TOKEN.sub(" ", subject.reveal() + "\n" + body.reveal())
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout_s):
                    found = json.loads(await self._ask(text.encode("utf-8", "replace")))
                return not [place for place in found if not _is_allowed(_whole(text, place[1], place[2]), allowed)]
            except (OSError, TimeoutError, EOFError, ValueError, TypeError, IndexError):
                await self._kill()
                return False

    async def close(self) -> None:
        """Kill the child."""
        async with self._turn:
            await self._kill()

    async def _ask(self, content: bytes) -> bytes:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, env={}
            )
        child = self._child
        if child.stdin is None or child.stdout is None:
            raise EOFError
        child.stdin.write(LENGTH.pack(len(content)) + content)
        await child.stdin.drain()
        (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
        if length > _MAX_ANSWER_BYTES:
            raise ValueError("answer")
        return await child.stdout.readexactly(length)

    async def _kill(self) -> None:
        if self._child is None:
            return
        child, self._child = self._child, None
        if child.returncode is None:
            child.kill()
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await child.wait()


def _whole(text: str, start: int, end: int) -> str:
    """Return the whole words at a place: the model sees pieces of words."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def _is_allowed(piece: str, allowed: AllowList) -> bool:
    known = " ".join((allowed.panel, *allowed.staff, *allowed.phones, *allowed.places, *allowed.organisations))
    words = {word.lower() for word in _WORD.findall(known)}
    return all(word.lower() in words for word in _WORD.findall(piece))
