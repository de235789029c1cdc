"""The card for a message that no parser understood: all we know is that it came, when, and from whom."""

from __future__ import annotations

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import ScreenContext, Screened, Topic
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.write.card import sender_class

UNPARSED = Reason("unparsed", "The message could not be read, so nothing of it is shown.")


def unread(context: ScreenContext, tables: ScreenTables) -> Screened:
    """Return an ordinary card, with topic and attachments unknown."""
    sender, texts = sender_class(None, context, tables), tables.texts
    not_known = texts.topics[Topic.OTHER.value]
    text = texts.card.format(
        reference=context.reference,
        received=f"{context.received_at:%Y-%m-%d %H:%M} UTC",
        sender=texts.senders[sender.value],
        attachments=not_known,
        topic=not_known,
        link=context.console_url or texts.no_link,
    )
    return Screened(
        outcome=ScreenOutcome.CARD,
        subject=Confidential(texts.card_subject.format(reference=context.reference)),
        text=Confidential(text.strip() + "\n"),
        sender_class=sender,
        reasons=(UNPARSED,),
    )
