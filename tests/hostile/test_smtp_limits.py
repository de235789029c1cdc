"""Slow, stalled, crowding, half-closed and vanishing peers: bounded, answered, and nothing lost or kept twice."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import struct

import pytest

from gateway.adapters.smtp_in import SmtpLimits, SmtpTimes
from gateway.adapters.smtp_in.admission import Admission
from gateway.model.channel.peer_prefix import prefix_of
from tests.adapters.smtp_in.rig import END, MESSAGE, SECURE, Peer, memory, peer, rig
from tests.adapters.smtp_in.test_server import StalledWriter


async def test_connection_over_the_limit_of_a_prefix_is_421() -> None:
    async with rig(limits=SmtpLimits(connections_per_prefix=2)) as gateway:
        inside = [await Peer.connect(gateway.port) for _ in range(2)]
        for client in inside:
            await client.greet()
        async with peer(gateway.port) as third:
            assert await third.rest() == b"421 4.7.0 Too many connections, try again later\r\n"
        await inside[0].say("QUIT")
        await inside[0].rest()
        async with peer(gateway.port) as fourth:
            await fourth.greet()
        for client in inside:
            client.writer.transport.abort()


async def test_connection_over_the_limit_is_told_so_inside_tls_too() -> None:
    async with rig(limits=SmtpLimits(connections_per_prefix=1)) as gateway:
        async with peer(gateway.tls_port, gateway.client_tls()) as inside:
            await inside.greet()
            async with peer(gateway.tls_port, gateway.client_tls()) as second:
                assert await second.rest() == b"421 4.7.0 Too many connections, try again later\r\n"
        await gateway.until_everybody_left()
        async with peer(gateway.tls_port, gateway.client_tls()) as third:
            await third.greet()


async def test_crowd_over_the_limit_before_tls_is_bounded_too() -> None:
    limits = SmtpLimits(connections_per_prefix=1, refusals_at_once=3)
    async with rig(limits=limits) as gateway, peer(gateway.port) as inside:
        await inside.greet()
        crowd = [await Peer.connect(gateway.tls_port) for _ in range(20)]  # none of them begins its handshake
        ends = [asyncio.create_task(client.rest()) for client in crowd]
        closed = 0
        async with asyncio.timeout(60):
            for end in asyncio.as_completed(ends):
                assert await end == b""
                closed += 1
                if closed == 17:
                    break
        assert await inside.say("NOOP") == "250 2.0.0 OK"
        waiting = [client for client, end in zip(crowd, ends, strict=True) if not end.done()]
        assert len(waiting) == 3
        for client in crowd:
            client.writer.transport.abort()
        await asyncio.gather(*ends)


async def test_thousand_idle_connections_leave_room_for_nobody_else_and_are_bounded() -> None:
    async with rig(limits=SmtpLimits(connections_in_all=20)) as gateway:
        crowd = [await Peer.connect(gateway.port) for _ in range(200)]
        greetings = [await client.reply() for client in crowd]
        assert sum(greeting.startswith("220 ") for greeting in greetings) == 20
        assert sum(greeting.startswith("421 ") for greeting in greetings) == 180
        assert gateway.server.connections == 20
        for client in crowd:
            client.writer.transport.abort()


def test_too_many_new_connections_a_minute_are_refused_until_the_next() -> None:
    gate = Admission(SmtpLimits(new_connections_per_prefix_a_minute=3))
    for _ in range(3):
        assert gate.enter("p", 0.0)
        gate.leave("p")
    assert not gate.enter("p", 59.0)
    assert gate.enter("other", 59.0)
    assert gate.enter("p", 60.0)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
    ],
)
def test_prefix_is_the_neighbourhood_of_an_address(address: str, prefix: str) -> None:
    assert prefix_of(address) == prefix


async def test_message_over_the_number_at_once_is_452_and_comes_in_later() -> None:
    async with rig(limits=SmtpLimits(messages_at_once=1)) as gateway, peer(gateway.port) as first:
        await (await first.greet()).envelope()
        async with peer(gateway.port) as second:
            await (await second.greet()).envelope()
            assert (await first.say("DATA")).startswith("354 ")
            assert await second.say("DATA") == "452 4.3.1 Busy, try again later"
            second.send(b"BDAT 6 LAST\r\nNOOP\r\n")
            assert await second.reply() == "452 4.3.1 Busy, try again later"
            assert await second.say("MAIL FROM:<a@b.example>") == "452 4.3.1 Busy, try again later"
            first.send(MESSAGE + END)
            assert (await first.reply()).startswith("250 ")
            await second.envelope()
            assert (await second.data(MESSAGE + END)).startswith("250 ")


async def test_session_that_says_mail_and_waits_takes_no_place_from_others() -> None:
    async with rig(limits=SmtpLimits(messages_at_once=1)) as gateway, peer(gateway.port) as idle:
        await (await idle.greet()).envelope()
        async with peer(gateway.port) as other:
            await (await other.greet()).envelope()
            assert (await other.data(MESSAGE + END)).startswith("250 ")


async def test_messages_over_the_number_for_a_session_are_421() -> None:
    async with rig(limits=SmtpLimits(messages_per_session=2)) as gateway, peer(gateway.port) as client:
        await client.greet()
        for _ in range(2):
            await client.envelope()
            await client.data(MESSAGE + END)
        assert (await client.say("MAIL FROM:<>")).startswith("421 4.7.0 ")


async def test_idle_connection_ends_with_421() -> None:
    async with rig(times=SmtpTimes(command_s=0.1)) as gateway, peer(gateway.port) as client:
        await client.greet()
        assert await client.rest() == b"421 4.4.2 Time-out, closing the connection\r\n"


async def test_command_sent_octet_by_octet_does_not_extend_its_time() -> None:
    async with rig(times=SmtpTimes(command_s=0.3)) as gateway, peer(gateway.port) as client:
        await client.greet()
        answer = asyncio.create_task(client.reply())
        for _ in range(100):
            client.send(b"N")
            await asyncio.wait([answer], timeout=0.02)
            if answer.done():
                break
        assert (await answer).startswith("421 4.4.2 ")


async def test_honest_slow_sender_is_never_cut_by_the_idle_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    times = SmtpTimes(content_idle_s=4.0, content_grace_s=600, content_total_s=600)
    async with rig(times=times) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        for octet in MESSAGE[:20]:
            client.send(bytes([octet]))
            for _ in range(20):  # the server, on this same loop, reads it
                await asyncio.sleep(0)
            now += 3.0
        client.send(MESSAGE[20:] + END)
        assert (await client.reply()).startswith("250 ")
        assert await gateway.contents() == [MESSAGE]


@pytest.mark.parametrize(
    "times",
    [
        SmtpTimes(content_idle_s=0.2),
        SmtpTimes(content_total_s=0.2),
        SmtpTimes(content_grace_s=0.2, content_min_rate=1e6),
    ],
    ids=["stalled", "too long", "too slow"],
)
async def test_sender_that_stalls_or_trickles_is_421_and_keeps_its_message(times: SmtpTimes) -> None:
    async with rig(times=times) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        client.send(b"half a line")
        assert (await client.reply()).startswith("421 4.4.2 ")
        assert await gateway.kept() == []
        assert gateway.unfinished() == []


async def test_peer_that_does_not_read_its_replies_is_dropped() -> None:
    async with rig(times=SmtpTimes(command_s=0.5), limits=SmtpLimits(commands_without_message=10**9)) as gateway:
        client = await (await Peer.connect(gateway.port)).greet()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        client.send(b"NOOP\r\n" * 2_000_000)
        assert gateway.server.connections == 1
        await gateway.until_everybody_left()
        client.writer.transport.abort()


async def test_peer_that_goes_on_while_the_disk_is_busy_is_made_to_wait() -> None:
    sent = 0
    async with rig(writer=StalledWriter()) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        client.send(MESSAGE + END)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                while sent < 64_000_000:
                    client.send(b"NOOP\r\n" * 20_000)
                    await client.writer.drain()
                    sent += 120_000
    assert sent < 20_000_000  # what the two kernels' socket buffers may hold, and no more


async def test_half_closed_connection_gets_its_replies() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        client.send(MESSAGE + END + b"NOOP\r\n")
        client.writer.write_eof()
        replies = (await client.rest()).split(b"\r\n")
        assert [reply[:3] for reply in replies] == [b"250", b"250", b""]
        assert await gateway.contents() == [MESSAGE]


DIALOGUE = [
    b"EHLO client.example\r\n",
    b"MAIL FROM:<gp@surgery.example>\r\n",
    b"RCPT TO:<" + SECURE.encode() + b">\r\n",
    b"DATA\r\n",
    MESSAGE + END,
    b"QUIT\r\n",
]


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
async def test_hang_up_at_each_byte_keeps_a_message_once_or_not_at_all(reset: bool) -> None:
    whole = sum(map(len, DIALOGUE[:5]))
    total = sum(map(len, DIALOGUE))
    limits = SmtpLimits(new_connections_per_prefix_a_minute=10_000)
    async with rig(limits=limits) as gateway:
        expected = 0
        for cut in range(total + 1):
            expected += cut >= whole
            await _hang_up_after(gateway.port, cut, reset)
        await gateway.until_everybody_left()
        kept = await gateway.contents()
        assert gateway.unfinished() == []
    if reset:  # a reset may destroy what was sent just before it, so the last ones may never have arrived
        assert len(kept) <= expected
        assert set(kept) <= {MESSAGE}
    else:
        assert kept == [MESSAGE] * expected


async def _hang_up_after(port: int, count: int, reset: bool) -> None:
    client = await Peer.connect(port)
    await client.reply()
    for part in DIALOGUE:
        client.send(part[:count])
        if len(part) > count:
            break
        count -= len(part)
        await client.reply()
    connected: socket.socket = client.writer.get_extra_info("socket")
    if reset:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.writer.transport.abort()
    else:
        client.writer.close()


async def test_hang_up_right_behind_the_final_dot_keeps_the_message_and_only_once() -> None:
    async with rig() as gateway:
        for _ in range(20):
            client = await Peer.connect(gateway.port)
            await (await client.greet()).envelope()
            await client.say("DATA")
            client.send(MESSAGE + END)
            await client.close()
        await gateway.until_everybody_left()
        assert await gateway.contents() == [MESSAGE] * 20


async def test_line_of_many_megabytes_is_content_like_any_other() -> None:
    content = b"Subject: " + b"x" * 5_000_000 + b"\r\n"
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert (await client.data(content + END)).startswith("250 ")
        assert await gateway.contents() == [content]


async def test_nul_and_eight_bit_octets_in_content_arrive_as_sent() -> None:
    content = bytes(octet for octet in range(256) if octet not in b"\r\n") + b"\r\n"
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        assert (await client.data(content + END)).startswith("250 ")
        assert await gateway.contents() == [content]


async def test_content_far_beyond_the_limit_is_not_held_in_memory() -> None:
    limits = SmtpLimits(max_bytes=1_000_000)
    async with rig(limits=limits) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        await client.say("DATA")
        with memory() as held:
            for _ in range(100):
                client.send(b"x" * 998 + b"\r\n" + b"y" * 999_000)
                await client.writer.drain()
            client.send(b"\r\n.\r\n")
            assert await client.reply() == "552 5.3.4 Message too big"
    assert held.most_bytes < 10_000_000


async def test_nothing_of_a_message_reaches_a_log_even_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "mail.log"):
        async with rig() as gateway, peer(gateway.port) as client:
            await client.reply()
            await client.say("EHLO canary.example")
            await client.envelope(mail="MAIL FROM:<canary@surgery.example>")
            await client.say("RCPT TO:<canary@panel.example>")
            await client.say("CANARY")
            assert (await client.data(b"Subject: canary\r\n\r\ncanary\r\n" + END)).startswith("250 ")
            assert "canary" not in repr(gateway.notes.events)
        gc.collect()
    assert "canary" not in caplog.text.lower()


async def test_fault_of_ours_ends_one_session_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: bytes) -> None:
        raise ValueError("canary")

    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        monkeypatch.setattr("gateway.adapters.smtp_in.session.parse_line", broken)
        assert await client.say("NOOP") == "451 4.3.0 Local error, try again later"
        assert await client.rest() == b""
        assert gateway.notes.events == [("smtp_session_failed", {"code": "ValueError"})]
