"""Which of our mailboxes a forward-path names. Anything else does not exist (550 5.1.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.kinds import MailboxName
from gateway.stages.smtp.paths import Path

_TOKENISED = re.compile(r"(bounce|reply)\+([A-Za-z0-9_-]{1,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Destination:
    """One of our mailboxes, with its token if it has one."""

    mailbox: MailboxName
    token: str | None = None


@dataclass(frozen=True, slots=True)
class MailboxTable:
    """Our addresses. Local parts and domains are compared without regard to case."""

    addresses: Mapping[str, MailboxName]  # "local@domain" in lower case; aliases are further rows
    domains: frozenset[str]  # ours, lower case A-labels: postmaster and the tokenised families exist at each

    def find(self, path: Path) -> Destination | None:
        """Return where a forward-path leads, or None if there is no such mailbox."""
        local, domain = path.local.lower(), _ascii_domain(path.domain)
        named = self.addresses.get(f"{local}@{domain}")
        if named is not None:
            return Destination(named)
        if local == "postmaster" and (not domain or domain in self.domains):  # RFC 5321 section 4.5.1
            return Destination(MailboxName.POSTMASTER)
        tokenised = _TOKENISED.fullmatch(path.local)
        if tokenised is None or domain not in self.domains:
            return None
        return Destination(MailboxName(tokenised[1].lower()), tokenised[2])


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain.lower()
