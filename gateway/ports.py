"""What the worker needs from outside, as protocols that adapters implement, and the two errors they may raise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.model.case.notice import Notice
from gateway.model.case.rows import (
    AlarmRow,
    AuditLink,
    BlobRow,
    CaseRow,
    DispatchRow,
    HandoverRow,
    InstructionRow,
    IntakeRow,
    KeyRow,
    Move,
    Moved,
    ReceiverRow,
    TransferRow,
)
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import AuthResult, Evidence
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Mail, Part, Unparsed
from gateway.model.content.screening import AllowList
from gateway.model.ids import BlobId, CaseId, DispatchId, Fingerprint, IntakeId, PanelId
from gateway.model.kinds import ContentSignature, DispatchHeldReason, DispatchState, IntakeKind, IntakeState, MoveKind
from gateway.stages.policies.mta_sts import PolicyMatch


class Temporary(Exception):
    """Try again later. ``code`` is a constant word; no outside text is carried."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Permanent(Exception):
    """Trying again will not help: a person must look. ``code`` is a constant word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OverBudget(Permanent):
    """One message took more processor time than any may: a person looks, and nobody else waits for it again."""

    def __init__(self) -> None:
        super().__init__("over_budget")


@dataclass(slots=True)
class Budget:
    """What one message may take of the confined children, over all its parts and attempts.

    Counted while a child works for it, not while it waits for one. ``urgent`` is what goes before strangers' mail.
    """

    left_s: float
    urgent: bool = False
    spent_s: float = 0.0

    def spend(self, seconds: float) -> None:
        """Count what was taken."""
        self.left_s -= seconds
        self.spent_s += seconds


_SPENDING: ContextVar[Budget | None] = ContextVar("spending", default=None)


def spending() -> Budget | None:
    """Return the budget of the message that this task works on; None where nothing is counted."""
    return _SPENDING.get()


@contextmanager
def spend_from(budget: Budget) -> Iterator[None]:
    """Let everything that this task, and tasks it starts, asks of the children be counted for one message."""
    before = _SPENDING.set(budget)
    try:
        yield
    finally:
        _SPENDING.reset(before)


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        ...


class Spool(Protocol):
    """Sealed arrivals on disk, as the worker sees them. Intake writes with ``gateway.adapters.spool.writer``."""

    async def pending(self) -> Sequence[IntakeId]:
        """Return the ids of what waits, oldest first."""
        ...

    async def open(self, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
        """Open one arrival with the private seal key. Permanent("seal_refused") if it does not open whole."""
        ...

    async def remove(self, intake_id: IntakeId) -> None:
        """Remove the sealed file; nothing happens if it is gone already."""
        ...


class DnsStatus(StrEnum):
    FOUND = "found"
    NONE = "none"  # NXDOMAIN or no such record: an answer
    TEMPORARY = "temporary"  # time-out, SERVFAIL: not an answer


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One DNS answer. TXT strings are joined (RFC 7208 section 3.3); MX is "10 mail.example."."""

    status: DnsStatus
    records: tuple[str, ...] = ()
    authenticated: bool = False  # DNSSEC, as a validating resolver said by the AD bit
    name_exists: bool = True  # False for NXDOMAIN


class Resolver(Protocol):
    async def query(self, name: str, record_type: str) -> DnsAnswer:
        """Ask for ``record_type`` ("TXT", "A", "AAAA", "MX", "PTR", "TLSA") at ``name``. Never raises."""
        ...


class StsPolicies(Protocol):
    """The MTA-STS policies of other domains (RFC 8461): fetched within limits, and remembered."""

    async def look_up(self, domain: str) -> PolicyMatch:
        """Return the finding about the domain's policy, and why. Never raises, whatever DNS or the peer does."""
        ...


class SenderAuthentication(Protocol):
    """SPF, DKIM, DMARC, ARC over a Resolver: outside evidence, gathered once."""

    async def check(self, arrival: Arrival, mail: Mail, raw: ConfidentialBytes) -> tuple[AuthResult, ...]: ...


class EvidenceGatherer(Protocol):
    """Everything our own boundary knows about an arrival, gathered once. The grade is a pure function over it."""

    async def gather(self, arrival: Arrival, mail: Mail | Unparsed | None, raw: ConfidentialBytes) -> Evidence:
        """Return the evidence. ``mail`` is None for a form post. Never raises, whatever DNS or the message does."""
        ...


