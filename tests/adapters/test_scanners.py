"""clamd and rspamd are asked over their sockets; no plain answer is never clean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from gateway.adapters.scanners import Clamd, Rspamd, address_of
from gateway.model.content.confidential import Confidential
from gateway.ports import ScanVerdict, Temporary

RAW = Confidential(b"From: a@outside.example\r\n\r\n" + b"x" * 200_000)
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[int]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def clamd_saying(text: bytes) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        received = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            received += await reader.readexactly(length)
        assert received == RAW.reveal()
        writer.write(text)
        writer.close()

    return answer


def rspamd_saying(text: bytes, status: bytes = b"200 OK") -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"POST /checkv2 ")
        assert await reader.readexactly(len(RAW.reveal())) == RAW.reveal()
        writer.write(b"HTTP/1.0 " + status + b"\r\nContent-Type: application/json\r\n\r\n" + text)
        writer.close()

    return answer


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("/run/clamav/clamd.ctl", ("/run/clamav/clamd.ctl", 3310)),
        ("127.0.0.1:99", ("127.0.0.1", 99)),
        ("localhost", ("localhost", 3310)),
    ],
)
def test_an_address_is_a_socket_or_a_host_with_or_without_a_port(setting: str, address: tuple[str, int]) -> None:
    assert address_of(setting, 3310) == address


async def test_clamd_ok_is_clean_and_found_is_flagged() -> None:
    async with serving(clamd_saying(b"stream: OK\0")) as port:
        assert await Clamd("127.0.0.1", port).scan(RAW) is ScanVerdict.CLEAN
    async with serving(clamd_saying(b"stream: Eicar-Test-Signature FOUND\0")) as port:
        assert await Clamd("127.0.0.1", port).scan(RAW) is ScanVerdict.FLAGGED


@pytest.mark.parametrize("text", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK", b"OK\0"])
async def test_clamd_without_a_plain_answer_is_temporary(text: bytes) -> None:
    async with serving(clamd_saying(text)) as port:
        with pytest.raises(Temporary, match="clamd"):
            await Clamd("127.0.0.1", port).scan(RAW)


@pytest.mark.parametrize(
    ("action", "verdict"), [("reject", ScanVerdict.FLAGGED), ("add header", ScanVerdict.FLAGGED), ("no action", ScanVerdict.CLEAN)]  # noqa: E501
)  # fmt: skip
async def test_rspamd_action_is_the_verdict(action: str, verdict: ScanVerdict) -> None:
    async with serving(rspamd_saying(b'{"action": "%s"}' % action.encode())) as port:
        assert await Rspamd("127.0.0.1", port).scan(RAW) is verdict


@pytest.mark.parametrize(
    ("text", "status"), [(b"{}", b"200 OK"), (b"no", b"200 OK"), (b'{"action": "no action"}', b"500 x")]
)
async def test_rspamd_without_a_plain_answer_is_temporary(text: bytes, status: bytes) -> None:
    async with serving(rspamd_saying(text, status)) as port:
        with pytest.raises(Temporary, match="rspamd"):
            await Rspamd("127.0.0.1", port).scan(RAW)


async def test_a_scanner_that_is_not_there_or_silent_is_temporary() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with serving(silent) as port:
        with pytest.raises(Temporary):
            await Clamd("127.0.0.1", port, timeout_s=0.2).scan(RAW)
    with pytest.raises(Temporary):
        await Rspamd("127.0.0.1", port, timeout_s=1).scan(RAW)
