"""One SMTP session that hands one message to one server, in the order of RFC 5321 section 3.3.

Before TLS is up and verified, only EHLO and STARTTLS are sent: no address, no content.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException
from aiosmtplib.response import SMTPResponse

from gateway.adapters.smtp_out.certificates import certificate_code, is_tls_failure
from gateway.adapters.smtp_out.outbound_settings import OutboundSettings, Security
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.ports import Delivery, DeliveryOutcome, OutboundMail

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?![\d.])")  # RFC 3463 section 2
_PATH = re.compile(r"[^\x00-\x20\x7f<>]{1,320}")  # goes between angle brackets: nothing may break out of them


@dataclass(frozen=True, slots=True)
class Target:
    """One server to hand the message to, and how it must prove its identity."""

    address: str  # IP address or host name to connect to
    port: int
    server_name: str
    context: ssl.SSLContext
    security: Security = Security.STARTTLS
    check: Callable[[ssl.SSLObject], str | None] | None = None  # DANE: a code if the certificate is the wrong one
    username: str = ""
    password: ConfidentialText = NOTHING
    require_tls: bool = True
    delivery_reports: bool = True


class _Refused(Exception):
    """The session ends here with this outcome."""

    def __init__(self, outcome: DeliveryOutcome, code: str, max_bytes: int | None = None) -> None:
        super().__init__(code)
        self.delivery = Delivery(outcome, code, max_bytes)


def reply_code(code: int, text: str) -> str:
    """Return reply code and enhanced status. The rest of a reply may contain anything and is dropped."""
    if not 200 <= code <= 599:
        return "reply"  # no SMTP reply at all
    enhanced = _ENHANCED.match(text)
    return f"{code:03d} {enhanced.group()}" if enhanced else f"{code:03d}"


def _judge(response: SMTPResponse) -> None:
    """Continue after 2yz; end after anything else. Anything but 5yz may work later."""
    if 200 <= response.code <= 299:
        return
    permanent = 500 <= response.code <= 599
    outcome = DeliveryOutcome.PERMANENT if permanent else DeliveryOutcome.TEMPORARY
    raise _Refused(outcome, reply_code(response.code, response.message))


async def deliver(target: Target, mail: OutboundMail, settings: OutboundSettings) -> Delivery:
    """Hand one message over. Never raises, whatever a peer or the network does."""
    smtp: SMTP | None = None
    try:
        async with asyncio.timeout(settings.total_timeout_s):
            smtp = await _connect(target, settings)
            await _secure(smtp, target, settings)
            await _sign_in(smtp, target)
            delivery = await _hand_over(smtp, target, mail, settings)
        await _quit(smtp)  # outside the time-out: what is accepted stays accepted
    except _Refused as refused:
        return refused.delivery
    except (OSError, SMTPException) as error:
        return _translate(error)
    else:
        return delivery
    finally:
        if smtp is not None:
            smtp.close()


def _translate(error: OSError | SMTPException) -> Delivery:
    """Turn a network fault into a word. The exception's text may quote the peer and goes no further."""
    wrong = certificate_code(error)
    if wrong is not None:
        return Delivery(DeliveryOutcome.WRONG_CERTIFICATE, wrong)
    if isinstance(error, TimeoutError):
        return Delivery(DeliveryOutcome.TEMPORARY, "timeout")
    if is_tls_failure(error):
        return Delivery(DeliveryOutcome.TEMPORARY, "tls_handshake")
    if isinstance(error, SMTPResponseException):
        # Greeting, EHLO, STARTTLS and AUTH only: a server that is not ready says nothing about the message.
        return Delivery(DeliveryOutcome.TEMPORARY, reply_code(error.code, error.message))
    return Delivery(DeliveryOutcome.TEMPORARY, "connection")


async def _connect(target: Target, settings: OutboundSettings) -> SMTP:
    connection = await _open_socket(target, settings.connect_timeout_s)
    implicit = target.security is Security.IMPLICIT_TLS
    smtp = SMTP(
        hostname=target.server_name,
        sock=connection,
        use_tls=implicit,
        start_tls=False,  # done below, once EHLO was read
        tls_context=target.context,
        local_hostname=settings.helo_name,
        timeout=settings.command_timeout_s,
    )
    try:
        await smtp.connect()
    except BaseException:  # a cancelled task too: the connection must not stay open
        connection.close()
        raise
    return smtp


async def _open_socket(target: Target, timeout_s: float) -> socket.socket:
    """Connect by TCP, trying each address of the host in turn."""
    loop = asyncio.get_running_loop()
    failed: OSError = ConnectionError()
    async with asyncio.timeout(timeout_s):
        for family, kind, protocol, _, address in await loop.getaddrinfo(
            target.address, target.port, type=socket.SOCK_STREAM
        ):
            connection = socket.socket(family, kind, protocol)
            connection.setblocking(False)
            try:
                await loop.sock_connect(connection, address)
            except OSError as error:
                connection.close()
                failed = error
                continue
            except BaseException:  # a cancelled task too
                connection.close()
                raise
            return connection
    raise failed


