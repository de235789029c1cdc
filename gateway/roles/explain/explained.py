"""The line that ``gateway explain --json`` prints for one message: docs/contracts.md."""

from __future__ import annotations

from typing import Any

from gateway.model.case.plan import PlannedDispatch
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.form.answer import Answer
from gateway.model.form.fields import BY_ID
from gateway.model.form.notification import Notification
from gateway.model.ids import PanelId
from gateway.model.kinds import RouteGrade, RouteOutcome
from gateway.model.residence.panels import PanelRegister
from gateway.model.residence.routing import Candidate, RouteDecision
from gateway.stages.extract.answers import extent


def explained(name: str, record: IntakeRecord, panels: PanelRegister) -> dict[str, Any]:
    """Return the line. No value contains anything that screening removed."""
    plan = record.plan
    if plan is None:
        raise ValueError("nothing was decided")
    return {
        "file": name,
        "mailbox": record.arrival.mailbox.value,
        "kind": plan.kind.value,
        "assurance": {
            "grade": record.assurance.grade.value,
            "reasons": [{"code": reason.code, "text": reason.text} for reason in record.assurance.reasons],
            "results": [
                {"method": result.method, "result": result.result, "properties": dict(result.properties)}
                for result in record.assurance.results
            ],
        },
        "content": {
            "encrypted": record.content.encrypted.value,
            "opened": record.content.opened,
            "signature": record.content.signature.value,
            "signer": record.content.signer,
            "wrapper": record.content.wrapper,
        },
        "screened": _screened(record),
        "notifications": [_notification(item) for item in record.notifications],
        "route": _route(record),
        "plan": {
            "state": plan.state.value,
            "held_reason": plan.held_reason.value if plan.held_reason is not None else None,
            "near_miss": plan.near_miss,
            "moves": list(plan.moves),
            "dispatches": [_dispatch(item, panels) for item in plan.dispatches],
        },
    }


def _screened(record: IntakeRecord) -> dict[str, Any]:
    screened = record.screened
    if screened is None:
        raise ValueError("nothing was screened")
    return {
        "outcome": screened.outcome.value,
        "subject": screened.subject.reveal(),
        "text": screened.text.reveal(),
        "topic": screened.topic.value if screened.topic is not None else None,
        "removed": [{"kind": item.kind, "where": item.where, "count": item.count} for item in screened.removed],
        "reasons": [{"code": reason.code, "text": reason.text} for reason in screened.reasons],
    }


def _notification(notification: Notification) -> dict[str, Any]:
    fields = {name: _answer(name, answer) for name, answer in notification.fields.items()}
    return {"fields": fields, "missing": list(notification.missing)}


def _answer(field_id: str, answer: Answer) -> dict[str, Any]:
    """Return an answer: ``value`` is the reading, or what was typed where there is none."""
    declared = BY_ID.get(field_id)
    found = extent(declared, answer) if declared is not None else None
    place = answer.place
    return {
        "value": (answer.reading.value if answer.reading is not None else answer.typed).reveal(),
        "state": answer.state.value,
        "typed": answer.typed.reveal(),
        "extent": found.value if found is not None else None,
        "place": [place.text, place.start, place.end] if place is not None else None,
    }


_NO_ROUTE = RouteDecision(RouteOutcome.HOLD, RouteGrade.NONE, None)


def _route(record: IntakeRecord) -> dict[str, Any]:
    route = record.routes[0] if record.routes else _NO_ROUTE
    return {
        "outcome": route.outcome.value,
        "grade": route.grade.value,
        "panel": route.panel,
        "informed": list(route.informed),
        "authority": route.authority,
        "path": route.path.reveal(),
        "reasons": [{"code": reason.code, "text": reason.text} for reason in route.reasons],
        "alternatives": [{"panel": item.panel, "why": item.why} for item in route.alternatives],
        "candidates": [_candidate(item) for item in route.candidates],
    }


def _candidate(item: Candidate) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "owner": item.owner.value,
        "tense": item.tense.value,
        "said": item.said.reveal(),
        "sentence": item.sentence.reveal(),
        "panels": list(item.panels),
        "used": item.used,
        "why": item.why,
    }


def _dispatch(planned: PlannedDispatch, panels: PanelRegister) -> dict[str, Any]:
    encrypted_to: list[str] = []
    if planned.to.startswith("panel:"):
        panel = panels.panel(PanelId(planned.to.removeprefix("panel:")))
        if panel is not None and panel.fingerprint is not None:
            encrypted_to = [panel.fingerprint]
    return {"kind": planned.kind.value, "to": planned.to, "encrypted_to": encrypted_to}
