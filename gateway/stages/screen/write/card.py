"""Write what the general inbox gets: the card, or the rebuilt message. Nothing of the sender's headers."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.content.message import Mail
from gateway.model.content.screening import Removed, ScreenContext, SenderClass, Topic
from gateway.stages.screen.tables import CardTexts, ScreenTables


def sender_class(mail: Mail | None, context: ScreenContext, tables: ScreenTables) -> SenderClass:
    """Say what may be told of the sender: by evidence at our own boundary, never by what the message claims."""
    if mail is not None and any(
        value.reveal().strip().lower() not in ("", "no") for value in mail.values("auto-submitted")
    ):
        return SenderClass.AUTOMATIC
    domain = (context.author_domain or "").lower()
    if not context.authenticated or not domain:
        return SenderClass.PUBLIC
    if _is_under(domain, context.staff_domains):
        return SenderClass.STAFF
    if context.partner:
        return SenderClass.PARTNER
    return SenderClass.PROFESSIONAL if _is_under(domain, tables.professional_domains) else SenderClass.PUBLIC


def _is_under(domain: str, roots: Sequence[str]) -> bool:
    return any(domain == root or domain.endswith("." + root) for root in roots)


def card(
    context: ScreenContext, texts: CardTexts, sender: SenderClass, topic: Topic, attachments: int
) -> tuple[str, str]:
    """Return subject and text of a card. Nothing in it comes from the message."""
    filled = {
        "reference": context.reference,
        "received": _received(context),
        "sender": texts.senders[sender.value],
        "attachments": str(attachments),
        "topic": texts.topics[topic.value],
        "link": context.console_url or texts.no_link,
    }
    return texts.card_subject.format(**filled), texts.card.format(**filled).strip() + "\n"


def rebuilt(context: ScreenContext, texts: CardTexts, sender: str, body: str, removed: Sequence[Removed]) -> str:
    """Return the text of a rebuilt message. ``body`` has passed every examination but the last gate."""
    counted = [f"{texts.removed[item.kind]} ({item.count})" for item in removed if item.kind in texts.removed]
    line = f"{texts.removed['heading']} {', '.join(counted)}\n" if counted else ""
    head, _, tail = texts.rebuilt.partition("{body}")
    filled = {
        "reference": context.reference,
        "received": _received(context),
        "sender": sender,
        "removed": line,
    }
    return head.format(**filled).strip() + "\n\n" + body.strip() + tail.rstrip() + "\n"


def _received(context: ScreenContext) -> str:
    return f"{context.received_at:%Y-%m-%d %H:%M} UTC"
