"""Run the demo: start everything for real, send, wait, compare with what was expected, show a table."""

from __future__ import annotations

import asyncio
import contextlib
import email
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console

from gateway.adapters.host.system import SystemClock
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.staff import StaffStore
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role
from gateway.roles.demo.messages import CHILDREN, Expected, samples
from gateway.roles.demo.outcome import Outcome, by_message_id, decrypted, outcomes
from gateway.roles.demo.senders import post_form, send
from gateway.roles.demo.sinks import Received, Sink
from gateway.roles.demo.table import Line, show
from gateway.roles.demo.world import World, kill_agents, make_world, sink_certificate

WIDTH = 160  # of the table where nobody is at a terminal
READY_WITHIN_S = 60.0
SETTLED_WITHIN_S = 90.0
FORM_CHILD = {
    "family_name": "Wrenfield",
    "given_names": "Isadora",
    "date_of_birth-day": "3",
    "date_of_birth-month": "2",
    "date_of_birth-year": "2021",
    "nhs_number": "999 000 0085",
    "home_address": CHILDREN["oxford"].home,
    "home_postcode": CHILDREN["oxford"].postcode,
    "date_of_death-day": "20",
    "date_of_death-month": "11",
    "date_of_death-year": "2026",
}
FORM_QUESTION = {
    "enquirer_who": "professional",
    "enquirer_email": "head@school.example",
    "message": "When is the next training on the child death review process, and how do we book a place?",
}
FORM_EXPECTED = Expected("notification", "form", "decided", leaves=("forward:panel:oxfordshire",))
QUESTION_EXPECTED = Expected("general_query", "form", "decided", leaves=("general_copy:general_inbox",))


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that went in, to be found again by its reference (forms) or by its order (mail)."""

    name: str
    expected: Expected
    canary: str
    outcome: Outcome


async def demo(*, once: bool) -> int:
    """Run it. 0 only if every arrival had the outcome expected of it."""
    out = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    root = Path(tempfile.mkdtemp(prefix="cdop-"))
    try:
        out.print("[bold]Making a panel, two invented neighbours and their keys ...")
        world = await asyncio.to_thread(make_world, root)
        password = await _account(world)
        async with _sinks(world) as sinks, _running(world):
            await _wait_ready(world)
            sent = await _send_all(world, out)
            lines = [await _line(world, sinks, item) for item in sent]
            show(lines, out)
            _farewell(world, password, out)
            if not once:
                await asyncio.Event().wait()
        await kill_agents(world)
        return 0 if all(line.as_expected for line in lines) else 1
    except asyncio.CancelledError:
        return 0
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def _account(world: World) -> str:
    """Make a manager's account and return its password."""
    password = secrets.token_urlsafe(12)
    engine = open_engine(world.folders.database_url(""))
    accounts = StaffStore(engine, SqlStore(engine))
    await accounts.add(StaffId("demo"), "Demo Manager", password, Role.MANAGER, SystemClock().now())
    await engine.dispose()
    return password


@asynccontextmanager
async def _sinks(world: World) -> AsyncIterator[dict[str, Sink]]:
    names = {"relay": "relay.example", **{panel: f"mx.{panel}.example" for panel in world.neighbours}}
    sinks = {name: Sink(world.ports[name], *sink_certificate(world, host)) for name, host in names.items()}
    for sink in sinks.values():
        await sink.start()
    try:
        yield sinks
    finally:
        for sink in sinks.values():
            await sink.stop()


@asynccontextmanager
async def _running(world: World) -> AsyncIterator[None]:
    """`gateway run` as a process of its own, its log in DIR/var/log."""
    with (world.folders.log / "gateway.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "run", "--dir", str(world.deployment), stdout=log, stderr=log
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _wait_ready(world: World) -> None:
    async with aiohttp.ClientSession() as client, asyncio.timeout(READY_WITHIN_S):
        for port in ("m_intake", "m_worker", "m_console"):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with client.get(f"http://127.0.0.1:{world.ports[port]}/readyz") as answer:
                        if answer.status == 200:
                            break
                await asyncio.sleep(0.1)


async def _send_all(world: World, out: Console) -> list[Sent]:
    """Send one after the other, each when the one before is settled, so that each is known by its order."""
    sent = []
    for number, sample in enumerate(samples(), 1):
        await send(world, sample)
        sent.append(Sent(sample.name, sample.expected, sample.canary, await _settled(world, number)))
        _progress(out, number, sample.name, sent[-1].outcome)
    forms: tuple[tuple[str, str, dict[str, Any], Expected, str], ...] = (
        ("form: notification", "/notify/one-page", FORM_CHILD, FORM_EXPECTED, FORM_CHILD["family_name"]),
        ("form: question", "/enquire", FORM_QUESTION, QUESTION_EXPECTED, ""),
    )
    for number, (name, path, values, expected, canary) in enumerate(forms, len(sent) + 1):
        reference = await post_form(world, path, values)
        outcome = await _settled(world, number)
        if outcome.row.reference != reference:
            raise RuntimeError("the confirmation page showed another reference")
        sent.append(Sent(name, expected, canary, outcome))
        _progress(out, number, name, outcome)
    return sent


def _progress(out: Console, number: int, name: str, outcome: Outcome) -> None:
    left = ", ".join(outcome.leaves) or "nothing leaves"
    out.print(f"  {number:>2}  {name}: {outcome.row.state.value}; {left}", highlight=False, markup=False)


async def _settled(world: World, number: int) -> Outcome:
    """Wait until there are ``number`` intakes and the newest is settled."""
    async with asyncio.timeout(SETTLED_WITHIN_S):
        while True:
            found = await outcomes(world)
            if len(found) == number and all(item.is_settled for item in found):
                return found[-1]
            await asyncio.sleep(0.2)


async def _line(world: World, sinks: dict[str, Sink], sent: Sent) -> Line:
    received: dict[str, list[Received]] = {name: sink.received for name, sink in sinks.items()}
    taken = by_message_id(received)
    seen, leak = [], False
    for dispatch in sent.outcome.dispatches:
        place = taken.get(dispatch.message_id)
        if place is None:
            continue
        name, message = place
        in_clear = sent.canary.encode() in message.content if sent.canary else False
        leak = leak or in_clear
        if name in world.neighbours:
            plain = await decrypted(world, name, message)
            opened = plain is not None and (not sent.canary or sent.canary.encode() in _texts(plain))
            seen.append(f"{name}: {'decrypted, signature good' if opened else 'NOT READABLE'}")
            leak = leak or not opened
    return Line(sent.name, sent.outcome, sent.expected, tuple(seen), leak)


def _texts(plain: ConfidentialBytes) -> bytes:
    """Return every text inside a decrypted message, transfer encodings undone."""
    message = email.message_from_bytes(plain.reveal())
    payloads = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    return b"\n".join(payload for payload in payloads if isinstance(payload, bytes))


def _farewell(world: World, password: str, out: Console) -> None:
    ports = world.ports
    out.print(f"\nForm     https://127.0.0.1:{ports['web']}/", highlight=False)
    out.print(f"Console  https://127.0.0.1:{ports['console']}/   sign in: demo   password: {password}", highlight=False)
    out.print(f"Mail     127.0.0.1:{ports['mx']} (STARTTLS), 127.0.0.1:{ports['tls']} (TLS)", highlight=False)
    out.print(f"Authority of the demo's certificates: {world.ca_file}", highlight=False)
    out.print("Everything runs as one user here, so the roles are not separated. Ctrl-C ends the demo.\n")
