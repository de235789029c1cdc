"""A message comes in, is sealed and durable, and only then promised."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.smtp_in import ClearTextRefusal, SmtpLimits, SmtpTimes
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.kinds import Channel, MailboxName
from tests.adapters.smtp_in.rig import END, GENERAL, MESSAGE, SECURE, Peer, peer, public_key, rig


async def test_message_in_clear_is_kept_byte_for_byte_with_what_is_known_of_the_way() -> None:
    before = datetime.now(UTC)
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        reply = await client.data(MESSAGE + END)
        [(arrival, content)] = await gateway.kept()
    assert reply == f"250 2.0.0 Kept as {arrival.intake_id}"
    assert content == MESSAGE
    assert (arrival.mailbox, arrival.channel, arrival.token) == (MailboxName.SECURE, Channel.SMTP, None)
    assert before <= arrival.received_at <= datetime.now(UTC)
    assert arrival.connection is not None
    assert arrival.connection.peer_address == "127.0.0.1"
    assert (arrival.connection.helo, arrival.connection.esmtp) == ("client.example", True)
    assert arrival.connection.tls is None
    assert arrival.envelope is not None
    assert (arrival.envelope.reverse_path, arrival.envelope.forward_path) == ("gp@surgery.example", SECURE)


async def test_starttls_is_recorded_with_version_and_cipher() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.start_tls(gateway.client_tls())
        ehlo = await client.say("EHLO client.example")
        assert "STARTTLS" not in ehlo
        assert "REQUIRETLS" in ehlo
        await client.envelope(mail="MAIL FROM:<gp@surgery.example> REQUIRETLS BODY=8BITMIME SMTPUTF8 SIZE=99")
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        [(arrival, content)] = await gateway.kept()
    assert content == MESSAGE
    assert arrival.connection is not None
    assert arrival.connection.tls is not None
    assert (arrival.connection.tls.version, arrival.connection.tls.client_subject) == ("TLSv1.3", None)
    assert arrival.connection.tls.cipher.startswith("TLS_")
    assert arrival.envelope is not None
    assert arrival.envelope.require_tls
    assert arrival.envelope.eight_bit
    assert arrival.envelope.smtputf8


async def test_implicit_tls_begins_with_the_first_byte() -> None:
    async with rig() as gateway, peer(gateway.tls_port, gateway.client_tls()) as client:
        await (await client.greet()).envelope(GENERAL)
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        [(arrival, _)] = await gateway.kept()
    assert arrival.connection is not None
    assert arrival.connection.tls is not None


async def test_one_message_to_both_mailboxes_becomes_two_intakes() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(SECURE, GENERAL, "Child.Death@PANEL.example")
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        kept = await gateway.kept()
    assert {arrival.mailbox for arrival, _ in kept} == {MailboxName.SECURE, MailboxName.GENERAL}
    assert [content for _, content in kept] == [MESSAGE, MESSAGE]
    assert len({arrival.intake_id for arrival, _ in kept}) == 2
    assert len({arrival.reference for arrival, _ in kept}) == 2


async def test_reply_never_carries_the_reference() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        reply = await client.data(MESSAGE + END)
        [(arrival, _)] = await gateway.kept()
    assert arrival.reference not in reply


@pytest.mark.parametrize(
    ("path", "mailbox", "token"),
    [
        ("postmaster", MailboxName.POSTMASTER, None),
        ("PostMaster@panel.example", MailboxName.POSTMASTER, None),
        ("bounce+Ab3_x-9@panel.example", MailboxName.BOUNCE, "Ab3_x-9"),
        ("reply+77@Panel.Example", MailboxName.REPLY, "77"),
        ("dmarc@panel.example", MailboxName.REPORTS, None),
    ],
)
async def test_every_mailbox_of_ours_is_taken(path: str, mailbox: MailboxName, token: str | None) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(path, mail="MAIL FROM:<>")
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        [(arrival, _)] = await gateway.kept()
    assert (arrival.mailbox, arrival.token) == (mailbox, token)
    assert arrival.envelope is not None
    assert arrival.envelope.reverse_path == ""


@pytest.mark.parametrize(
    "path", ["nobody@panel.example", "secure-cdop@other.example", "bounce@panel.example", "reply+@panel.example"]
)
async def test_every_other_mailbox_is_550_5_1_1(path: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.say("MAIL FROM:<gp@surgery.example>")
        assert await client.say(f"RCPT TO:<{path}>") == "550 5.1.1 No such mailbox"
        assert await client.say("DATA") == "554 5.5.1 No valid recipient"


async def test_size_announced_or_sent_beyond_the_limit_is_552_5_3_4() -> None:
    async with rig(limits=SmtpLimits(max_bytes=1000)) as gateway, peer(gateway.port) as client:
        await client.greet()
        assert await client.say("MAIL FROM:<a@b.example> SIZE=1001") == "552 5.3.4 Message too big"
        await client.envelope()
        assert await client.data(b"x" * 1001 + b"\r\n.\r\n") == "552 5.3.4 Message too big"
        await client.envelope()
        assert (await client.data(b"x" * 998 + b"\r\n.\r\n")).startswith("250 ")
        assert await gateway.contents() == [b"x" * 998 + b"\r\n"]


class BrokenWriter(SpoolWriter):
    """Fails as a disk or a programming error would."""

    def __init__(self, error: Exception) -> None:
        super().__init__(Path("unused"), public_key())
        self._error = error

    async def keep(self, *_: object) -> None:
        raise self._error


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("secret detail")])
async def test_any_exception_is_451_and_says_nothing(error: Exception) -> None:
    async with rig(writer=BrokenWriter(error)) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert await client.data(MESSAGE + END) == "451 4.3.0 Local error, try again later"
        assert await client.say("NOOP") == "250 2.0.0 OK"


class StalledWriter(SpoolWriter):
    """A disk that does not come back."""

    def __init__(self) -> None:
        super().__init__(Path("unused"), public_key())

    async def keep(self, *_: object) -> None:
        await asyncio.Event().wait()


async def test_disk_that_does_not_come_back_is_451() -> None:
    async with rig(writer=StalledWriter(), times=SmtpTimes(disk_s=0.1)) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert await client.data(MESSAGE + END) == "451 4.3.0 Local error, try again later"


async def test_missing_folder_is_451_and_a_mended_one_takes_the_message() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        (gateway.spool / "tmp").rename(gateway.spool / "away")
        await (await client.greet()).envelope()
        assert (await client.data(MESSAGE + END)) == "451 4.3.0 Local error, try again later"
        (gateway.spool / "away").rename(gateway.spool / "tmp")
        await client.envelope()
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        assert await gateway.contents() == [MESSAGE]


async def test_full_disk_is_451_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(SECURE, GENERAL)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            patch.setattr(os, "fdatasync", full)
            assert await client.data(MESSAGE + END) == "451 4.3.0 Local error, try again later"
        assert await gateway.kept() == []
        assert gateway.unfinished() == []


async def test_250_is_said_after_fsync_of_data_and_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        monkeypatch.setattr(os, "fsync", watch)
        reply = await client.data(MESSAGE + END)
        intake_id = reply.rsplit(" ", 1)[1]
        assert [Path(name).name for name in synced] == [f"{intake_id}.part", "new"]


async def test_clear_text_is_refused_before_data_where_a_mailbox_says_so_with_another_way() -> None:
    refusal = ClearTextRefusal(frozenset({MailboxName.SECURE}), "https://cdop.panel.example/notify", "01632 960123")
    async with rig(clear_text=refusal) as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.say("MAIL FROM:<gp@surgery.example>")
        reply = await client.say(f"RCPT TO:<{SECURE}>")
        assert reply.startswith("530 5.7.0 ")
        assert "https://cdop.panel.example/notify" in reply
        assert "01632 960123" in reply
        assert await client.say(f"RCPT TO:<{GENERAL}>") == "250 2.1.5 OK"
        await client.say("RSET")
        await client.start_tls(gateway.client_tls())
        await client.say("EHLO client.example")
        await client.envelope(SECURE)


async def test_a_message_of_25_mb_is_kept_byte_for_byte() -> None:
    line = os.urandom(400).hex().encode()[:76] + b"\r\n"
    content = b"Subject: big\r\n\r\n" + line * (25_000_000 // len(line))
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(SECURE, GENERAL)
        assert (await client.data(content + END)).startswith("250 ")
        assert await gateway.contents() == [content, content]


async def test_shutdown_says_421_to_the_idle_and_lets_a_message_end() -> None:
    async with rig(close_grace_s=60) as gateway:
        idle = await Peer.connect(gateway.port)
        await idle.greet()
        busy = await Peer.connect(gateway.port)
        await (await busy.greet()).envelope()
        await busy.say("DATA")
        closing = asyncio.create_task(gateway.server.close())
        assert await idle.reply() == "421 4.3.2 Closing for maintenance, try again"
        busy.send(MESSAGE + END)
        assert (await busy.reply()).startswith("250 ")
        await idle.close()
        await busy.close()
        await closing
        assert await gateway.contents() == [MESSAGE]
