"""What a message claims for itself: noted, shown to staff, never counted as proof.

Earlier ``Received`` fields, ``Authentication-Results`` and X- fields are written by whoever sent the message.
"""

from __future__ import annotations

import re

from gateway.model.content.message import Mail

_TAG = re.compile(
    r"[\[({<#*]\s{0,3}(?:secure|encrypt(?:ed)?|rw4encrypt|securemail|egress)\s{0,3}(?:[\])}>#*]|\s|$)", re.I
)
_TRUST = (
    "received-spf",
    "x-ms-exchange-organization-",
    "x-secure",
    "x-trusted",
    "x-authenticated",
    "x-authentication-",
    "x-tls",
    "x-assurance",
    "x-channel-",
    "x-gateway-",
)
MAX_SUBJECT = 500


def mail_claims(mail: Mail, authserv_id: str) -> tuple[str, ...]:
    """Return the codes of the claims in ``mail``: ``subject_secure``, ``forged_results``, ``trust_header``."""
    claims: list[str] = []
    if _TAG.search(mail.subject.reveal()[:MAX_SUBJECT]):
        claims.append("subject_secure")
    names = [header.name for header in mail.headers]
    results = [value.reveal() for value in mail.values("authentication-results")]
    results += [value.reveal().partition(";")[2] for value in mail.values("arc-authentication-results")]
    if any(authserv_id_of(value) == authserv_id.lower() for value in results):
        claims.append("forged_results")
    if any(name.startswith(_TRUST) for name in names):
        claims.append("trust_header")
    return tuple(claims)


_COMMENT = re.compile(r"\([^()]{0,500}\)")
_IDENTITY = re.compile(r'\s{0,20}"?([^\s";]{1,255})"?')


def authserv_id_of(value: str) -> str:
    """Return the authserv-id of an Authentication-Results field in lower case, RFC 8601 section 2.2; "" if none."""
    text = value[:2_000]
    for _ in range(4):  # nested comments, RFC 5322 section 3.2.2
        text = _COMMENT.sub(" ", text)
    found = _IDENTITY.match(text)
    return found.group(1).lower().rstrip(".") if found else ""
