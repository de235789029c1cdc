"""Read delivery reports (RFC 3464) for what they say about our own messages, and keep nothing else of them.

A report quotes addresses, subjects and whole messages. This module returns an action, a status code and our own
opaque ids; never text that the reporter wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.model.content.message import Mail, Part
from gateway.model.ids import DispatchId
from gateway.stages.cases.handover import Fact

MAX_STATUS_BYTES = 64 << 10
MAX_RECIPIENTS = 20
MAX_FIELDS = 200
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")  # RFC 3463; a comment may follow
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)


class Action(StrEnum):
    """RFC 3464 section 2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"  # passed on to where no reports are made
    EXPANDED = "expanded"  # passed on to several addresses


@dataclass(frozen=True, slots=True)
class Reported:
    """What is said about one recipient. ``status`` is "5.1.1" and the like; "" if there was none."""

    action: Action
    status: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One delivery report. The ids are those of our own dispatches, None if the reporter did not return them."""

    recipients: tuple[Reported, ...]
    envelope_id: DispatchId | None = None  # ENVID, RFC 3461 section 4.4
    message_id: DispatchId | None = None  # from the Message-ID of the returned header

    @property
    def fact(self) -> Fact | None:
        """What the report proves. "Relayed", "expanded" and "delayed" prove nothing: the clock runs on."""
        actions = {recipient.action for recipient in self.recipients}
        if Action.FAILED in actions:
            return Fact.BOUNCED
        return Fact.DELIVERED if actions == {Action.DELIVERED} else None

    def concerns(self, dispatch_id: DispatchId) -> bool:
        """Say whether the report can be about this dispatch: no id in it contradicts that.

        The token of the address it came to names the dispatch; a report that names another one is not believed.
        """
        return all(named in (None, dispatch_id) for named in (self.envelope_id, self.message_id))


def delivery_report(mail: Mail, own_domain: str) -> DeliveryReport | None:
    """Read a delivery report; None unless the message is one, and can be read in one way only."""
    if mail.content_type != "multipart/report":
        return None
    reports = [part for part in mail.parts if _is(part, "message/delivery-status", "message/global-delivery-status")]
    if len(reports) != 1:
        return None
    blocks = _blocks(reports[0].content.reveal())
    if blocks is None or not 2 <= len(blocks) <= 1 + MAX_RECIPIENTS:
        return None
    recipients = tuple(_recipient(block) for block in blocks[1:])
    if any(recipient is None for recipient in recipients):
        return None
    return DeliveryReport(
        tuple(recipient for recipient in recipients if recipient is not None),
        _own_id(blocks[0].get("original-envelope-id", "")),
        _returned_id(mail, own_domain),
    )


def _is(part: Part, *types: str) -> bool:
    """Only parts of the report itself count, not those of a message that it returns."""
    return part.content_type in types and not part.in_message


def _blocks(content: bytes) -> list[dict[str, str]] | None:
    """Return the groups of fields; None over a limit, or if a field is repeated in a group."""
    if len(content) > MAX_STATUS_BYTES:
        return None
    blocks: list[dict[str, str]] = [{}]
    fields = 0
    name = ""
    for line in content.decode("latin-1").replace("\r\n", "\n").split("\n"):
        if not line.strip():
            if blocks[-1]:
                blocks.append({})
            name = ""
        elif line[0] in " \t":
            continue  # a folded line: nothing that is read here is ever that long
        else:
            name, colon, value = line.partition(":")
            name = name.strip().lower()
            fields += 1
            if not colon or name in blocks[-1] or fields > MAX_FIELDS:
                return None
            blocks[-1][name] = value.strip()
    return blocks if blocks[-1] else blocks[:-1]


def _recipient(block: dict[str, str]) -> Reported | None:
    word = block.get("action", "").partition("(")[0].strip().lower()
    if word not in set(Action):
        return None
    status = _STATUS.match(block.get("status", ""))
    return Reported(Action(word), status.group() if status else "")


def _own_id(text: str) -> DispatchId | None:
    """Return the uuid of a dispatch if the text is nothing else."""
    return DispatchId(UUID(text)) if _UUID.fullmatch(text) else None


def _returned_id(mail: Mail, own_domain: str) -> DispatchId | None:
    """Return our own id from the header that came back (RET=HDRS), if it has our form."""
    headers = [part for part in mail.parts if _is(part, "text/rfc822-headers")]
    if len(headers) != 1:
        return None
    found = _message_id(headers[0].content.reveal()[:MAX_STATUS_BYTES])
    left, at, right = found.strip("<>").partition("@")
    return _own_id(left) if at and right.lower() == own_domain.lower() else None


def _message_id(content: bytes) -> str:
    """Return the value of the only Message-ID field, "" if there is none or two."""
    lines = content.decode("latin-1").replace("\r\n", "\n").split("\n")
    found = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("message-id:")]
    return found[0] if len(found) == 1 else ""
