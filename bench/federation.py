"""A federation on loopback: each panel a gateway with its own keys and store, real SMTP over TLS between them.

``python -m bench.federation`` prints figures for a year of invented deaths; workers are killed at random durable
steps, and one panel cannot be reached for a while. A kill is an exception that nothing catches, before or after a
commit, a send or the removal of a spool file; the worker is then made anew from what is on disk.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import smtplib
import ssl
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from gateway.adapters.certificates import Authority, issue, make_authority
from gateway.adapters.config.settings import load_settings
from gateway.adapters.deployment import Answers, create
from gateway.adapters.journal import LogJournal
from gateway.adapters.layout import Layout
from gateway.adapters.metrics import PrometheusMetrics
from gateway.adapters.store import SqlStore, open_engine
from gateway.model.kinds import DispatchKind, DispatchState, IntakeState
from gateway.model.rows import HandoverRow, TransferRow
from gateway.roles import intake as intake_role
from gateway.roles.demo.messages import NOTE
from gateway.roles.demo.sinks import Sink
from gateway.roles.demo.world import SECURE_DOMAINS, ZONE, free_ports
from gateway.roles.wiring import Wired, wire_worker
from gateway.roles.worker import mend_held, send_out, take_in

POSTCODES: Mapping[str, str] = {
    "buckinghamshire": "HP20 1UY", "oxfordshire": "OX4 1AA", "hertfordshire": "SG1 1AA", "llr": "LE1 6AA",
    "norfolk": "NR1 3AA", "manchester": "M1 1AE", "leeds": "LS1 1AA", "sheffield": "S1 2AA",
    "nottinghamshire": "NG1 5AA", "pan-sussex": "BN1 1AA", "gloucestershire": "GL1 1AA", "suffolk": "IP1 1AA",
}  # fmt: skip
_STEPS_A_DEATH = 6  # at least so many: adopt, assess, decide, remove, send, sent
SENDER = "doctor@trust.example"


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Says when a worker dies: at these durable steps, counted over all workers."""

    draw: random.Random
    at: frozenset[int]
    steps: int = 0
    done: int = 0

    def strikes(self) -> bool:
        self.steps += 1
        struck = self.steps in self.at
        self.done += struck
        return struck


class Mortal:
    """A port one method of which is a durable step; everything else passes through."""

    def __init__(self, port: Any, method: str, fate: Fate) -> None:
        self._port, self._method, self._fate = port, method, fate

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        if name != self._method:
            return real

        async def step(*args: Any, **more: Any) -> Any:
            struck = self._fate.strikes()
            if struck and self._fate.draw.random() < 0.5:
                raise Killed
            result = await real(*args, **more)
            if struck:
                raise Killed
            return result

        return step


@dataclass(frozen=True)
class Death:
    """One invented death."""

    number: int
    residence: str
    place: str
    attached_bytes: int = 0
    where: str = "Invented General Hospital"  # with a postcode of another area, its panel is told

    def mail(self) -> bytes:
        digits = f"999{self.number:06d}"
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = SENDER, f"secure@{self.place}.example"
        message["Subject"] = "A notification"
        message["Message-ID"] = f"<death-{self.number}@trust.example>"
        text = NOTE.format(
            family=f"Invented{_letters(self.number)}", given=f"Child{_letters(self.number * 7 + 1)}",
            nhs=digits + _check_digit(digits), postcode=POSTCODES[self.residence], place=self.where,
        )  # fmt: skip
        born = date(2012, 1, 1) + timedelta(days=self.number * 11 % 5000)
        message.set_content(text.replace("03/02/2021", born.strftime("%d/%m/%Y")))
        if self.attached_bytes:
            drawn = random.Random(self.number).randbytes(self.attached_bytes)
            message.add_attachment(drawn, maintype="application", subtype="octet-stream", filename="scan.bin")
        return message.as_bytes()


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def _check_digit(digits: str) -> str:
    """Return the NHS number's check digit; where there is none (10), the number is simply not valid."""
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return str(rest % 11 % 10)


