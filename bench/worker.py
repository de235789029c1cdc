"""The worker by itself: what it decides a second, and how long an honest mail waits behind what strangers send.

Arrivals are sealed straight into the spool of a deployment made for this, and the worker's own queue works on them;
times are from the moment an arrival lies in the spool to the row that says it is decided or held.

``python -m bench.worker``            an honest mail behind 100 of silent zones and behind 4 MB of HTML; 300 mixed
``python -m bench.worker --soak 600`` 20 arrivals a second for so many seconds: percentiles and memory
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Arrival, Connection, Envelope
from gateway.model.ids import IntakeId, reference, uuid7
from gateway.model.kinds import Channel, MailboxName
from gateway.ports import DnsAnswer, DnsStatus
from gateway.roles.demo.world import World, kill_agents, make_world
from gateway.roles.intake_queue import IntakeQueue
from gateway.roles.wiring import Wired, wire_worker
from gateway.steps.intake.advance import SETTLED, is_damaged

POLL_S = 0.02
SECURE, GENERAL = MailboxName.SECURE, MailboxName.GENERAL
NOTE = "Child's name: Ann Example\r\nDate of birth: 03/02/2019\r\nDate of death: 01/11/2026\r\nAddress: 1 Mill Lane\r\n"


class Zones:
    """DNS in memory: names under ``silent.example`` are never answered, all others have nothing."""

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        if name.endswith("silent.example"):
            await asyncio.Event().wait()
        return DnsAnswer(DnsStatus.NONE)


def mail(author: str, text: str, content_type: str = "text/plain; charset=utf-8") -> bytes:
    number = os.urandom(8).hex()
    head = f"From: {author}\r\nTo: x@cdop.example\r\nSubject: A question\r\nMessage-ID: <{number}@a.example>\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{text}\r\n".encode()


def heavy_html() -> bytes:
    """200 parts of 18 kB, elements begun and never ended."""
    part = "--b\r\nContent-Type: text/html\r\n\r\n" + "\r\n".join(["<q></x>" * 100] * 26) + "\r\n"
    return mail("a@stranger.example", part * 200 + "--b--", "multipart/mixed; boundary=b")


class Rig:
    """A deployment, its worker's queue, and what waits in it."""

    def __init__(self, world: World, wired: Wired, group: asyncio.TaskGroup) -> None:
        key = SealPublicKey.load(world.folders.intake_keys / "seal.pub")
        self.writer = SpoolWriter(world.folders.spool, key)
        self.wired = wired
        self.stopping = asyncio.Event()
        self.queue = IntakeQueue(wired.intake, group, wired.limits, self.stopping)
        self.put_at: dict[IntakeId, float] = {}
        self.taken: dict[IntakeId, float] = {}

    async def put(self, mailbox: MailboxName, raw: bytes) -> IntakeId:
        now = datetime.now(UTC)
        intake_id = IntakeId(uuid7(now, os.urandom(16)))
        author = raw.partition(b"From: ")[2].partition(b"\r\n")[0].decode()
        arrival = Arrival(
            intake_id,
            reference(os.urandom(16)),
            mailbox,
            Channel.SMTP,
            now,
            Connection("192.0.2.7", "mail.a.example"),
            Envelope(author, "x@cdop.example"),
        )
        await self.writer.keep([arrival], [raw])
        self.put_at[intake_id] = time.perf_counter()
        return intake_id

    async def look(self) -> None:
        """Let the queue look once, and note what is settled: its file is gone, or its row says so."""
        await self.queue.look()
        store = self.wired.intake.tools.store
        for intake_id in [one for one in self.put_at if one not in self.taken]:
            known = self.queue._known.get(intake_id)
            row = known.adopted.row if known is not None and known.adopted is not None else None
            row = row or await store.intake(intake_id)
            if row is not None and row.state in SETTLED:
                if is_damaged(row):
                    raise SystemExit("the bench put something into the spool that does not open")
                self.taken[intake_id] = time.perf_counter() - self.put_at[intake_id]

    async def until(self, ids: Sequence[IntakeId], limit_s: float) -> list[float]:
        """Work until these are settled; return how long each took."""
        async with asyncio.timeout(limit_s):
            while not all(one in self.taken for one in ids):
                await self.look()
                await asyncio.sleep(POLL_S)
        return [self.taken[one] for one in ids]


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    root = Path(tempfile.mkdtemp(prefix="b-", dir="/tmp"))  # short: gpg-agent's sockets lie below it
    world = make_world(root)
    try:
        settings = load_settings(world.folders.config)
        async with wire_worker(world.folders, settings, LogJournal(), PrometheusMetrics()) as wired:
            evidence = SenderAuthenticator(Zones(), wired.intake.tools.clock, authserv_id="gateway.example")
            readers = replace(wired.intake.readers, evidence=evidence)
            fresh = replace(wired, intake=replace(wired.intake, readers=readers))
            async with asyncio.TaskGroup() as group:
                made = Rig(world, fresh, group)
                await made.until([await made.put(SECURE, mail("a@a.example", "warm"))], 120)
                yield made
                made.stopping.set()
                for task in made.queue.tasks:
                    task.cancel()
            await evidence.close()
    finally:
        await kill_agents(world)
        shutil.rmtree(root, ignore_errors=True)


