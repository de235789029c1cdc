"""The facts about our own domain, from settings and keys. The caller decides which key is read.

INTAKE serves the MTA-STS policy and reads no key for it; ``gateway dns`` prints records and reads public parts.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gateway.adapters.config.settings import Settings
from gateway.model.channel.own_domain import OwnDomain, StsMode
from gateway.ports import Permanent

DKIM_KEY = "dkim.pem"  # in keys/worker


def own_domain(settings: Settings, *, dkim_public_key: str = "", tlsa: tuple[str, ...] = ()) -> OwnDomain:
    """Return the facts that the records and the policy are made from."""
    papers, mail = settings.papers, settings.mail
    return OwnDomain(
        mail.domain,
        (mail.hostname,),
        mail.reports[0] if mail.reports else "",
        papers.spf_terms,
        papers.dkim_selector,
        dkim_public_key,
        StsMode(papers.sts_mode),
        papers.sts_max_age_s,
        papers.dmarc_policy,
        tlsa,
    )


def public_key_text(public_key: bytes) -> str:
    """Return a SubjectPublicKeyInfo as DKIM publishes it, RFC 6376 section 3.6.1."""
    return base64.b64encode(public_key).decode("ascii")


def tlsa_of(certificate: Path) -> str:
    """Return the DANE-EE association of a certificate's public key: "3 1 1 HEX", RFC 7672 section 3.1."""
    try:
        read = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError):
        raise Permanent("certificate_unreadable") from None
    public = read.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"3 1 1 {hashlib.sha256(public).hexdigest()}"
