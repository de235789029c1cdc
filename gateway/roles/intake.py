"""Intake: SMTP and the web form. Holds public keys only, writes to the spool, cannot read back."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop
from aiohttp import web

from gateway.adapters.children.pdf_pool import PdfPool
from gateway.adapters.config.areas import load_routing
from gateway.adapters.config.own_domain import own_domain
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.config.web_texts import load_web_texts
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal, start_logging
from gateway.adapters.host.metrics import PrometheusMetrics, serve_health
from gateway.adapters.host.notice_files import Notices
from gateway.adapters.host.system import SystemClock, entropy
from gateway.adapters.host.tls_server import bind
from gateway.adapters.openid.client import OpenIdProvider
from gateway.adapters.openid.openid_config import SECRET, client_of
from gateway.adapters.scanners import CLAMD_PORT, Clamd, address_of
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.smtp_in.server import BoundSocket, SmtpServer, serve
from gateway.adapters.smtp_in.smtp_settings import ClearTextRefusal, SmtpLimits, SmtpSettings
from gateway.adapters.smtp_in.tls import CertificateFiles, TlsContexts
from gateway.adapters.spool.web_deposit import SpoolDeposit
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.kinds import MailboxName, RouteOutcome
from gateway.model.residence.routing import Residence
from gateway.roles.common import become, stop_event
from gateway.stages.route import route
from gateway.stages.smtp.mailboxes import MailboxTable
from gateway.web.app import create_app
from gateway.web.pages.mta_sts import add_policy
from gateway.web.site import Site

_RECOVER_AGAIN_S = 5.0
_NAMED_WITHIN_S = 5.0  # at the end of the process; what takes longer is named at the next start


def main(root: Path) -> int:
    """Run intake for the deployment at ``root`` until SIGTERM."""
    settings = load_settings(root / "config")
    journal = start_logging("intake")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(Folders(root), settings, journal))
    return 0


async def _serve(folders: Folders, settings: Settings, journal: LogJournal) -> None:
    stopping = stop_event()
    metrics = PrometheusMetrics()
    intake = await start(folders, settings, journal, metrics, then=lambda: become(settings, "intake", journal))
    port = 0 if settings.intake.processes > 1 else settings.metrics.intake_port
    health = await serve_health(metrics, settings.metrics.host, port, lambda: _ready(folders))
    journal.event("intake_ready", port=settings.intake.mx_port)
    await stopping.wait()
    await intake.close()
    await health.cleanup()


@dataclass(frozen=True, slots=True)
class Intake:
    """The running servers: two mail listeners and the form."""

    smtp: SmtpServer
    form: web.AppRunner
    writer: SpoolWriter
    pdf: PdfPool
    recovering: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Stop listening and finish what is under way."""
        if self.recovering is not None:
            self.recovering.cancel()
        await self.smtp.close()
        await self.form.cleanup()
        await self.pdf.close()
        await self.writer.named(_NAMED_WITHIN_S)


async def start(
    folders: Folders,
    settings: Settings,
    journal: LogJournal,
    metrics: PrometheusMetrics,
    then: Callable[[], None] = lambda: None,
) -> Intake:
    """Bind the ports, do ``then`` (give up root), load the keys and serve."""
    intake = settings.intake
    several = intake.processes > 1
    mx = bind(intake.host, intake.mx_port, several)
    tls_socket = bind(intake.host, intake.tls_port, several)
    web_socket = bind(intake.web_host, intake.web_port, several)
    then()
    contexts = TlsContexts(certificate_files(folders))
    key = SealPublicKey.load(folders.intake_keys / "seal.pub")
    writer = SpoolWriter(folders.spool, key, lambda code: journal.event("spool_late", code=code))
    recovering = None if _recovered(writer, journal) else asyncio.create_task(_recover(writer, journal))
    if not several:
        writer.clean()
    smtp = await serve(
        smtp_settings(settings),
        contexts,
        writer,
        SystemClock(),
        entropy=entropy,
        listeners=(BoundSocket(mx), BoundSocket(tls_socket, implicit_tls=True)),
        journal=journal,
        metrics=metrics,
    )
    pdf = PdfPool()
    form = await _serve_form(folders, settings, writer, contexts, web_socket, journal, pdf)
    return Intake(smtp, form, writer, pdf, recovering)


