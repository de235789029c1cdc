"""What is sent before its turn: before the banner, before the handshake, before 354."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from gateway.adapters.smtp_in import SmtpTimes
from gateway.adapters.smtp_in.session import SmtpSession
from gateway.stages.smtp import replies
from tests.adapters.smtp_in.rig import HOST, MESSAGE, SECURE, Peer, peer, rig

ENVELOPE = f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{SECURE}>\r\n".encode()
OUT_OF_STEP = b"554 5.5.0 Command or content sent before its turn\r\n"


async def test_commands_injected_behind_starttls_are_never_carried_out() -> None:
    """CVE-2011-0411 and its many repeats: the attacker is in the clear part of the connection only."""
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(b"STARTTLS\r\n" + b"EHLO evil.example\r\n" + ENVELOPE)
        assert await client.rest() == OUT_OF_STEP
        assert await gateway.kept() == []


async def test_octets_that_follow_starttls_a_moment_later_break_the_handshake_and_nothing_else() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert (await client.say("STARTTLS")).startswith("220 ")
        client.send(b"EHLO evil.example\r\n" + ENVELOPE + b"DATA\r\n")
        assert b"250" not in await client.rest()
        assert await gateway.kept() == []


async def test_octets_that_come_while_220_leaves_are_not_carried_into_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look behind STARTTLS and the handshake: what arrives then is clear text too."""
    sent = SmtpSession.flush

    async def late(session: SmtpSession) -> None:
        going_to_tls = replies.READY_FOR_TLS in session._output
        await sent(session)
        if going_to_tls:
            session.data_received(b"EHLO evil.example\r\n" + ENVELOPE)

    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        monkeypatch.setattr(SmtpSession, "flush", late)
        assert await client.say("STARTTLS") == "220 2.0.0 Ready to start TLS"
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await client.writer.start_tls(gateway.client_tls(), server_hostname=HOST)
        await gateway.until_everybody_left()
        assert await gateway.kept() == []


async def test_nothing_said_in_clear_counts_after_starttls() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.start_tls(gateway.client_tls())
        assert await client.say("DATA") == "503 5.5.1 MAIL first"
        assert await client.say("MAIL FROM:<a@b.example>") == "503 5.5.1 EHLO first"


async def test_starttls_before_ehlo_is_503() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        assert (await client.say("STARTTLS")).startswith("503 ")
        assert (await client.say("HELO client.example")).startswith("250 ")
        assert (await client.say("STARTTLS")).startswith("503 ")


async def test_starttls_twice_is_503() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.start_tls(gateway.client_tls())
        await client.say("EHLO client.example")
        assert await client.say("STARTTLS") == "503 5.5.1 TLS is in use already"
        assert (await client.say("STARTTLS now")).startswith("501 ")


async def test_starttls_on_the_implicit_tls_port_is_not_offered() -> None:
    async with rig() as gateway, peer(gateway.tls_port, gateway.client_tls()) as client:
        await client.reply()
        assert "STARTTLS" not in await client.say("EHLO client.example")
        assert (await client.say("STARTTLS")).startswith("503 ")


async def test_talk_before_the_banner_is_turned_away() -> None:
    async with rig(times=SmtpTimes(greet_delay_s=0.3)) as gateway, peer(gateway.port) as client:
        client.send(b"EHLO client.example\r\n")
        assert await client.rest() == OUT_OF_STEP


@pytest.mark.parametrize(
    "early",
    [b"EHLO a.example\r\nMAIL FROM:<a@b.example>\r\n", b"HELO a.example\r\nNOOP\r\n"],
    ids=["behind EHLO", "behind HELO"],
)
async def test_command_before_the_answer_to_ehlo_is_turned_away(early: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        client.send(early)
        assert await client.rest() == OUT_OF_STEP


@pytest.mark.parametrize("forward_path", [SECURE, "nobody@panel.example"])
async def test_content_sent_before_354_is_never_content_and_never_commands(forward_path: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.say("MAIL FROM:<a@b.example>")
        await client.say(f"RCPT TO:<{forward_path}>")
        client.send(b"DATA\r\n" + ENVELOPE + MESSAGE + b".\r\n")
        assert await client.rest() == OUT_OF_STEP
        assert await gateway.kept() == []


async def test_web_browser_that_is_made_to_post_here_gets_nowhere() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        client.send(b"POST / HTTP/1.1\r\nHost: mx.panel.example:25\r\n\r\nEHLO a.example\r\n" + ENVELOPE + b"DATA\r\n")
        assert OUT_OF_STEP in await client.rest()
        assert await gateway.kept() == []


async def test_pipelined_group_is_answered_in_order() -> None:
    """RFC 2920 section 3.2, with NOOP and RSET in the group."""
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(ENVELOPE + b"RCPT TO:<nobody@panel.example>\r\nNOOP\r\nRSET\r\n" + ENVELOPE + b"DATA\r\n")
        codes = [(await client.reply())[:3] for _ in range(8)]
        assert codes == ["250", "250", "550", "250", "250", "250", "250", "354"]
        client.send(MESSAGE + b".\r\nQUIT\r\n")
        assert [(await client.reply())[:3] for _ in range(2)] == ["250", "221"]
        assert await gateway.contents() == [MESSAGE]


async def test_plain_text_on_the_implicit_tls_port_gets_no_dialogue() -> None:
    async with rig() as gateway:
        client = await Peer.connect(gateway.tls_port)
        client.send(b"EHLO client.example\r\n" + ENVELOPE)
        assert b"250" not in await client.rest()
        client.writer.transport.abort()
        await asyncio.sleep(0)
        assert gateway.server.connections == 0
