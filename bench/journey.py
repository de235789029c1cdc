"""How many modules one mail, one form and one instruction run through, and which values are read more than once.

Each journey goes over loopback through the real parts, intake, worker and console one after another in this process.
A module runs if a function of it does; what only an import runs is not counted, so every journey is walked once before.
What the parsing children do for the mail runs here too. The gateway's loops are walked for this journey only: reading
of keys, clocks and notices goes on in a deployment whether anything comes or not.

A value is one text or one run of bytes. It is read again where a reader of its row is handed the same once more, in
whatever process that would be.

Run it as ``python -m bench.journey``; ``--modules`` names the modules, ``--mail NAME`` takes another of the demo's.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import hashlib
import importlib
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

import aiohttp
from aiohttp import web

import gateway
from gateway.adapters.children.confined.frames import Description
from gateway.adapters.children.confined.pool import ConfinedPool
from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.host.system import SystemClock
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.staff import StaffStore
from gateway.console import create_console
from gateway.model.content.message import Mail
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role
from gateway.roles.console import console_settings
from gateway.roles.demo.messages import samples
from gateway.roles.demo.run import FORM_CHILD
from gateway.roles.demo.world import World, kill_agents, make_world
from gateway.roles.wiring import Wired, wire_worker
from gateway.roles.worker import obey, send_out, take_in
from tests.console.conftest import PASSWORD, QUICK_HASHER, Browser
from tests.journeys.mail import sample
from tests.journeys.walk import Walk, walking

PACKAGE = str(Path(gateway.__file__).parent) + "/"
NOT_THE_GATEWAY = "roles/demo/"  # senders and receivers of the journey
INTAKE, WORKER, CONSOLE = PROCESSES = ("intake", "worker", "console")
MAIL = "notification, lives in Oxford"
HELD = "question with a child's name and birth date"
STAMPED = "notification_datetime"  # intake adds it to the answers
RESTS_WITHIN_S = 10.0

SPOOL_FILE = "spool file, opened"
# Value, where its reader is, the argument that is the value.
READERS = (
    ("sealed content, opened", "unseal.py:open_chunks", "header"),
    ("context of a seal", "unseal.py:_context", "encoded"),
    ("frame, split", "framing.py:split", "frame"),
    ("arrival record", ":load_arrival", "encoded"),
    ("record", ":unpack_record", "content"),
    ("assessment", ":unpack_assessment", "content"),
    ("instruction", ":unpack_instruction", "content"),
    ("payload of a dispatch", ":unpack_payload", "sealed"),
    ("mail, as MIME", "mime/parse.py:_read", "raw"),
    ("mail, as MIME", "mime/outline.py:leaves", "raw"),
    ("mail, as MIME", "pgp_mime.py:read_entity", "raw"),
    ("mail, as MIME", "dkim_child.py:verify", "message"),
    ("mail, from its parsing child", "mime_frames.py:answered", "contents"),
    ("one MIME field", "mime/fields.py:parameters", "field"),
    ("one From", "mime/fields.py:mailboxes", "field"),
    ("one From", "assess/author.py:_one_mailbox", "value"),
    ("thread of a mail", "threads.py:thread_index", "mail"),
    ("one domain name", "assess/names.py:a_label", "name"),
    ("form post", "form_post.py:unpack", "content"),
    ("what a browser posted", "controls.py:answers", "posted"),
    ("answers of a form", "extract/form.py:from_form", "values"),
    ("one date", "extract/dates.py:parse", "text"),
    ("one postcode", "normalise.py:parse_unit", "text"),
    ("one postcode", "normalise.py:parse_partial", "text"),
    ("one postcode", "normalise.py:find_units", "text"),
    ("one postcode", "normalise.py:find_partials", "text"),
    ("OpenPGP packets", "packets.py:_one", "data"),
)


@dataclass(slots=True)
class Seen:
    """What ran during one journey: modules by process, and how often each reader was handed each value."""

    modules: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in PROCESSES})
    reads: dict[str, Counter[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(Counter))


class Watch:
    """Counts what runs while a process of the gateway is named. Put in before any thread starts."""

    def __init__(self) -> None:
        self._process: str | None = None
        self._seen = Seen()
        self._known: dict[CodeType, tuple[str | None, tuple[tuple[str, str, str], ...]]] = {}
        self._spool = ""

    def start(self) -> None:
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        sys.addaudithook(self._opened)

    def begin(self, spool: Path) -> Seen:
        """Count anew; return what will be counted."""
        self._seen, self._spool = Seen(), f"{spool / 'new'}/"
        return self._seen

    @contextmanager
    def process(self, name: str) -> Iterator[None]:
        """Count what runs now for one process."""
        self._process = name
        try:
            yield
        finally:
            self._process = None

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        process = self._process
        if process is None or event != "call":
            return
        code = frame.f_code
        if code not in self._known:
            self._known[code] = _place(code)
        module, readers = self._known[code]
        if module is None:
            return
        self._seen.modules[process].add(module)
        if readers and code.co_code[frame.f_lasti + 1] == _FROM_THE_START:
            for value, reader, name in readers:
                self._seen.reads[value][(process, reader, _digest(frame.f_locals[name]))] += 1

    def _opened(self, event: str, arguments: tuple[Any, ...]) -> None:
        process = self._process
        if process is None or event != "open" or not str(arguments[0]).startswith(self._spool):
            return
        if arguments[2] & os.O_ACCMODE == os.O_RDONLY:
            self._seen.reads[SPOOL_FILE][(process, "open", str(arguments[0]))] += 1


_FROM_THE_START = 0  # the argument of RESUME where a function begins; a coroutine that goes on has another


def _place(code: CodeType) -> tuple[str | None, tuple[tuple[str, str, str], ...]]:
    """Return the module that a function is in, None for what is not the gateway's, and what it reads."""
    name = code.co_filename.removeprefix(PACKAGE)
    if name == code.co_filename or not name.endswith(".py") or name.startswith(NOT_THE_GATEWAY):
        return None, ()
    if code.co_name == "<module>":
        return None, ()
    where = f"{name}:{code.co_qualname}"
    stem = Path(name).stem
    readers = tuple(
        (value, f"{stem}.{code.co_name}", argument) for value, reader, argument in READERS if where.endswith(reader)
    )
    return name, readers


