"""Ask the scanners beside the gateway about one mail: clamd of every mail, rspamd of the general mailbox's only."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.kinds import Channel, HeldReason, MailboxName
from gateway.ports import Scanner, ScanVerdict, Temporary


@dataclass(frozen=True, slots=True)
class Scanned:
    """What they said. Without scanners: nothing, and nothing is held or filtered for it."""

    doubt: HeldReason | None = None  # malware, or not checked though a scanner is configured
    spam: bool | None = None  # None: not asked, or no answer


async def scan(
    malware: Scanner | None,
    spam: Scanner | None,
    arrival: Arrival,
    content: ConfidentialBytes,
    opened: ConfidentialBytes | None,
) -> Scanned:
    """Return what the scanners say. ``opened``: the inside of an encrypted message, looked at as well.

    No answer about malware is a doubt, and the mail is held. No answer about spam filters nothing: a message must
    not go unread because a spam filter is down. Uploads of a form were scanned while they streamed in.
    """
    if arrival.channel is not Channel.SMTP:
        return Scanned()
    doubt = await _doubt(malware, (content, opened)) if malware is not None else None
    is_asked = spam is not None and arrival.mailbox is MailboxName.GENERAL and opened is None and doubt is None
    return Scanned(doubt, await _spam(spam, content) if spam is not None and is_asked else None)


async def _doubt(malware: Scanner, contents: tuple[ConfidentialBytes | None, ...]) -> HeldReason | None:
    verdicts: list[ScanVerdict | None] = []
    for content in contents:
        if content is None:
            continue
        try:
            verdicts.append(await malware.scan(content))
        except Temporary:
            verdicts.append(None)
    if ScanVerdict.FLAGGED in verdicts:
        return HeldReason.MALWARE
    return HeldReason.MAIL_UNCHECKED if None in verdicts else None


async def _spam(spam: Scanner, content: ConfidentialBytes) -> bool | None:
    try:
        return await spam.scan(content) is ScanVerdict.FLAGGED
    except Temporary:
        return None
