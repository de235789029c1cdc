"""Answer the sender, with a fixed text or in one's own words."""

from __future__ import annotations

from gateway.console.moves.filled import MAX_ANSWER, FilledMove, Form, Material
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import MoveKind


def answer(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    """Read the answer to the sender."""
    template = next((item for item in material.settings.templates if item.id == form.get("template")), None)
    text = template.text.strip() if template is not None else form.get("text", "").replace("\r\n", "\n").strip()
    errors = []
    if not text:
        errors.append(("text", "Choose a text or write one"))
    if len(text) > MAX_ANSWER:
        errors.append(("text", f"The answer must be {MAX_ANSWER} characters or fewer"))
    record = material.record
    if record is None or not record.author:
        errors.append(("text", "No address of the sender is known"))
    if errors or record is None:
        return FilledMove(None, tuple(errors))
    instruction = Instruction(
        MoveKind.ANSWER,
        reason,
        answer=ConfidentialText(text),
        answer_to=record.author,
        answer_may_carry_content=record.answerable and record.assurance.grade.is_proved,
    )
    return FilledMove(instruction)
