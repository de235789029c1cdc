"""Random SMTP against a model of RFC 5321: each reply code is the model's, and what is kept is what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.adapters.smtp_in import SmtpLimits
from tests.adapters.smtp_in.rig import GENERAL, SECURE, Peer, Rig, rig

T = TypeVar("T")
PATHS = st.sampled_from([SECURE, GENERAL, "SECURE-cdop@PANEL.example", "postmaster"])
BOX = {SECURE: "s", "SECURE-cdop@PANEL.example": "s", GENERAL: "g", "postmaster": "p"}
LINES = st.lists(
    st.sampled_from([b"", b".", b"..", b".x", b"text", b"\xff\x00", b"a\nb", b"\n.\n", b"QUIT", b"x" * 3000]),
    max_size=8,
)
CUTS = st.lists(st.integers(1, 40), max_size=5)


class Dialogue(RuleBasedStateMachine):
    """``mail`` and ``boxes`` are the model: None where no transaction is open."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        limits = SmtpLimits(commands_without_message=10**6, errors_per_session=10**6)
        self.gateway: Rig = self.run(self.stack.enter_async_context(rig(limits=limits)))
        self.client: Peer = self.run(Peer.connect(self.gateway.port))
        assert self.run(self.client.reply()).startswith("220 ")
        self.greeted = False
        self.esmtp = False
        self.tls = False
        self.mail: bool = False
        self.boxes: list[str] = []
        self.chunks: bytes | None = None
        self.expected: list[bytes] = []

    def run(self, step: Coroutine[object, object, T]) -> T:
        return self.loop.run_until_complete(step)

    def teardown(self) -> None:
        contents = self.run(self.gateway.contents())
        self.client.writer.transport.abort()
        self.run(self.stack.aclose())
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()
        assert sorted(contents) == sorted(self.expected)

    def code(self, line: bytes | str) -> str:
        return self.run(self.client.say(line))[:3]

    def forget(self) -> None:
        self.mail, self.boxes, self.chunks = False, [], None

    @rule(verb=st.sampled_from(["EHLO", "HELO", "ehlo"]))
    def hello(self, verb: str) -> None:
        got = self.code(f"{verb} client.example")
        if self.chunks is not None:
            assert got == "503"
            return
        assert got == "250"
        self.greeted, self.esmtp = True, verb.upper() == "EHLO"
        self.forget()

    @rule()
    def start_tls(self) -> None:
        if self.chunks is None and self.esmtp and not self.tls:
            self.run(self.client.start_tls(self.gateway.client_tls()))
            self.tls, self.greeted, self.esmtp = True, False, False
            self.forget()
        else:
            assert self.code("STARTTLS") == "503"

    @rule(path=st.sampled_from(["<>", "<a@b.example>", '<"x y"@b.example>', "<a@[192.0.2.1]>"]), size=st.booleans())
    def mail_command(self, path: str, size: bool) -> None:
        got = self.code(f"MAIL FROM:{path}" + (" SIZE=10" if size else ""))
        if self.chunks is not None or not self.greeted or self.mail:
            assert got == "503"
        elif size and not self.esmtp:
            assert got == "501"
        else:
            assert got == "250"
            self.mail = True

    @rule(path=st.sampled_from(["a@b.example", "<a@b.example", "<@r:a@b.example>", "<a@@b>", "<a@b.example> X=1"]))
    def wrong_mail(self, path: str) -> None:
        assert self.code(f"MAIL FROM:{path}") in {"501", "503", "553", "555"}

    @rule(path=PATHS)
    def rcpt(self, path: str) -> None:
        got = self.code(f"RCPT TO:<{path}>")
        if self.chunks is not None or not self.mail:
            assert got == "503"
        else:
            assert got == "250"
            if BOX[path] not in self.boxes:
                self.boxes.append(BOX[path])

    @rule()
    def rcpt_nobody(self) -> None:
        got = self.code("RCPT TO:<nobody@panel.example>")
        assert got == ("550" if self.mail and self.chunks is None else "503")

    @rule(lines=LINES, cuts=CUTS)
    def data(self, lines: list[bytes], cuts: list[int]) -> None:
        got = self.code("DATA")
        if self.chunks is not None or not self.mail:
            assert got == "503"
            return
        if not self.boxes:
            assert got == "554"
            return
        assert got == "354"
        stuffed = b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"
        for cut in cuts:
            self.client.send(stuffed[:cut])
            stuffed = stuffed[cut:]
            self.run(asyncio.sleep(0))
        self.client.send(stuffed)
        assert self.run(self.client.reply())[:3] == "250"
        content = b"".join(line.replace(b"\n", b"\r\n") + b"\r\n" for line in lines)
        self.expected += [content] * len(self.boxes)
        self.forget()

    @rule(octets=st.sampled_from([b"", b"a\r\n", b"RSET\r\n", b".\r\n", b"\xff" * 5000 + b"\r\n"]), last=st.booleans())
    def bdat(self, octets: bytes, last: bool) -> None:
        self.client.send(b"BDAT %d%b\r\n%b" % (len(octets), b" LAST" if last else b"", octets))
        got = self.run(self.client.reply())[:3]
        if not self.mail:
            assert got == "503"
        elif not self.boxes:
            assert got == "554"
        else:
            assert got == "250"
            self.chunks = (self.chunks or b"") + octets
            if last:
                self.expected += [self.chunks] * len(self.boxes)
                self.forget()

    @rule(path=PATHS)
    def prepare(self, path: str) -> None:
        """Bring a transaction to where content may come: by chance alone it is rarely reached."""
        if self.chunks is None:
            if not self.greeted:
                self.hello("EHLO")
            if not self.mail:
                self.mail_command("<a@b.example>", size=False)
            self.rcpt(path)

    @rule(path=PATHS, lines=LINES, cuts=CUTS)
    def whole_message(self, path: str, lines: list[bytes], cuts: list[int]) -> None:
        self.prepare(path)
        self.data(lines, cuts)

    @rule()
    def rset(self) -> None:
        assert self.code("RSET") == "250"
        self.forget()

    @rule()
    def noop(self) -> None:
        assert self.code("NOOP") == "250"

    @rule(line=st.sampled_from([b"", b"X", b"MAIL", b"\x00", b"NOOP\x1b", b"  NOOP", b"AUTH PLAIN", b"\xff\xff"]))
    def nonsense(self, line: bytes) -> None:
        assert self.code(line)[0] == "5"

    @precondition(lambda self: not self.tls)
    @rule()
    def group(self) -> None:
        """A pipelined group (RFC 2920): the same replies in the same order."""
        self.client.send(b"NOOP\r\nRSET\r\nNOOP\r\n")
        assert [self.run(self.client.reply())[:3] for _ in range(3)] == ["250"] * 3
        self.forget()

    @invariant()
    def is_alone(self) -> None:
        assert self.gateway.server.connections == 1


TestDialogue = Dialogue.TestCase
TestDialogue.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
