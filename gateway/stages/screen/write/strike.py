"""Let a person have the last word: what they agreed to release, with the parts they struck out, gated again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import EvidenceMark, Removed, ScreenContext, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import reasons
from gateway.stages.screen.excuse.allow import allowed_of
from gateway.stages.screen.judge.last_look import gate
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.write import card

STRUCK = "[removed]"


def strike_out(
    screened: Screened, selected: Sequence[EvidenceMark], context: ScreenContext, tables: ScreenTables
) -> tuple[Screened, tuple[Reason, ...]]:
    """Return what would be sent if ``selected`` parts were struck out, and what the gate still finds in it.

    The places are offsets into ``screened.source`` ("body") and ``screened.source_subject`` ("subject"). Whole
    words go, so that no letter of a half-selected name stays. The caller shows the reasons to the person, who may
    release all the same: the decision, its reason and these codes go into the audit.
    """
    subject, _ = _struck(screened.source_subject.reveal(), [part for part in selected if part.where == "subject"])
    body, count = _struck(screened.source.reveal(), [part for part in selected if part.where == "body"])
    still = gate(subject, body, context, tables, allowed_of(context.allowed))
    removed = (*screened.removed, Removed("struck_out", "body", count)) if count else screened.removed
    carried = tuple(item for item in removed if item.kind in tables.texts.removed)
    sender = tables.texts.senders[screened.sender_class.value]
    released = Screened(
        outcome=ScreenOutcome.MASKED if selected else ScreenOutcome.PASS,
        subject=Confidential(subject or tables.texts.no_subject),
        text=Confidential(card.rebuilt(context, tables.texts, sender, body, carried)),
        sender_class=screened.sender_class,
        removed=removed,
        reasons=(Reason("released", reasons.sentence("released")),),
        source=screened.source,
        source_subject=screened.source_subject,
    )
    return released, tuple(Reason(code, reasons.sentence(code)) for code in still)


def suggest(screened: Screened) -> tuple[EvidenceMark, ...]:
    """Return the findings that a person would most likely strike out: the strong ones."""
    return tuple(finding for finding in screened.findings if finding.strong)


def marked(screened: Screened) -> Counter[str]:
    """Return how many findings there are of each kind: what the console names beside the text."""
    return Counter(finding.kind for finding in screened.findings)


def _struck(text: str, parts: Sequence[EvidenceMark]) -> tuple[str, int]:
    pieces: list[str] = []
    position = count = 0
    for part in sorted(parts, key=lambda finding: (finding.start, finding.end)):
        start, end = max(0, min(part.start, len(text))), max(0, min(part.end, len(text)))
        while start > 0 and text[start - 1].isalnum() and start < len(text) and text[start].isalnum():
            start -= 1
        while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        if end <= position or start >= end:
            continue
        pieces += [text[position : max(position, start)], STRUCK]
        position, count = end, count + 1
    return "".join([*pieces, text[position:]]), count
