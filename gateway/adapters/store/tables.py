"""The tables. Columns carry the names of the fields of gateway.model.case.rows."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from gateway.adapters.store.columns import Instant, Word
from gateway.model import kinds
from gateway.model.case import rows
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.office.staff import Role, StaffRow

metadata = MetaData()

blob = Table(
    "blob",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("size_bytes", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

case = Table(
    "case_",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", String(8), nullable=False, unique=True),
    Column("state", Word(kinds.CaseState), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("first_received_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("panel", String(60)),
    Column("closed_at", Instant),
    Column("duplicate_key", String(64), index=True),
    Index("ix_case_newest", "first_received_at", "id"),
    Index("ix_case_newest_by_state", "state", "first_received_at", "id"),
)

intake = Table(
    "intake",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", String(10), nullable=False, index=True),
    Column("mailbox", Word(kinds.MailboxName), nullable=False),
    Column("channel", Word(kinds.Channel), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Word(kinds.IntakeState), nullable=False, index=True),
    Column("original_blob", Uuid, ForeignKey("blob.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Word(kinds.IntakeKind)),
    Column("grade", Word(kinds.Grade)),
    Column("held_reason", Word(kinds.HeldReason)),
    Column("near_miss", Boolean, nullable=False),
    Column("case_id", Uuid, ForeignKey("case_.id"), index=True),
    Column("record_blob", Uuid, ForeignKey("blob.id")),
    Column("work_blob", Uuid, ForeignKey("blob.id")),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant),
    Column("size_bytes", Integer, nullable=False),
    Column("duplicate_of", Uuid),
    Column("content_index", String(64)),
    Column("authority_blob", Uuid, ForeignKey("blob.id")),
    Index("ix_intake_by_door", "channel", "kind", "id"),
    Index("ix_intake_newest", "received_at", "id"),
    Index("ix_intake_newest_by_state", "state", "received_at", "id"),
    Index("ix_intake_near_miss", "near_miss", "received_at", "id"),
)

dispatch = Table(
    "dispatch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Word(kinds.DispatchKind), nullable=False),
    Column("to", String(80), nullable=False),
    Column("state", Word(kinds.DispatchState), nullable=False, index=True),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("payload_blob", Uuid, ForeignKey("blob.id")),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("intake_id", Uuid, ForeignKey("intake.id"), index=True),
    Column("case_id", Uuid, ForeignKey("case_.id"), index=True),
    Column("held_reason", Word(kinds.DispatchHeldReason)),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, index=True),
    Column("sent_at", Instant),
    Column("delivered_at", Instant),
    Column("bounced_at", Instant),
    Column("auto_replied_at", Instant),
    Column("acknowledged_at", Instant),
    Column("last_code", String(40)),
    Column("token", String(40), unique=True),
    Column("reply_blob", Uuid, ForeignKey("blob.id")),
    Column("receiver_index", String(64), index=True),
    Column("thread_index", String(64), index=True),
    Column("instruction_id", Uuid),
    Column("leaving_at", Instant),
    Column("case_version", Integer),
    Index("ix_dispatch_waiting", "state", "created_at", "id"),
)

handover = Table(
    "handover",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("case_.id"), nullable=False, index=True),
    Column("dispatch_id", Uuid, ForeignKey("dispatch.id"), nullable=False),
    Column("panel", String(60), nullable=False),
    Column("state", Word(kinds.HandoverState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("due_at", Instant),
    Column("sent_at", Instant),
    Column("delivered_at", Instant),
    Column("bounced_at", Instant),
    Column("acknowledged_at", Instant),
    Column("accepted_at", Instant),
    Column("declined_at", Instant),
    Column("declined_to", String(60)),
    Column("agreed_at", Instant),
    Column("agreement_blob", Uuid, ForeignKey("blob.id")),
    Column("withdrawn_at", Instant),
    Column("reminded_at", Instant),
    Column("content_hash", String(64)),
    Column("link_hash", String(64), unique=True),
    Column("code_hash", String(64)),
    Column("link_tries", Integer, nullable=False),
    Index("ix_handover_state", "state"),
)

transfer = Table(
    "transfer",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sender", String(63), nullable=False),
    Column("transfer", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Word(TransferKind), nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("intake_id", Uuid, ForeignKey("intake.id"), nullable=False, index=True),
    Column("received_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("part_blob", Uuid, ForeignKey("blob.id")),
    Column("case_id", Uuid, ForeignKey("case_.id"), index=True),
    Column("taken_at", Instant),
    UniqueConstraint("sender", "transfer", "number"),
)

instruction = Table(
    "instruction",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Word(kinds.MoveKind), nullable=False),
    Column("staff_id", String(60), nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("state", Word(rows.InstructionState), nullable=False, index=True),
    Column("signature", LargeBinary, nullable=False),
    Column("payload_blob", Uuid, ForeignKey("blob.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("intake_id", Uuid),
    Column("case_id", Uuid),
    Column("dispatch_id", Uuid),
    Column("result", String(60)),
    Column("intake_version", Integer),
    Column("case_version", Integer),
    Column("dispatch_version", Integer),
    Column("open_key", String(120), unique=True),
)

alarm = Table(
    "alarm",
    metadata,
    Column("kind", Word(kinds.AlarmKind), primary_key=True),
    Column("last_sent_at", Instant, nullable=False),
    Column("raised", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

receiver = Table(
    "receiver",
    metadata,
    Column("to", String(80), primary_key=True),
    Column("max_bytes", BigInteger, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)

watched_key = Table(
    "watched_key",
    metadata,
    Column("owner", String(100), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("strength", String(40), nullable=False),
    Column("expires_at", Instant),
    Column("trouble", String(60), nullable=False),
    Column("tried_at", Instant),
    Column("looked_at", Instant, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("move", Word(kinds.MoveKind), nullable=False),
    Column("intake_id", Uuid, index=True),
    Column("case_id", Uuid, index=True),
    Column("dispatch_id", Uuid),
    Column("detail", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_move", "move", "sequence"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", String(60), ForeignKey("staff.id"), nullable=False),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

TABLE_OF: dict[type, Table] = {
    rows.BlobRow: blob,
    rows.IntakeRow: intake,
    rows.CaseRow: case,
    rows.DispatchRow: dispatch,
    rows.HandoverRow: handover,
    rows.InstructionRow: instruction,
    rows.TransferRow: transfer,
    rows.AlarmRow: alarm,
    rows.ReceiverRow: receiver,
    rows.KeyRow: watched_key,
    rows.AuditLink: audit,
    StaffRow: staff,
}

# The order in which added rows are written, so that referenced rows come first.
ADDED_ORDER: tuple[type, ...] = (
    rows.BlobRow,
    rows.CaseRow,
    rows.IntakeRow,
    rows.DispatchRow,
    rows.HandoverRow,
    rows.TransferRow,
    rows.InstructionRow,
    rows.AlarmRow,
    rows.ReceiverRow,
    rows.KeyRow,
)
