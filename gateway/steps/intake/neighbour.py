"""What another panel posted on its page: judged here, where the store is, and committed with the hand-over."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.rows import HandoverRow, IntakeRow, Move, Row
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.framing import BadFrame
from gateway.model.content.message import Mail
from gateway.model.form import form_post
from gateway.model.ids import PanelId
from gateway.model.kinds import ContentSignature, HandoverState, HeldReason, IntakeKind, IntakeState, MoveKind
from gateway.model.residence.panels import PanelRegister
from gateway.ports import Permanent, Temporary
from gateway.stages.cases.handover import Event, Fact, record
from gateway.stages.cases.neighbour_link import LinkPolicy, Verdict, find, judge, read
from gateway.stages.cases.neighbour_mail import acknowledged
from gateway.steps.intake.read import Reading
from gateway.steps.tools import Tools

# Nobody's link is nobody's work: anyone on the internet can type one. The rest had a link of ours and failed.
_DONE = frozenset({Verdict.TAKEN, Verdict.REPEATED, Verdict.UNKNOWN})


async def take_answer(
    tools: Tools,
    register: PanelRegister,
    policy: LinkPolicy,
    row: IntakeRow,
    arrival: Arrival,
    content: ConfidentialBytes,
) -> None:
    """Take in one post of the neighbour's page, and commit what it says."""
    try:
        answer = read(form_post.unpack(content.reveal()).values)
    except BadFrame:
        raise Permanent("not_a_form_post") from None
    if answer is None:
        raise Permanent("not_an_answer")
    handover = find(answer, await tools.store.handovers())
    verdict, changed = judge(answer, handover, arrival.received_at, policy, register)
    held = None if verdict in _DONE else HeldReason.UNKNOWN_TOKEN
    if verdict is Verdict.TAKEN and changed is not None and changed.state is HandoverState.DECLINED:
        held = HeldReason.DECLINED
    rows: list[Row] = [changed] if changed is not None else []
    if verdict is Verdict.TAKEN and handover is not None:
        rows += await _acknowledged(tools, handover, arrival)
    await _commit(tools, row, handover, held, verdict, tuple(rows))


async def take_acknowledgement(tools: Tools, row: IntakeRow, arrival: Arrival, reading: Reading) -> bool:
    """Note that another panel's signed message acknowledges a hand-over. True if that is all there is to it.

    A person's reply is noted and then worked on like any message: what it says, people read.
    """
    signer = reading.content.signer
    known = reading.content.signature is ContentSignature.GOOD and signer is not None and arrival.envelope is not None
    if not known or not isinstance(reading.mail, Mail) or not isinstance(reading.outer, Mail):
        return False
    handovers = [one for one in await tools.store.handovers() if one.panel == signer]
    dispatches = [await tools.store.dispatch(one.dispatch_id) for one in handovers]
    found = acknowledged(
        reading.mail,
        reading.outer,
        arrival.envelope.reverse_path if arrival.envelope is not None else "",
        PanelId(str(signer)),
        tools.office.panel,
        handovers,
        {one.id: one.message_id for one in dispatches if one is not None},
    )
    if found is None:
        return False
    noted = record(found.handover, Event(Fact.ACKNOWLEDGED, arrival.received_at))
    rows: tuple[Row, ...] = ()
    if noted is not found.handover:
        rows = (noted, *await _acknowledged(tools, noted, arrival))
    if found.by_gateway:
        await _commit(tools, row, noted, None, Verdict.TAKEN, rows)
        return True
    if rows:
        await _note(tools, row, noted, rows)
    return False


async def _note(tools: Tools, row: IntakeRow, handover: HandoverRow, changed: tuple[Row, ...]) -> None:
    move = Move(
        MoveKind.REPORT,
        "worker",
        tools.clock.now(),
        changed=changed,
        intake_id=row.id,
        case_id=handover.case_id,
        dispatch_id=handover.dispatch_id,
        detail={"kind": IntakeKind.ACKNOWLEDGEMENT.value},
    )
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")


async def _acknowledged(tools: Tools, handover: HandoverRow, arrival: Arrival) -> list[Row]:
    dispatch = await tools.store.dispatch(handover.dispatch_id)
    if dispatch is None or dispatch.acknowledged_at is not None:
        return []
    return [replace(dispatch, acknowledged_at=arrival.received_at)]


async def _commit(
    tools: Tools,
    row: IntakeRow,
    handover: HandoverRow | None,
    held: HeldReason | None,
    verdict: Verdict,
    changed: tuple[Row, ...],
) -> None:
    state = IntakeState.CLOSED if held is None else IntakeState.HELD
    case_id = handover.case_id if handover is not None else None
    settled = replace(row, state=state, kind=IntakeKind.ACKNOWLEDGEMENT, held_reason=held, case_id=case_id)
    move = Move(
        MoveKind.REPORT,
        "worker",
        tools.clock.now(),
        changed=(settled, *changed),
        intake_id=row.id,
        case_id=case_id,
        dispatch_id=handover.dispatch_id if handover is not None else None,
        detail={"kind": IntakeKind.ACKNOWLEDGEMENT.value, "verdict": verdict.value},
    )
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")
