from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from gateway.adapters.smtp_out import DirectSettings, NextHops, NextHopSettings, OutboundSettings, Security
from gateway.adapters.smtp_out.session import reply_code
from gateway.model.content.confidential import Confidential
from gateway.model.ids import DispatchId
from gateway.ports import Delivery, DeliveryOutcome, OutboundMail
from tests.adapters.smtp_in.postfix import free_port
from tests.adapters.smtp_out.peers import Issued, Sink, accept_password, issue, serve, server_context

NAME = "mx.panel.example"
CONTENT = b"Subject: ...\r\nFrom: gateway@cdop.example\r\n\r\n.a line with a dot\r\nCanary-Petunia\r\n"


def mail(
    receiver: str = "panel:oxfordshire",
    message: bytes = CONTENT,
    reverse_path: str = "bounce+t0ken@cdop.example",
    forward_path: str = "cdop@panel.example",
) -> OutboundMail:
    number = DispatchId(UUID("018f0000-0000-7000-8000-000000000001"))
    return OutboundMail(number, reverse_path, forward_path, message, receiver)


def outbound(hop: NextHopSettings, timeout_s: float = 20.0) -> OutboundSettings:
    return OutboundSettings("cdop.example", hop, {}, timeout_s, timeout_s, timeout_s, timeout_s * 2)


def hop(port: int, ca_file: Path, security: Security = Security.STARTTLS) -> NextHopSettings:
    return NextHopSettings("127.0.0.1", port, security, NAME, ca_file)


async def send(port: int, ca_file: Path, message: OutboundMail | None = None) -> Delivery:
    return await NextHops(outbound(hop(port, ca_file))).send(message or mail())


@contextlib.asynccontextmanager
async def good_peer(
    authority: Issued, folder: Path, sink: Sink, *, implicit: bool = False, port: int = 0
) -> AsyncIterator[int]:
    context = server_context(issue(NAME, authority), folder)
    async with serve(sink, context, implicit=implicit, port=port) as bound:
        yield bound


@pytest.mark.parametrize("security", list(Security))
async def test_a_message_is_sent_whole_over_verified_tls(
    authority: Issued, ca_file: Path, tmp_path: Path, security: Security
) -> None:
    sink = Sink()
    async with good_peer(authority, tmp_path, sink, implicit=security is Security.IMPLICIT_TLS) as port:
        delivery = await NextHops(outbound(hop(port, ca_file, security))).send(mail())
    assert delivery == Delivery(DeliveryOutcome.SENT, "250 2.0.0")
    assert sink.messages == [CONTENT]
    assert sink.senders == ["bounce+t0ken@cdop.example"]
    assert sink.receivers == ["cdop@panel.example"]
    assert sink.clear_text == []


def wrong_certificate(code: str, authority: Issued) -> Issued:
    """Make the certificate that has the one fault of this code."""
    match code:
        case "certificate_name":
            return issue("mx.elsewhere.example", authority)
        case "certificate_expired":
            return issue(NAME, authority, days=(-10, -1))
        case "certificate_not_yet_valid":
            return issue(NAME, authority, days=(2, 10))
        case "certificate_self_signed":
            return issue(NAME)
        case "certificate_issuer":
            return issue(NAME, issue("Another Authority", authority=True))
    raise AssertionError(code)


WRONG = (
    "certificate_name",
    "certificate_expired",
    "certificate_not_yet_valid",
    "certificate_self_signed",
    "certificate_issuer",
)


@pytest.mark.parametrize("security", list(Security))
@pytest.mark.parametrize("code", WRONG)
async def test_a_wrong_certificate_is_a_delay_and_nothing_leaves(
    authority: Issued, ca_file: Path, tmp_path: Path, code: str, security: Security
) -> None:
    wrong = wrong_certificate(code, authority)
    sink = Sink()
    implicit = security is Security.IMPLICIT_TLS
    async with serve(sink, server_context(wrong, tmp_path), implicit=implicit) as port:
        delivery = await NextHops(outbound(hop(port, ca_file, security))).send(mail())
    assert delivery == Delivery(DeliveryOutcome.WRONG_CERTIFICATE, code)
    assert (sink.messages, sink.senders, sink.receivers) == ([], [], [])


