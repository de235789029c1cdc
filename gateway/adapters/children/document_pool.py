"""ports.Documents: read documents in a warm, confined child process that is killed when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import gateway
from gateway.adapters.children.document_child import HEAD, LENGTH, MAX_ANSWER_BYTES, Kind
from gateway.model.content.message import Part
from gateway.ports import DocumentText
from gateway.stages.documents.plain import text

_PACKAGE_ROOT = str(Path(gateway.__file__).resolve().parents[1])
_START = (
    f"import sys; sys.path.insert(0, {_PACKAGE_ROOT!r}); "
    "from gateway.adapters.children.document_child import main; sys.exit(main())"
)
_SMALL_BYTES = 200_000  # plain text up to this size needs no child


class DocumentPool:
    """One child at a time. ``async with`` starts and stops it."""

    def __init__(self, *, timeout_s: float = 20.0, memory_bytes: int = 1024 * 1024 * 1024) -> None:
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._child: Process | None = None
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> DocumentPool:
        return self

    async def __aexit__(self, *problem: object) -> None:
        async with self._lock:
            await self._end()

    async def read(self, part: Part) -> DocumentText:
        content = part.content.reveal()
        kind = _kind(part)
        if kind is Kind.PLAIN and len(content) <= _SMALL_BYTES:
            return DocumentText((text(content, part.charset),))
        async with self._lock:
            try:
                async with asyncio.timeout(self._timeout_s):
                    return _answered(await self._ask(kind, content, part.charset))
            except (TimeoutError, OSError, EOFError, ValueError):
                await self._end()
                return DocumentText()

    async def _ask(self, kind: Kind, content: bytes, charset: str | None) -> bytes:
        child = await self._running()
        if child.stdin is None or child.stdout is None:
            raise EOFError
        name = (charset or "").encode("ascii", "replace")[:100]
        child.stdin.write(HEAD.pack(kind, len(content), len(name)) + name)
        child.stdin.write(content)
        await child.stdin.drain()
        (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
        if length > MAX_ANSWER_BYTES:
            raise ValueError("answer too long")
        return await child.stdout.readexactly(length)

    async def _running(self) -> Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-c",
                _START,
                str(self._memory_bytes),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,  # a traceback could quote the document
                env={},
            )
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        await child.wait()


def _kind(part: Part) -> Kind:
    is_body = part.disposition != "attachment" and part.filename is None
    if part.content_type == "text/html":
        return Kind.HTML
    return Kind.PLAIN if is_body and part.content_type == "text/plain" else Kind.DOCUMENT


def _answered(answer: bytes) -> DocumentText:
    content = json.loads(answer)
    texts = tuple(str(text) for text in content.get("texts", ()))
    tables = tuple(tuple(tuple(str(cell) for cell in row) for row in table) for table in content.get("tables", ()))
    return DocumentText(texts, tables)
