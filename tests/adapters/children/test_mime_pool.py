"""The pool gives what the stage gives, and survives what kills a parser."""

from __future__ import annotations

import pytest

from gateway.adapters.children.confined.frames import BadAnswer
from gateway.adapters.children.mime_frames import answer, answered
from gateway.adapters.children.mime_pool import MimePool
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits, parse

RAW = (
    b"From: =?utf-8?q?Si=C3=A2n?= <sian@outside.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nContent-Type: multipart/mixed;"  # noqa: E501
    b" boundary=b\r\n\r\n--b\r\n\r\nHello \xff\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"  # noqa: E501
)


async def test_pool_gives_what_the_stage_gives() -> None:
    async with MimePool(children=1) as pool:
        assert await pool.parse(Confidential(RAW)) == parse(RAW, MimeLimits())


async def test_a_message_over_the_time_is_unparsed_and_the_next_one_is_read() -> None:
    async with MimePool(children=1, timeout_s=0.05) as pool:
        slow = b"From: a@x.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=41\r\n" * 6_000_000
        assert await pool.parse(Confidential(slow)) == Unparsed("time")
    async with MimePool(children=1) as pool:
        assert isinstance(await pool.parse(Confidential(RAW)), Mail)


async def test_a_message_over_the_memory_is_unparsed_and_the_next_one_is_read() -> None:
    async with MimePool(children=1, memory_bytes=220 * 1024 * 1024) as pool:
        large = b"From: a@x.example\r\n\r\n" + b"x\r\n" * 12_000_000
        result = await pool.parse(Confidential(large))
        assert isinstance(result, Unparsed)
        assert result.code in ("memory", "crashed")
        assert isinstance(await pool.parse(Confidential(RAW)), Mail)


def test_an_answer_that_is_too_short_is_refused() -> None:
    said, pieces = answer(parse(RAW, MimeLimits()))
    contents = b"".join(pieces)
    assert isinstance(answered(said, contents), Mail)
    with pytest.raises(BadAnswer):
        answered(said, contents[:-1])
    with pytest.raises(BadAnswer):
        answered({"headers": 3}, b"")
