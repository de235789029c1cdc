"""ports.Store in SQLAlchemy Core."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.adapters.store import audit_chain, tables
from gateway.adapters.store.engine import WRITE, read_rows
from gateway.model import lifecycle
from gateway.model.case.rows import (
    AlarmRow,
    AuditLink,
    BlobRow,
    CaseRow,
    DispatchRow,
    HandoverRow,
    InstructionRow,
    InstructionState,
    IntakeRow,
    KeyRow,
    Move,
    Moved,
    ReceiverRow,
    Row,
    TransferRow,
)
from gateway.model.ids import BlobId, CaseId, DispatchId, IntakeId, PanelId, StaffId
from gateway.model.kinds import Channel, DispatchState, HandoverState, IntakeKind, IntakeState, MoveKind
from gateway.model.office.staff import StaffRow
from gateway.ports import Temporary

R = TypeVar("R")

AUDIT_LOCK = 0x43444F50  # of pg_advisory_xact_lock
_KEYS: dict[type, str] = {AlarmRow: "kind", ReceiverRow: "to", KeyRow: "owner"}
_SETTLED = (HandoverState.AGREED, HandoverState.ACCEPTED)
_UNSETTLED = tuple(state for state in HandoverState if state not in _SETTLED)


class _Behind(Exception):
    """A row had another version than the move expected: nothing is written."""


def _columns(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


class SqlStore:
    """The rows. One transaction a method."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._has_destroyed = True  # an earlier run may have left something

    async def commit(self, move: Move) -> bool:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(**{WRITE: True})
                async with connection.begin():
                    await self._write(connection, move)
        except (IntegrityError, _Behind):
            return False
        except DBAPIError:
            raise Temporary("store") from None
        return True

    async def _write(self, connection: AsyncConnection, move: Move) -> None:
        for kind in tables.ADDED_ORDER:
            for row in move.added:
                if type(row) is kind:
                    lifecycle.check(row, None, move.kind)
                    await connection.execute(insert(tables.TABLE_OF[kind]).values(_columns(row)))
        for row in move.changed:
            await self._change(connection, row, move.kind)
        self._has_destroyed = self._has_destroyed or bool(move.destroyed)
        for blob_id in move.destroyed:
            emptied = update(tables.blob).where(tables.blob.c.id == blob_id).values(header=b"", body=None)
            await connection.execute(emptied)
        await self._link(connection, move)

    async def scrub(self) -> None:
        """Remove destroyed content from SQLite's write-ahead log too. Nothing to do on PostgreSQL."""
        if self._engine.dialect.name != "sqlite" or not self._has_destroyed:
            return
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection  # outside any transaction
            async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                [busy, *_] = await cursor.fetchone()
        self._has_destroyed = bool(busy)  # a reader was in the way: try again next time

    async def _change(self, connection: AsyncConnection, row: Row, event: MoveKind) -> None:
        if isinstance(row, BlobRow):
            raise TypeError("blobs are written once")
        table = tables.TABLE_OF[type(row)]
        values = _columns(row)
        key = _KEYS.get(type(row), "id")
        if isinstance(row, lifecycle.Stateful):
            was = select(table.c.state).where(table.c[key] == values[key], table.c.version == row.version)
            before = (await connection.execute(was)).scalar_one_or_none()
            if before is None:
                raise _Behind
            lifecycle.check(row, before, event)
        changed = (
            update(table)
            .where(table.c[key] == values.pop(key), table.c.version == row.version)
            .values({**values, "version": row.version + 1})
        )
        if (await connection.execute(changed)).rowcount != 1:
            raise _Behind

    async def _link(self, connection: AsyncConnection, move: Move) -> None:
        if self._engine.dialect.name == "postgresql":  # the chain has one end: one writer at a time
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})
        last = select(tables.audit.c.sequence, tables.audit.c.hash).order_by(tables.audit.c.sequence.desc()).limit(1)
        row = (await connection.execute(last)).first()
        sequence, previous = (row.sequence, row.hash) if row is not None else (0, audit_chain.FIRST)
        link = AuditLink(move.at, move.actor, move.kind, move.intake_id, move.case_id, move.dispatch_id, move.detail)
        values = _columns(audit_chain.chained(link, sequence + 1, previous))
        values["detail"] = json.dumps(dict(move.detail), sort_keys=True, ensure_ascii=False)
        await connection.execute(insert(tables.audit).values(values))

    async def _all(self, kind: type[R], statement: Select[Any]) -> list[R]:
        return await read_rows(self._engine, kind, statement)

    async def _one(self, kind: type[R], condition: ColumnElement[bool]) -> R | None:
        found = await self._all(kind, select(tables.TABLE_OF[kind]).where(condition))
        return found[0] if found else None

    async def intake(self, intake_id: IntakeId) -> IntakeRow | None:
        return await self._one(IntakeRow, tables.intake.c.id == intake_id)

    async def intakes(self, states: Sequence[IntakeState] = (), case_id: CaseId | None = None) -> list[IntakeRow]:
        statement = select(tables.intake).order_by(tables.intake.c.received_at, tables.intake.c.id)
        if states:
            statement = statement.where(tables.intake.c.state.in_(states))
        if case_id is not None:
            statement = statement.where(tables.intake.c.case_id == case_id)
        return await self._all(IntakeRow, statement)

    async def decided(self, kind: IntakeKind, since: datetime) -> list[tuple[IntakeRow, datetime]]:
        link = tables.audit.c
        statement = (
            select(tables.intake, link.at.label("decided_at"))
            .join(tables.audit, link.intake_id == tables.intake.c.id)
            .where(tables.intake.c.kind == kind, link.move == MoveKind.DECIDE, link.at >= since)
            .order_by(link.sequence)
        )
        try:
            async with self._engine.connect() as connection:
                found = (await connection.execute(statement)).mappings().all()
        except DBAPIError:
            raise Temporary("store") from None
        return [
            (IntakeRow(**{name: value for name, value in row.items() if name != "decided_at"}), row["decided_at"])
            for row in found
        ]

    async def case(self, case_id: CaseId) -> CaseRow | None:
        return await self._one(CaseRow, tables.case.c.id == case_id)

    async def cases(self) -> list[CaseRow]:
        return await self._all(CaseRow, select(tables.case).order_by(tables.case.c.opened_at))

    async def cases_by_duplicate_key(self, key: str) -> list[CaseRow]:
        return await self._all(CaseRow, select(tables.case).where(tables.case.c.duplicate_key.startswith(key)))

    async def dispatch(self, dispatch_id: DispatchId) -> DispatchRow | None:
        return await self._one(DispatchRow, tables.dispatch.c.id == dispatch_id)

    async def dispatch_by_token(self, token: str) -> DispatchRow | None:
        return await self._one(DispatchRow, tables.dispatch.c.token == token)

    async def dispatches(
        self,
        states: Sequence[DispatchState] = (),
        intake_id: IntakeId | None = None,
        case_id: CaseId | None = None,
        thread_index: str | None = None,
    ) -> list[DispatchRow]:
        statement = select(tables.dispatch).order_by(tables.dispatch.c.created_at, tables.dispatch.c.id)
        if states:
            statement = statement.where(tables.dispatch.c.state.in_(states))
        if intake_id is not None:
            statement = statement.where(tables.dispatch.c.intake_id == intake_id)
        if case_id is not None:
            statement = statement.where(tables.dispatch.c.case_id == case_id)
        if thread_index is not None:
            statement = statement.where(tables.dispatch.c.thread_index == thread_index)
        return await self._all(DispatchRow, statement)

    async def answers_since(self, receiver_index: str, since: datetime) -> int:
        columns = tables.dispatch.c
        statement = select(tables.dispatch).where(columns.receiver_index == receiver_index, columns.created_at >= since)
        return len(await self._all(DispatchRow, statement))

    async def is_thread_answered(self, thread_index: str) -> bool:
        return await self._one(DispatchRow, tables.dispatch.c.thread_index == thread_index) is not None

    async def due_dispatches(self, now: datetime, limit: int) -> list[DispatchRow]:
        columns = tables.dispatch.c
        due = or_(columns.next_attempt_at.is_(None), columns.next_attempt_at <= now)
        statement = (
            select(tables.dispatch)
            .where(columns.state == DispatchState.QUEUED, due)
            .order_by(columns.created_at, columns.id)
            .limit(limit)
        )
        return await self._all(DispatchRow, statement)

    async def handovers(self, case_id: CaseId | None = None, open_only: bool = False) -> list[HandoverRow]:
        statement = select(tables.handover).order_by(tables.handover.c.created_at, tables.handover.c.id)
        if case_id is not None:
            statement = statement.where(tables.handover.c.case_id == case_id)
        if open_only:
            statement = statement.where(tables.handover.c.state.in_(_UNSETTLED))
        return await self._all(HandoverRow, statement)

    async def unsettled_handovers(self) -> list[HandoverRow]:
        columns = tables.handover.c
        of = select(columns.case_id).where(columns.state.in_(_UNSETTLED))
        statement = select(tables.handover).where(columns.case_id.in_(of))
        return await self._all(HandoverRow, statement.order_by(columns.created_at, columns.id))

    async def moved_since(self, sequence: int, limit: int) -> list[Moved]:
        columns = tables.audit.c
        statement = select(columns.sequence, columns.intake_id, columns.case_id).where(columns.sequence > sequence)
        return await self._all(Moved, statement.order_by(columns.sequence).limit(limit))

    async def newest_sequence(self) -> int:
        statement = select(tables.audit.c.sequence, tables.audit.c.intake_id, tables.audit.c.case_id)
        newest = await self._all(Moved, statement.order_by(tables.audit.c.sequence.desc()).limit(1))
        return newest[0].sequence if newest else 0

    async def notifications_by_form(self, after: IntakeId | None, limit: int) -> list[IntakeRow]:
        columns = tables.intake.c
        statement = select(tables.intake).where(
            columns.channel == Channel.FORM, columns.kind == IntakeKind.NOTIFICATION
        )
        if after is not None:
            statement = statement.where(columns.id > after)
        return await self._all(IntakeRow, statement.order_by(columns.id).limit(limit))

    async def transfers(self, sender: PanelId, transfer: UUID) -> list[TransferRow]:
        columns = tables.transfer.c
        statement = select(tables.transfer).where(columns.sender == sender, columns.transfer == transfer)
        return await self._all(TransferRow, statement.order_by(columns.number))

    async def all_transfers(self) -> list[TransferRow]:
        """Return every message of a transfer that came, oldest first."""
        return await self._all(TransferRow, select(tables.transfer).order_by(tables.transfer.c.received_at))

    async def posted_instructions(self, limit: int) -> list[InstructionRow]:
        columns = tables.instruction.c
        statement = (
            select(tables.instruction)
            .where(columns.state == InstructionState.POSTED)
            .order_by(columns.posted_at, columns.id)
            .limit(limit)
        )
        return await self._all(InstructionRow, statement)

    async def is_consumed(self, row: InstructionRow) -> bool:
        link = tables.audit.c
        about = [
            column == value
            for column, value in (
                (link.intake_id, row.intake_id),
                (link.case_id, row.case_id),
                (link.dispatch_id, row.dispatch_id),
            )
            if value is not None
        ]
        statement = select(link.detail).where(or_(false(), *about), link.move != MoveKind.INSTRUCT)
        try:
            async with self._engine.connect() as connection:
                details = (await connection.execute(statement)).scalars().all()
        except DBAPIError:
            raise Temporary("store") from None
        return any(json.loads(detail).get("instruction") == str(row.id) for detail in details)

    async def alarm(self, kind: str) -> AlarmRow | None:
        return await self._one(AlarmRow, tables.alarm.c.kind == kind)

    async def receiver(self, to: str) -> ReceiverRow | None:
        return await self._one(ReceiverRow, tables.receiver.c.to == to)

    async def watched_keys(self) -> list[KeyRow]:
        return await self._all(KeyRow, select(tables.watched_key).order_by(tables.watched_key.c.owner))

    async def staff(self, staff_id: StaffId) -> StaffRow | None:
        """Return an account, for checking a right."""
        return await self._one(StaffRow, tables.staff.c.id == staff_id)

    async def living_files(self, among: Sequence[BlobId]) -> frozenset[BlobId]:
        """Return which of these are blobs whose body is a file and whose content was not destroyed."""
        columns = tables.blob.c
        statement = select(columns.id).where(columns.id.in_(among), columns.body.is_(None), columns.header != b"")
        try:
            async with self._engine.connect() as connection:
                return frozenset(BlobId(row.id) for row in await connection.execute(statement))
        except DBAPIError:
            raise Temporary("store") from None

    async def blob(self, blob_id: BlobId) -> BlobRow | None:
        return await self._one(BlobRow, tables.blob.c.id == blob_id)

    async def last_link(self, move: MoveKind) -> AuditLink | None:
        columns = tables.audit.c
        statement = select(tables.audit).where(columns.move == move).order_by(columns.sequence.desc()).limit(1)
        try:
            async with self._engine.connect() as connection:
                row = (await connection.execute(statement)).mappings().first()
        except DBAPIError:
            raise Temporary("store") from None
        return None if row is None else AuditLink(**{**row, "detail": json.loads(row["detail"])})

    async def audit(self, case_id: CaseId | None = None, intake_id: IntakeId | None = None) -> AsyncIterator[AuditLink]:
        statement = select(tables.audit).order_by(tables.audit.c.sequence)
        if case_id is not None:
            statement = statement.where(tables.audit.c.case_id == case_id)
        if intake_id is not None:
            statement = statement.where(tables.audit.c.intake_id == intake_id)
        async with self._engine.connect() as connection:
            async for row in (await connection.stream(statement)).mappings():
                yield AuditLink(**{**row, "detail": json.loads(row["detail"])})
