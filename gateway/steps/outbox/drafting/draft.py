"""Turn a planned dispatch into rows and sealed payloads: what will leave, before it is encrypted."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.plan import TO_GENERAL_INBOX, PlannedDispatch
from gateway.model.case.rows import Row
from gateway.model.content.thread import Remembered, pack_remembered
from gateway.model.kinds import DispatchKind
from gateway.stages.screen.find.thread_names import named
from gateway.steps.outbox.drafting.letter import letter_of, tokens_of
from gateway.steps.outbox.drafting.receipt import receipt_of
from gateway.steps.outbox.drafting.sealed_answer import sealed_answer
from gateway.steps.outbox.drafting.transfer import transfer_of
from gateway.steps.outbox.drafting.writing import TRANSFER_KINDS, Subject, Writing, rows_of
from gateway.steps.tools import Tools


async def draft(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> tuple[Row, ...]:
    """Return the rows of one planned dispatch: blobs, dispatches, and the hand-over of a forward.

    Nothing is stored yet. A transfer with large attachments is several dispatches.
    """
    intake_id = about.record.arrival.intake_id
    if planned.kind in TRANSFER_KINDS:
        return await transfer_of(tools, writing, planned, about)
    if planned.kind is DispatchKind.ANSWER and planned.to.startswith("panel:"):
        return await rows_of(tools, sealed_answer(tools, planned, about), intake_id, about.case_id)
    if planned.kind is DispatchKind.TRANSFER_RECEIPT:
        return await rows_of(tools, receipt_of(tools, planned, about), intake_id, about.case_id)
    made = letter_of(tools, writing, planned, about)
    blob, row = await rows_of(tools, made, intake_id, about.case_id)
    if planned.to != TO_GENERAL_INBOX or not about.record.author:
        return blob, row
    # Staff of the general inbox may answer: whom that reaches is sealed to the worker, and shown to nobody. So are
    # the names of a held message and the tokens of a released one, for later messages of the thread.
    kept = Remembered(about.record.author, named(about.record), tokens_of(about.record))
    reply = await tools.work_blobs.seal(pack_remembered(kept), "reply", tools.clock.now())
    return blob, reply, replace(row, reply_blob=reply.id)
