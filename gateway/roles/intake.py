"""Intake: SMTP and the web form. Holds public keys only, writes to the spool, cannot read back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvloop

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.journal import LogJournal, start_logging
from gateway.adapters.layout import Layout
from gateway.adapters.metrics import PrometheusMetrics, serve_health
from gateway.adapters.seal import SealPublicKey
from gateway.adapters.smtp_in.server import Listener, bind, serve
from gateway.adapters.smtp_in.settings import ClearTextRefusal, SmtpLimits, SmtpSettings
from gateway.adapters.smtp_in.tls import CertificateFiles, TlsContexts
from gateway.adapters.spool_writer import SpoolWriter
from gateway.adapters.system import SystemClock, entropy
from gateway.model.kinds import MailboxName
from gateway.roles.common import become, stop_event
from gateway.stages.smtp.mailboxes import MailboxTable


def main(root: Path) -> int:
    """Run intake for the deployment at ``root`` until SIGTERM."""
    settings = load_settings(root / "config")
    journal = start_logging("intake")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(Layout(root), settings, journal))
    return 0


async def _serve(layout: Layout, settings: Settings, journal: LogJournal) -> None:
    stopping = stop_event()
    several = settings.intake.processes > 1
    mx = bind(settings.intake.host, settings.intake.mx_port, several)
    tls_socket = bind(settings.intake.host, settings.intake.tls_port, several)
    web_socket = bind(settings.intake.web_host, settings.intake.web_port, several)
    become(settings, "intake", journal)
    files = CertificateFiles(layout.intake_keys / "tls.crt", layout.intake_keys / "tls.key")
    contexts = TlsContexts(files)
    writer = SpoolWriter(layout.spool, SealPublicKey.load(layout.intake_keys / "seal.pub"))
    if not several:
        writer.clean()
    smtp = await serve(
        smtp_settings(settings),
        contexts,
        writer,
        SystemClock(),
        entropy=entropy,
        listeners=(Listener(mx), Listener(tls_socket, implicit_tls=True)),
    )
    metrics = PrometheusMetrics()
    health = await serve_health(
        metrics, settings.metrics.host, 0 if several else settings.metrics.intake_port, _ready(layout)
    )
    journal.event("intake_ready", port=settings.intake.mx_port)
    await stopping.wait()
    await smtp.close()
    await health.cleanup()


def smtp_settings(settings: Settings) -> SmtpSettings:
    """Return what the receiving side is told, from the deployment's settings."""
    mail = settings.mail
    addresses = {
        **{address.lower(): MailboxName.SECURE for address in mail.secure},
        **{address.lower(): MailboxName.GENERAL for address in mail.general},
        **{address.lower(): MailboxName.REPORTS for address in mail.reports},
    }
    refusing = {
        MailboxName.SECURE: settings.intake.refuse_clear_text_secure,
        MailboxName.GENERAL: settings.intake.refuse_clear_text_general,
    }
    refusal = ClearTextRefusal(
        frozenset(name for name, refuses in refusing.items() if refuses),
        settings.panel.form_url,
        settings.panel.telephone,
    )
    return SmtpSettings(
        host_name=mail.hostname,
        mailboxes=MailboxTable(addresses, frozenset({mail.domain.lower()})),
        limits=SmtpLimits(max_bytes=settings.intake.max_bytes),
        clear_text=refusal,
    )
