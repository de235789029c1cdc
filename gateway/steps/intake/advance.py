"""Take one intake one durable step after another, until it is decided, held or closed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.message import Mail
from gateway.model.ids import IntakeId
from gateway.model.kinds import Channel, HeldReason, IntakeState, MailboxName, MoveKind
from gateway.ports import OverBudget, Permanent, Temporary
from gateway.stages.cases.neighbour_link import LinkPolicy
from gateway.stages.cases.threads import receiver_index, thread_index
from gateway.steps.intake import machine_mail, neighbour, transfers
from gateway.steps.intake.adopt import Adopted, adopt, hold_damaged, take_up
from gateway.steps.intake.answered import AnsweredBefore, answered
from gateway.steps.intake.assess import Assessment, look, pack_assessment, unpack_assessment
from gateway.steps.intake.failures import attempt_failed, hold
from gateway.steps.intake.judge import judge
from gateway.steps.intake.read import Reading, originals, read
from gateway.steps.intake.readers import Readers
from gateway.steps.intake.scan import Scanned, scan
from gateway.steps.intake.settle import AnswerIndexes, settle
from gateway.steps.intake.thread import everybodys_thread, remembered
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.tools import Tools

SETTLED = frozenset({IntakeState.DECIDED, IntakeState.HELD, IntakeState.CLOSED})
_TOKENISED = frozenset({MailboxName.BOUNCE, MailboxName.REPLY, MailboxName.REPORTS})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """Everything the intake side of the worker works with."""

    tools: Tools
    readers: Readers
    writing: Writing
    matching_key: bytes
    # Which case an arrival belongs to, and whether a transfer is whole, is looked up and written one at a time: two
    # parts of a transfer, or two notifications of a death, that were looked at side by side would not see each other.
    placing: asyncio.Lock = field(default_factory=asyncio.Lock)


async def advance(context: IntakeContext, intake_id: IntakeId) -> None:
    """Adopt one spooled arrival and work on it once. A process that has many to do takes the two steps apart."""
    tools = context.tools
    try:
        adopted = await adopt(tools, intake_id)
    except Exception as error:  # whatever is wrong with one spool file must not stop the others
        code = error.code if isinstance(error, Temporary) else type(error).__name__
        tools.journal.event("adopt_failed", intake_id=str(intake_id), code=code)
        return
    await work(context, adopted)


async def work(context: IntakeContext, adopted: Adopted) -> IntakeRow:
    """Work on one adopted arrival, once. Returns its row as it is then.

    The spool's file goes only when the row is settled: until then every step can be repeated from it. The file of an
    arrival that could not be opened stays until a person closes its row.
    """
    tools, row = context.tools, adopted.row
    if row.state not in SETTLED:
        row = await _worked_on(context, adopted)
    elif is_damaged(row):
        row = await _tried_again(context, row)
    if row.state in SETTLED and not is_damaged(row):
        await tools.spool.remove(row.id)
    return row


def is_damaged(row: IntakeRow) -> bool:
    """Say whether a row stands for a spool file that could not be opened, and waits for a person."""
    return row.state is IntakeState.HELD and row.held_reason is HeldReason.DAMAGED_ARRIVAL


async def _tried_again(context: IntakeContext, row: IntakeRow) -> IntakeRow:
    """Open a damaged arrival's file again: the operator may have mended a disk or a key."""
    tools = context.tools
    try:
        arrival, content = await tools.spool.open(row.id)
    except (Temporary, Permanent):
        return row
    await take_up(tools, row, arrival, content)
    return await _fresh(tools, row)


async def _worked_on(context: IntakeContext, adopted: Adopted) -> IntakeRow:
    """Try one intake once."""
    tools, row = context.tools, adopted.row
    if row.next_attempt_at is not None and row.next_attempt_at > tools.clock.now():
        return row
    try:
        arrival, content = adopted.opened or await tools.spool.open(row.id)
    except Temporary as error:
        await attempt_failed(tools, row, error.code)
        return await _fresh(tools, row)
    except Permanent as error:
        return await hold_damaged(tools, row, error.code)
    try:
        await _by_door(context, row, arrival, content)
    except Temporary as error:
        await attempt_failed(tools, await _fresh(tools, row), error.code)
    except OverBudget as error:
        await hold(tools, await _fresh(tools, row), HeldReason.OVER_BUDGET, error.code)
    except Permanent as error:
        await hold(tools, await _fresh(tools, row), HeldReason.UNPARSEABLE, error.code)
    except Exception as error:  # the one place: whatever is wrong with one intake must not stop the others
        tools.journal.event("intake_fault", intake_id=str(row.id), error=type(error).__name__)
        await attempt_failed(tools, await _fresh(tools, row), "fault")
    return await _fresh(tools, row)


