"""The content of one form post: what was answered, and the files, in one frame.

A frame (gateway.model.content.framing). Its JSON is ``{"form", "language", "fields", "groups", "files"}``, its
content the bytes of the files one after another, in order. ``fields`` maps an id to ``{"value", "state"}``; ``groups``
maps a group to a list of such maps; each of ``files`` has ``name``, ``content_type`` and ``size`` in bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.framing import BadFrame


@dataclass(frozen=True, slots=True)
class FormFile:
    """One uploaded file. ``content_type`` is what its bytes look like, not what the browser said."""

    name: ConfidentialText
    content_type: str
    content: ConfidentialBytes
    checked: str = ""  # "clean", "malware", "failed" (the scanner did not answer), or "" if none is configured


@dataclass(frozen=True, slots=True)
class FormPost:
    """One form post as the worker unpacks it. ``values`` is the description, not yet checked."""

    form: str  # "notify", "enquire"
    values: Mapping[str, Any] = field(repr=False)
    files: tuple[FormFile, ...] = ()


def head(description: Mapping[str, Any]) -> bytes:
    """Return the bytes that come before the bytes of the files."""
    return framing.prefix(json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode())


def pack(description: Mapping[str, Any], contents: Sequence[bytes] = ()) -> bytes:
    """Return the whole content of a post. ``contents`` are in the order of ``description["files"]``."""
    return head(description) + b"".join(contents)


def unpack(content: bytes) -> FormPost:
    """Take a post apart. BadFrame unless exactly the bytes of every file are there."""
    description, rest = framing.split(content)
    try:
        values = json.loads(description)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(values, dict) or not isinstance(values.get("form"), str):
        raise BadFrame("not a form post")
    files, offset = [], 0
    for entry in _entries(values.get("files", [])):
        end = offset + entry["size"]
        if end > len(rest):
            raise BadFrame("a file is cut short")
        files.append(
            FormFile(
                ConfidentialText(entry["name"]),
                entry["content_type"],
                ConfidentialBytes(rest[offset:end]),
                entry.get("checked", ""),
            )
        )
        offset = end
    if offset != len(rest):
        raise BadFrame("bytes that belong to no file")
    return FormPost(values["form"], values, tuple(files))


def _entries(files: object) -> list[dict[str, Any]]:
    if not isinstance(files, list):
        raise BadFrame("no list of files")
    for entry in files:
        shaped = (
            isinstance(entry, dict)
            and isinstance(entry.get("name"), str)
            and isinstance(entry.get("content_type"), str)
            and isinstance(entry.get("checked", ""), str)
            and type(entry.get("size")) is int
            and entry["size"] >= 0
        )
        if not shaped:
            raise BadFrame("a file entry is not complete")
    return files