async def test_a_peer_without_starttls_gets_nothing_and_the_message_waits(ca_file: Path) -> None:
    sink = Sink()
    async with serve(sink, None) as port:
        delivery = await send(port, ca_file)
    assert delivery == Delivery(DeliveryOutcome.TEMPORARY, "no_starttls")
    assert (sink.messages, sink.senders, sink.clear_text) == ([], [], [])


class Script:
    """A peer that says fixed things, one after each thing it is told, and keeps what it was told."""

    def __init__(self, *replies: bytes) -> None:
        self.replies = replies
        self.heard: list[bytes] = []

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            for reply in self.replies:
                writer.write(reply)
                self.heard.append(await reader.read(4096))
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[int]:
        talks: list[asyncio.Task[None]] = []

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talks.append(asyncio.create_task(self._talk(reader, writer)))

        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            await asyncio.gather(*talks)
            server.close()
            await server.wait_closed()


EHLO_TLS = b"250-mx.panel.example\r\n250 STARTTLS\r\n"


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ((b"220 hello\r\n", b"250-mx.panel.example\r\n250 SIZE\r\n"), "no_starttls"),
        ((b"220 hello\r\n", EHLO_TLS, b"454 4.7.0 TLS not available\r\n"), "454 4.7.0"),
        ((b"220 hello\r\n", EHLO_TLS, b"502 5.5.1 no\r\n"), "502 5.5.1"),
        ((b"220 hello\r\n", EHLO_TLS, b"220 go ahead\r\n", b"250 not tls at all\r\n" * 9), "tls_handshake"),
        ((b"220 hello\r\n", EHLO_TLS, b"220 go ahead\r\n250-injected\r\n250 PIPELINING\r\n"), "connection"),
        ((b"554 5.3.2 we take nothing\r\n",), "554 5.3.2"),
        ((b"421 4.3.2 closing, ask bob@secret.example\r\n",), "421 4.3.2"),
        ((b"hello there\r\n",), "reply"),
        ((b"220 hello\r\n", b"500 what?\r\n"), "500"),
    ],
)
async def test_a_peer_that_gives_no_tls_hears_no_address_and_no_content(
    ca_file: Path, replies: tuple[bytes, ...], code: str
) -> None:
    script = Script(*replies)
    async with script.listen() as port:
        delivery = await send(port, ca_file)
    assert delivery == Delivery(DeliveryOutcome.TEMPORARY, code)
    heard = b"".join(script.heard)
    assert b"MAIL" not in heard
    assert b"panel.example>" not in heard
    assert b"Canary" not in heard


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    "case",
    [
        ("451 4.3.0 secret@secret.example is busy", Delivery(DeliveryOutcome.TEMPORARY, "451 4.3.0")),
        ("550 5.1.1 secret@secret.example unknown", Delivery(DeliveryOutcome.PERMANENT, "550 5.1.1")),
        ("554 we know this child", Delivery(DeliveryOutcome.PERMANENT, "554")),
    ],
)
async def test_a_refusal_is_kept_as_codes_only(
    authority: Issued, ca_file: Path, tmp_path: Path, command: str, case: tuple[str, Delivery]
) -> None:
    reply, expected = case
    sink = Sink(replies={command: reply})
    async with good_peer(authority, tmp_path, sink) as port:
        assert await send(port, ca_file) == expected
    assert sink.messages == []


