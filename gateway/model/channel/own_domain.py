"""What our own domain must publish so that others can reach us by a proved channel and nobody can pose as us."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StsMode(StrEnum):
    """RFC 8461 section 3.2."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OwnDomain:
    """The facts that the records are made from."""

    domain: str
    mx: tuple[str, ...]
    reports: str  # address that DMARC and TLS reports go to; "" for none
    spf_terms: tuple[str, ...] = ()  # who sends for us beside the MX: "ip4:192.0.2.1", "include:relay.example"
    dkim_selector: str = ""  # "" if the next hop signs
    dkim_public_key: str = ""  # base64 of the SubjectPublicKeyInfo
    sts_mode: StsMode = StsMode.TESTING
    sts_max_age_s: int = 604_800
    dmarc_policy: str = "reject"
    tlsa: tuple[str, ...] = ()  # "3 1 1 HEX" of the certificate in use, and of the next one; () without DNSSEC


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """One record to publish."""

    name: str
    type: str
    value: str
    why: str
    needs_dnssec: bool = False


class PaperState(StrEnum):
    RIGHT = "right"
    MISSING = "missing"
    DIFFERENT = "different"
    TWICE = "twice"  # two records where one is allowed: receivers use none
    UNSIGNED = "unsigned"  # right, but without DNSSEC it is ignored
    UNKNOWN = "unknown"  # DNS gave no answer


@dataclass(frozen=True, slots=True)
class Paper:
    """One record and what was found published."""

    record: PublishedRecord
    state: PaperState
    found: tuple[str, ...] = ()
