"""The files of a transfer: names that are safe to write, and which message carries what."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText

RESERVED = frozenset({"manifest.json", "notification.json", "notification.html", "receipt.json"})
MAX_NAME_LENGTH = 120
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
_UNSAFE = frozenset('\\/:*?"<>|')
_LINE_BYTES = 57  # of content in one line of base64: RFC 2045 section 6.8
_LINE_CHARACTERS = 78  # with its line end
_PART_HEAD_BYTES = 800
_MESSAGE_HEAD_BYTES = 12 << 10  # outer head, session keys of 32 recipients, protected headers
_ARMOUR = 66 / 64 * 4 / 3  # 48 bytes become 64 characters and a line end


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent. Its name may contain a person's name, and is only ever inside the encryption."""

    name: ConfidentialText
    content_type: str
    content: ConfidentialBytes
    piece_of: ConfidentialText | None = None  # the name of the file that this is a piece of

    @property
    def encoded_bytes(self) -> int:
        """How much of a message this file takes."""
        return math.ceil(len(self.content.reveal()) / _LINE_BYTES) * _LINE_CHARACTERS + _PART_HEAD_BYTES


def attachment(name: str, content_type: str, content: ConfidentialBytes) -> File:
    """Return an original attachment as a file: its name without paths or control characters, its type if it is one."""
    kind = content_type.lower()
    return File(
        ConfidentialText(safe_name(name)), kind if _TYPE.fullmatch(kind) else "application/octet-stream", content
    )


def safe_name(name: str) -> str:
    """Return a file name that any system can write; never one of the names reserved here."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if letter in _UNSAFE or unicodedata.category(letter)[0] in "CZ" else letter for letter in base)
    stem = kept.strip("._") or "file"
    if len(stem) > MAX_NAME_LENGTH:
        head, dot, extension = stem.rpartition(".")
        stem = f"{head[: MAX_NAME_LENGTH - 13]}{dot}{extension[:12]}" if dot else stem[:MAX_NAME_LENGTH]
    return f"original-{stem}" if stem.lower() in RESERVED else stem


def distinct(files: Sequence[File]) -> tuple[File, ...]:
    """Return the files with unique names: a later one of the same name gets a number."""
    taken: set[str] = set()
    renamed = []
    for file in files:
        name, number = file.name.reveal(), 1
        while name.lower() in taken:
            number += 1
            head, dot, extension = file.name.reveal().rpartition(".")
            name = f"{head}-{number}{dot}{extension}" if head else f"{extension}-{number}"
        taken.add(name.lower())
        renamed.append(replace(file, name=ConfidentialText(name)))
    return tuple(renamed)


def room(max_message_bytes: int) -> int:
    """Return how many encoded bytes of files fit in a message that a receiver takes (its SIZE, RFC 1870)."""
    return max(0, int((max_message_bytes - _MESSAGE_HEAD_BYTES) / _ARMOUR))


def cut(file: File, encoded_room: int) -> tuple[File, ...]:
    """Return the file, or numbered pieces of it if it is too large for one message.

    ``copy /b`` or ``cat`` in the order of their names gives the file again.
    """
    content = file.content.reveal()
    if file.encoded_bytes <= encoded_room:
        return (file,)
    piece = (encoded_room - _PART_HEAD_BYTES) // _LINE_CHARACTERS * _LINE_BYTES
    if piece <= 0:
        raise ValueError("no room for a file at all")
    return tuple(
        File(
            ConfidentialText(f"{file.name.reveal()}.{number:03d}"),
            "application/octet-stream",
            ConfidentialBytes(content[start : start + piece]),
            piece_of=file.name,
        )
        for number, start in enumerate(range(0, len(content), piece), start=1)
    )


def pack(first_room: int, further_room: int, files: Sequence[File]) -> tuple[tuple[File, ...], ...]:
    """Distribute the files over messages, in order: what does not fit in the first goes in further ones.

    Every file must already fit in a further message: see :func:`cut`.
    """
    messages: list[list[File]] = [[]]
    left = first_room
    for file in files:
        if file.encoded_bytes > left:
            messages.append([])
            left = further_room
        messages[-1].append(file)
        left -= file.encoded_bytes
    return tuple(tuple(message) for message in messages)


def join(files: Sequence[File]) -> tuple[File, ...]:
    """Return the files with every run of pieces joined again, in the order they are listed."""
    joined: list[File] = []
    for file in files:
        if file.piece_of is not None and joined and joined[-1].name == file.piece_of:
            content = ConfidentialBytes(joined[-1].content.reveal() + file.content.reveal())
            joined[-1] = File(file.piece_of, file.content_type, content)
        elif file.piece_of is not None:
            joined.append(File(file.piece_of, file.content_type, file.content))
        else:
            joined.append(file)
    return tuple(joined)
