"""Rows for the tests of the store: content-free but for what a test puts in."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from gateway.model import ids
from gateway.model.case.plan import TO_SENDER
from gateway.model.case.rows import BlobRow, DispatchRow, IntakeRow, Move
from gateway.model.ids import BlobId, DispatchId, IntakeId
from gateway.model.kinds import Channel, DispatchKind, DispatchState, IntakeState, MailboxName, MoveKind

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)


def blob(body: bytes = b"sealed", header: bytes = b"header") -> BlobRow:
    return BlobRow(BlobId(ids.uuid7(NOW, secrets.token_bytes(16))), "original", "0" * 16, header, body, len(body), NOW)


def intake(original: BlobRow) -> IntakeRow:
    return IntakeRow(
        IntakeId(ids.uuid7(NOW, secrets.token_bytes(16))),
        ids.reference(secrets.token_bytes(16)),
        MailboxName.SECURE,
        Channel.SMTP,
        NOW,
        IntakeState.RECEIVED,
        original.id,
    )


def dispatch(payload: BlobRow, about: IntakeRow, message_id: str = "") -> DispatchRow:
    number = DispatchId(ids.uuid7(NOW, secrets.token_bytes(16)))
    fixed = message_id or f"<{number}@cdop.example>"
    return DispatchRow(
        number,
        DispatchKind.ACKNOWLEDGEMENT,
        TO_SENDER,
        DispatchState.QUEUED,
        fixed,
        payload.id,
        NOW,
        intake_id=about.id,
    )


def adopted(row: IntakeRow, *blobs: BlobRow) -> Move:
    return Move(MoveKind.ADOPT, "worker", NOW, added=(*blobs, row), intake_id=row.id)
