"""The console: what staff see and decide. Holds the private case key; talks to nobody but browsers and the store."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from gateway.adapters.config.answers import load_answers
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.adapters.config.screening import load_screening
from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal, start_logging
from gateway.adapters.host.metrics import PrometheusMetrics, serve_health
from gateway.adapters.host.system import SystemClock
from gateway.adapters.host.tls_server import bind, server_context
from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.blobs import SealedBlobs
from gateway.adapters.sealing.instruction_keys import load_private
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.console_desk import ConsoleDesk, DeskKeys
from gateway.adapters.store.console_reads import ConsoleReads
from gateway.adapters.store.staff import SessionLimits, StaffStore
from gateway.console import create_console, registry_sections
from gateway.console.console_settings import Clocks, ConsoleSettings, PanelChoice
from gateway.model.residence.panels import PanelStatus
from gateway.roles.common import become, follow_up_policy, stop_event


def main(root: Path) -> int:
    """Run the console for the deployment at ``root`` until SIGTERM."""
    settings = load_settings(root / "config")
    journal = start_logging("console")
    asyncio.run(_serve(Folders(root), settings, journal))
    return 0


async def _serve(folders: Folders, settings: Settings, journal: LogJournal) -> None:
    stopping = stop_event()
    listening = bind(settings.console.host, settings.console.port)
    become(settings, "console", journal)
    engine = open_engine(folders.database_url(settings.database.url))
    store = SqlStore(engine)
    limits = SessionLimits(
        idle=timedelta(minutes=settings.console.idle_minutes),
        absolute=timedelta(hours=settings.console.absolute_hours),
    )
    desk = ConsoleDesk(store, ConsoleReads(engine), desk_keys(folders), SystemClock())
    accounts = StaffStore(engine, store, limits)
    app = create_console(desk, accounts, console_settings(folders, settings), SystemClock())
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    context = server_context(folders.console_keys / "tls.crt", folders.console_keys / "tls.key")
    await web.SockSite(runner, listening, ssl_context=context).start()

    async def ready() -> bool:
        await store.posted_instructions(1)
        return True

    health = await serve_health(PrometheusMetrics(), settings.metrics.host, settings.metrics.console_port, ready)
    journal.event("console_ready", port=settings.console.port)
    await stopping.wait()
    await runner.cleanup()
    await health.cleanup()
    await engine.dispose()


def desk_keys(folders: Folders) -> DeskKeys:
    """Return the console's desk: it reads what staff may read and asks the worker for the rest."""
    ring = KeyRing.load(folders.console_keys, "case")
    newest = next(iter(ring.keys.values())).public
    return DeskKeys(
        opener=BlobOpener(folders.blobs, ring),
        to_worker=SealedBlobs(folders.blobs, SealPublicKey.load(folders.console_keys / "seal.pub")),
        to_staff=SealedBlobs(folders.blobs, newest),
        signing=load_private(folders.console_keys / "instruction.key"),
    )


def console_settings(folders: Folders, settings: Settings) -> ConsoleSettings:
    """Return what the pages need to know about the office."""
    register = load_panels(packaged_config() / "panels.toml", folders.config / "panels.toml")
    panels = tuple(
        PanelChoice(panel.id, panel.name, panel.status is PanelStatus.CONFIRMED or panel.id == settings.panel.id)
        for panel in register.panels.values()
    )
    return ConsoleSettings(
        office_name=settings.panel.name,
        home_panel=settings.panel.id,
        panels=panels,
        sections=registry_sections(),
        card_texts=load_screening(packaged_config()).texts,
        templates=load_answers((packaged_config(), folders.config)),
        clocks=Clocks(timedelta(hours=settings.clocks.notify_h), timedelta(hours=settings.clocks.ncmd_h)),
        follow_up=follow_up_policy(settings),
        give_up=timedelta(hours=settings.outbox.give_up_h),
    )
