"""Draft a person's answer to another panel, to be encrypted when it leaves."""

from __future__ import annotations

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import PlannedDispatch
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.ids import DispatchId, PanelId, uuid7
from gateway.stages.transfer.compose import entity
from gateway.steps.outbox.drafting.writing import Drafted, Subject, bounce_address, token
from gateway.steps.tools import Tools


def sealed_answer(tools: Tools, planned: PlannedDispatch, about: Subject) -> Drafted:
    """Draft a person's answer to another panel, to be encrypted to its pinned key when it leaves."""
    handle = token(tools.draw())
    subject = ConfidentialText(f"From {tools.office.panel_name}: {about.record.arrival.reference}")
    panel = PanelId(planned.to.removeprefix("panel:"))
    described = Payload(bounce_address(tools, planned.kind, handle), NOTHING, panel, subject)
    content = ConfidentialBytes(entity(about.answer.reveal(), ()))
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    return Drafted(planned.kind, planned.to, dispatch_id, handle, pack_payload(described, content))
