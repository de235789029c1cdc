"""Read what a person filled in for a move and make an instruction of it, or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.console.moves.agree import agree
from gateway.console.moves.answer import answer
from gateway.console.moves.filled import MAX_REASON, FilledMove, Form, Material
from gateway.console.moves.open_case import open_case
from gateway.console.moves.release import release
from gateway.console.moves.send_to_panel import send_to_panel
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import MoveKind


def draft(kind: MoveKind, form: Form, material: Material) -> FilledMove:
    """Return the draft of a move from the posted form."""
    errors = [] if form.get("reason", "").strip() else [("reason", "Give a reason")]
    if len(form.get("reason", "")) > MAX_REASON:
        errors.append(("reason", f"The reason must be {MAX_REASON} characters or fewer"))
    reason = ConfidentialText(form.get("reason", "").strip())
    read = _READERS.get(kind)
    made = read(form, material, reason) if read is not None else FilledMove(Instruction(kind, reason))
    found = (*made.errors, *errors)
    return FilledMove(None if found else made.instruction, found)


_READERS: Mapping[MoveKind, Callable[[Form, Material, ConfidentialText], FilledMove]] = {
    MoveKind.SEND_TO_PANEL: send_to_panel,
    MoveKind.OPEN_CASE: open_case,
    MoveKind.ANSWER: answer,
    MoveKind.RELEASE: release,
    MoveKind.AGREE: agree,
}