async def _by_door(context: IntakeContext, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes) -> None:
    if arrival.mailbox in _TOKENISED:
        await machine_mail.take(context.tools, context.readers, context.writing, row, arrival, content)
    elif arrival.channel is Channel.NEIGHBOUR_PAGE:
        register = context.readers.routing().panels
        await neighbour.take_answer(context.tools, register, LinkPolicy(), row, arrival, content)
    else:
        await _examined(context, row, arrival, content)


async def _fresh(tools: Tools, row: IntakeRow) -> IntakeRow:
    return await tools.store.intake(row.id) or row


async def _examined(context: IntakeContext, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes) -> None:
    reading = await read(context.readers, arrival, content)
    if await neighbour.take_acknowledgement(context.tools, row, arrival, reading):
        return
    found = transfers.recognise(context.readers, arrival, reading)
    row, assessment = await _assessed(context, row, arrival, content, reading)
    if found is not None:
        taker = transfers.Taker(context.tools, context.readers, context.writing, context.matching_key)
        async with context.placing:
            await transfers.take_in(taker, transfers.Come(row, arrival, reading, assessment), found)
        return
    scanned = await _scanned(context, row, arrival, content, reading)
    thread = await remembered(context.tools, reading.outer, context.matching_key)
    now = context.tools.clock.now()
    record = await judge(context.readers, arrival, reading, assessment, now, scanned, thread)
    files = originals(reading) if record.notifications else ()
    async with context.placing:
        record, indexes = await _answered(context, record, reading, assessment)
        settled = await settle(
            context.tools, context.writing, context.matching_key, row, record, reading.opened, indexes, files
        )
    if settled:
        context.tools.metrics.count("gateway_intakes", kind=row_kind(record), grade=record.assurance.grade.value)


async def _scanned(
    context: IntakeContext, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes, reading: Reading
) -> Scanned:
    """Ask the scanners. One that does not answer is asked again a few times, then the mail is held for a person."""
    scanned = await scan(context.readers.malware, context.readers.spam, arrival, content, reading.opened)
    is_last = row.attempts + 1 >= context.tools.patience.max_attempts
    if scanned.doubt is HeldReason.MAIL_UNCHECKED:
        context.tools.metrics.count("gateway_scans_unanswered")
        if not is_last:
            raise Temporary("clamd")
    return scanned


def row_kind(record: IntakeRecord) -> str:
    """Return the kind of intake as a label."""
    return record.plan.kind.value if record.plan is not None else "undecided"


async def _assessed(
    context: IntakeContext, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes, reading: Reading
) -> tuple[IntakeRow, Assessment]:
    """Return the stored assessment, making and storing it if this is the first time."""
    tools = context.tools
    if row.work_blob is not None:
        blob = await tools.store.blob(row.work_blob)
        if blob is not None:
            return row, unpack_assessment(await tools.opener.open(blob))
    now = tools.clock.now()
    assessment = await look(context.readers, arrival, content, reading, now)
    if assessment.evidence.incomplete and row.attempts + 1 < tools.patience.max_attempts:
        raise Temporary("dns")  # no answer is not "none": ask again before the evidence is stored for good
    blob = await tools.work_blobs.seal(pack_assessment(assessment), "work", now)
    grade = assessment.assurance.grade
    changed = replace(row, state=IntakeState.ASSESSED, grade=grade, work_blob=blob.id)
    detail = {"grade": grade.value, "reasons": " ".join(reason.code for reason in assessment.assurance.reasons)}
    move = Move(MoveKind.ASSESS, "worker", now, added=(blob,), changed=(changed,), intake_id=row.id, detail=detail)
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")
    return await _fresh(tools, row), assessment


async def _answered(
    context: IntakeContext, record: IntakeRecord, reading: Reading, assessment: Assessment
) -> tuple[IntakeRecord, AnswerIndexes]:
    """Add the automatic answer, at most one a thread and few a day to one address."""
    address = assessment.evidence.author.address.reveal()
    if not isinstance(reading.outer, Mail):
        return answered(context.readers, record, reading, assessment, AnsweredBefore()), AnswerIndexes()
    everybodys = everybodys_thread(reading.outer, context.matching_key)
    if not address:
        record = answered(context.readers, record, reading, assessment, AnsweredBefore())
        return record, AnswerIndexes(everybodys_thread=everybodys)
    store = context.tools.store
    receiver = receiver_index(address, context.matching_key)
    thread = thread_index(reading.outer, address, context.matching_key)
    before = AnsweredBefore(
        in_thread=thread is not None and await store.is_thread_answered(thread),
        today=await store.answers_since(receiver, context.tools.clock.now() - _DAY),
    )
    return answered(context.readers, record, reading, assessment, before), AnswerIndexes(receiver, thread, everybodys)
