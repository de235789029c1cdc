"""Say whether a message to the general mailbox is suspected spam. In doubt it is not, and a person reads a card.

Spam is a guess about the sender, and a bereaved parent may write from an odd address. So what looks like a case is
never suspected, nor is a proved sender of an organisation; and a failed channel alone is no sign, because forwarded
mail fails the same way.
"""

from __future__ import annotations

from gateway.model.channel.assurance import Evidence
from gateway.model.content.message import Mail
from gateway.model.content.screening import Screened, SenderClass, Topic

_KNOWN = frozenset({SenderClass.STAFF, SenderClass.PARTNER, SenderClass.PROFESSIONAL})
_CASES = frozenset({Topic.NOTIFICATION, Topic.CASE, Topic.FAMILY})
# Kinds of evidence that point to a case; a name alone does not, every advertisement has one.
_CASE_EVIDENCE = frozenset(
    {"nhs_number", "child", "death", "circumstance", "clinical", "kinship", "person", "known_name", "phrases", "age"}
)
_NOT_EXAMINED = frozenset({"screening_failed", "too_long", "no_text"})


def suspected(flagged: bool | None, mail: Mail, evidence: Evidence, screened: Screened) -> bool:
    """Return whether it is. ``flagged``: the spam filter's verdict, None if there is none or it gave no answer."""
    if screened.sender_class in _KNOWN or _may_be_a_case(screened):
        return False
    if flagged is not None:
        return flagged
    return _channel_failed(evidence) and _marked(mail)


def _may_be_a_case(screened: Screened) -> bool:
    return (
        screened.topic in _CASES
        or any(finding.strong and finding.kind in _CASE_EVIDENCE for finding in screened.findings)
        or any(reason.code in _NOT_EXAMINED | _CASE_EVIDENCE for reason in screened.reasons)
    )


def _channel_failed(evidence: Evidence) -> bool:
    spf = {result.result for result in evidence.results if result.method == "spf"}
    return evidence.dmarc.result != "pass" and not evidence.arc.author_proved and "fail" in spf


def _marked(mail: Mail) -> bool:
    """A server on the way called it spam, or its sender sends it to everybody."""
    flags = [value.reveal().strip().lower() for name in ("x-spam-flag", "x-spam-status") for value in mail.values(name)]
    bulk = [value.reveal().strip().lower() for value in mail.values("precedence")]
    return any(flag.startswith("yes") for flag in flags) or any(word in ("bulk", "junk") for word in bulk)
