"""How the parent and a parsing child talk: a description in JSON, then the contents; never a pickle.

The child reads hostile bytes; if it were compromised, unpickling its answer would compromise the parent.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any

from gateway.model.content.confidential import Confidential, ConfidentialText
from gateway.model.content.message import Defect, Header, Mail, Part, Unparsed
from gateway.stages.mime import MimeLimits

LENGTHS = struct.Struct(">QQ")  # of the description, of the contents
MAX_DESCRIPTION_BYTES = 16 * 1024 * 1024


class BadAnswer(ValueError):
    """The child's answer is malformed. The text says nothing about it."""


def question(raw: bytes, limits: MimeLimits) -> tuple[bytes, bytes]:
    """Return what is written to the child for one message: the lengths with the limits, then the message.

    In two pieces, so that a large message is not copied.
    """
    description = json.dumps(asdict(limits)).encode()
    return LENGTHS.pack(len(description), len(raw)) + description, raw


def asked(description: bytes) -> MimeLimits:
    """Read the limits of a question."""
    return MimeLimits(**json.loads(description))


def answer(result: Mail | Unparsed) -> list[bytes]:
    """Return the pieces that the child writes."""
    if isinstance(result, Unparsed):
        description = json.dumps({"unparsed": result.code}).encode()
        return [LENGTHS.pack(len(description), 0) + description]
    contents = [part.content.reveal() for part in result.parts]
    description = json.dumps(_described(result), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(description) > MAX_DESCRIPTION_BYTES:
        return answer(Unparsed("headers_too_large"))
    return [LENGTHS.pack(len(description), sum(map(len, contents))) + description, *contents]


def _described(mail: Mail) -> dict[str, Any]:
    return {
        "headers": [[header.name, header.value.reveal()] for header in mail.headers],
        "content_type": mail.content_type,
        "subject": mail.subject.reveal(),
        "authors": [author.reveal() for author in mail.authors],
        "author_names": [name.reveal() for name in mail.author_names],
        "message_id": mail.message_id.reveal() if mail.message_id is not None else None,
        "parts": [
            [
                list(part.path),
                part.content_type,
                part.charset,
                part.disposition,
                part.filename.reveal() if part.filename is not None else None,
                len(part.content.reveal()),
                part.in_signed,
                part.in_message,
            ]
            for part in mail.parts
        ],
        "defects": [defect.code for defect in mail.defects],
    }


def answered(description: bytes, contents: bytes) -> Mail | Unparsed:
    """Read an answer. BadAnswer if anything is missing, of the wrong type or of the wrong length."""
    try:
        said = json.loads(description.decode("utf-8", "surrogatepass"))
        if "unparsed" in said:
            return Unparsed(_word(said["unparsed"]))
        return _mail(said, contents)
    except (ValueError, TypeError, KeyError, IndexError):
        raise BadAnswer("bad answer") from None


def _mail(said: dict[str, Any], contents: bytes) -> Mail:
    parts, position = [], 0
    for path, content_type, charset, disposition, filename, length, in_signed, in_message in said["parts"]:
        content = contents[position : position + length]
        if len(content) != length:
            raise BadAnswer("short answer")
        position += length
        parts.append(
            Part(
                path=tuple(int(step) for step in path),
                content_type=_word(content_type),
                charset=None if charset is None else _word(charset),
                disposition=None if disposition is None else _word(disposition),
                filename=_text(filename),
                content=Confidential(content),
                in_signed=bool(in_signed),
                in_message=bool(in_message),
            )
        )
    return Mail(
        headers=tuple(Header(_word(name), Confidential(_word(value))) for name, value in said["headers"]),
        content_type=_word(said["content_type"]),
        subject=Confidential(_word(said["subject"])),
        authors=tuple(Confidential(_word(author)) for author in said["authors"]),
        author_names=tuple(Confidential(_word(name)) for name in said["author_names"]),
        message_id=_text(said["message_id"]),
        parts=tuple(parts),
        defects=tuple(Defect(_word(code)) for code in said["defects"]),
    )


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise BadAnswer("not a text")
    return value


def _text(value: object) -> ConfidentialText | None:
    return None if value is None else Confidential(_word(value))
