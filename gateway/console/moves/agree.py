"""Agree: who reviews, who agreed to it, and how the other panel hears of the outcome."""

from __future__ import annotations

from datetime import date

from gateway.console.moves.filled import MAX_FIELD, FilledMove, Form, Material
from gateway.model.case.agreement import Agreement
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import MoveKind


def agree(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    """Read what was agreed, by whom and when."""
    errors = []
    panel = next((choice for choice in material.settings.panels if choice.id == form.get("reviewing")), None)
    if panel is None:
        errors.append(("reviewing", "Choose the panel that reviews"))
    by, told = form.get("agreed_by", "").strip(), form.get("how_told", "").strip()
    if not 0 < len(by) <= MAX_FIELD:
        errors.append(("agreed_by", "Write down who agreed"))
    if not 0 < len(told) <= MAX_FIELD:
        errors.append(("how_told", "Write down how the other panel hears of the outcome"))
    try:
        day = date.fromisoformat(form.get("agreed_on", "").strip())
    except ValueError:
        return FilledMove(None, (*errors, ("agreed_on", "Write the day as 2026-03-09")))
    if errors or panel is None:
        return FilledMove(None, tuple(errors))
    agreement = Agreement(panel.id, ConfidentialText(told), ConfidentialText(by), day)
    return FilledMove(Instruction(MoveKind.AGREE, reason, agreement=agreement))
