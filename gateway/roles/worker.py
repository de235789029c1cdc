"""The worker: opens, decides, writes moves, sends. Holds the private seal key and OpenPGP; talks to nobody else."""

from __future__ import annotations

import asyncio
import resource
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal, start_logging
from gateway.adapters.host.metrics import PrometheusMetrics, serve_health
from gateway.adapters.host.notice_files import Notices
from gateway.adapters.keys.keys_in_use import keys_in_use
from gateway.adapters.sealing.blobs import Sweeper
from gateway.model.kinds import AlarmKind, DispatchHeldReason, DispatchState, IntakeState
from gateway.ports import Permanent, Temporary
from gateway.roles.common import become, stop_event
from gateway.roles.intake_queue import IntakeQueue
from gateway.roles.loops import Loop, repeat
from gateway.roles.wiring import Wired, wire_worker
from gateway.steps.instructions.carry_out import carry_out, refuse
from gateway.steps.outbox.deliver import deliver, hold_dispatch, mend
from gateway.steps.watch.alarms import raise_alarm
from gateway.steps.watch.allowed import note_allowed
from gateway.steps.watch.digest import write_digests
from gateway.steps.watch.follow_up import follow_up
from gateway.steps.watch.key_watch import KeyWatch, watch_keys
from gateway.steps.watch.notices import NoticePlace, put_up
from gateway.steps.watch.table_watch import TableWatch, watch_tables

BATCH = 20
DESCRIPTORS = 16_384
SWEEP_EVERY_S = 15.0  # one of 256 folders each time
SWEEP_OLDER_THAN_S = 3600.0
NOTICE_EVERY_S = 3.0
MEND_EVERY_S = 5.0
LOOK_EVERY_S = 60.0
KEYS_EVERY_S = 6 * 3600.0


def main(root: Path) -> int:
    """Run the worker for the deployment at ``root`` until SIGTERM."""
    settings = load_settings(root / "config")
    journal = start_logging("worker")
    become(settings, "worker", journal)
    _allow_descriptors()
    asyncio.run(_serve(Folders(root), settings, journal))
    return 0


def _allow_descriptors() -> None:
    """Take as many descriptors as the system gives: every question to DNS has a socket of its own."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, DESCRIPTORS), most))


async def _serve(folders: Folders, settings: Settings, journal: LogJournal) -> None:
    stopping = stop_event()
    metrics = PrometheusMetrics()
    async with wire_worker(folders, settings, journal, metrics) as wired:
        health = await serve_health(metrics, settings.metrics.host, settings.metrics.worker_port, wired.ready)
        await note_allowed(wired.intake.tools, wired.intake.readers.known, wired.intake.matching_key)
        journal.event("worker_ready")
        poll_s = settings.worker.poll_s
        board, place = Notices(folders.notices), NoticePlace()
        keys, days, sweeper = KeyWatch(), TableWatch(), Sweeper(folders.blobs)
        async with asyncio.TaskGroup() as group:
            queue = IntakeQueue(wired.intake, group, wired.limits, stopping)
            loops = (
                Loop("take_in", poll_s, queue.look),
                Loop("obey", poll_s, lambda: obey(wired)),
                Loop("send_out", poll_s, lambda: send_out(wired, stopping)),
                Loop("mend", min(MEND_EVERY_S, poll_s * 10), lambda: mend_held(wired)),
                Loop("watch", LOOK_EVERY_S, lambda: watch(wired)),
                Loop("clean", SWEEP_EVERY_S, lambda: clean(wired, sweeper)),
                Loop("tell", NOTICE_EVERY_S, lambda: tell(wired, board, place)),
                Loop("keys", KEYS_EVERY_S, lambda: look_at_keys(wired, folders, keys)),
                Loop("tables", KEYS_EVERY_S, lambda: look_at_tables(wired, days)),
            )
            for loop in loops:
                group.create_task(repeat(stopping, loop, wired.intake.tools))
        await health.cleanup()
    journal.event("worker_stopped")


async def take_in(wired: Wired) -> int:
    """Adopt everything that waits in the spool, and work on all of it once. Return how much there was."""
    async with asyncio.TaskGroup() as group:
        return await IntakeQueue(wired.intake, group, wired.limits).look()


async def obey(wired: Wired) -> int:
    """Carry out what people decided. Return how many instructions there were."""
    tools = wired.intake.tools
    posted = await tools.store.posted_instructions(BATCH)
    for row in posted:
        try:
            await carry_out(tools, wired.instructions, row)
        except Temporary as error:
            tools.journal.event("instruction_waits", instruction_id=str(row.id), code=error.code)
        except Exception as error:  # the loop: one instruction that cannot be carried out must not stop the others
            tools.journal.event("instruction_fault", instruction_id=str(row.id), error=type(error).__name__)
            await refuse(tools, row, "fault")
    return len(posted)


async def send_out(wired: Wired, stopping: asyncio.Event | None = None) -> int:
    """Try every dispatch that is due, once. Return how many there were."""
    tools = wired.intake.tools
    due = await tools.store.due_dispatches(tools.clock.now(), BATCH)
    for row in due:
        if stopping is not None and stopping.is_set():
            break
        try:
            await deliver(tools, wired.outbound, row)
        except Temporary as error:
            tools.journal.event("dispatch_waits", dispatch_id=str(row.id), code=error.code)
        except Exception as error:  # the loop: one dispatch that cannot be made must not stop the others
            tools.journal.event("dispatch_fault", dispatch_id=str(row.id), error=type(error).__name__)
            await hold_dispatch(tools, row, DispatchHeldReason.STOPPED_BY_FAULT)
    return len(due)


async def mend_held(wired: Wired) -> int:
    """Queue again what was held for a key or a register entry that has been mended meanwhile."""
    tools = wired.intake.tools
    await wired.keys.refresh()
    held = await tools.store.dispatches(states=(DispatchState.HELD,))
    return sum([await mend(tools, wired.outbound, row) for row in held])


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many held intakes are past the time by which the panel must know."""

    count: int


