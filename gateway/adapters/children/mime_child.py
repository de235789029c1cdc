"""The work of a confined child that takes a mail object apart."""

from __future__ import annotations

from gateway.adapters.children import mime_frames
from gateway.adapters.children.confined.frames import Answer, Description
from gateway.model.content.message import Unparsed
from gateway.stages.mime import MimeLimits, parse

_WARM_UP = (
    b"Subject: =?utf-8?q?a?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n"
    b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: b\r\n\r\n=\r\n--b--\r\n"
)


def warm() -> None:
    """Load what the library imports late."""
    parse(_WARM_UP, MimeLimits())


def answer(asked: Description, contents: bytes) -> Answer:
    """Parse one message within the limits that the question names."""
    try:
        return mime_frames.answer(parse(contents, MimeLimits(**asked[mime_frames.LIMITS])))
    except MemoryError:
        return mime_frames.answer(Unparsed("memory"))
