"""SMTP smuggling in its published forms: never a second message, never a bare CR or LF passed on.

Sources: "SMTP Smuggling" (SEC Consult, December 2023), CVE-2023-51764 (Postfix), CVE-2023-51765 (Sendmail),
CVE-2023-51766 (Exim), CVE-2024-27305 (aiosmtpd), and variants with NUL and bare CR.
"""

from __future__ import annotations

import asyncio
import itertools
import re

import pytest

from tests.adapters.smtp_in.rig import END, MESSAGE, SECURE, peer, rig

FALSE_ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r.\n",
    b"\n\n.\n\n",
    b"\n\n.\r\n",
    b"\r\n\n.\r\n",
    b"\r\n\n.\n",
    b"\r\n.\r\r\n",
    b"\r\n.\n\r\n",
    b"\r\n\r.\r\n",
    b"\r\r.\r\r",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\x00\n.\r\x00\n",
    b"\r\n .\r\n",
    b"\r\n. \r\n",
    b"\r\n..\r\n",
    b"\x0b.\x0b",
    b"\x0c.\x0c",
    b"\x1c.\x1c",
    b"\xc2\x85.\xc2\x85",
    b"\xe2\x80\xa8.\xe2\x80\xa8",
    b"%0d%0a.%0d%0a",
    b"\\r\\n.\\r\\n",
]
SMUGGLED = b"MAIL FROM:<forged@nhs.example>\r\nRCPT TO:<" + SECURE.encode() + b">\r\nDATA\r\nForged: yes\r\n\r\nforged"


@pytest.mark.parametrize("false_end", FALSE_ENDS, ids=repr)
async def test_false_end_of_data_never_ends_a_message(false_end: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        reply = await client.data(b"Subject: x\r\n\r\nfirst" + false_end + SMUGGLED + b"\r\n" + END)
        assert reply.startswith("250 2.0.0 Kept as ")
        assert await client.say("QUIT") == "221 2.0.0 Goodbye"
        [content] = await gateway.contents()
    assert content.endswith(b"forged\r\n")
    assert b"Forged: yes" in content
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)


@pytest.mark.parametrize("ends", list(itertools.pairwise(FALSE_ENDS[:8])), ids=repr)
async def test_false_ends_in_a_row_never_end_a_message(ends: tuple[bytes, bytes]) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert (await client.data(b"x" + b"".join(ends) + b"y\r\n" + END)).startswith("250 ")
        assert len(await gateway.contents()) == 1


async def test_bare_line_ends_do_not_refuse_a_notification() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert (await client.data(b"Subject: a\rFrom: b\nTo: c\r\n\r\nd\r\n.\r\n")).startswith("250 ")
        assert await gateway.contents() == [b"Subject: a From: b\r\nTo: c\r\n\r\nd\r\n"]


async def test_end_of_data_cut_at_every_byte_is_one_end() -> None:
    wire = MESSAGE + b"..dot\r\n" + END
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        for cut in range(len(wire) - 12, len(wire)):
            await client.envelope()
            assert (await client.say("DATA")).startswith("354 ")
            client.send(wire[:cut])
            await asyncio.sleep(0.01)  # so that the parts come apart
            client.send(wire[cut:])
            assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [MESSAGE + b".dot\r\n"] * 12


async def test_message_pipelined_behind_a_true_end_is_a_message_of_its_own() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        client.send(MESSAGE + END + b"MAIL FROM:<a@b.example>\r\nRCPT TO:<" + SECURE.encode() + b">\r\nDATA\r\n")
        replies = [await client.reply() for _ in range(4)]
        assert [reply[:3] for reply in replies] == ["250", "250", "250", "354"]
        client.send(b"second\r\n" + END)
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [MESSAGE, b"second\r\n"]
