"""The pool gives what the stage gives, survives what kills a parser, and its children can do nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import gateway
from gateway.adapters.children.mime_frames import BadAnswer, answer, answered
from gateway.adapters.children.mime_pool import MimePool
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits, parse

RAW = (
    b"From: =?utf-8?q?Si=C3=A2n?= <sian@outside.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nContent-Type: multipart/mixed;"  # noqa: E501
    b" boundary=b\r\n\r\n--b\r\n\r\nHello \xff\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"  # noqa: E501
)
ROOT = Path(gateway.__file__).resolve().parents[1]


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


async def test_a_killed_child_costs_its_message_only() -> None:
    async with MimePool(children=1) as pool:
        child = pool._idle.get_nowait()
        assert child is not None
        child.kill()
        await child.wait()
        pool._idle.put_nowait(child)
        assert isinstance(await pool.parse(Confidential(RAW)), Mail)


async def test_close_leaves_no_child() -> None:
    pool = MimePool(children=2)
    await pool.start()
    children = [pool._idle.get_nowait(), pool._idle.get_nowait()]
    for child in children:
        pool._idle.put_nowait(child)
    await pool.close()
    for child in children:
        assert child is not None
        assert child.returncode is not None
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)


@pytest.mark.parametrize(
    "attempt",
    ["import socket; socket.socket()", "open('/etc/hostname')", "open('/tmp/x', 'w')", "bytearray(600 * 1024 * 1024)"],
)
def test_a_confined_child_has_no_network_no_files_and_no_more_memory(attempt: str) -> None:
    program = (
        "import socket\nfrom gateway.adapters.children.mime_child import confine\nconfine(400 * 1024 * 1024)\n"
        f"try:\n    {attempt}\nexcept (OSError, MemoryError):\n    print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout == "refused\n"


def test_an_answer_that_is_too_short_is_refused() -> None:
    pieces = answer(parse(RAW, MimeLimits()))
    whole = b"".join(pieces)[16:]
    contents = b"".join(pieces[1:])
    description = whole[: len(whole) - len(contents)]
    assert isinstance(answered(description, contents), Mail)
    with pytest.raises(BadAnswer):
        answered(description, contents[:-1])
    with pytest.raises(BadAnswer):
        answered(b'{"headers": 3}', b"")


async def test_children_are_warm_and_one_over_its_time_is_killed_and_replaced() -> None:
    slow = b"From: a@x.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=41\r\n" * 6_000_000
    async with MimePool(children=1) as pool:
        first = pool._idle.get_nowait()
        assert first is not None
        pool._idle.put_nowait(first)
        for _ in range(2):
            assert isinstance(await pool.parse(Confidential(RAW)), Mail)
        assert first.returncode is None, "one child reads message after message"
        pool._timeout_s, patience_s = 0.05, pool._timeout_s
        assert await pool.parse(Confidential(slow)) == Unparsed("time")
        assert first.returncode == -signal.SIGKILL
        pool._timeout_s = patience_s
        assert isinstance(await pool.parse(Confidential(RAW)), Mail)
        second = pool._idle.get_nowait()
        assert second is not None
        pool._idle.put_nowait(second)
        assert second.pid != first.pid
