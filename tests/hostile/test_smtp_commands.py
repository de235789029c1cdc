"""What stock aiosmtpd 1.4.6 accepts and should not; each test is named after one of its laxnesses."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from gateway.adapters.smtp_in import SmtpLimits
from gateway.adapters.smtp_in.session import SmtpSession
from tests.adapters.smtp_in.rig import END, GENERAL, MESSAGE, SECURE, peer, rig


@pytest.mark.parametrize(
    "octets",
    [
        b"NOOP\n",
        b"NOOP\nNOOP\r\n",
        b"EHLO a.example\nMAIL FROM:<a@b.example>\r\n",
        b"MAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\r\n",
        b"\n",
        b"\n\r\n",
    ],
    ids=repr,
)
async def test_command_ended_by_a_bare_lf_is_refused_and_the_session_ends(octets: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(octets)
        assert await client.rest() == b"500 5.5.2 Lines end with CR LF\r\n"


@pytest.mark.parametrize("control", [b"\r", b"\x00", b"\x1b", b"\t", b"\x7f", b"\x08"], ids=repr)
@pytest.mark.parametrize(
    "command",
    [
        b"EHLO a%bb.example",
        b"EHLO %b",
        b"MAIL FROM:<a%b@b.example>",
        b"MAIL FROM:<a@b.example>%b",
        b"MAIL FROM:<a@b.example> SIZE=1%b",
        b"NOOP %b",
        b"%bNOOP",
    ],
    ids=repr,
)
async def test_control_character_in_a_command_is_refused(command: bytes, control: bytes) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert await client.say(command.replace(b"%b", control)) == "500 5.5.2 Control character in a command"
        await client.envelope()


@pytest.mark.parametrize(
    "path",
    [
        "a@a",
        "a@b.example",
        "<a@b.example",
        "a@b.example>",
        "<<a@b.example>>",
        "<a@b.example>>",
        "<a(comment)@b.example>",
        "<a@b.example(comment)>",
        "<@relay.example:a@b.example>",
        "<@r1.example,@r2.example:a@b.example>",
        "<a@@b.example>",
        "<a@b@c.example>",
        "<a>",
        "<@b.example>",
        "<a@>",
        "<.a@b.example>",
        "<a..b@b.example>",
        "<a.@b.example>",
        "<a@-b.example>",
        "<a@b-.example>",
        "<a@b..example>",
        "<a@.example>",
        "<a@b.example.>",
        "<a b@b.example>",
        '<"a@b.example>',
        '<a"b"@c.example>',
        '<"a"b@c.example>',
        '<"a\\"@c.example>',
        "<a@[1.2.3]>",
        "<a@[1.2.3.4.5]>",
        "<a@[IPv6:zz::1]>",
        "<a@[x]>",
        "<a@b.example>x",
        "<a@b.example><c@d.example>",
        "Display <a@b.example>",
        "<a,b@c.example>",
        "<a;b@c.example>",
        "<a@b_.example,c>",
        "< >",
        "<  a@b.example>",
        "",
        "<" + "a" * 1000 + "@b.example>",
        "<a@" + "b" * 64 + ".example>",
        "<a@" + "b." * 127 + "example>",
    ],
)
async def test_malformed_path_is_refused(path: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert (await client.say(f"MAIL FROM:{path}"))[:3] in {"501", "553"}
        await client.say("MAIL FROM:<>")
        assert (await client.say(f"RCPT TO:{path}"))[:3] in {"501", "553"}
        assert (await client.say("DATA")).startswith("554 ")


async def test_angle_brackets_with_nothing_between_are_the_null_reverse_path_and_no_forward_path() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert await client.say("RCPT TO:<>") == "503 5.5.1 MAIL first"
        assert await client.say("MAIL FROM:<>") == "250 2.1.0 OK"
        assert await client.say("RCPT TO:<>") == "553 5.1.3 Malformed forward-path"
        await client.say(f"RCPT TO:<{SECURE}>")
        await client.data(MESSAGE + END)
        [(arrival, _)] = await gateway.kept()
        assert arrival.envelope is not None
        assert arrival.envelope.reverse_path == ""


async def test_second_mail_is_503_also_after_the_null_path() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        await client.say("MAIL FROM:<>")
        assert await client.say("MAIL FROM:<a@b.example>") == "503 5.5.1 A message is begun already"


async def test_twenty_thousand_recipients_are_not_remembered() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope()
        client.send(f"RCPT TO:<{SECURE}>\r\n".encode() * 20_000)
        replies = (await client.rest()).decode().splitlines()
    assert replies.count("250 2.1.5 OK") == 99
    assert replies.count("452 4.5.3 Too many recipients, send the rest in another message") == 900
    assert replies[-1].startswith("421 4.7.0 ")


async def test_recipients_over_the_limit_are_452_and_the_message_still_goes_to_the_others() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(*[SECURE] * 100)
        for _ in range(150):
            assert (await client.say(f"RCPT TO:<{GENERAL}>")).startswith("452 4.5.3 ")
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        assert len(await gateway.kept()) == 1


async def test_each_token_costs_a_copy_so_there_is_a_limit_on_them() -> None:
    async with rig(limits=SmtpLimits(intakes_per_message=3)) as gateway, peer(gateway.port) as client:
        await (await client.greet()).envelope(*[f"reply+t{number}@panel.example" for number in range(3)])
        assert (await client.say("RCPT TO:<reply+t4@panel.example>")).startswith("452 4.5.3 ")


@pytest.mark.parametrize("command", ["NOOP", "RSET", "EHLO a.example", "HELO a.example", "HELP", "VRFY x"])
async def test_endless_commands_without_a_message_end_with_421(command: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        for _ in range(99):
            assert (await client.say(command))[0] == "2"
        assert (await client.say(command)).startswith("421 4.7.0 ")
        assert await client.rest() == b""


async def test_endless_transactions_without_content_end_with_421() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(b"MAIL FROM:<>\r\nRSET\r\n" * 1000)
        assert b"421 4.7.0 " in await client.rest()


async def test_errors_end_with_421_and_every_one_is_answered() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        client.send(b"WRONG\r\n" * 50)
        replies = (await client.rest()).decode().splitlines()
    assert replies[:-1] == ["500 5.5.1 No such command"] * 20
    assert replies[-1].startswith("421 4.7.0 ")


async def test_limit_on_a_command_line_does_not_grow_with_every_ehlo() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        for _ in range(50):
            await client.say("EHLO a.example")
        client.send(b"MAIL FROM:<" + b"a" * 2100 + b"@b.example>\r\n")
        assert await client.rest() == b"500 5.5.6 Line too long\r\n"


async def test_command_of_64_mb_without_an_end_is_cut_early() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        sent = 0
        try:
            while sent < 64_000_000:
                client.send(b"A" * 100_000)
                await client.writer.drain()
                sent += 100_000
        except ConnectionError:
            sent += 0
    assert sent < 20_000_000  # what the two kernels' socket buffers may hold, and no more


async def test_longest_line_we_promise_is_taken() -> None:
    """RFC 5321 section 4.5.3.1.4: 512 octets, and those of every extension on top."""
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        path = "a" * 900 + "@b.example"
        assert (await client.say(f"MAIL FROM:<{path}> BODY=8BITMIME SMTPUTF8 SIZE=1000")).startswith("250 ")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("SIZE", "501"),
        ("SIZE=", "501"),
        ("SIZE=-1", "501"),
        ("SIZE=1e3", "501"),
        ("SIZE=\u0661", "500"),
        ("SIZE=" + "9" * 21, "501"),
        ("SIZE=99999999999999999999", "552"),
        ("SIZE=1 SIZE=2", "501"),
        ("BODY=BINARYMIME", "501"),
        ("BODY", "501"),
        ("SMTPUTF8=1", "501"),
        ("REQUIRETLS", "555"),
        ("AUTH=<>", "555"),
        ("X-UNKNOWN=1", "555"),
        ("=1", "501"),
        ("A=B=C", "501"),
    ],
)
async def test_parameter_that_is_wrong_or_unknown_is_refused(parameters: str, code: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        got = (await client.say(f"MAIL FROM:<a@b.example> {parameters}"))[:3]
        assert got in {code, "501"} if code == "500" else got == code
        await client.envelope()


async def test_internationalised_address_needs_smtputf8() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert (await client.say("MAIL FROM:<siân@panel.example>")).startswith("553 5.6.7 ")
        assert (await client.say("MAIL FROM:<siân@münchen.example> SMTPUTF8")).startswith("250 ")
        await client.say(f"RCPT TO:<{SECURE}>")
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        await client.envelope()
        assert (await client.say("RCPT TO:<siân@panel.example>")).startswith("553 5.6.7 ")
        assert (await client.say(b"RCPT TO:<\xff@panel.example>")).startswith("500 ")
        [(arrival, _)] = await gateway.kept()
    assert arrival.envelope is not None
    assert arrival.envelope.reverse_path == "siân@münchen.example"


async def test_parameters_without_esmtp_are_refused() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        await client.say("HELO a.example")
        assert (await client.say("MAIL FROM:<a@b.example> SIZE=1")).startswith("501 ")
        await client.envelope()
        assert (await client.data(MESSAGE + END)).startswith("250 ")
        [(arrival, _)] = await gateway.kept()
    assert arrival.connection is not None
    assert not arrival.connection.esmtp


@pytest.mark.parametrize("command", ["VRFY secure-cdop@panel.example", "VRFY nobody@panel.example"])
async def test_vrfy_tells_nothing(command: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert await client.say(command) == "252 2.1.5 Send the message and see"
        assert (await client.say("EXPN staff")).startswith("502 ")


@pytest.mark.parametrize("command", ["AUTH PLAIN AGEAYg==", "AUTH LOGIN", "ETRN x", "TURN", "XCLIENT ADDR=1.2.3.4"])
async def test_command_that_is_not_offered_is_500(command: str) -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.greet()
        assert (await client.say(command)).startswith("500 5.5.1 ")


async def test_nothing_the_peer_sent_is_ever_echoed() -> None:
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        for command in (
            "EHLO canary.example",
            "VRFY canary",
            "canary",
            "HELP canary",
            "MAIL FROM:<canary",
            "NOOP canary",
        ):
            assert "canary" not in await client.say(command)
        await client.say("MAIL FROM:<canary@b.example>")
        assert "canary" not in await client.say("RCPT TO:<canary@panel.example>")


async def test_ehlo_is_answered_in_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    connected = SmtpSession.connection_made

    def watched(session: SmtpSession, transport: asyncio.BaseTransport) -> None:
        real = cast(asyncio.Transport, transport).write

        def write(octets: bytes) -> None:
            written.append(octets)
            real(octets)

        monkeypatch.setattr(transport, "write", write)
        connected(session, transport)

    monkeypatch.setattr(SmtpSession, "connection_made", watched)
    async with rig() as gateway, peer(gateway.port) as client:
        await client.reply()
        await client.say("EHLO a.example")
    assert [octets.decode().splitlines() for octets in written[1:]] == [
        [
            "250-mx.panel.example",
            "250-PIPELINING",
            "250-SIZE 26214400",
            "250-STARTTLS",
            "250-ENHANCEDSTATUSCODES",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250 CHUNKING",
        ]
    ]
