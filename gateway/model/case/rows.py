"""Rows of the store, as values. A row carries the version it was read with; it can be written back only to that.

No row holds content: names, addresses and texts are in sealed blobs only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.ids import (
    BlobId,
    CaseId,
    CaseNumber,
    DispatchId,
    HandoverId,
    InstructionId,
    IntakeId,
    PanelId,
    Reference,
    StaffId,
)
from gateway.model.kinds import (
    AlarmKind,
    CaseState,
    Channel,
    DispatchHeldReason,
    DispatchKind,
    DispatchState,
    Grade,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)


@dataclass(frozen=True, slots=True)
class BlobRow:
    """Sealed content. Destroying ``header`` destroys the content: it holds the only wrapped data key."""

    id: BlobId
    purpose: str  # "original", "record", "work", "payload", "instruction", "case"
    key_id: str  # of the key it is sealed to
    header: bytes
    body: bytes | None  # sealed body where it is small; None where it is a file under blobs/
    size_bytes: int  # of the sealed body
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """One accepted mail object or form post."""

    id: IntakeId
    reference: Reference
    mailbox: MailboxName
    channel: Channel
    received_at: datetime
    state: IntakeState
    original_blob: BlobId  # sealed to the case key before anything was parsed
    version: int = 1
    kind: IntakeKind | None = None  # None until decided
    grade: Grade | None = None  # None until assessed
    held_reason: HeldReason | None = None
    near_miss: bool = False
    case_id: CaseId | None = None
    record_blob: BlobId | None = None  # evidence, extract, screening, route: sealed to the case key
    work_blob: BlobId | None = None  # the assessment, sealed to the worker: gone once decided
    attempts: int = 0
    next_attempt_at: datetime | None = None
    size_bytes: int = 0
    duplicate_of: IntakeId | None = None  # the same notification of the same death: kept, not forwarded again
    authority_blob: BlobId | None = None  # whom an answer may reach, sealed to the worker when it was decided
    content_index: str | None = None  # keyed blind index of the notification, to detect duplicates


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One child's death."""

    id: CaseId
    number: CaseNumber
    state: CaseState
    opened_at: datetime
    first_received_at: datetime  # the statutory clocks run from here
    version: int = 1
    panel: PanelId | None = None  # the panel of residence, once known
    closed_at: datetime | None = None
    duplicate_key: str | None = None  # keyed blind index; None where there is too little to compare


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """One outgoing message. Each fact about a sent one has a column of its own."""

    id: DispatchId
    kind: DispatchKind
    to: str  # "panel:ID", "general_inbox", "sender", "operator"
    state: DispatchState
    message_id: str  # fixed when the row is written, so that a repeat is recognisable
    payload_blob: BlobId | None  # sealed to the outbox key; None once nothing needs it
    created_at: datetime
    version: int = 1
    intake_id: IntakeId | None = None
    case_id: CaseId | None = None
    held_reason: DispatchHeldReason | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    auto_replied_at: datetime | None = None
    acknowledged_at: datetime | None = None
    last_code: str | None = None  # SMTP reply code and enhanced status of the last attempt, no text
    token: str | None = None  # of bounce+TOKEN and reply+TOKEN that belong to it
    reply_blob: BlobId | None = None  # whom an answer to reply+TOKEN goes to, sealed to the worker
    receiver_index: str | None = None  # automatic answers: keyed blind index of the address, to cap them
    instruction_id: InstructionId | None = None  # of the person's instruction that it was drafted for
    leaving_at: datetime | None = None  # when the worker began to hand it over: it can no longer be withdrawn
    case_version: int | None = None  # of its case when it was held: where that moved on, a person is asked again
    thread_index: str | None = None  # automatic answers: keyed blind index of the thread: one answer each


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A forward with what came of it."""

    id: HandoverId
    case_id: CaseId
    dispatch_id: DispatchId
    panel: PanelId
    state: HandoverState
    created_at: datetime
    version: int = 1
    sequence: int = 1
    due_at: datetime | None = None  # a receipt is expected by then
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    acknowledged_at: datetime | None = None
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    declined_to: PanelId | None = None
    agreed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    agreement_blob: BlobId | None = None
    reminded_at: datetime | None = None
    content_hash: str | None = None  # SHA-256 of what was sent, for the receipt
    link_hash: str | None = None  # of the token of the neighbour's page; the token is in the encrypted message only
    code_hash: str | None = None  # of token and code together
    link_tries: int = 0  # wrong codes so far


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One message of a transfer that another gateway sent us. Sender, transfer and number together exist once."""

    id: UUID
    sender: PanelId  # whose pinned key signed it
    transfer: UUID  # the sender's, from its manifest
    number: int  # which of the transfer's messages, from 1
    kind: TransferKind
    manifest_sha256: str
    intake_id: IntakeId
    received_at: datetime
    version: int = 1
    part_blob: BlobId | None = None  # what the message held, sealed to the worker until the transfer is whole
    case_id: CaseId | None = None
    taken_at: datetime | None = None  # when the transfer was whole and taken in


class InstructionState(StrEnum):
    POSTED = "posted"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """A person's decision, signed by the console, its payload sealed to the worker."""

    id: InstructionId
    kind: MoveKind
    staff_id: StaffId
    posted_at: datetime
    state: InstructionState
    signature: bytes
    payload_blob: BlobId
    version: int = 1
    intake_id: IntakeId | None = None
    case_id: CaseId | None = None
    dispatch_id: DispatchId | None = None
    result: str | None = None  # a code
    intake_version: int | None = None  # the versions that the person saw
    case_version: int | None = None
    dispatch_version: int | None = None
    open_key: str | None = None  # subject and event while it is posted: there is one open instruction for each


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """When an alarm of this kind was last sent, and how often it was raised since."""

    kind: AlarmKind
    last_sent_at: datetime
    raised: int = 1
    version: int = 1


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """What a receiver's server announced."""

    to: str  # as in DispatchRow: "panel:ID"
    max_bytes: int  # of one message: the SIZE it announced last (RFC 1870)
    learned_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key as the worker last saw it, for the console to list. Holds nothing secret."""

    owner: str  # a panel id, "own", "smime PANEL", ...
    fingerprint: str
    strength: str
    expires_at: datetime | None  # None: never
    trouble: str  # "" if it can be used, else the reason as a code
    tried_at: datetime | None  # when something was last encrypted to it as a trial
    looked_at: datetime
    in_use: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class AuditLink:
    """One entry of the hash-chained audit. ``detail`` is content-free: codes, ids, counts."""

    at: datetime
    actor: str  # "worker", "staff:ID", "console"
    move: MoveKind
    intake_id: IntakeId | None = None
    case_id: CaseId | None = None
    dispatch_id: DispatchId | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0  # given by the store
    previous_hash: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What one entry of the audit was about: enough to know what to look at again."""

    sequence: int
    intake_id: IntakeId | None
    case_id: CaseId | None


Row = (
    IntakeRow
    | CaseRow
    | DispatchRow
    | HandoverRow
    | TransferRow
    | InstructionRow
    | AlarmRow
    | ReceiverRow
    | KeyRow
    | BlobRow
)


@dataclass(frozen=True, slots=True)
class Move:
    """The only way state changes: all of it in one transaction, or none.

    ``changed`` rows are compared-and-set on the version they carry. ``destroyed`` blobs lose their header,
    so that their content is gone.
    """

    kind: MoveKind
    actor: str
    at: datetime
    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    destroyed: tuple[BlobId, ...] = ()
    intake_id: IntakeId | None = None
    case_id: CaseId | None = None
    dispatch_id: DispatchId | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
