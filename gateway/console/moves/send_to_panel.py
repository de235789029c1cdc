"""Send to panel: which child, to which panel."""

from __future__ import annotations

from gateway.console.moves.filled import FilledMove, Form, Material, chosen_notification
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import MoveKind


def send_to_panel(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    """Read which child goes to which panel."""
    panel = next((choice for choice in material.settings.panels if choice.id == form.get("panel")), None)
    notification = chosen_notification(form, material.record)
    errors = []
    if notification is None:
        errors.append(("notification", "Choose which child this is about"))
    if panel is None:
        errors.append(("panel", "Choose a panel"))
    if panel is None or notification is None:
        return FilledMove(None, tuple(errors))
    return FilledMove(Instruction(MoveKind.SEND_TO_PANEL, reason, panel=panel.id, notification=notification))
