"""Enrolling or changing a panel's S/MIME certificate takes two people, as its OpenPGP key does.

The first imports it; the second types the SHA-256 fingerprint that the panel reads out over the telephone. Until then
it waits under keys/peers/candidates/smime and nothing uses it. S/MIME is inbound only: no trial encryption is made.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.adapters.config import panel_pins
from gateway.adapters.keys.certificate_lint import HIDDEN, MAX_CERTIFICATE_BYTES
from gateway.adapters.keys.enrolment import Enrolment, read, typed, write
from gateway.adapters.keys.smime import fingerprint
from gateway.model.ids import PanelId
from gateway.model.residence.panels import PanelRegister

PEERS = "smime-peers.pem"  # in keys/worker: every certificate that may sign
MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 256
_DIGITS = re.compile(r"[0-9A-F]{64}")
_EMAIL_PROTECTION = ExtendedKeyUsageOID.EMAIL_PROTECTION
_ANY_PURPOSE = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


def folder(peers: Path) -> Path:
    """Return where certificates wait for their second person."""
    return peers / "candidates" / "smime"


def examine(content: bytes, now: datetime) -> tuple[tuple[str, ...], x509.Certificate | None]:
    """Examine a certificate, PEM or DER. Returns why it cannot be used, as codes, and the certificate."""
    if len(content) > MAX_CERTIFICATE_BYTES:
        return ("too_large",), None
    if b"PRIVATE KEY-----" in content:
        return ("secret_key",), None
    try:
        found = x509.load_pem_x509_certificates(content) if b"-----BEGIN" in content else [_der(content)]
    except ValueError:
        return ("not_x509",), None
    if len(found) != 1:
        return ("not_one_certificate",), None
    (certificate,) = found
    try:
        return _faults(certificate, now), certificate
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return ("not_x509",), None


def _der(content: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(content)


def _faults(certificate: x509.Certificate, now: datetime) -> tuple[str, ...]:
    names = [str(attribute.value) for name in (certificate.subject, certificate.issuer) for attribute in name]
    words = {
        "user_id_hidden_characters": any(unicodedata.category(letter) in HIDDEN for name in names for letter in name),
        "not_yet_valid": now < certificate.not_valid_before_utc,
        "key_expired": now > certificate.not_valid_after_utc,
        "weak": not _strong(certificate),
        "not_for_mail": not _for_mail(certificate),
    }
    return tuple(code for code, holds in words.items() if holds)


def _strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= MIN_RSA_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.key_size >= MIN_CURVE_BITS
    return isinstance(key, ed25519.Ed25519PublicKey)


def _for_mail(certificate: x509.Certificate) -> bool:
    """RFC 8550 sections 4.4.2 and 4.4.4: if it states a usage, that must include signing, and signing mail."""
    found = {extension.oid: extension.value for extension in certificate.extensions}
    usage = found.get(x509.KeyUsage.oid)
    purposes = found.get(x509.ExtendedKeyUsage.oid)
    signs = not isinstance(usage, x509.KeyUsage) or usage.digital_signature or usage.content_commitment
    mails = not isinstance(purposes, x509.ExtendedKeyUsage) or bool({_EMAIL_PROTECTION, _ANY_PURPOSE} & set(purposes))
    return signs and mails


def propose(peers: Path, panel: PanelId, content: bytes, by: str, now: datetime) -> tuple[str, ...]:
    """Keep a certificate as the candidate of ``panel``. Returns why not, as codes; () if it now waits."""
    if not by.strip():
        return ("no_name",)
    faults, certificate = examine(content, now)
    if faults or certificate is None:
        return faults
    waiting = folder(peers)
    waiting.mkdir(mode=0o755, exist_ok=True, parents=True)
    entry = Enrolment(panel, fingerprint(certificate), by.strip(), now.isoformat(timespec="seconds"))
    write(waiting / f"{panel}.pem", certificate.public_bytes(Encoding.PEM))
    write(waiting / f"{panel}.json", json.dumps(asdict(entry), indent=1).encode())
    return ()


def confirm(
    peers: Path,
    worker_keys: Path,
    register: PanelRegister,
    pins: Path,
    panel: PanelId,
    heard: str,
    by: str,
    now: datetime,
) -> str:
    """Put a candidate in use. Returns why not, as a code; "" if it is now pinned.

    ``heard`` is the fingerprint as it was read out; ``pins`` is DIR/config/panels.toml. The certificate is pinned
    before the register names it, and the panel's earlier one is removed last, so one of them always counts.
    """
    candidate = folder(peers) / f"{panel}.pem"
    waiting = read(candidate.with_suffix(".json"))
    if waiting is None or not candidate.exists():
        return "no_candidate"
    if not by.strip() or by.strip().casefold() == waiting.imported_by.casefold():
        return "same_person"
    # Checked again, so that what is used is what was checked, whatever happened to the file in between.
    faults, certificate = examine(candidate.read_bytes(), now)
    if faults or certificate is None:
        return "faulty"
    own = fingerprint(certificate)
    if not _DIGITS.fullmatch(typed(heard)) or typed(heard) != own or own != waiting.fingerprint:
        return "wrong_fingerprint"
    if any(other.id != panel and other.smime_fingerprint == own for other in register.panels.values()):
        return "another_panels"
    known = register.panel(panel)
    earlier = known.smime_fingerprint if known is not None else None
    done = replace(waiting, confirmed_by=by.strip(), confirmed_at=now.isoformat(timespec="seconds"))
    kept = [one for one in pinned(worker_keys / PEERS) if fingerprint(one) != own]
    _keep(worker_keys / PEERS, [*kept, certificate])
    write(peers / f"smime-{own}.json", json.dumps(asdict(done), indent=1).encode())
    panel_pins.pin(pins, panel, own, "smime_fingerprint")
    _keep(worker_keys / PEERS, [*(one for one in kept if fingerprint(one) != earlier), certificate])
    candidate.unlink()
    candidate.with_suffix(".json").unlink()
    return ""


def pinned(path: Path) -> list[x509.Certificate]:
    """Return the certificates that may sign; none if there is no file. ValueError if it is damaged."""
    return x509.load_pem_x509_certificates(path.read_bytes()) if path.exists() else []


def _keep(path: Path, certificates: list[x509.Certificate]) -> None:
    write(path, b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))


def candidates(peers: Path) -> list[Enrolment]:
    """Return the candidates that wait for a second person."""
    found = [read(path) for path in sorted(folder(peers).glob("*.json"))]
    return [waiting for waiting in found if waiting is not None]