@dataclass
class Gateway:
    """One panel's gateway: its door, and a worker that can die."""

    panel: str
    layout: Layout
    port: int
    heavy: Wired
    fate: Fate
    door: intake_role.Intake | None = None
    worker: Wired | None = None
    engine: Any = None

    async def open_door(self) -> None:
        settings = load_settings(self.layout.config)
        self.door = await intake_role.start(self.layout, settings, LogJournal(), PrometheusMetrics())

    async def close_door(self) -> None:
        if self.door is not None:
            await self.door.close()
            self.door = None

    async def born(self) -> Wired:
        """Make the worker anew: nothing in memory but keys and parsing children, everything else from disk."""
        await self.gone()
        self.engine = open_engine(self.layout.database_url(""))
        store = SqlStore(self.engine)
        tools = replace(
            self.heavy.bench.tools,
            store=Mortal(store, "commit", self.fate),
            spool=Mortal(self.heavy.bench.tools.spool, "remove", self.fate),
        )
        outbound = replace(self.heavy.outbound, next_hop=Mortal(self.heavy.outbound.next_hop, "send", self.fate))
        self.worker = replace(self.heavy, bench=replace(self.heavy.bench, tools=tools), outbound=outbound)
        return self.worker

    async def gone(self) -> None:
        if self.engine is not None:
            await self.engine.dispose()
        self.engine = self.worker = None

    async def round(self) -> int:
        """Work once through what is due. A kill ends it, and the next round starts a new worker."""
        worker = self.worker or await self.born()
        try:
            return await take_in(worker) + await send_out(worker) + await mend_held(worker)
        except Killed:
            await self.gone()
            return 1

    def store(self) -> SqlStore:
        return self.heavy.bench.tools.store  # type: ignore[return-value] # the worker's own is this class


@dataclass
class Federation:
    """All panels, and the relay where answers to senders go."""

    root: Path
    gateways: dict[str, Gateway] = field(default_factory=dict)
    relay: Sink | None = None

    async def notify(self, death: Death) -> None:
        await asyncio.to_thread(self._deliver, death)

    def _deliver(self, death: Death) -> None:
        port = self.gateways[death.place].port
        context = ssl.create_default_context(cafile=str(self.root / "ca.pem"))
        with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.trust.example", timeout=60) as session:
            session._host = f"mx.{death.place}.example"  # type: ignore[attr-defined] # the certificate's name
            session.starttls(context=context)
            session.sendmail(SENDER, [f"secure@{death.place}.example"], death.mail())

    async def rest(self, limit_s: float = 420) -> None:
        """Work until no gateway has anything left to do without a person."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            work = [await gateway.round() for gateway in self.gateways.values()]
            queued = [await one.store().dispatches(states=(DispatchState.QUEUED,)) for one in self.gateways.values()]
            if not any(work) and not any(queued):
                return
            if not any(work):
                await asyncio.sleep(0.05)
        raise AssertionError("the federation did not come to rest")


def make(root: Path, panels: Sequence[str]) -> dict[str, int]:
    """Make every panel's deployment, keys and store, and confirm each to all others. Returns the mail ports."""
    now = datetime.now(UTC)
    authority = make_authority("Federation authority", now)
    (root / "ca.pem").write_bytes(authority.pem)
    (root / "zone").write_text(ZONE, encoding="utf-8")
    names = ("relay", *(f"{panel}/{use}" for panel in panels for use in ("mx", "tls", "web", "console", "a", "b", "c")))
    ports = free_ports(tuple(names))
    issued = issue(authority, ("relay.example", "127.0.0.1"), now)
    (root / "relay.crt").write_bytes(issued.certificate)
    (root / "relay.key").write_bytes(issued.key)
    for panel in panels:  # one after another: alembic's context is one for the whole process
        _deployment(root, panel, panels, ports, authority, now)
    for panel in panels:
        _confirm(root, panel, panels, now)
    return ports


