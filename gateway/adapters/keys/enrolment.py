"""Enrolling or changing a panel's key takes two people: one imports it, another types its fingerprint.

Until the second has done so, the certificate is a candidate in keys/peers/candidates and nothing uses it. The
fingerprint that counts is the one read out over the telephone by the panel itself; it is never shown to the second
person first.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from gateway.adapters.config import panel_pins
from gateway.adapters.keys import certificate_lint
from gateway.adapters.openpgp.key_home import described, own_report
from gateway.adapters.openpgp.port import FINGERPRINT
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.office.key_report import KeyReport
from gateway.model.residence.panels import PanelRegister
from gateway.ports import Permanent


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who did what, beside the certificate as JSON. Instants are ISO 8601, UTC."""

    panel: PanelId
    fingerprint: Fingerprint
    imported_by: str
    imported_at: str
    confirmed_by: str = ""  # "" while it is a candidate
    confirmed_at: str = ""
    tried_at: str = ""


def propose(peers: Path, panel: PanelId, content: bytes, by: str, now: datetime) -> tuple[str, ...]:
    """Keep a certificate as the candidate of ``panel``. Returns why not, as codes; () if it now waits."""
    if not by.strip():
        return ("no_name",)
    found = certificate_lint.examine(content)
    if found.faults or found.certificate is None:
        return found.faults
    folder = peers / "candidates"
    folder.mkdir(mode=0o755, exist_ok=True)
    instant = now.isoformat(timespec="seconds")
    waiting = Enrolment(panel, found.certificate.primary.fingerprint, by.strip(), instant, tried_at=instant)
    write(folder / f"{panel}.asc", content)
    write(folder / f"{panel}.json", json.dumps(asdict(waiting), indent=1).encode())
    return ()


def typed(text: str) -> str:
    """Return a fingerprint as typed by a person, in canonical form."""
    return "".join(text.split()).replace(":", "").upper()


def confirm(peers: Path, register: Path, panel: PanelId, fingerprint: str, by: str, now: datetime) -> str:
    """Put a candidate in use. Returns why not, as a code; "" if its key is now pinned.

    ``register`` is DIR/config/panels.toml. Files before the pin, so no fingerprint there lacks its certificate.
    """
    candidate = peers / "candidates" / f"{panel}.asc"
    waiting = read(candidate.with_suffix(".json"))
    if waiting is None or not candidate.exists():
        return "no_candidate"
    if not by.strip() or by.strip().casefold() == waiting.imported_by.casefold():
        return "same_person"
    content = candidate.read_bytes()
    # Checked again, so that what is used is what was checked, whatever happened to the file in between.
    found = certificate_lint.examine(content)
    if found.faults or found.certificate is None:
        return "faulty"
    own = found.certificate.primary.fingerprint
    if not FINGERPRINT.fullmatch(typed(fingerprint)) or typed(fingerprint) != own or own != waiting.fingerprint:
        return "wrong_fingerprint"
    done = replace(waiting, confirmed_by=by.strip(), confirmed_at=now.isoformat(timespec="seconds"))
    write(peers / f"{own}.asc", content)
    write(peers / f"{own}.json", json.dumps(asdict(done), indent=1).encode())
    panel_pins.pin(register, panel, own)
    candidate.unlink()
    candidate.with_suffix(".json").unlink()
    return ""


def candidates(peers: Path) -> list[Enrolment]:
    """Return the candidates that wait for a second person."""
    found = [read(path) for path in sorted((peers / "candidates").glob("*.json"))]
    return [waiting for waiting in found if waiting is not None]


def read(path: Path) -> Enrolment | None:
    """Return an enrolment; None if there is none. Permanent("enrolment_unreadable") if it is damaged."""
    if not path.exists():
        return None
    try:
        return Enrolment(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise Permanent("enrolment_unreadable") from None


async def reports_in_use(home: Path, peers: Path, register: PanelRegister, now: datetime) -> list[KeyReport]:
    """Return every key in use: our own first, then each pinned one; each is tried as it is today."""
    reports = [await own_report(home, now)]
    for panel in sorted(register.panels.values(), key=lambda panel: panel.id):
        if panel.fingerprint is not None:
            reports.append(await asyncio.to_thread(report, peers, panel.id, panel.fingerprint, now))
    return reports


def report(peers: Path, panel: PanelId, fingerprint: Fingerprint, now: datetime) -> KeyReport:
    """Examine one pinned certificate as it is today, and try it."""
    path = peers / f"{fingerprint}.asc"
    if not path.exists():
        return KeyReport(panel, fingerprint, "", None, "no_key")
    found = certificate_lint.examine(path.read_bytes())
    if found.certificate is None or found.certificate.primary.fingerprint != fingerprint:
        return KeyReport(panel, fingerprint, "", None, "wrong_certificate")
    trouble = found.faults[0] if found.faults else ""
    return described(panel, found.certificate, trouble, _tried(path.with_suffix(".json"), trouble, now))


def _tried(path: Path, trouble: str, now: datetime) -> datetime | None:
    """Record when the key was last tried with success, if this user may write it; return that instant."""
    known = read(path)
    if trouble:
        return datetime.fromisoformat(known.tried_at) if known is not None and known.tried_at else None
    if known is not None:
        try:
            write(
                path, json.dumps(asdict(replace(known, tried_at=now.isoformat(timespec="seconds"))), indent=1).encode()
            )
        except PermissionError:
            return now  # only shown: the next run of the worker's user writes it
    return now


def write(path: Path, content: bytes) -> None:
    """Replace a file of public content in one step."""
    waiting = path.with_name(path.name + ".new")
    waiting.write_bytes(content)
    waiting.chmod(0o644)
    waiting.replace(path)
