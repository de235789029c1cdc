"""Turn a message that was about to be released into a card: something beside screening was against it."""

from __future__ import annotations

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import ScreenContext, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import reasons
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.topics import topic
from gateway.stages.screen.write import card


def withhold(screened: Screened, code: str, context: ScreenContext, tables: ScreenTables) -> Screened:
    """Return the card in place of ``screened``. ``code`` is a word of ``reasons``: "second_opinion", "malware",
    "unreadable", "ambiguous". A card stays one.
    """
    if screened.outcome is ScreenOutcome.CARD:
        return screened
    about = topic(screened.source_subject.reveal() + "\n" + screened.source.reveal())
    attachments = sum(item.count for item in screened.removed if item.kind in ("attachment", "attached_message"))
    subject, text = card.card(context, tables.texts, screened.sender_class, about, attachments)
    return Screened(
        outcome=ScreenOutcome.CARD,
        subject=Confidential(subject),
        text=Confidential(text),
        topic=about,
        sender_class=screened.sender_class,
        removed=screened.removed,
        reasons=(Reason(code, reasons.sentence(code)),),
        findings=screened.findings,
        source=screened.source,
        source_subject=screened.source_subject,
    )