def not_there() -> list[str]:
    """Return the readers that no module has any more under that name, or with that argument."""
    found = set()
    for path in Path(PACKAGE).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                where = f"{path.as_posix()}:{node.name}"
                found |= {(where, argument.arg) for argument in node.args.args}
    return [
        f"{reader}({argument})"
        for _, reader, argument in READERS
        if not any(where.endswith(reader) and name == argument for where, name in found)
    ]


def _digest(value: object) -> str:
    """Return what is the same for the same text or bytes."""
    if isinstance(value, Mail):
        value = value.message_id
    content = value.reveal() if hasattr(value, "reveal") else value
    if isinstance(content, Mapping):
        answers = {name: said for name, said in content.get("fields", content).items() if name != STAMPED}
        content = json.dumps(answers, sort_keys=True)
    if isinstance(content, str):
        content = content.strip().encode("utf-8", "surrogateescape")
    if not isinstance(content, bytes):
        raise TypeError(f"no value that can be told again: {type(content).__name__}")
    return hashlib.sha256(content).hexdigest()


async def _ask(pool: ConfinedPool, asked: Description, contents: bytes = b"", **_: object) -> tuple[Description, bytes]:
    """Let this process be the confined child."""
    work = importlib.import_module(pool._work)
    described, pieces = work.answer(json.loads(json.dumps(asked)), contents)
    return json.loads(json.dumps(described)), b"".join(pieces)


@asynccontextmanager
async def at_the_console(walk: Walk) -> AsyncIterator[Browser]:
    """A manager, signed in at the console of the journey's deployment."""
    engine = open_engine(walk.world.folders.database_url(""))
    accounts = StaffStore(engine, SqlStore(engine), hasher=QUICK_HASHER)
    await accounts.add(StaffId("miro"), "Miro Hale", PASSWORD, Role.MANAGER, datetime.now(UTC))
    console = create_console(walk.desk(), accounts, console_settings(walk.world.folders, walk.settings), SystemClock())
    runner = web.AppRunner(console, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session, f"http://127.0.0.1:{listening.getsockname()[1]}")
        await browser.sign_in("miro")
        yield browser
    await runner.cleanup()
    await engine.dispose()


@dataclass(frozen=True, slots=True)
class Way:
    """One walk, with what its processes are asked."""

    walk: Walk
    wired: Wired
    browser: Browser
    watch: Watch
    mail: str

    async def comes(self, arriving: Callable[[], Awaitable[object]]) -> None:
        """Intake: something comes and is kept; whatever it then still does for it is waited for."""
        before = len(asyncio.all_tasks())
        with self.watch.process(INTAKE):
            await arriving()
            async with asyncio.timeout(RESTS_WITHIN_S):
                while len(asyncio.all_tasks()) > before:  # noqa: ASYNC110 - tasks that end have no event in common
                    await asyncio.sleep(0.01)

    async def works(self) -> None:
        """Worker: take in, carry out and send until nothing is left."""
        with self.watch.process(WORKER):
            while await take_in(self.wired) + await obey(self.wired) + await send_out(self.wired):
                pass

    async def look(self) -> None:
        """Console: a person reads the page of what came."""
        row = await self.walk.only_intake()
        with self.watch.process(CONSOLE):
            page = await self.browser.get(f"/intakes/{row.id}")
        assert page.status == 200


