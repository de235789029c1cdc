"""Our own Authentication-Results (RFC 8601), and the reading of a named sealer's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.model.channel.assurance import AuthResult
from gateway.stages.assess.names import a_label

_SAFE = re.compile(r"[A-Za-z0-9._:/@+-]{1,255}")
_DMARC = re.compile(r"(?:^|;)\s{0,20}dmarc\s{0,5}=\s{0,5}([a-z]{1,12})\b([^;]{0,500})", re.I)
_HEADER_FROM = re.compile(r"header\.from\s{0,5}=\s{0,5}\"?([\w.-]{3,253})", re.I)


def field_value(authserv_id: str, results: Iterable[AuthResult]) -> str:
    """Return the field body of our own Authentication-Results, RFC 8601 section 2.2."""
    clauses = []
    for result in results:
        properties = [f"{name}={value}" for name, value in result.properties.items() if _SAFE.fullmatch(value)]
        clauses.append(" ".join([f"{result.method}={result.result}", *properties]))
    return f"{authserv_id}; " + ("; ".join(clauses) if clauses else "none")


def sealer_proved(newest_results: str, author_domain: str | None) -> bool:
    """Say whether a sealed ARC-Authentication-Results records one dmarc=pass, and for this author domain."""
    if author_domain is None:
        return False
    text = re.sub(r"\([^()]{0,500}\)", " ", newest_results)
    found = _DMARC.findall(text)
    if len(found) != 1 or found[0][0].lower() != "pass":
        return False
    domains = _HEADER_FROM.findall(found[0][1])
    return len(domains) == 1 and a_label(domains[0]) == author_domain
