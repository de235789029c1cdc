"""What happens when an intake cannot be worked on: count the attempt, or hold it for a person. Never loop."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.kinds import AlarmKind, HeldReason, IntakeState, MoveKind
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import commit_with_alarm


async def attempt_failed(tools: Tools, row: IntakeRow, code: str) -> None:
    """Count one failed attempt; after the last one hold the intake. ``code`` is a constant word."""
    attempts = row.attempts + 1
    if attempts >= tools.patience.max_attempts:
        await hold(tools, row, HeldReason.ATTEMPTS_USED_UP, code)
        return
    now = tools.clock.now()
    jitter = 0.75 + int.from_bytes(tools.entropy(2), "big") / 0x20000  # 0.75 to 1.25: what failed together comes apart
    next_attempt_at = now + tools.patience.retry * 2 ** (attempts - 1) * jitter
    changed = replace(row, attempts=attempts, next_attempt_at=next_attempt_at)
    detail = {"code": code, "attempts": str(attempts)}
    move = Move(MoveKind.ATTEMPT_FAILED, "worker", now, changed=(changed,), intake_id=row.id, detail=detail)
    await tools.store.commit(move)


async def hold(tools: Tools, row: IntakeRow, reason: HeldReason, code: str) -> None:
    """Hold an intake because of a fault, and tell the operator. The original stays readable for staff."""
    now = tools.clock.now()
    changed = replace(row, state=IntakeState.HELD, held_reason=reason)
    detail = {"reason": reason.value, "code": code}
    move = Move(MoveKind.HOLD, "worker", now, changed=(changed,), intake_id=row.id, detail=detail)
    await commit_with_alarm(tools, move, AlarmKind.INTAKE_HELD_BY_ERROR)