class ScanVerdict(StrEnum):
    """A scanner's verdict on one message."""

    CLEAN = "clean"
    FLAGGED = "flagged"  # malware by clamd: held; spam by rspamd: one line in the daily digest, no card of its own


class Scanner(Protocol):
    """A scanner beside the gateway, asked about a whole message in memory."""

    async def scan(self, raw: ConfidentialBytes) -> ScanVerdict:
        """Return the verdict. Temporary if there was no plain answer: that is never "clean"."""
        ...


class SecondReader(Protocol):
    """Another model, asked about a message that is about to be released."""

    async def is_clear(self, subject: ConfidentialText, body: ConfidentialText, allowed: AllowList) -> bool:
        """Say whether nothing was found. Also False if the model could not be asked. Never raises."""
        ...


class MimeParser(Protocol):
    """Parse a mail object within limits on time, memory, depth, parts and headers."""

    async def parse(self, raw: ConfidentialBytes) -> Mail | Unparsed: ...


@dataclass(frozen=True, slots=True, repr=False)
class DocumentText:
    """The text of one part, and its tables as rows of cells. Confidential: never kept, handed to extraction only."""

    texts: tuple[str, ...] = ()
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    code: str = ""  # why a part was not read, where a person must see that: "too_large"


class Documents(Protocol):
    """Read the text of a part (plain text, HTML, DOCX, PDF) within limits, in a child process."""

    async def read(self, part: Part) -> DocumentText:
        """Return what could be read; nothing if the type is not one of these or reading failed."""
        ...


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What a signature proves. ``signer`` is the primary key's fingerprint if it is good and enrolled."""

    signature: ContentSignature
    signer: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome of opening an OpenPGP message. ``plaintext`` is None unless every status line agreed."""

    plaintext: ConfidentialBytes | None
    verdict: SignatureVerdict
    code: str = ""  # why it did not open: "no_secret_key", "no_integrity", "too_large", "time", ...
    authenticated: bool = True  # False: opened, but the encryption does not prove that nothing was changed (CBC)


class OpenPGP(Protocol):
    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened: ...

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict: ...

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[Fingerprint]) -> bytes:
        """Return an ASCII-armoured message, encrypted to exactly the pinned keys and signed by ours.

        Permanent(code) with the value of a DispatchHeldReason if a key cannot be used.
        """
        ...

    async def usable(self, fingerprint: Fingerprint) -> DispatchHeldReason | None:
        """Return why a key cannot be encrypted to, or None if it can."""
        ...

    async def encryption_subkeys(self, recipients: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
        """Return the one subkey of each pinned key that is encrypted to: what the ciphertext gate must find."""
        ...


class Smime(Protocol):
    """Inbound S/MIME. A signer is the SHA-256 fingerprint of an enrolled certificate (64 hexadecimal digits)."""

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        """Open CMS enveloped data (DER). The verdict is always NONE: a signature is inside or there is none."""
        ...

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        """Judge a detached signature over the original bytes."""
        ...

    async def open_signed(self, opaque: ConfidentialBytes) -> Opened:
        """Open CMS signed data that carries its content (DER).

        ``plaintext`` is None if the signature is bad; if the signer is unknown it can still be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutboundMail:
    """One message ready for the wire."""

    dispatch_id: DispatchId
    reverse_path: str
    forward_path: str
    message: bytes  # RFC 5322, CRLF line ends
    receiver: str  # "panel:ID", "general_inbox", ... : which next hop


class DeliveryOutcome(StrEnum):
    SENT = "sent"  # 2yz after the final dot
    TEMPORARY = "temporary"  # 4yz, time-out, no connection
    PERMANENT = "permanent"  # 5yz
    WRONG_CERTIFICATE = "wrong_certificate"  # a delay with an alarm, never clear text


@dataclass(frozen=True, slots=True)
class Delivery:
    outcome: DeliveryOutcome
    code: str  # "250 2.0.0", "451 4.3.0", "timeout", "no_starttls": never the peer's text
    max_bytes: int | None = None  # of one message, as the server announced, if that is too little for this one


class NextHop(Protocol):
    async def send(self, mail: OutboundMail) -> Delivery:
        """Send one message over verified TLS. Never raises, whatever a peer does."""
        ...


