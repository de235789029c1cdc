"""Every key of a deployment that this user may see: OpenPGP and S/MIME, TLS certificates, seal keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.adapters.host.folders import Folders
from gateway.adapters.keys.enrolment import reports_in_use
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.model.ids import Fingerprint
from gateway.model.office.key_report import KeyReport
from gateway.model.residence.panels import PanelRegister

_SEAL_STRENGTH = "mlkem768+x25519"


async def keys_in_use(folders: Folders, register: PanelRegister, now: datetime) -> list[KeyReport]:
    """Return the OpenPGP keys, each tried; then certificates; then seal keys, which do not expire.

    What the calling user may not read is left out: each role sees its own.
    """
    openpgp = await reports_in_use(folders.gnupg, folders.peers, register, now)
    return [*openpgp, *_certificates(folders), *_smime_peers(folders, register), *_seals(folders)]


def _certificates(folders: Folders) -> Iterator[KeyReport]:
    for owner, path in (
        ("tls intake", folders.intake_keys / "tls.crt"),
        ("tls console", folders.console_keys / "tls.crt"),
        ("smime own", folders.worker_keys / "smime.crt"),
    ):
        try:
            (certificate, *_) = x509.load_pem_x509_certificates(path.read_bytes())
        except (FileNotFoundError, PermissionError):
            continue
        except ValueError:
            yield KeyReport(owner, Fingerprint(""), "", None, "certificate_unreadable")
            continue
        yield _described(owner, certificate)


def _smime_peers(folders: Folders, register: PanelRegister) -> Iterator[KeyReport]:
    """The pinned certificates that the register allows to sign for a panel."""
    wanted = {panel.smime_fingerprint: panel.id for panel in register.panels.values() if panel.smime_fingerprint}
    try:
        found = x509.load_pem_x509_certificates((folders.worker_keys / "smime-peers.pem").read_bytes())
    except PermissionError:
        return
    except (FileNotFoundError, ValueError):
        found = []
    reports = {report.fingerprint: report for report in (_described("", certificate) for certificate in found)}
    for fingerprint, panel in sorted(wanted.items(), key=lambda pair: pair[1]):
        missing = KeyReport("", fingerprint, "", None, "no_certificate")
        yield replace(reports.get(fingerprint, missing), owner=f"smime {panel}")


def _described(owner: str, certificate: x509.Certificate) -> KeyReport:
    digest = Fingerprint(certificate.fingerprint(SHA256()).hex().upper())
    return KeyReport(owner, digest, _strength(certificate), certificate.not_valid_after_utc)


def _strength(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa{key.key_size}"
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else "ed25519"


def _seals(folders: Folders) -> Iterator[KeyReport]:
    for owner, path in (("seal", folders.intake_keys / "seal.pub"), ("case", folders.worker_keys / "case.pub")):
        try:
            key = SealPublicKey.load(path)
        except (FileNotFoundError, PermissionError):
            continue
        except ValueError:
            yield KeyReport(owner, Fingerprint(""), "", None, "key_unreadable")
            continue
        yield KeyReport(owner, Fingerprint(key.id), _SEAL_STRENGTH, None)
