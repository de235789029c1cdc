"""Reads that only the console needs: pages of lists, and what people asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.store import tables
from gateway.adapters.store.engine import read_rows
from gateway.model.case.rows import CaseRow, InstructionRow, IntakeRow
from gateway.model.ids import CaseId, CaseNumber, DispatchId, InstructionId, IntakeId, Reference
from gateway.model.kinds import CaseState, IntakeState
from gateway.ports import Temporary

R = TypeVar("R")


class ConsoleReads:
    """Reads only. Newest first, a page at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def intakes(self, states: Sequence[IntakeState], limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        """Return one page of intakes and how many there are in all."""
        wanted = tables.intake.c.state.in_(states) if states else None
        ordered = select(tables.intake).order_by(tables.intake.c.received_at.desc(), tables.intake.c.id.desc())
        return await self._page(IntakeRow, ordered, wanted, limit, offset)

    async def near_misses(self, limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        """Return one page of near misses, newest first, and how many there are in all."""
        ordered = select(tables.intake).order_by(tables.intake.c.received_at.desc(), tables.intake.c.id.desc())
        return await self._page(IntakeRow, ordered, tables.intake.c.near_miss.is_(True), limit, offset)

    async def near_miss_times(self, since: datetime) -> list[datetime]:
        """Return when the near misses since then were received, newest first."""
        column = tables.intake.c
        statement = select(column.received_at).where(column.near_miss.is_(True), column.received_at >= since)
        try:
            async with self._engine.connect() as connection:
                found = await connection.execute(statement.order_by(column.received_at.desc()))
                return [row.received_at for row in found]
        except DBAPIError:
            raise Temporary("store") from None

    async def cases(self, states: Sequence[CaseState], limit: int, offset: int) -> tuple[list[CaseRow], int]:
        """Return one page of cases and how many there are in all."""
        wanted = tables.case.c.state.in_(states) if states else None
        ordered = select(tables.case).order_by(tables.case.c.first_received_at.desc(), tables.case.c.id.desc())
        return await self._page(CaseRow, ordered, wanted, limit, offset)

    async def instruction(self, instruction_id: InstructionId) -> InstructionRow | None:
        """Return one instruction by the id that its page gave it."""
        found = await read_rows(
            self._engine, InstructionRow, select(tables.instruction).where(tables.instruction.c.id == instruction_id)
        )
        return found[0] if found else None

    async def intake_by_reference(self, reference: Reference) -> IntakeRow | None:
        """Return the intake that bears a reference."""
        found = await read_rows(
            self._engine, IntakeRow, select(tables.intake).where(tables.intake.c.reference == reference)
        )
        return found[0] if found else None

    async def case_by_number(self, number: CaseNumber) -> CaseRow | None:
        """Return the case that bears a number."""
        found = await read_rows(self._engine, CaseRow, select(tables.case).where(tables.case.c.number == number))
        return found[0] if found else None

    async def instructions(
        self,
        intake_ids: Sequence[IntakeId] = (),
        case_id: CaseId | None = None,
        dispatch_ids: Sequence[DispatchId] = (),
        limit: int = 200,
    ) -> list[InstructionRow]:
        """Return what was asked for about any of these, newest first."""
        column = tables.instruction.c
        about = or_(
            column.intake_id.in_(intake_ids),
            column.dispatch_id.in_(dispatch_ids),
            column.case_id == case_id if case_id is not None else column.id.is_(None),
        )
        ordered = select(tables.instruction).where(about).order_by(column.posted_at.desc(), column.id.desc())
        return await read_rows(self._engine, InstructionRow, ordered.limit(limit))

    async def _page(
        self, kind: type[R], ordered: Select[Any], wanted: ColumnElement[bool] | None, limit: int, offset: int
    ) -> tuple[list[R], int]:
        count = select(func.count()).select_from(tables.TABLE_OF[kind])
        if wanted is not None:
            ordered, count = ordered.where(wanted), count.where(wanted)
        try:
            async with self._engine.connect() as connection:
                total = (await connection.execute(count)).scalar_one()
                found = await connection.execute(ordered.limit(limit).offset(offset))
                return [kind(**row) for row in found.mappings()], total
        except DBAPIError:
            raise Temporary("store") from None
