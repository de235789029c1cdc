"""A second, independent reading of the MIME tree: plain RFC 2046 over the bytes, in one pass over the lines.

If it does not see the same leaves as the library, the message can be read in two ways and a person must look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.stages.mime.fields import parameters
from gateway.stages.mime.mime_limits import MimeLimits

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,20}:(.*)", re.DOTALL)


@dataclass(slots=True)
class _Level:
    path: tuple[int, ...]
    boundary: bytes
    children: int = 0
    closed: bool = False


@dataclass(slots=True)
class _Reader:
    limits: MimeLimits
    leaves: list[tuple[tuple[int, ...], str]] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)


def over_limits(raw: bytes, limits: MimeLimits) -> str | None:
    """Refuse what would exhaust the library before it sees it: deep nesting, many parts, endless headers."""
    lowered = raw.lower()
    if lowered.count(b"message/rfc822") > 8 * limits.max_depth:
        return "too_deep"
    if lowered.count(b"multipart/") > 4 * limits.max_parts:
        return "too_many_parts"
    head = _head(raw)
    if head.count(b"\n") > 40 * limits.max_headers:
        return "too_many_headers"
    return "headers_too_large" if len(head) > 2 * limits.max_header_bytes else None


def _head(raw: bytes) -> bytes:
    ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if end >= 0]
    return raw[: min(ends)] if ends else raw


def leaves(raw: bytes, limits: MimeLimits) -> list[tuple[tuple[int, ...], str]]:
    """Return (path, content type) of every leaf as this reader sees them. Linear in the length of ``raw``."""
    reader = _Reader(limits)
    lines = raw.splitlines(keepends=True) if b"\r" not in raw.replace(b"\r\n", b"") else _lf_lines(raw)
    _entity(reader, lines, 0, ())
    return reader.leaves


def _lf_lines(raw: bytes) -> list[bytes]:
    return [line + b"\n" for line in raw.split(b"\n")]


def _entity(reader: _Reader, lines: list[bytes], position: int, path: tuple[int, ...]) -> int:
    """Read one entity from its header; return the position of the line that ended it."""
    headers, position = _header(reader, lines, position)
    declared = parameters(headers.get("content-type", ""))
    kind = declared.value if declared.value.count("/") == 1 else "text/plain"
    boundary = declared.get("boundary")
    if len(path) > reader.limits.max_depth:
        return len(lines)
    if kind == "message/rfc822":
        return _entity(reader, lines, position, (*path, 0))
    if kind.startswith("multipart/") and boundary:
        return _multipart(reader, lines, position, _Level(path, boundary.encode("latin-1", "replace")))
    reader.leaves.append((path, kind))
    while position < len(lines) and not _ends(reader, lines[position]):
        position += 1
    return position


def _multipart(reader: _Reader, lines: list[bytes], position: int, level: _Level) -> int:
    reader.levels.append(level)
    while position < len(lines):
        mark = _mark(lines[position], level.boundary)
        if mark == "open" and not level.closed:
            position = _entity(reader, lines, position + 1, (*level.path, level.children))
            level.children += 1
            continue
        if mark == "close":
            level.closed = True
        elif _ends_outer(reader, lines[position]):
            break
        position += 1
    reader.levels.pop()
    return position


def _header(reader: _Reader, lines: list[bytes], position: int) -> tuple[dict[str, str], int]:
    headers: dict[str, str] = {}
    name = ""
    while position < len(lines):
        line = lines[position]
        text = line.rstrip(b"\r\n")
        if not text:
            return headers, position + 1
        if _ends(reader, line):
            return headers, position
        match = _FIELD.match(text)
        if text[:1] in (b" ", b"\t") and name:
            headers[name] += text.decode("latin-1")
        elif match is not None:
            name = match.group(1).decode("latin-1").lower()
            if name in headers:
                name = f"repeated {position}"
            headers[name] = match.group(2).decode("latin-1")
        elif not (position == 0 and text.startswith(b"From ")):
            return headers, position
        position += 1
    return headers, position


def _mark(line: bytes, boundary: bytes) -> str:
    if not line.startswith(b"--" + boundary):
        return ""
    rest = line[len(boundary) + 2 :].rstrip(b"\r\n \t")
    return "open" if rest == b"" else "close" if rest == b"--" else ""


def _ends(reader: _Reader, line: bytes) -> bool:
    return line.startswith(b"--") and any(_mark(line, level.boundary) for level in reader.levels if not level.closed)


def _ends_outer(reader: _Reader, line: bytes) -> bool:
    if not line.startswith(b"--"):
        return False
    return any(_mark(line, level.boundary) for level in reader.levels[:-1] if not level.closed)
