"""The parameters of MAIL. RCPT has none here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import RefusedCommand

_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")
_MAX_SIZE_DIGITS = 20  # RFC 1870 section 3


@dataclass(frozen=True, slots=True)
class MailParameters:
    """What a client says about the coming message. ``size`` is its own estimate in octets, None if not given."""

    size: int | None = None
    eight_bit: bool = False  # RFC 6152
    smtputf8: bool = False  # RFC 6531
    require_tls: bool = False  # RFC 8689


def parse_mail_parameters(rest: str, tls: bool) -> MailParameters | RefusedCommand:
    """Read what follows the reverse-path. Unknown: 555; malformed or twice: 501 (RFC 5321 section 4.1.1.11)."""
    if rest and not rest.startswith(" "):
        return RefusedCommand(replies.BAD_REVERSE_PATH)
    found: dict[str, str | None] = {}
    for word in rest.split(" "):
        if not word:
            continue
        match = _PARAMETER.fullmatch(word)
        if match is None or match[1].upper() in found:
            return RefusedCommand(replies.BAD_PARAMETER)
        found[match[1].upper()] = match[2]
    return _read(found, tls)


def _read(found: dict[str, str | None], tls: bool) -> MailParameters | RefusedCommand:
    known = {"SIZE", "BODY", "SMTPUTF8", "REQUIRETLS"} if tls else {"SIZE", "BODY", "SMTPUTF8"}
    if not found.keys() <= known:
        return RefusedCommand(replies.UNKNOWN_PARAMETER)
    size = found.get("SIZE", "0")
    body = found.get("BODY", "7BIT")
    if size is None or not (size.isascii() and size.isdigit()) or len(size) > _MAX_SIZE_DIGITS:
        return RefusedCommand(replies.BAD_PARAMETER)
    if body is None or body.upper() not in ("7BIT", "8BITMIME"):
        return RefusedCommand(replies.BAD_PARAMETER)
    if found.get("SMTPUTF8") is not None or found.get("REQUIRETLS") is not None:  # neither takes a value
        return RefusedCommand(replies.BAD_PARAMETER)
    return MailParameters(
        size=int(size) if "SIZE" in found else None,
        eight_bit=body.upper() == "8BITMIME",
        smtputf8="SMTPUTF8" in found,
        require_tls="REQUIRETLS" in found,
    )