async def _secure(smtp: SMTP, target: Target, settings: OutboundSettings) -> None:
    """Start TLS and verify the other end; then EHLO again, because what was said in clear is void (RFC 3207 4.2)."""
    if target.security is Security.STARTTLS:
        await smtp.ehlo()
        if not smtp.supports_extension("starttls"):
            raise _Refused(DeliveryOutcome.TEMPORARY, "no_starttls")
        await smtp.starttls(server_hostname=target.server_name, timeout=settings.command_timeout_s)
    tls: ssl.SSLObject | None = smtp.get_transport_info("ssl_object")
    if tls is None:
        raise _Refused(DeliveryOutcome.TEMPORARY, "no_tls")
    wrong = target.check(tls) if target.check is not None else None
    if wrong is not None:
        raise _Refused(DeliveryOutcome.WRONG_CERTIFICATE, wrong)
    await smtp.ehlo()


async def _sign_in(smtp: SMTP, target: Target) -> None:
    if target.username:
        # PLAIN, only inside verified TLS: a challenge method would add nothing.
        await smtp.auth_plain(target.username, target.password.reveal())


async def _hand_over(smtp: SMTP, target: Target, mail: OutboundMail, settings: OutboundSettings) -> Delivery:
    """MAIL, RCPT, DATA. 2yz after the final dot, and only that, is SENT (RFC 5321 section 6.1)."""
    for path in (mail.reverse_path, mail.forward_path):
        if path and not _PATH.fullmatch(path):
            raise _Refused(DeliveryOutcome.PERMANENT, "bad_address")
    if not mail.forward_path:
        raise _Refused(DeliveryOutcome.PERMANENT, "bad_address")
    sender = [f"FROM:<{mail.reverse_path}>".encode(), *_mail_options(smtp, target, mail)]
    _judge(await smtp.execute_command(b"MAIL", *sender))
    receiver = [f"TO:<{mail.forward_path}>".encode(), *_rcpt_options(smtp, target, mail)]
    _judge(await smtp.execute_command(b"RCPT", *receiver))
    try:
        response = await smtp.data(mail.message, timeout=settings.data_timeout_s)
    except SMTPResponseException as refused:
        _judge(SMTPResponse(refused.code, refused.message))
        raise _Refused(DeliveryOutcome.TEMPORARY, reply_code(refused.code, refused.message)) from None
    return Delivery(DeliveryOutcome.SENT, reply_code(response.code, response.message))


def _mail_options(smtp: SMTP, target: Target, mail: OutboundMail) -> list[bytes]:
    """Return what MAIL asks for; refuse what the server cannot carry."""
    options: list[bytes] = []
    if smtp.supports_extension("size"):  # RFC 1870
        limit = smtp.esmtp_extensions["size"].strip()
        if limit.isascii() and limit.isdigit() and len(limit) < 16 and 0 < int(limit) < len(mail.message):
            raise _Refused(DeliveryOutcome.PERMANENT, "too_big_for_next_hop", int(limit))
        options.append(f"SIZE={len(mail.message)}".encode())
    if not mail.message.isascii():  # RFC 6152
        if not smtp.supports_extension("8bitmime"):
            raise _Refused(DeliveryOutcome.PERMANENT, "no_8bitmime")
        options.append(b"BODY=8BITMIME")
    if not (mail.reverse_path + mail.forward_path).isascii():  # RFC 6531
        if not smtp.supports_extension("smtputf8"):
            raise _Refused(DeliveryOutcome.PERMANENT, "no_smtputf8")
        options.append(b"SMTPUTF8")
    if target.require_tls and smtp.supports_extension("requiretls"):  # RFC 8689 section 2
        options.append(b"REQUIRETLS")
    if _asks_reports(smtp, target, mail):  # RFC 3461 sections 4.3, 4.4
        options.extend((b"RET=HDRS", f"ENVID={mail.dispatch_id}".encode()))
    return options


def _rcpt_options(smtp: SMTP, target: Target, mail: OutboundMail) -> list[bytes]:
    return [b"NOTIFY=SUCCESS,FAILURE,DELAY"] if _asks_reports(smtp, target, mail) else []


def _asks_reports(smtp: SMTP, target: Target, mail: OutboundMail) -> bool:
    """No report can come back to a null reverse-path (RFC 5321 section 4.5.5), so none is asked for."""
    return bool(target.delivery_reports and mail.reverse_path and smtp.supports_extension("dsn"))


async def _quit(smtp: SMTP) -> None:
    """Say goodbye. The server already has the message, and nothing here changes that."""
    try:
        await smtp.quit(timeout=5)
    except (OSError, SMTPException):
        smtp.close()
