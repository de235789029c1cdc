"""Draft the receipt of a transfer that was taken in."""

from __future__ import annotations

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import PlannedDispatch
from gateway.model.content.confidential import NOTHING
from gateway.model.ids import DispatchId, PanelId, uuid7
from gateway.stages.transfer.compose import receipt_message
from gateway.steps.outbox.drafting.writing import Drafted, Subject, token
from gateway.steps.tools import Tools


def receipt_of(tools: Tools, planned: PlannedDispatch, about: Subject) -> Drafted:
    """Draft the receipt of a transfer, with the null reverse-path: nothing comes of its failure (RFC 3834, 3.3)."""
    if about.receipt is None:
        raise ValueError("there is no transfer to receipt")
    inner = receipt_message(about.receipt)
    payload = Payload("", NOTHING, PanelId(planned.to.removeprefix("panel:")), inner.subject)
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    return Drafted(planned.kind, planned.to, dispatch_id, token(tools.draw()), pack_payload(payload, inner.entity))
