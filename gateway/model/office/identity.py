"""Who an OpenID provider says somebody is (OpenID Connect Core 1.0, section 5.1), from a token that was verified."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Only issuer and subject together identify a person permanently; the rest may change, or be "" if not given."""

    issuer: str
    subject: str
    name: str = ""
    email: str = ""
    email_verified: bool = False
    phone: str = ""
    role: str = ""