async def watch(wired: Wired) -> Overdue:
    """Check the clocks: overdue held intakes raise an alarm; unanswered hand-overs get a reminder first.

    Once a day the general inbox gets the list of suspected spam.
    """
    tools = wired.intake.tools
    now = tools.clock.now()
    held = await tools.store.intakes(states=(IntakeState.HELD,))
    late = sum(1 for row in held if now - row.received_at > wired.notify_within)
    tools.metrics.gauge("gateway_intakes_held", float(len(held)))
    if late:
        await raise_alarm(tools, AlarmKind.CLOCK_OVERDUE)
    await follow_up(tools, wired.outbound.register(), wired.reminding)
    await write_digests(tools)
    return Overdue(late)


async def tell(wired: Wired, board: Notices, place: NoticePlace) -> int:
    """Put up the notices that changed, for the notifiers' status page."""
    return await put_up(wired.intake.tools, board, wired.outbound.register(), place)


async def clean(wired: Wired, sweeper: Sweeper) -> int:
    """Remove blob files that no row needs (see ``Sweeper``), and destroyed content from the database's log."""
    await wired.scrub()
    now_s = wired.intake.tools.clock.now().timestamp()
    old = await asyncio.to_thread(sweeper.old_files, SWEEP_OLDER_THAN_S, now_s)
    living = await wired.living_files(sorted(old)) if old else frozenset()
    return await asyncio.to_thread(sweeper.remove, living)


async def look_at_tables(wired: Wired, days: TableWatch) -> None:
    """Warn of authorities that end soon without a panel that follows."""
    await watch_tables(wired.intake.tools, days, wired.intake.readers.routing())


async def look_at_keys(wired: Wired, folders: Folders, keys: KeyWatch) -> None:
    """Try every key in use, ours first, and warn of those that are about to expire or fail."""
    tools = wired.intake.tools
    try:
        register = wired.outbound.register()
        reports = await keys_in_use(folders, register, tools.clock.now())
    except Permanent as error:
        tools.journal.event("keys_not_looked_at", code=error.code)
        await raise_alarm(tools, AlarmKind.KEY_EXPIRES)
        return
    await watch_keys(tools, keys, reports)