def _deployment(
    root: Path, panel: str, panels: Sequence[str], ports: Mapping[str, int], authority: Authority, now: datetime
) -> None:
    ca_file = str(root / "ca.pem")
    hop = {"host": "127.0.0.1", "tls": "starttls", "ca_file": ca_file}
    further: dict[str, Mapping[str, Any]] = {
        "intake": {"mx_port": ports[f"{panel}/mx"], "tls_port": ports[f"{panel}/tls"],
                   "web_port": ports[f"{panel}/web"]},
        "console": {"port": ports[f"{panel}/console"]},
        "metrics": {"intake_port": ports[f"{panel}/a"], "worker_port": ports[f"{panel}/b"],
                    "console_port": ports[f"{panel}/c"]},
        "dns": {"zone_file": str(root / "zone")},
        "worker": {"poll_s": 0.1, "retry_s": 0.1},
        "outbox": {"first_retry_s": 0.1, "max_retry_s": 1.0, "timeout_s": 20.0, "max_message_bytes": 1_000_000},
        "users": {"separate": False},
        "next_hop.default": {"ca_file": ca_file, "server_name": "relay.example"},
        **{f'next_hop."panel:{other}"': {**hop, "port": ports[f"{other}/mx"], "server_name": f"mx.{other}.example"}
           for other in panels if other != panel},
    }  # fmt: skip
    answers = Answers(
        panel_id=panel, panel_name=f"{panel.title()} CDOP (invented)", domain=f"{panel}.example",
        hostname=f"mx.{panel}.example", secure=f"secure@{panel}.example", general=f"general@{panel}.example",
        general_inbox=f"staff@{panel}.example", operator=f"operator@{panel}.example", telephone="01632 960100",
        safeguarding_telephone="01632 960101", form_url="https://127.0.0.1:1/", console_url="https://127.0.0.1:1/",
        next_hop_host="127.0.0.1", next_hop_port=ports["relay"], further=further,
        certificate_names=(f"mx.{panel}.example", "127.0.0.1"),
    )  # fmt: skip
    layout = Layout(root / f"g{panels.index(panel)}")
    create(layout.root, answers, now, authority)
    listed = SECURE_DOMAINS.format(today=now.date().isoformat())
    (layout.config / "secure_domains.toml").write_text(listed, encoding="utf-8")


def _confirm(root: Path, panel: str, panels: Sequence[str], now: datetime) -> None:
    own = Layout(root / f"g{panels.index(panel)}")
    text = ""
    for number, other in enumerate(panels):
        theirs = Layout(root / f"g{number}")
        fingerprint = (theirs.worker_keys / "own-fingerprint").read_text("ascii").strip()
        if other == panel:
            continue
        (own.peers / f"{fingerprint}.asc").write_bytes((theirs.intake_keys / "openpgp.asc").read_bytes())
        text += (
            f'[panels.{other}]\nstatus = "confirmed"\nconfirmed_by = "the federation"\n'
            f"confirmed_on = {now.date().isoformat()}\n"
            f'fingerprint = "{fingerprint}"\ncontacts = [{{ email = "secure@{other}.example" }}]\n\n'
        )
    (own.config / "panels.toml").write_text(text, encoding="utf-8")


async def start(stack: AsyncExitStack, root: Path, panels: Sequence[str], fate: Fate) -> Federation:
    """Open every gateway's door and worker; all of it ends with ``stack``."""
    ports = await asyncio.to_thread(make, root, panels)
    federation = Federation(root)
    relay = Sink(ports["relay"], root / "relay.crt", root / "relay.key")
    await relay.start()
    stack.push_async_callback(relay.stop)
    federation.relay = relay
    for number, panel in enumerate(panels):
        layout = Layout(root / f"g{number}")
        settings = load_settings(layout.config)
        heavy = await stack.enter_async_context(wire_worker(layout, settings, LogJournal(), PrometheusMetrics()))
        gateway = Gateway(panel, layout, ports[f"{panel}/mx"], heavy, fate)
        stack.push_async_callback(_agents_end, layout)
        stack.push_async_callback(gateway.gone)
        stack.push_async_callback(gateway.close_door)
        await gateway.open_door()
        federation.gateways[panel] = gateway
    return federation


async def _agents_end(layout: Layout) -> None:
    process = await asyncio.create_subprocess_exec("gpgconf", "--homedir", str(layout.gnupg), "--kill", "all")
    await process.wait()


@dataclass(frozen=True)
class Figures:
    """What came of a run."""

    deaths: int
    cases: int
    forwards: int
    acknowledged: int
    taken: int
    receipts: int
    repeats: int
    kills: int
    faults: tuple[str, ...]


