"""Release: what of a held message the general inbox gets."""

from __future__ import annotations

from gateway.console.moves.filled import FilledMove, Form, Material
from gateway.console.moves.marks import BY_PERSON, Mark, finding_marks, framed, parse_marks, released
from gateway.console.pages.intake_pages import sources_of
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import MoveKind


def strikes(form: Form, material: Material) -> tuple[Mark, ...]:
    """Return what is to be struck out. ValueError if the form names a place that is not there.

    Findings go, unless the person saw the unmasked text and the form of that page says which ones stand.
    """
    record = material.record
    if record is None or record.screened is None:
        raise ValueError("no examined text")
    sources = sources_of(record)
    findings = finding_marks(record.screened, sources)
    own = parse_marks(form.getall("strike", []), sources)
    if not (material.saw_source and form.get("view") == "source"):
        return (*findings, *own)
    ticked = set(form.getall("finding", []))
    return (*(mark for mark in findings if mark.value in ticked), *own)


def release(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    """Read what is struck out, and make what the general inbox would get."""
    record = material.record
    if record is None or record.screened is None:
        return FilledMove(None, (("strike", "There is no examined text to release"),))
    try:
        struck = strikes(form, material)
    except ValueError:
        return FilledMove(None, (("strike", "The page was out of date. Look at the message again."),))
    result = released(record.screened, sources_of(record), struck)
    if not result.text.reveal().replace(f"[{BY_PERSON.upper()}]", "").strip():
        return FilledMove(None, (("strike", "Nothing would be left. Keep the message instead."),))
    texts, row = material.settings.card_texts, material.row
    if texts is not None and row is not None:
        result = framed(result, texts, row)
    return FilledMove(Instruction(MoveKind.RELEASE, reason, screened=result))