def _recovered(writer: SpoolWriter, journal: LogJournal) -> bool:
    """Finish what an ended process promised. False if the disk prevents it: then it stays where it is."""
    try:
        found = writer.recover()
    except OSError:
        journal.event("spool_not_recovered")
        return False
    if found:
        journal.event("spool_recovered", count=found)
    return True


async def _recover(writer: SpoolWriter, journal: LogJournal) -> None:
    """Try again until it is done; mail is answered meanwhile, with 451 if the disk is full."""
    while not await asyncio.to_thread(_recovered, writer, journal):  # noqa: ASYNC110 - the disk has no event
        await asyncio.sleep(_RECOVER_AGAIN_S)


def certificate_files(folders: Folders) -> CertificateFiles:
    """Return where the certificate is, and the file of authorities whose client certificates count, if there is one."""
    keys = folders.intake_keys
    known = keys / "client-authorities.pem"
    return CertificateFiles(keys / "tls.crt", keys / "tls.key", known if known.exists() else None)


async def _serve_form(
    folders: Folders,
    settings: Settings,
    writer: SpoolWriter,
    contexts: TlsContexts,
    listening: socket.socket,
    journal: LogJournal,
    pdf: PdfPool,
) -> web.AppRunner:
    """Serve the public form over HTTPS. It routes by the packaged tables, only to say where a case will go."""
    tables = load_routing(folders.config, home_panel=settings.panel.id)

    def panel_of(residence: Residence) -> str | None:
        decision = route(residence, tables, SystemClock().now())
        panel = tables.panels.panel(decision.panel) if decision.panel is not None else None
        return panel.display if decision.outcome is RouteOutcome.ROUTE and panel is not None else None

    folders.form.mkdir(mode=0o700, exist_ok=True)
    app = create_app(
        site_of(settings, folders),
        SpoolDeposit(writer),
        folders.form,
        panel_of=panel_of,
        entropy=entropy,
        notice_of=Notices(folders.notices).read,
        scanner=scanner_of(settings.scan.clamd),
        openid=provider_of(settings, folders, journal),
        make_pdf=pdf.make,
    )
    add_policy(app, own_domain(settings))
    runner = web.AppRunner(app, access_log=None, handle_signals=False, lingering_time=1)
    await runner.setup()
    await web.SockSite(runner, listening, ssl_context=contexts.front).start()
    return runner


def scanner_of(clamd: str) -> Clamd | None:
    """Return the scanner of uploads that the settings name, or None."""
    return Clamd(*address_of(clamd, CLAMD_PORT)) if clamd else None


def provider_of(settings: Settings, folders: Folders, journal: LogJournal) -> OpenIdProvider | None:
    """Return the OpenID provider of the settings. One that cannot be used is left out: nobody needs it to notify."""
    client = client_of(settings.openid, folders.intake_keys / SECRET)
    if client is None and settings.openid.issuer:
        journal.event("openid_left_out")
    return OpenIdProvider(client, time.time, time.monotonic) if client is not None else None


async def _ready(folders: Folders) -> bool:
    """Say whether an arrival could be kept now: the spool can be written to."""
    return await asyncio.to_thread(os.access, folders.spool / "tmp", os.W_OK)


def site_of(settings: Settings, folders: Folders) -> Site:
    """Return what the public pages say about the panel."""
    panel, mail = settings.panel, settings.mail
    return Site(
        panel_name=panel.name,
        panel_id=panel.id,
        base_url=panel.form_url.rstrip("/"),
        phone=panel.telephone,
        phone_hours=panel.telephone_hours,
        social_care_name=panel.social_care_name,
        social_care_phone=panel.safeguarding_telephone,
        social_care_night_phone=panel.safeguarding_night_telephone or panel.safeguarding_telephone,
        secure_address=mail.secure[0],
        general_address=mail.general[0],
        brand_colour=panel.brand_colour,
        answer_days=panel.answer_days,
        texts=load_web_texts(packaged_config(), folders.config),
    )


def smtp_settings(settings: Settings) -> SmtpSettings:
    """Return the settings of the receiving side."""
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
