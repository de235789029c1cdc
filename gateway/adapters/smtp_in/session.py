"""The dialogue of RFC 5321 with one peer: the order of commands, and the reply to each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from gateway.adapters.smtp_in.channel import EndSession, LineChannel
from gateway.adapters.smtp_in.keeping import Keeping
from gateway.adapters.smtp_in.listener import Listener
from gateway.adapters.smtp_in.transaction import Transaction, arrivals_of
from gateway.model.channel.arrival import Connection
from gateway.model.channel.peer_prefix import prefix_of
from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import RefusedCommand, parse_bdat, parse_helo, parse_line
from gateway.stages.smtp.content import ChunkedContent, DataContent
from gateway.stages.smtp.envelope import parse_mail, parse_rcpt

_ONLY_BETWEEN_CHUNKS = frozenset({"BDAT", "RSET", "NOOP", "QUIT"})
_LAST_OF_A_GROUP = frozenset({"EHLO", "HELO", "STARTTLS", "DATA"})  # RFC 2920 section 3.1: nothing may follow unread


class SmtpSession(LineChannel):
    """One peer, from the greeting to the end of the connection."""

    def __init__(
        self,
        listener: Listener,
        loop: asyncio.AbstractEventLoop,
        finished: Callable[[SmtpSession], None],
        admitted: bool | None,
    ) -> None:
        super().__init__(listener, loop)
        self._finished = finished
        self._admitted = admitted  # what admission said before the handshake; None: not asked yet
        self._helo: str | None = None
        self._esmtp = False
        self._transaction: Transaction | None = None
        self._keeping: Keeping | None = None
        self._chunks: ChunkedContent | None = None
        self._idle_commands = 0
        self._errors = 0
        self._messages = 0
        self._content_began_at = 0.0
        self._content_bytes = 0

    @property
    def has_begun(self) -> bool:
        """True once there is a connection to answer."""
        return self.session is not None

    @property
    def is_receiving(self) -> bool:
        """True while a message is under way."""
        return self._keeping is not None

    async def _handle_client(self) -> None:
        gate, prefix = self.listener.gate, prefix_of(self.peer_address)
        inside = gate.enter(prefix, self.loop.time()) if self._admitted is None else self._admitted
        last_word = replies.LOCAL_ERROR
        try:
            if not inside:
                raise EndSession(replies.TOO_MANY_CONNECTIONS)
            await self._greet()
            while True:
                self.wait_at_most(self.listener.settings.times.command_s)
                await self._answer(await self.read_line())
        except EndSession as end:
            last_word = end.reply
        except OSError:  # it went while we wrote
            last_word = b""
        except Exception as error:  # last resort: a fault ends this session alone, and its text is not logged
            self.listener.journal.event("smtp_session_failed", code=type(error).__name__)
        finally:
            try:
                self._forget_message()
                await self.part(last_word, linger=inside)
            finally:
                await self.let_go()
                if inside:
                    gate.leave(prefix)
                self._finished(self)

    async def _greet(self) -> None:
        times = self.listener.settings.times
        if await self.talks_within(times.greet_delay_s):
            raise EndSession(replies.OUT_OF_STEP)
        self.say(replies.greeting(self.listener.settings.host_name, self.listener.settings.banner))

    async def _answer(self, line: bytes) -> None:
        command = parse_line(line)
        if isinstance(command, RefusedCommand):
            self._refuse(command.reply)
            return
        if command.verb in _LAST_OF_A_GROUP and self.has_input:
            raise EndSession(replies.OUT_OF_STEP)
        if self._chunks is not None and command.verb not in _ONLY_BETWEEN_CHUNKS:
            self._refuse(replies.BDAT_UNDER_WAY)
            return
        if command.verb != "RCPT":  # those have a limit of their own
            self._idle_commands += 1
        if self._idle_commands > self.listener.settings.limits.commands_without_message:
            raise EndSession(replies.TOO_MANY_COMMANDS)
        method = _COMMANDS.get(command.verb)
        if method is None:
            self._refuse(replies.NO_SUCH_COMMAND)
            return
        try:
            await method(self, command.argument)
        except (EndSession, ConnectionError):
            raise
        except Exception as error:  # last resort: whatever is wrong here, the peer keeps its message and gets 451
            self.listener.journal.event("smtp_command_failed", code=type(error).__name__)
            if self._keeping is not None:  # its content is on the way: it must not be read as commands
                raise EndSession(replies.LOCAL_ERROR) from None
            self._reset()
            self._refuse(replies.LOCAL_ERROR)
        await self.flush_if_many()

    def _refuse(self, reply: bytes) -> None:
        self._errors += 1
        if self._errors > self.listener.settings.limits.errors_per_session:
            raise EndSession(replies.TOO_MANY_ERRORS)
        self.say(reply)

    def _forget_message(self) -> None:
        if self._keeping is not None:
            self._keeping.abandon()
            self._keeping = None
            self.listener.gate.end_message()
        self._chunks = None
        self._transaction = None

    _reset = _forget_message

    # Sections 4.1.1.1 and 3.2: who is there, and what we offer

    async def smtp_EHLO(self, arg: str) -> None:
        if not self._take_helo(arg, esmtp=True):
            return
        keywords = ["PIPELINING", f"SIZE {self.listener.settings.limits.max_bytes}"]
        keywords += ["REQUIRETLS"] if self.tls else ["STARTTLS"]
        keywords += ["ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", "CHUNKING"]
        self.say(replies.ehlo(self.listener.settings.host_name, keywords))

    async def smtp_HELO(self, arg: str) -> None:
        if self._take_helo(arg, esmtp=False):
            self.say(replies.helo(self.listener.settings.host_name))

    def _take_helo(self, arg: str, esmtp: bool) -> bool:
        name = parse_helo(arg)
        if isinstance(name, RefusedCommand):
            self._refuse(name.reply)
            return False
        self._reset()
        self._helo, self._esmtp = name, esmtp
        return True

    async def smtp_STARTTLS(self, arg: str) -> None:
        """RFC 3207. Afterwards nothing of the clear-text dialogue counts, not even the EHLO (section 4.2)."""
        if arg:
            self._refuse(replies.NO_ARGUMENT)
        elif self.tls is not None:
            self._refuse(replies.TLS_ALREADY)
        elif not self._esmtp:
            self._refuse(replies.TLS_NOT_OFFERED)
        else:
            self._reset()
            self._helo, self._esmtp = None, False
            self.say(replies.READY_FOR_TLS)
            await self.flush()
            self.wait_at_most(self.listener.settings.times.handshake_s)
            await self.begin_tls()

    # Sections 4.1.1.2 and 4.1.1.3: the envelope

    async def smtp_MAIL(self, arg: str) -> None:
        if self._helo is None:
            return self._refuse(replies.SAY_EHLO_FIRST)
        if self._transaction is not None:
            return self._refuse(replies.MAIL_TWICE)
        mail = parse_mail(arg, self._esmtp, tls=self.tls is not None)
        if isinstance(mail, RefusedCommand):
            return self._refuse(mail.reply)
        if (mail.parameters.size or 0) > self.listener.settings.limits.max_bytes:
            return self._refuse(replies.TOO_BIG)
        self._count_message()
        if self.listener.gate.is_full:
            return self._refuse(replies.TOO_BUSY)
        self._transaction = Transaction(mail.reverse_path.text, mail.parameters)
        self.say(replies.REVERSE_PATH_OK)
        return None

    def _count_message(self) -> None:
        self._messages += 1
        if self._messages > self.listener.settings.limits.messages_per_session:
            raise EndSession(replies.TOO_MANY_MESSAGES)

    async def smtp_RCPT(self, arg: str) -> None:
        transaction = self._transaction
        if transaction is None:
            return self._refuse(replies.MAIL_FIRST)
        transaction.attempts += 1
        if transaction.attempts > self.listener.settings.limits.attempts_per_message:
            raise EndSession(replies.TOO_MANY_COMMANDS)
        path = parse_rcpt(arg, transaction.parameters.smtputf8)
        if isinstance(path, RefusedCommand):
            return self._refuse(path.reply)
        settings = self.listener.settings
        destination = settings.mailboxes.find(path)
        if destination is None:
            return self._refuse(replies.NO_SUCH_MAILBOX)
        if self.tls is None and destination.mailbox in settings.clear_text.mailboxes:
            way = settings.clear_text
            return self._refuse(replies.clear_text_refused(way.form_address, way.telephone))
        taken = transaction.add(destination, path.text, settings.limits)
        self.say(replies.FORWARD_PATH_OK if taken else replies.TOO_MANY_FORWARD_PATHS)
        return None

    # Section 4.1.1.4 and RFC 3030: the content

    async def smtp_DATA(self, arg: str) -> None:
        transaction = self._transaction
        if arg:
            self._refuse(replies.NO_ARGUMENT)
        elif transaction is None:
            self._refuse(replies.MAIL_FIRST)
        elif not transaction.destinations:
            self._refuse(replies.NO_VALID_RCPT)
        else:
            keeping = self._begin_content(transaction)
            if keeping is None:
                return self._refuse(replies.TOO_BUSY)
            self.say(replies.SEND_CONTENT)
            content = DataContent()
            while not content.ended:
                await keeping.add(content.feed(await self._read_content(None)))
            self.put_back(content.rest)
            await self._finish(keeping, content.mended)
        return None

    async def smtp_BDAT(self, arg: str) -> None:
        """RFC 3030 section 2. The octets of a refused chunk are read and discarded, never taken for commands."""
        chunk = parse_bdat(arg)
        if chunk is None or chunk[0] > 2 * self.listener.settings.limits.max_bytes:
            raise EndSession(replies.BAD_BDAT_SYNTAX if chunk is None else replies.TOO_BIG)
        size, last = chunk
        transaction = self._transaction
        if transaction is None or not transaction.destinations:
            await self._discard(size)
            self._refuse(replies.MAIL_FIRST if transaction is None else replies.NO_VALID_RCPT)
            return
        keeping = self._keeping or self._begin_content(transaction)
        if keeping is None:
            await self._discard(size)
            self._reset()
            self._refuse(replies.TOO_BUSY)
            return
        self._chunks = self._chunks or ChunkedContent()
        while size:
            octets = await self._read_content(size)
            size -= len(octets)
            await keeping.add(self._chunks.feed(octets, last=False))
        if last:
            await keeping.add(self._chunks.feed(b"", last=True))
            await self._finish(keeping, self._chunks.mended)
        elif keeping.refusal is not None:
            self._forget_message()
            self._refuse(keeping.refusal)
        else:
            self.say(replies.CHUNK_TAKEN)

    def _begin_content(self, transaction: Transaction) -> Keeping | None:
        """Begin to keep a message; None if too many are arriving already."""
        connection = Connection(self.peer_address, self._helo or "", self._esmtp, self.tls)
        listener = self.listener
        arrivals = arrivals_of(transaction, connection, listener.clock.now(), listener.entropy)
        if not listener.gate.begin_message():
            return None
        self._keeping = Keeping(listener, arrivals)
        self._content_began_at = self.loop.time()
        self._content_bytes = 0
        return self._keeping

    async def _discard(self, size: int) -> None:
        self._content_began_at = self.loop.time()
        self._content_bytes = 0
        while size:
            size -= len(await self._read_content(size))

    async def _read_content(self, at_most: int | None) -> bytes | bytearray:
        """An idle time, a minimum mean rate and a total: an honest slow sender is never cut off, a stalled one is."""
        times = self.listener.settings.times
        elapsed = self.loop.time() - self._content_began_at
        enough_until = times.content_grace_s + self._content_bytes / times.content_min_rate
        self.wait_at_most(min(times.content_idle_s, times.content_total_s - elapsed, enough_until - elapsed))
        octets = await self.read_some(at_most)
        self._content_bytes += len(octets)
        return octets

    async def _finish(self, keeping: Keeping, mended: bool) -> None:
        """The promise: this reply is given only once the message is on disk."""
        reply = await keeping.finish()
        if mended:
            self.listener.journal.event("smtp_line_ends_mended", size_bytes=keeping.received_bytes)
        self._forget_message()
        self._idle_commands = 0
        if keeping.refusal is not None:
            self._refuse(reply)
        else:
            self.say(reply)

    # The rest of section 4.1.1

    async def smtp_RSET(self, arg: str) -> None:
        if arg:
            self._refuse(replies.NO_ARGUMENT)
            return
        self._reset()
        self.say(replies.RESET)

    async def smtp_NOOP(self, arg: str) -> None:
        self.say(replies.OK)

    async def smtp_HELP(self, arg: str) -> None:
        self.say(replies.HELP)

    async def smtp_VRFY(self, arg: str) -> None:
        """Never tells whether a mailbox exists (section 7.3)."""
        if arg:
            self.say(replies.CANNOT_VERIFY)
        else:
            self._refuse(replies.ARGUMENT_NEEDED)

    async def smtp_EXPN(self, arg: str) -> None:
        self._refuse(replies.NOT_IMPLEMENTED)

    async def smtp_QUIT(self, arg: str) -> None:
        raise EndSession(replies.GOODBYE)


_COMMANDS: dict[str, Callable[[SmtpSession, str], Awaitable[None]]] = {
    "EHLO": SmtpSession.smtp_EHLO,
    "HELO": SmtpSession.smtp_HELO,
    "STARTTLS": SmtpSession.smtp_STARTTLS,
    "MAIL": SmtpSession.smtp_MAIL,
    "RCPT": SmtpSession.smtp_RCPT,
    "DATA": SmtpSession.smtp_DATA,
    "BDAT": SmtpSession.smtp_BDAT,
    "RSET": SmtpSession.smtp_RSET,
    "NOOP": SmtpSession.smtp_NOOP,
    "HELP": SmtpSession.smtp_HELP,
    "VRFY": SmtpSession.smtp_VRFY,
    "EXPN": SmtpSession.smtp_EXPN,
    "QUIT": SmtpSession.smtp_QUIT,
}