async def test_a_next_hop_that_was_down_takes_the_message_once_when_it_is_back(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    port = free_port()
    sink = Sink()
    assert await send(port, ca_file) == Delivery(DeliveryOutcome.TEMPORARY, "connection")
    async with good_peer(authority, tmp_path, sink, port=port):
        assert (await send(port, ca_file)).outcome is DeliveryOutcome.SENT
    assert sink.messages == [CONTENT]


async def test_a_silent_peer_is_a_time_out(ca_file: Path) -> None:
    async with Script(b"").listen() as port:
        delivery = await NextHops(outbound(hop(port, ca_file), timeout_s=0.2)).send(mail())
    assert delivery == Delivery(DeliveryOutcome.TEMPORARY, "timeout")


async def test_requiretls_and_delivery_reports_are_asked_for_where_offered(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    sink = Sink(extensions=("REQUIRETLS", "DSN"))
    async with good_peer(authority, tmp_path, sink) as port:
        await send(port, ca_file)
    asked = set(sink.mail_options[0])
    assert {"REQUIRETLS", "RET=HDRS", "ENVID=018F0000-0000-7000-8000-000000000001"} <= asked
    assert sink.rcpt_options == [["NOTIFY=SUCCESS,FAILURE,DELAY"]]


async def test_nothing_is_asked_that_was_not_offered(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    sink = Sink()
    async with good_peer(authority, tmp_path, sink) as port:
        await send(port, ca_file)
    assert [option.split("=")[0] for option in sink.mail_options[0]] == ["SIZE"]
    assert sink.rcpt_options == [[]]


async def test_no_report_is_asked_to_the_null_reverse_path(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    sink = Sink(extensions=("DSN",))
    async with good_peer(authority, tmp_path, sink) as port:
        delivery = await send(port, ca_file, mail(reverse_path=""))
    assert delivery.outcome is DeliveryOutcome.SENT
    assert not {"RET=HDRS"} & set(sink.mail_options[0])
    assert sink.rcpt_options == [[]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"forward_path": "a@b.example> SIZE=1"}, "bad_address"),
        ({"forward_path": "a@b.example\r\nRCPT TO:<x@y.example"}, "bad_address"),
        ({"forward_path": ""}, "bad_address"),
        ({"reverse_path": "x y@b.example"}, "bad_address"),
        ({"message": b"x" * 40_000_000}, "too_big_for_next_hop"),
    ],
)
async def test_what_cannot_be_sent_is_permanent_before_any_address_is_said(
    authority: Issued, ca_file: Path, tmp_path: Path, changed: dict[str, object], code: str
) -> None:
    sink = Sink()
    async with good_peer(authority, tmp_path, sink) as port:
        delivery = await send(port, ca_file, mail(**changed))  # type: ignore[arg-type]
    announced = 33554432 if code == "too_big_for_next_hop" else None
    assert delivery == Delivery(DeliveryOutcome.PERMANENT, code, announced)
    assert sink.senders == []


async def test_a_hop_with_a_password_signs_in_inside_tls(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    sink = Sink()
    context = server_context(issue(NAME, authority), tmp_path)
    async with serve(sink, context, authenticator=accept_password) as port:
        right, wrong = (
            NextHopSettings(
                "127.0.0.1", port, Security.STARTTLS, NAME, ca_file, username="gateway", password=Confidential(password)
            )
            for password in ("correct horse", "wrong")
        )
        assert (await NextHops(outbound(right)).send(mail())).outcome is DeliveryOutcome.SENT
        assert await NextHops(outbound(wrong)).send(mail()) == Delivery(DeliveryOutcome.TEMPORARY, "535 5.7.8")
    assert len(sink.messages) == 1


async def test_each_receiver_leaves_by_its_own_hop(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    inbox, oxford, others = Sink(), Sink(), Sink()
    async with (
        good_peer(authority, tmp_path, inbox) as first,
        good_peer(authority, tmp_path, oxford) as second,
        good_peer(authority, tmp_path, others) as third,
    ):
        settings = OutboundSettings(
            "cdop.example",
            hop(third, ca_file),
            {"general_inbox": hop(first, ca_file), "panel:oxfordshire": hop(second, ca_file)},
        )
        for receiver in ("general_inbox", "panel:oxfordshire", "panel:kent", "sender"):
            await NextHops(settings).send(mail(receiver))
    assert [len(sink.messages) for sink in (inbox, oxford, others)] == [1, 1, 2]


async def test_an_unreadable_authority_file_sends_nothing(authority: Issued, tmp_path: Path) -> None:
    sink = Sink()
    async with good_peer(authority, tmp_path, sink) as port:
        delivery = await send(port, tmp_path / "missing.pem")
    assert delivery == Delivery(DeliveryOutcome.TEMPORARY, "certificate_files")
    assert sink.senders == []


def test_a_direct_hop_without_a_resolver_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="direct"):
        NextHops(OutboundSettings("cdop.example", DirectSettings()))


@pytest.mark.parametrize(
    ("code", "text", "kept"),
    [
        (250, "2.0.0 ok", "250 2.0.0"),
        (250, "ok", "250"),
        (550, "5.1.1secret@x.example", "550 5.1.1"),
        (550, "10.0.0.1 said no", "550"),
    ],
)
def test_codes_are_all_that_is_kept_of_a_reply(code: int, text: str, kept: str) -> None:
    assert reply_code(code, text) == kept


class Talk(asyncio.Protocol):
    """A peer behind TLS that answers each line by a table, and does something else after the final dot."""

    def __init__(self, at_dot: bytes | None) -> None:
        self.at_dot = at_dot
        self.in_data = False
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 hello\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.in_data:
            if self.buffer.endswith(b"\r\n.\r\n"):
                self.in_data, self.buffer = False, b""
                if self.at_dot is None:
                    self.transport.abort()
                else:
                    self.transport.write(self.at_dot)
            return
        command, self.buffer = self.buffer[:4].upper(), b""
        if command == b"QUIT":
            self.transport.abort()
            return
        self.in_data = command == b"DATA"
        self.transport.write(b"354 go\r\n" if self.in_data else b"250 fine\r\n")


@contextlib.asynccontextmanager
async def talk(authority: Issued, folder: Path, at_dot: bytes | None) -> AsyncIterator[int]:
    context = server_context(issue(NAME, authority), folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Talk(at_dot), "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("at_dot", "expected"),
    [
        (b"250 2.0.0 kept\r\n", Delivery(DeliveryOutcome.SENT, "250 2.0.0")),  # though QUIT then ends in an abort
        (None, Delivery(DeliveryOutcome.TEMPORARY, "connection")),
        (b"354 again\r\n", Delivery(DeliveryOutcome.TEMPORARY, "354")),
        (b"452 4.3.1 full\r\n", Delivery(DeliveryOutcome.TEMPORARY, "452 4.3.1")),
        (b"550 5.7.1 <secret@x.example> no\r\n", Delivery(DeliveryOutcome.PERMANENT, "550 5.7.1")),
        (b"nonsense\r\n", Delivery(DeliveryOutcome.TEMPORARY, "reply")),
        (b"250-" + b"x" * 100_000, Delivery(DeliveryOutcome.TEMPORARY, "reply")),
    ],
)
async def test_only_2yz_after_the_final_dot_is_sent(
    authority: Issued, ca_file: Path, tmp_path: Path, at_dot: bytes | None, expected: Delivery
) -> None:
    async with talk(authority, tmp_path, at_dot) as port:
        assert await NextHops(outbound(hop(port, ca_file, Security.IMPLICIT_TLS))).send(mail()) == expected


async def test_eight_bit_content_goes_only_where_it_is_offered(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    eight = mail(message="Subject: x\r\n\r\nCaerffili – Pen-y-bont\r\n".encode())
    sink = Sink()
    async with good_peer(authority, tmp_path, sink) as port:
        assert (await send(port, ca_file, eight)).outcome is DeliveryOutcome.SENT
    assert "BODY=8BITMIME" in sink.mail_options[0]
    async with talk(authority, tmp_path, b"250 ok\r\n") as port:
        refused = await NextHops(outbound(hop(port, ca_file, Security.IMPLICIT_TLS))).send(eight)
    assert refused == Delivery(DeliveryOutcome.PERMANENT, "no_8bitmime")


async def test_nothing_of_a_session_is_logged(
    authority: Issued, ca_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the test's own server
    async with good_peer(authority, tmp_path, Sink()) as port:
        await send(port, ca_file)
    async with good_peer(authority, tmp_path, Sink(replies={"RCPT": "550 5.1.1 secret@secret.example"})) as port:
        await send(port, ca_file)
    for canary in ("Petunia", "panel.example>", "cdop@panel.example", "t0ken", "secret@"):
        assert canary not in caplog.text
