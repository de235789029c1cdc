"""The attacks once more inside TLS and with BDAT: a hang-up at each byte, false ends, 8BITMIME misuse, a crowd."""

from __future__ import annotations

import asyncio
import re

import pytest

from gateway.adapters.smtp_in import SmtpLimits
from tests.adapters.smtp_in.rig import END, MESSAGE, SECURE, Peer, memory, peer, rig

TO = b"RCPT TO:<" + SECURE.encode() + b">\r\n"
BY_BDAT = [
    b"EHLO c.example\r\n",
    b"MAIL FROM:<a@b.example>\r\n",
    TO,
    b"BDAT 10\r\n" + MESSAGE[:10],
    b"BDAT %d LAST\r\n" % len(MESSAGE[10:]) + MESSAGE[10:],
    b"QUIT\r\n",
]
BY_DATA = [*BY_BDAT[:3], b"DATA\r\n", MESSAGE + END, b"QUIT\r\n"]
ROOM = SmtpLimits(new_connections_per_prefix_a_minute=10_000)


@pytest.mark.parametrize("dialogue", [BY_BDAT, BY_DATA], ids=["BDAT", "DATA"])
@pytest.mark.parametrize("secured", [False, True], ids=["clear", "TLS"])
async def test_hang_up_at_each_byte_keeps_what_is_whole_and_nothing_else(dialogue: list[bytes], secured: bool) -> None:
    whole = sum(map(len, dialogue[:5]))
    async with rig(limits=ROOM) as gateway:
        expected = 0
        for cut in range(sum(map(len, dialogue)) + 1):
            expected += cut >= whole
            client = await Peer.connect(
                gateway.tls_port if secured else gateway.port, gateway.client_tls() if secured else None
            )
            await _say_so_much(client, dialogue, cut)
            client.writer.close()
        await gateway.until_everybody_left()
        assert await gateway.contents() == [MESSAGE] * expected
        assert gateway.unfinished() == []


async def _say_so_much(client: Peer, dialogue: list[bytes], count: int) -> None:
    await client.reply()
    for part in dialogue:
        client.send(part[:count])
        if len(part) > count:
            return
        count -= len(part)
        await client.reply()


@pytest.mark.parametrize(
    "false_end",
    [
        b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\r\n.\r\r\n", b"\n\r.\n\r", b"\r\n\t.\r\n",
        b"\r\n.\n.\r\r\n",
    ],
    ids=repr,
)  # fmt: skip
async def test_false_end_inside_tls_never_ends_a_message(false_end: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.start_tls(gateway.client_tls())
        await client.say("EHLO client.example")
        await client.envelope()
        smuggled = b"MAIL FROM:<x@nhs.example>\r\n" + TO + b"DATA\r\nForged: yes\r\n\r\nx\r\n"
        assert (await client.data(b"Subject: x\r\n\r\n1" + false_end + smuggled + END)).startswith("250 ")
        assert await client.say("NOOP") == "250 2.0.0 OK"
        [content] = await gateway.contents()
    assert content.endswith(b"Forged: yes\r\n\r\nx\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)


@pytest.mark.parametrize("mail", ["MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example> BODY=7BIT"])
async def test_eight_bit_content_that_was_not_announced_is_kept_as_it_came(mail: str) -> None:
    """RFC 6152 section 3 forbids it; a notification is not refused for it, and nothing is converted."""
    content = b"Subject: x\r\n\r\n" + bytes(range(128, 256)) + b"\r\n"
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(mail=mail)
        assert (await client.data(content + END)).startswith("250 ")
        [(arrival, kept)] = await gateway.kept()
    assert kept == content
    assert arrival.envelope is not None
    assert not arrival.envelope.eight_bit


async def test_bdat_and_data_cannot_be_mixed_into_two_messages() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 6\r\n.\r\nab\nDATA\r\n")
        assert await client.reply() == "250 2.0.0 Chunk received"
        assert await client.reply() == "503 5.5.1 Not between chunks"
        client.send(b"BDAT 3 LAST\r\n.\r\n")
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [b".\r\nab\r\n.\r\n"]


async def test_a_chunk_of_nothing_again_and_again_ends_with_421() -> None:
    async with rig(limits=SmtpLimits(commands_without_message=50)) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 0\r\n" * 200)
        assert b"421 " in await client.rest()
        assert await gateway.kept() == []
        assert gateway.unfinished() == []


async def test_a_crowd_that_stops_inside_its_messages_costs_little_memory_and_keeps_nothing() -> None:
    limits = SmtpLimits(new_connections_per_prefix_a_minute=10_000, connections_per_prefix=1000, messages_at_once=1000)
    async with rig(limits=limits) as gateway:
        crowd = []
        with memory() as held:
            for _ in range(60):
                client = await (await Peer.connect(gateway.port)).greet()
                await client.envelope()
                await client.say("DATA")
                for _ in range(30):
                    client.send(b"x" * 100_000)
                    await client.writer.drain()
                crowd.append(client)
        for client in crowd:
            client.writer.transport.abort()
        await asyncio.sleep(0)
        await gateway.until_everybody_left()
        assert await gateway.kept() == []
        assert gateway.unfinished() == []
    assert held.most_bytes < 60 * 1_200_000  # of the 180 MB that came; docs/receiving.md says how much for each
