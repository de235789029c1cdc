"""Hand-overs that nobody answered: one reminder to the neighbour, then an alarm. Run every minute or so."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import to_panel
from gateway.model.case.rows import DispatchRow, HandoverRow, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import CaseId, DispatchId, uuid7
from gateway.model.kinds import AlarmKind, DispatchKind, DispatchState, MoveKind
from gateway.model.residence.panels import PanelRegister, PanelStatus
from gateway.stages.answers.automatic import reverse_path
from gateway.stages.answers.letter import Letter, message_id, write
from gateway.stages.answers.texts import Texts, fill
from gateway.stages.cases.handover import FollowUp, Next, next_step
from gateway.steps.outbox.drafting.writing import token
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import raise_alarm

TEMPLATE = "handover_reminder"


@dataclass(frozen=True, slots=True)
class Reminding:
    """What follow-up takes besides the tools."""

    policy: FollowUp
    texts: Texts


async def follow_up(tools: Tools, register: PanelRegister, reminding: Reminding) -> Counter[Next]:
    """Look once at every hand-over of the cases that have one unsettled.

    Return how many need what: the gauges, and what the console shows.
    """
    of_case: defaultdict[CaseId, list[HandoverRow]] = defaultdict(list)
    for row in await tools.store.unsettled_handovers():
        of_case[row.case_id].append(row)
    found: Counter[Next] = Counter()
    for rows in of_case.values():
        for row in rows:
            needed = next_step(row, rows, tools.clock.now(), reminding.policy)
            if needed is Next.REMIND and not await _remind(tools, register, reminding.texts, row):
                needed = Next.ALARM
            found[needed] += 1
    for step in Next:
        tools.metrics.gauge("gateway_handovers", float(found[step]), needs=step.value)
    if found[Next.ALARM]:
        await raise_alarm(tools, AlarmKind.HANDOVER_OVERDUE)
    if found[Next.BOUNCED]:
        await raise_alarm(tools, AlarmKind.HANDOVER_BOUNCED)
    return found


async def _remind(tools: Tools, register: PanelRegister, texts: Texts, row: HandoverRow) -> bool:
    """Write the reminder and note it on the row, in one move. False where the panel has no address to write to."""
    now = tools.clock.now()
    panel = register.panel(row.panel)
    contact = panel.contact(now.date()) if panel is not None and panel.status is PanelStatus.CONFIRMED else None
    if contact is None:
        return False
    dispatch_id, handle = DispatchId(uuid7(now, tools.draw())), token(tools.draw())
    identifier = message_id(dispatch_id, tools.office.domain)
    values = tools.office.text_values() | {"reference": str(row.dispatch_id)}
    subject, body = fill(texts.template(TEMPLATE), values)
    letter = Letter(
        kind=DispatchKind.REMINDER,
        author=tools.office.secure_address,
        author_name=tools.office.panel_name,
        to=contact.email,
        subject=subject,
        body=body,
        message_id=identifier,
        written_at=now,
    )
    path = reverse_path(DispatchKind.REMINDER, f"bounce+{handle}@{tools.office.domain}")
    payload = pack_payload(Payload(path, ConfidentialText(contact.email)), ConfidentialBytes(write(letter)))
    blob = await tools.outbox_blobs.seal(payload, "payload", now)
    dispatch = DispatchRow(
        id=dispatch_id,
        kind=DispatchKind.REMINDER,
        to=to_panel(row.panel),
        state=DispatchState.QUEUED,
        message_id=identifier,
        payload_blob=blob.id,
        created_at=now,
        case_id=row.case_id,
        token=handle,
    )
    move = Move(
        MoveKind.REMIND,
        "worker",
        now,
        added=(blob, dispatch),
        changed=(replace(row, reminded_at=now),),
        case_id=row.case_id,
        dispatch_id=dispatch_id,
        detail={"panel": row.panel},
    )
    await tools.store.commit(move)  # False: another worker has just sent it
    return True
