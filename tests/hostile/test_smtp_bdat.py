"""CHUNKING (RFC 3030) used well and badly: the octets of a chunk are content or are thrown away, never commands."""

from __future__ import annotations

import pytest

from gateway.adapters.smtp_in import SmtpLimits
from tests.adapters.smtp_in.rig import MESSAGE, SECURE, peer, rig

EVIL = f"RSET\r\nMAIL FROM:<forged@b.example>\r\nRCPT TO:<{SECURE}>\r\n".encode()


async def test_chunks_are_joined_byte_for_byte_and_dots_mean_nothing() -> None:
    content = b"Subject: x\r\n\r\n.\r\n..\r\n.dot\r\n"
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        for cut in range(len(content)):
            client.send(b"BDAT %d\r\n%b" % (cut, content[:cut]))
            assert await client.reply() == "250 2.0.0 Chunk received"
            client.send(b"BDAT %d LAST\r\n%b" % (len(content) - cut, content[cut:]))
            assert (await client.reply()).startswith("250 2.0.0 Kept as ")
            await client.envelope()
        assert await gateway.contents() == [content] * len(content)


async def test_chunks_can_be_pipelined() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(
            b"MAIL FROM:<>\r\nRCPT TO:<%b>\r\nBDAT 3\r\na\r\nBDAT 3\r\nb\r\nBDAT 0 LAST\r\nQUIT\r\n" % SECURE.encode()
        )
        assert [(await client.reply())[:3] for _ in range(6)] == ["250", "250", "250", "250", "250", "221"]
        assert await gateway.contents() == [b"a\r\nb\r\n"]


@pytest.mark.parametrize("before", [b"", b"MAIL FROM:<a@b.example>\r\n"], ids=["without MAIL", "without RCPT"])
async def test_payload_of_a_refused_bdat_is_never_run_as_commands(before: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(before + b"BDAT %d LAST\r\n%bNOOP\r\n" % (len(EVIL), EVIL))
        if before:
            await client.reply()
        assert (await client.reply())[:3] in {"503", "554"}
        assert await client.reply() == "250 2.0.0 OK"
        assert (await client.say("DATA"))[:3] in {"503", "554"}
        assert await gateway.kept() == []


@pytest.mark.parametrize("argument", ["", "x", "-1", "1 FIRST", "1 LAST LAST", "0x10", "1" * 30, "9" * 19])
async def test_malformed_bdat_ends_the_session_because_its_length_is_not_known(argument: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(f"BDAT {argument}\r\n".encode() + EVIL)
        assert (await client.rest())[:3] in {b"501", b"552"}
        assert await gateway.kept() == []


async def test_chunk_beyond_the_size_limit_is_read_thrown_away_and_552() -> None:
    async with rig(limits=SmtpLimits(max_bytes=1000)) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 1500\r\n" + b"NOOP\r\n" * 250)
        assert await client.reply() == "552 5.3.4 Message too big"
        client.send(b"BDAT 6 LAST\r\nNOOP\r\n")
        assert await client.reply() == "503 5.5.1 MAIL first"
        assert await gateway.kept() == []
        assert gateway.unfinished() == []


@pytest.mark.parametrize("command", ["DATA", "MAIL FROM:<a@b.example>", f"RCPT TO:<{SECURE}>", "EHLO a.example"])
async def test_other_commands_between_chunks_are_503_and_the_message_goes_on(command: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 3\r\na\r\n")
        await client.reply()
        assert await client.say(command) == "503 5.5.1 Not between chunks"
        assert await client.say("NOOP") == "250 2.0.0 OK"
        client.send(b"BDAT 3 LAST\r\nb\r\n")
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [b"a\r\nb\r\n"]


async def test_rset_between_chunks_forgets_the_message() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 3\r\na\r\n")
        await client.reply()
        assert await client.say("RSET") == "250 2.0.0 Reset"
        await client.envelope()
        client.send(b"BDAT %d LAST\r\n%b" % (len(MESSAGE), MESSAGE))
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [MESSAGE]


async def test_bare_line_ends_in_chunks_are_mended_across_their_cut() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(b"BDAT 2\r\na\rBDAT 4\r\n\nb\nc")
        assert [await client.reply() for _ in range(2)] == ["250 2.0.0 Chunk received"] * 2
        client.send(b"BDAT 4 LAST\r\n\r\r\n\r")
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [b"a\r\nb\r\nc \r\n "]


async def test_hang_up_inside_a_chunk_keeps_nothing() -> None:
    async with rig() as gateway:
        async with peer(gateway.port) as client:
            await (await client.greet()).envelope()
            client.send(b"BDAT 100 LAST\r\nhalf")
            client.writer.write_eof()
            assert await client.rest() == b""
        assert await gateway.kept() == []
