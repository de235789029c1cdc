"""How a mail that was taken apart is told to the parent: a description, then the contents of its parts."""

from __future__ import annotations

from typing import Any

from gateway.adapters.children.confined.frames import Answer, BadAnswer, Description
from gateway.model.content.confidential import Confidential, ConfidentialText
from gateway.model.content.message import Defect, Header, Mail, Part, Unparsed

LIMITS = "limits"  # of a question: the fields of MimeLimits


def answer(result: Mail | Unparsed) -> Answer:
    """Return what the child says."""
    if isinstance(result, Unparsed):
        return {"unparsed": result.code}, ()
    return _described(result), [part.content.reveal() for part in result.parts]


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


def answered(said: Description, contents: bytes) -> Mail | Unparsed:
    """Read an answer. BadAnswer if anything is missing, of the wrong type or of the wrong length."""
    try:
        if "unparsed" in said:
            return Unparsed(_word(said["unparsed"]))
        return _mail(said, contents)
    except (ValueError, TypeError, KeyError, IndexError):
        raise BadAnswer("bad answer") from None


def _mail(said: Description, contents: bytes) -> Mail:
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