async def by_mail(way: Way) -> None:
    await way.comes(lambda: way.walk.mail(sample(way.mail)))
    await way.works()
    await way.look()


async def by_form(way: Way) -> None:
    await way.comes(lambda: way.walk.form("/notify/one-page", FORM_CHILD))
    await way.works()
    await way.look()


async def by_instruction(way: Way) -> None:
    """Release a question that is held. How it came is not counted."""
    await way.walk.mail(sample(HELD))
    await take_in(way.wired)
    await send_out(way.wired)
    row = await way.walk.only_intake()
    path = f"/intakes/{row.id}/release"
    with way.watch.process(CONSOLE):
        form = await way.browser.get(path)
        version = form.text.split('name="version" value="')[1].split('"')[0]
        fields = {"version": version, "view": "masked", "reason": "As agreed.", "step": "post"}
        answer = await way.browser.post(path, fields)
    assert answer.status == 303
    await way.works()
    await way.look()


JOURNEYS: dict[str, Callable[[Way], Awaitable[None]]] = {
    "mail": by_mail,
    "form": by_form,
    "instruction": by_instruction,
}


async def walked(world: World, watch: Watch, mail: str) -> dict[str, Seen]:
    """Walk every journey twice and return what the second time saw."""
    settings = load_settings(world.folders.config)
    seen = {}
    async with wire_worker(world.folders, settings, LogJournal(), PrometheusMetrics()) as heavy:
        for _ in range(2):
            for name, journey in JOURNEYS.items():
                async with walking(world, heavy, world.root / "empty.db") as walk, at_the_console(walk) as browser:
                    wired = walk.wired()
                    await take_in(wired)  # the store's first connection
                    seen[name] = watch.begin(world.folders.spool)
                    await journey(Way(walk, wired, browser, watch, mail))
    return seen


def measure(mail: str) -> dict[str, Seen]:
    """Make a world, walk in it, and take it away again."""
    watch = Watch()
    watch.start()
    root = Path(tempfile.mkdtemp(prefix="b-", dir="/tmp"))  # short: gpg-agent's sockets lie below it
    try:
        world = make_world(root)
        shutil.copy(world.folders.var / "gateway.db", root / "empty.db")
        with ExitStack() as stack:
            stack.enter_context(patch.object(ConfinedPool, "ask", _ask))
            try:
                return asyncio.run(walked(world, watch, mail))
            finally:
                asyncio.run(kill_agents(world))
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        shutil.rmtree(root, ignore_errors=True)


def table_of_modules(seen: dict[str, Seen]) -> list[str]:
    """Return how many modules each process runs, and how many there are in all."""
    lines = ["| modules that run | intake | worker | console | together |", "|---|---|---|---|---|"]
    for name, one in seen.items():
        counts = [len(one.modules[process]) for process in PROCESSES]
        lines.append(f"| {name} | {' | '.join(map(str, counts))} | {len(set().union(*one.modules.values()))} |")
    return lines


def table_of_values(seen: dict[str, Seen]) -> list[str]:
    """Return how often one and the same value is read, the most of its row, and by whom that one."""
    lines = ["| journey | value | different ones | the same one, at most | read by |", "|---|---|---|---|---|"]
    for name, one in seen.items():
        for value in dict.fromkeys((SPOOL_FILE, *(value for value, _, _ in READERS))):
            found: dict[str, Counter[str]] = defaultdict(Counter)
            for (process, reader, digest), count in one.reads.get(value, {}).items():
                found[digest][f"{process}: {reader}"] += count
            if not found:
                continue
            most = max(found.values(), key=lambda counts: (counts.total(), sorted(counts.items())))
            readers = ", ".join(f"{reader} {count}" for reader, count in sorted(most.items()))
            lines.append(f"| {name} | {value} | {len(found)} | {most.total()} | {readers} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0] if __doc__ else None)
    names = [one.name for one in samples() if not one.encrypted]  # sending those runs the gateway's own OpenPGP
    parser.add_argument("--mail", default=MAIL, choices=names, help="name of the demo's message")
    parser.add_argument("--modules", action="store_true", help="name the modules")
    given = parser.parse_args()
    if missing := not_there():
        parser.error(f"no such readers, they may have another name now: {', '.join(missing)}")
    seen = measure(given.mail)
    print("\n".join([*table_of_modules(seen), "", *table_of_values(seen)]))
    if given.modules:
        for name, one in seen.items():
            for process in PROCESSES:
                print("\n".join([f"\n{name}, {process}:", *sorted(one.modules[process])]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