class Metrics(Protocol):
    def count(self, name: str, **labels: str) -> None: ...

    def add(self, name: str, number: int, **labels: str) -> None:
        """Add ``number`` (not negative) to a counter, for what others counted."""
        ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


class Journal(Protocol):
    """The log: a constant event name, then ids, codes, counts and durations. Never text from outside."""

    def event(self, name: str, **fields: str | int | float) -> None: ...


class NoticeBoard(Protocol):
    """Content-free notices that the worker writes and intake only reads."""

    def write(self, reference: str, notice: Notice) -> None: ...

    def read(self, reference: str) -> Notice | None: ...


class BlobSealer(Protocol):
    """Seal content to one public key and keep it: files before rows."""

    async def seal(self, content: ConfidentialBytes, purpose: str, now: datetime) -> BlobRow: ...


class BlobOpener(Protocol):
    """Open what was sealed to keys this role holds."""

    async def open(self, blob: BlobRow) -> ConfidentialBytes: ...


class Store(Protocol):
    async def commit(self, move: Move) -> bool:
        """Write the whole move in one transaction. False: another move was first, and nothing was written."""
        ...

    async def intake(self, intake_id: IntakeId) -> IntakeRow | None: ...

    async def intakes(self, states: Sequence[IntakeState] = (), case_id: CaseId | None = None) -> list[IntakeRow]: ...

    async def decided(self, kind: IntakeKind, since: datetime) -> list[tuple[IntakeRow, datetime]]:
        """Return the intakes of a kind that the gateway decided since then, in order, each with the time."""
        ...

    async def case(self, case_id: CaseId) -> CaseRow | None: ...

    async def cases(self) -> list[CaseRow]: ...

    async def cases_by_duplicate_key(self, key: str) -> list[CaseRow]:
        """Return the cases whose duplicate key begins so."""
        ...

    async def dispatch(self, dispatch_id: DispatchId) -> DispatchRow | None: ...

    async def dispatch_by_token(self, token: str) -> DispatchRow | None: ...

    async def dispatches(
        self,
        states: Sequence[DispatchState] = (),
        intake_id: IntakeId | None = None,
        case_id: CaseId | None = None,
        thread_index: str | None = None,
    ) -> list[DispatchRow]: ...

    async def answers_since(self, receiver_index: str, since: datetime) -> int:
        """Count the automatic answers written to one receiver since then."""
        ...

    async def is_thread_answered(self, thread_index: str) -> bool: ...

    async def due_dispatches(self, now: datetime, limit: int) -> list[DispatchRow]: ...

    async def handovers(self, case_id: CaseId | None = None, open_only: bool = False) -> list[HandoverRow]: ...

    async def unsettled_handovers(self) -> list[HandoverRow]:
        """Return every hand-over of the cases that have one which is neither accepted nor agreed."""
        ...

    async def moved_since(self, sequence: int, limit: int) -> list[Moved]:
        """Return what moved after an entry of the audit, in order."""
        ...

    async def newest_sequence(self) -> int:
        """Return the number of the newest entry of the audit; 0 where there is none."""
        ...

    async def notifications_by_form(self, after: IntakeId | None, limit: int) -> list[IntakeRow]:
        """Return a page of the notifications that came by the form, by id."""
        ...

    async def transfers(self, sender: PanelId, transfer: UUID) -> list[TransferRow]:
        """Return the messages of one panel's transfer that have arrived, by number."""
        ...

    async def posted_instructions(self, limit: int) -> list[InstructionRow]: ...

    async def is_consumed(self, row: InstructionRow) -> bool:
        """Say whether the audit of what an instruction is about has it carried out or refused already."""
        ...

    async def alarm(self, kind: str) -> AlarmRow | None: ...

    async def receiver(self, to: str) -> ReceiverRow | None:
        """Return what a receiver's server announced; None if it has announced nothing yet."""
        ...

    async def watched_keys(self) -> list[KeyRow]:
        """Return every key as it was last seen, by owner, including those no longer in use."""
        ...

    async def blob(self, blob_id: BlobId) -> BlobRow | None: ...

    async def last_link(self, move: MoveKind) -> AuditLink | None:
        """Return the newest audit entry of one kind, or None."""
        ...

    def audit(self, case_id: CaseId | None = None, intake_id: IntakeId | None = None) -> AsyncIterator[AuditLink]: ...