async def look(federation: Federation, deaths: Sequence[Death], fate: Fate) -> Figures:
    """Compare what every pair of panels holds of their hand-overs."""
    sent: dict[tuple[str, str, str], HandoverRow] = {}
    got: dict[tuple[str, str, str], TransferRow] = {}
    faults: list[str] = []
    cases = receipts = repeats = taken_rows = 0
    for panel, gateway in federation.gateways.items():
        store = gateway.store()
        own_cases = await store.cases()
        cases += len(own_cases)
        wanted = sum(1 for death in deaths if panel in (death.residence, death.place))
        if len(own_cases) != wanted:
            faults.append(f"{panel}: {len(own_cases)} cases for {wanted} deaths")
        for handover in await store.handovers():
            sent[panel, handover.panel, str(handover.dispatch_id)] = handover
        for row in await store.all_transfers():
            taken_rows += 1
            got[row.sender, panel, str(row.transfer)] = row
        rows = await store.intakes()
        repeats += sum(1 for row in rows if row.duplicate_of is not None)
        faults += [f"{panel}: {row.held_reason}" for row in rows if row.state is IntakeState.HELD]
        dispatches = await store.dispatches()
        receipts += sum(1 for row in dispatches if row.kind is DispatchKind.TRANSFER_RECEIPT)
        faults += [f"{panel}: {row.kind} {row.state}" for row in dispatches if row.state is not DispatchState.SENT]
    faults += _disagreements(sent, got, deaths)
    acknowledged = sum(1 for row in sent.values() if row.acknowledged_at is not None)
    return Figures(len(deaths), cases, len(sent), acknowledged, taken_rows, receipts, repeats, fate.done, tuple(faults))


def _disagreements(
    sent: Mapping[tuple[str, str, str], HandoverRow],
    got: Mapping[tuple[str, str, str], TransferRow],
    deaths: Sequence[Death],
) -> list[str]:
    faults = [f"only sent: {key}" for key in sent.keys() - got.keys()]
    faults += [f"only taken: {key}" for key in got.keys() - sent.keys()]
    for key in sent.keys() & got.keys():
        if sent[key].acknowledged_at is None:
            faults.append(f"not acknowledged: {key}")
        if sent[key].content_hash != got[key].manifest_sha256 or got[key].case_id is None:
            faults.append(f"the records differ: {key}")
    wanted = Counter((death.place, death.residence) for death in deaths if death.place != death.residence)
    found = Counter(key[:2] for key in got)
    faults += [
        f"{pair}: {found[pair]} for {wanted[pair]}"
        for pair in wanted.keys() | found.keys()
        if found[pair] != wanted[pair]
    ]
    if len({row.case_id for row in got.values()}) != len(got):
        faults.append("two transfers in one case")
    return faults


def year(panels: Sequence[str], number: int, draw: random.Random) -> list[Death]:
    """Invent deaths: everybody dies somewhere, about half of them outside their panel's area."""
    deaths = []
    for one in range(number):
        residence = panels[one % len(panels)]
        others = [panel for panel in panels if panel != residence]
        deaths.append(Death(one, residence, draw.choice(others) if draw.random() < 0.6 else residence))
    return deaths


async def run(
    root: Path, panels: Sequence[str], number: int, kills: int, seed: int = 1, say: Callable[[str], None] = print
) -> Figures:
    """Run a federation for one year's deaths, with one panel unreachable for the middle third of them."""
    draw = random.Random(seed)
    steps = range(1, number * _STEPS_A_DEATH)
    fate = Fate(random.Random(seed + 1), frozenset(draw.sample(steps, kills)))
    deaths = year(panels, number, draw)
    away = panels[-1]
    async with AsyncExitStack() as stack:
        federation = await start(stack, root, panels, fate)
        say(f"{len(panels)} gateways are up")
        for count, death in enumerate(deaths):
            if count == number // 3:
                await federation.gateways[away].close_door()
            if count == number * 2 // 3:
                await federation.gateways[away].open_door()
            if count < number // 3 or count >= number * 2 // 3 or death.place != away:
                await federation.notify(death)
            if count % len(panels) == 0:
                for gateway in federation.gateways.values():
                    await gateway.round()
        for death in deaths[number // 3 : number * 2 // 3]:  # the senders of that panel's area tried again
            if death.place == away:
                await federation.notify(death)
        await federation.rest()
        return await look(federation, deaths, fate)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a federation of gateways on loopback and print its figures.")
    parser.add_argument("--gateways", type=int, default=12)
    parser.add_argument("--deaths", type=int, default=300)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))
    began = time.monotonic()
    try:
        panels = tuple(POSTCODES)[: chosen.gateways]
        figures = asyncio.run(run(root, panels, chosen.deaths, chosen.kills, chosen.seed))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for name in ("deaths", "cases", "forwards", "acknowledged", "taken", "receipts", "repeats", "kills"):
        print(f"{name:14} {getattr(figures, name)}")
    print(f"{'seconds':14} {time.monotonic() - began:.0f}")
    for fault in figures.faults:
        print("FAULT", fault)
    return 1 if figures.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