async def mixed(made: Rig) -> None:
    """300 arrivals, a third each: notifications, general questions, HTML questions."""
    texts: tuple[Callable[[int], tuple[MailboxName, bytes]], ...] = (
        lambda n: (SECURE, mail(f"a{n}@a.example", NOTE)),
        lambda n: (GENERAL, mail(f"a{n}@a.example", "When is the next training day? Thank you.")),
        lambda n: (GENERAL, mail(f"a{n}@a.example", "<p>May we have <b>20</b> posters?</p>", "text/html")),
    )
    ids = [await made.put(*texts[number % 3](number)) for number in range(300)]
    used, started = _processor_s(), time.perf_counter()
    await made.until(ids, 600)
    taken = time.perf_counter() - started
    each_ms = (_processor_s() - used) / 300 * 1000
    print(f"300 mixed: {300 / taken:6.1f}/s, {each_ms:5.1f} ms of processor each in the worker, its children apart")


async def behind_silence(made: Rig) -> None:
    for number in range(100):
        await made.put(GENERAL, mail(f"a@d{number}.silent.example", "hello"))
    await made.queue.look()
    await _honest(made, "100 mails of silent zones")


async def behind_html(made: Rig) -> None:
    raw = heavy_html()
    await made.put(GENERAL, raw)
    await made.queue.look()
    await _honest(made, f"a mail of {len(raw) / 1e6:.1f} MB of unclosed HTML")


async def _honest(made: Rig, behind: str) -> None:
    for mailbox in (SECURE, GENERAL):
        [taken] = await made.until([await made.put(mailbox, mail("b@honest.example", NOTE))], 600)
        row = await made.wired.intake.tools.store.intake(list(made.put_at)[-1])
        state = "" if row is None else f"{row.state.value} {row.held_reason.value if row.held_reason else ''}".strip()
        print(f"honest mail to the {mailbox.value} mailbox behind {behind}: {state} after {taken:.2f} s")


async def soak(made: Rig, seconds: int) -> None:
    """20 arrivals a second, for so many seconds."""
    before = _resident_mb()
    ids: list[IntakeId] = []
    started = time.perf_counter()

    async def put() -> None:
        while time.perf_counter() - started < seconds:
            number = len(ids)
            mailbox = SECURE if number % 2 else GENERAL
            ids.append(await made.put(mailbox, mail(f"a{number}@a.example", NOTE if number % 2 else "When is it?")))
            await asyncio.sleep(max(0.0, started + len(ids) / 20 - time.perf_counter()))

    putting = asyncio.create_task(put())
    while not putting.done():
        await made.look()
        await asyncio.sleep(POLL_S)
    await putting
    found = sorted(await made.until(ids, 600))
    late = found[int(len(found) * 0.99)]
    print(
        f"{len(ids)} arrivals at 20/s: median {statistics.median(found):.2f} s, p99 {late:.2f} s,"
        f" worst {found[-1]:.2f} s; memory {before:.0f} MB before, {_resident_mb():.0f} MB after"
    )


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def run(steps: Sequence[Callable[[Rig], Awaitable[None]]]) -> None:
    for step in steps:
        async with rig() as made:
            await step(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--soak", type=int, metavar="SECONDS")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    if given.soak:
        asyncio.run(run([lambda made: soak(made, given.soak)]))
    else:
        asyncio.run(run([behind_silence, behind_html, mixed]))


if __name__ == "__main__":
    main()
