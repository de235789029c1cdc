"""Carry out what a person decided: check signature and right, then one move, as the machine would make it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from gateway.model.case.rows import CaseRow, DispatchRow, InstructionRow, InstructionState, IntakeRow, Move, Row
from gateway.model.kinds import (
    AlarmKind,
    MoveKind,
)
from gateway.steps.instructions.agree import agree
from gateway.steps.instructions.answer import answer
from gateway.steps.instructions.close import close, reopen, screen_out, take_back
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.keep import keep
from gateway.steps.instructions.mend_dispatch import mend_dispatch
from gateway.steps.instructions.open_case import open_case
from gateway.steps.instructions.release import release
from gateway.steps.instructions.send_to_panel import send_to_panel
from gateway.steps.instructions.verify import verified
from gateway.steps.instructions.withdraw import withdraw
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import commit_with_alarm


async def carry_out(tools: Tools, context: InstructionContext, row: InstructionRow) -> None:
    """Carry out one posted instruction, or refuse it with a code. Either way it is in the audit."""
    try:
        order = await verified(tools, context, row)
        if row.kind not in _EFFECTS:
            raise Refused("right")
        effect = await _EFFECTS[row.kind](tools, context, order)
    except Refused as refused:
        await refuse(tools, row, refused.code)
        return
    now = tools.clock.now()
    done = replace(row, state=InstructionState.DONE, result="done", open_key=None)
    move = Move(
        row.kind,
        f"staff:{row.staff_id}",
        now,
        added=tuple(_waiting(one, row, now + context.hold) for one in effect.added),
        changed=(done, *effect.changed, *_touched(order, effect)),
        destroyed=(row.payload_blob, *effect.destroyed),
        intake_id=row.intake_id,
        case_id=effect.case_id or row.case_id,
        dispatch_id=row.dispatch_id,
        detail={"instruction": str(row.id), **(effect.detail or {})},
    )
    await tools.store.commit(move)  # False: a row moved meanwhile; the instruction is still posted and is tried again


def _waiting(one: Row, row: InstructionRow, leaves_at: datetime) -> Row:
    """Let what a person sends wait a little, so that it can be withdrawn."""
    if not isinstance(one, DispatchRow):
        return one
    return replace(one, instruction_id=row.id, next_attempt_at=leaves_at)


def _touched(order: Order, effect: Effect) -> tuple[Row, ...]:
    """Return the subjects that the effect leaves as they are: they move on too, for whoever else has them open."""
    moved = {one.id for one in effect.changed if isinstance(one, IntakeRow | CaseRow | DispatchRow)}
    subjects = (order.case, order.dispatch, order.intake)
    return tuple(one for one in subjects if one is not None and one.id not in moved)


async def refuse(tools: Tools, row: InstructionRow, code: str) -> None:
    """Refuse an instruction with a code that the person is shown."""
    refused = replace(row, state=InstructionState.REFUSED, result=code, open_key=None)
    detail = {"instruction": str(row.id), "kind": row.kind.value, "code": code}
    move = Move(
        MoveKind.REFUSED,
        "worker",
        tools.clock.now(),
        changed=(refused,),
        destroyed=(row.payload_blob,),
        intake_id=row.intake_id,
        case_id=row.case_id,
        dispatch_id=row.dispatch_id,
        detail=detail,
    )
    if code == "signature":
        await commit_with_alarm(tools, move, AlarmKind.INSTRUCTION_REFUSED)
    else:
        await tools.store.commit(move)


_EFFECTS: Mapping[MoveKind, Callable[[Tools, InstructionContext, Order], Awaitable[Effect]]] = {
    MoveKind.SEND_TO_PANEL: send_to_panel,
    MoveKind.RELEASE: release,
    MoveKind.OPEN_CASE: open_case,
    MoveKind.ANSWER: answer,
    MoveKind.KEEP: keep,
    MoveKind.CLOSE: close,
    MoveKind.SCREEN_OUT: screen_out,
    MoveKind.REOPEN: reopen,
    MoveKind.TAKE_BACK: take_back,
    MoveKind.MEND_DISPATCH: mend_dispatch,
    MoveKind.AGREE: agree,
    MoveKind.WITHDRAW: withdraw,
}
