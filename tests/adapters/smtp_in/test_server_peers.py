"""Real mail programs deliver to the gateway over verified TLS; every message arrives byte for byte as it was sent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import smtplib
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from gateway.adapters.config.own_domain import tlsa_of
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.own_domain import OwnDomain, StsMode
from gateway.stages.policies.mta_sts import read_policy
from gateway.stages.policies.papers import sts_policy
from tests.adapters.smtp_in.dovecot import PASSWORD, USER, dovecot
from tests.adapters.smtp_in.postfix import Postfix, postfix
from tests.adapters.smtp_in.rig import HOST, SECURE, Rig, certificate, make_certificate, rig
from tests.adapters.smtp_in.signed_dns import signed_dns

MESSAGE = (
    b"From: gp@surgery.example\r\nTo: secure-cdop@panel.example\r\nSubject: invented\r\n"
    b"Message-ID: <1@surgery.example>\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    b".\r\n..two dots\r\n.dot in front\r\n\r\nSi\xc3\xa2n ap Rhys\r\ntrailing blanks  \t\r\n\r\n"
    + b"y" * 990
    + b"\r\n\r\n.\r\n"
)
BIG = MESSAGE + b"An invented line, one of many, to make a message of some megabytes.\r\n" * 50_000


@contextlib.asynccontextmanager
async def gateway_for_localhost() -> AsyncIterator[Rig]:
    """A gateway whose certificate says "localhost", for peers that take the name of the host they were told."""
    with tempfile.TemporaryDirectory() as folder:
        async with rig(files=make_certificate(Path(folder), "localhost")) as gateway:
            yield gateway


async def arrived(gateway: Rig, count: int = 1, sender: Postfix | None = None) -> list[tuple[Arrival, bytes]]:
    """Wait until so many came; where they do not, what ``sender`` says of it is the reason."""
    try:
        async with asyncio.timeout(300):
            while len(list((gateway.spool / "new").iterdir())) < count:  # noqa: ASYNC110 - another program is at work
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(sender.log if sender is not None else "nothing came") from None
    return await gateway.kept()


async def run(command: list[str], given: bytes = b"", **environment: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    output, _ = await asyncio.wait_for(process.communicate(given), 120)
    assert process.returncode == 0, output.decode(errors="replace")


def proved(arrival: Arrival, version: str = "TLSv1.3") -> bool:
    return (
        arrival.connection is not None
        and arrival.connection.tls is not None
        and arrival.connection.tls.version == version
    )


def _smtplib(port: int, tls: ssl.SSLContext, message: bytes, implicit: bool) -> None:
    client: smtplib.SMTP
    if implicit:
        client = smtplib.SMTP_SSL("localhost", port, context=tls)
    else:
        client = smtplib.SMTP("localhost", port)
        client.starttls(context=tls)
    with client:
        client.sendmail("gp@surgery.example", [SECURE], message, mail_options=("BODY=8BITMIME", "SMTPUTF8"))


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "implicit TLS"])
@pytest.mark.parametrize("message", [MESSAGE, BIG], ids=["small", "big"])
async def test_smtplib_delivers_byte_for_byte(message: bytes, implicit: bool) -> None:
    async with gateway_for_localhost() as gateway:
        port = gateway.tls_port if implicit else gateway.port
        await asyncio.to_thread(_smtplib, port, gateway.client_tls(), message, implicit)
        [(arrival, content)] = await gateway.kept()
    assert content == message
    assert proved(arrival)
    assert arrival.envelope is not None
    assert arrival.envelope.smtputf8


SWAKS: list[tuple[list[str], str]] = [
    (["--tls"], "TLSv1.3"),
    (["--tls", "--tls-protocol", "tlsv1_2"], "TLSv1.2"),
    (["--tls-on-connect"], "TLSv1.3"),
]


@pytest.mark.parametrize(("options", "version"), SWAKS, ids=["STARTTLS", "TLS 1.2", "implicit TLS"])
async def test_swaks_delivers_over_tls(options: list[str], version: str) -> None:
    sent = MESSAGE.removesuffix(b"\r\n.\r\n")  # swaks takes a last dot for the end of its input
    async with rig() as gateway:
        port = gateway.tls_port if "--tls-on-connect" in options else gateway.port
        ca = ["--tls-verify", "--tls-ca-path", str(gateway.files.chain)]
        command = [
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            str(port),
            "--to",
            SECURE,
            "--from",
            "gp@surgery.example",
        ]
        await run([*command, *options, *ca, "--data", "-", "--helo", "swaks.example"], sent.replace(b"\r\n", b"\n"))
        [(arrival, content)] = await gateway.kept()
    assert content == sent + b"\r\n"  # and adds a line end of its own in front of the final dot
    assert proved(arrival, version)


async def test_swaks_with_tls_1_1_gets_no_session() -> None:
    async with rig() as gateway:
        command = ["swaks", "--server", "127.0.0.1", "--port", str(gateway.port), "--to", SECURE, "--tls"]
        with pytest.raises(AssertionError, match="TLS"):
            await run([*command, "--tls-protocol", "tlsv1_1"])
        assert await gateway.kept() == []


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "implicit TLS"])
async def test_msmtp_delivers_byte_for_byte(implicit: bool) -> None:
    async with gateway_for_localhost() as gateway:
        port = gateway.tls_port if implicit else gateway.port
        command = ["msmtp", "--file=/dev/null", "--host=localhost", f"--port={port}", "--tls=on", "--auth=off"]
        command += [f"--tls-trust-file={gateway.files.chain}", f"--tls-starttls={'off' if implicit else 'on'}"]
        await run([*command, "--from=gp@surgery.example", SECURE], MESSAGE.replace(b"\r\n", b"\n"))
        [(arrival, content)] = await gateway.kept()
    assert content == MESSAGE
    assert proved(arrival)


def _inject(port: int, messages: list[bytes], login: bool = False) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("client.example")
        if login:
            client.login(USER, PASSWORD)
        for message in messages:
            client.sendmail("gp@surgery.example", [SECURE], message, mail_options=("BODY=8BITMIME",))


def _secure(gateway: Rig) -> dict[str, str]:
    policy = f"{{ [127.0.0.1]:{gateway.port} = secure match={HOST} }}"
    return {"smtp_tls_policy_maps": f"inline:{{ {policy} }}", "smtp_tls_CAfile": str(gateway.files.chain)}


def _pinned(gateway: Rig) -> dict[str, str]:
    """As DANE-EE(3) does: the certificate itself is named, no authority is asked."""
    shown = subprocess.run(
        ["openssl", "x509", "-in", str(gateway.files.chain), "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("=")[1]
    policy = f"{{ [127.0.0.1]:{gateway.port} = fingerprint match={shown.strip()} }}"
    return {"smtp_tls_policy_maps": f"inline:{{ {policy} }}", "smtp_tls_fingerprint_digest": "sha256"}


@pytest.mark.parametrize("policy", [_secure, _pinned], ids=["secure", "pinned certificate"])
async def test_postfix_that_insists_on_tls_delivers_byte_for_byte(policy: Callable[[Rig], dict[str, str]]) -> None:
    async with rig() as gateway:
        settings = {
            "relayhost": f"[127.0.0.1]:{gateway.port}",
            "smtp_tls_security_level": "may",
            "smtp_line_length_limit": "0",
            "message_size_limit": "60000000",
            **await asyncio.to_thread(policy, gateway),
        }
        with postfix(settings) as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE, BIG, MESSAGE])
            kept = await arrived(gateway, 3)
    assert all(content.startswith(b"Received: ") for _, content in kept)  # Postfix adds its line in front
    sent = [content[content.index(b"From: ") :] for _, content in kept]
    assert sorted(sent) == sorted([MESSAGE, BIG, MESSAGE])
    assert all(proved(arrival) for arrival, _ in kept)
    assert {arrival.connection.helo for arrival, _ in kept if arrival.connection} == {"peer.example"}


@contextlib.contextmanager
def _asking_dns(gateway: Rig, tlsa: str, level: str) -> Iterator[Postfix]:
    """A Postfix that finds the gateway by MX and proves it by what our own domain publishes."""
    records = {
        ("panel.example", "MX"): f"10 {HOST}.",
        (HOST, "A"): "127.0.0.1",
        (f"_{gateway.port}._tcp.{HOST}", "TLSA"): tlsa,
    }
    settings = {
        "relayhost": f"panel.example:{gateway.port}",
        "disable_dns_lookups": "no",
        "smtp_dns_support_level": "dnssec",
        "smtp_host_lookup": "dns",
        "smtp_tls_loglevel": "1",
        "smtp_tls_security_level": level,
    }
    with signed_dns(records) as nameserver, postfix(settings, nameserver=nameserver) as sender:
        yield sender


async def test_postfix_that_goes_by_dane_alone_delivers_to_the_record_we_print() -> None:
    async with rig() as gateway:
        with _asking_dns(gateway, tlsa_of(gateway.files.chain), "dane-only") as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE, BIG])
            kept = await arrived(gateway, 2)
            assert f"Verified TLS connection established to {HOST}" in sender.log
    assert sorted(content[content.index(b"From: ") :] for _, content in kept) == sorted([MESSAGE, BIG])
    assert all(proved(arrival) for arrival, _ in kept)


async def test_postfix_that_goes_by_dane_alone_keeps_its_message_from_another_key() -> None:
    async with rig() as gateway:
        with _asking_dns(gateway, "3 1 1 " + "ab" * 32, "dane-only") as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE])
            async with asyncio.timeout(120):
                while "status=deferred" not in sender.log:  # noqa: ASYNC110 - another program is at work
                    await asyncio.sleep(0.05)
        assert await gateway.kept() == []


async def test_postfix_that_follows_our_mta_sts_policy_delivers() -> None:
    """As postfix-mta-sts-resolver does: level "secure", the names taken from the policy that we serve."""
    own = OwnDomain("panel.example", (HOST,), "", sts_mode=StsMode.ENFORCE)
    policy = read_policy(sts_policy(own).encode())
    assert policy is not None
    async with rig() as gateway:
        match = f"{{ [127.0.0.1]:{gateway.port} = secure match={':'.join(policy.mx)} servername={policy.mx[0]} }}"
        settings = {
            "relayhost": f"[127.0.0.1]:{gateway.port}",
            "smtp_tls_policy_maps": f"inline:{{ {match} }}",
            "smtp_tls_CAfile": str(gateway.files.chain),
        }
        with postfix(settings) as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE])
            [(arrival, content)] = await arrived(gateway)
    assert content.endswith(MESSAGE)
    assert proved(arrival)


async def test_postfix_that_insists_on_another_name_keeps_its_message() -> None:
    async with rig() as gateway:
        policy = f"{{ [127.0.0.1]:{gateway.port} = secure match=other.example }}"
        settings = {
            "relayhost": f"[127.0.0.1]:{gateway.port}",
            "smtp_tls_policy_maps": f"inline:{{ {policy} }}",
            "smtp_tls_CAfile": str(gateway.files.chain),
        }
        with postfix(settings) as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE])
            async with asyncio.timeout(120):
                while "status=deferred" not in sender.log:  # noqa: ASYNC110 - another program is at work
                    await asyncio.sleep(0.05)
        assert await gateway.kept() == []


async def test_postfix_waits_out_a_451_and_delivers_once() -> None:
    async with rig() as gateway:
        (gateway.spool / "tmp").rename(gateway.spool / "away")
        settings = {
            "relayhost": f"[127.0.0.1]:{gateway.port}",
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "1s",
            "queue_run_delay": "1s",
            **_secure(gateway),
        }
        with postfix(settings) as sender:
            await asyncio.to_thread(_inject, sender.port, [MESSAGE])
            async with asyncio.timeout(120):
                while "451 4.3.0" not in sender.log:  # noqa: ASYNC110 - another program is at work
                    await asyncio.sleep(0.05)
            (gateway.spool / "away").rename(gateway.spool / "tmp")
            [(_, content)] = await arrived(gateway, sender=sender)
    assert content.endswith(MESSAGE)


async def test_dovecot_submission_passes_on_byte_for_byte() -> None:
    async with gateway_for_localhost() as gateway:
        with dovecot(gateway.port, gateway.files.chain) as port:
            await asyncio.to_thread(_inject, port, [MESSAGE, BIG], login=True)
            kept = await arrived(gateway, 2)
    assert sorted(content[content.index(b"From: ") :] for _, content in kept) == sorted([MESSAGE, BIG])
    assert all(proved(arrival) for arrival, _ in kept)


async def test_openssl_s_client_negotiates_only_what_mozilla_calls_intermediate() -> None:
    assert certificate().chain.exists()
    async with rig() as gateway:
        for cipher, accepted in (
            ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
            ("ECDHE-ECDSA-AES128-SHA", False),
            ("ECDHE-ECDSA-AES256-SHA384", False),
        ):
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{gateway.port}", "-starttls", "smtp", "-tls1_2"]
            process = await asyncio.create_subprocess_exec(
                *command,
                "-cipher",
                f"{cipher}:@SECLEVEL=0",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            output, _ = await asyncio.wait_for(process.communicate(), 30)
            assert (f"Cipher is {cipher}".encode() in output) == accepted, cipher


async def test_many_python_processes_deliver_at_once_and_none_is_lost() -> None:
    program = (
        "import smtplib,sys\n"
        "for n in range(10):\n"
        "    with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as s:\n"
        "        text = f'Subject: {sys.argv[2]}-{n}\\r\\n\\r\\nx\\r\\n'\n"
        f"        s.sendmail('gp@surgery.example', ['{SECURE}'], text)\n"
    )
    async with rig() as gateway:
        await asyncio.gather(*(run([sys.executable, "-c", program, str(gateway.port), str(at)]) for at in range(4)))
        contents = await gateway.contents()
    assert sorted(contents) == sorted(b"Subject: %d-%d\r\n\r\nx\r\n" % (at, n) for at in range(4) for n in range(10))
