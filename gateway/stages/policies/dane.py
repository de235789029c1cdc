"""TLSA records (RFC 6698) as SMTP uses them (RFC 7672): the certificate or key a mail server must show."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_RECORDS = 30
MAX_CHAIN = 10
_RECORD = re.compile(r"(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+([0-9a-fA-F\s]{1,20000})")


class Usage(IntEnum):
    """RFC 7671 section 5. PKIX-TA (0) and PKIX-EE (1) are not usable with SMTP: RFC 7672 section 3.1.3."""

    DANE_TA = 2
    DANE_EE = 3


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One usable record."""

    usage: Usage
    selector: int  # 0 the certificate, 1 its public key
    matching: int  # 0 as it is, 1 SHA-256, 2 SHA-512
    association: bytes

    def matches(self, certificate: x509.Certificate) -> bool:
        """Say whether the record matches this certificate."""
        if self.selector == 0:
            content = certificate.public_bytes(Encoding.DER)
        else:
            content = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if self.matching == 1:
            content = hashlib.sha256(content).digest()
        elif self.matching == 2:
            content = hashlib.sha512(content).digest()
        return content == self.association


def usable(records: Sequence[str]) -> tuple[Tlsa, ...]:
    """Return the usable records of an answer; empty if there are none."""
    found = []
    for record in records[:MAX_RECORDS]:
        match = _RECORD.fullmatch(record.strip())
        if match is None:
            continue
        usage, selector, matching = int(match[1]), int(match[2]), int(match[3])
        digits = "".join(match[4].split())
        if usage not in set(Usage) or selector > 1 or matching > 2 or len(digits) % 2:
            continue
        found.append(Tlsa(Usage(usage), selector, matching, bytes.fromhex(digits)))
    return tuple(found)


def judge(records: Sequence[Tlsa], chain: Sequence[bytes], names: Sequence[str], now: datetime) -> str | None:
    """Judge the chain a server showed (DER, its own certificate first); None if it is right, else a code.

    DANE-EE checks only the match, neither name nor time (RFC 7672 section 3.1.1). DANE-TA requires the chain up to the
    matching authority, valid now, and one of ``names`` in the server's certificate (section 3.1.2).
    """
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain[:MAX_CHAIN]]
    except ValueError:
        return "dane_unreadable"
    if not certificates:
        return "dane_no_certificate"
    if any(record.usage is Usage.DANE_EE and record.matches(certificates[0]) for record in records):
        return None
    anchors = [record for record in records if record.usage is Usage.DANE_TA]
    for position, certificate in enumerate(certificates):
        if position and any(record.matches(certificate) for record in anchors):
            return _judge_chain(certificates[: position + 1], names, now)
    return "dane_mismatch"


def _judge_chain(chain: Sequence[x509.Certificate], names: Sequence[str], now: datetime) -> str | None:
    for issued, issuer in pairwise(chain):
        if not _is_authority(issuer):
            return "dane_issuer"
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            return "dane_issuer"
    if any(not one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in chain):
        return "certificate_expired"
    return None if _is_named(chain[0], names) else "certificate_name"


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _is_named(certificate: x509.Certificate, names: Sequence[str]) -> bool:
    """RFC 6125 as RFC 7672 section 3.2.3 has it: DNS names only, a wildcard for the whole leftmost label."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return False
    shown = {name.lower() for name in extension.value.get_values_for_type(x509.DNSName)}
    wanted = {name.rstrip(".").lower() for name in names}
    return bool(shown & (wanted | {"*." + name.partition(".")[2] for name in wanted}))
