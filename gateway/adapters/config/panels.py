"""Read the register of panels: the packaged facts, overlaid by what one deployment has confirmed.

A deployment's own file has the same layout and needs only the keys that differ, for each panel id.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gateway.model.ids import Fingerprint, GssCode, PanelId
from gateway.model.residence.panels import Contact, Outside, Override, Panel, PanelRegister, PanelStatus, Shared
from gateway.ports import Permanent

Document = Mapping[str, Any]
_FINGERPRINT = re.compile("[0-9A-F]{40}")
_SMIME_FINGERPRINT = re.compile("[0-9A-F]{64}")
_LISTS = ("shared", "outside", "overrides")
_KEYS = {  # what one list entry is about: an entry of the deployment replaces the packaged one about the same thing
    "shared": "authority",
    "outside": "id",
    "overrides": "place",
}


def merge_registers(packaged: Document, deployment: Document) -> dict[str, Any]:
    """Return the packaged register overlaid by the deployment's keys, panel by panel.

    A panel id that only the deployment has is a new panel. Neither argument is changed.
    """
    panels = {panel: dict(entry) for panel, entry in packaged.get("panels", {}).items()}
    for panel, entry in deployment.get("panels", {}).items():
        panels[panel] = {**panels.get(panel, {}), **entry}
    merged: dict[str, Any] = {"panels": panels}
    for name in _LISTS:
        key = _KEYS[name]
        entries = {entry[key]: entry for entry in (*packaged.get(name, ()), *deployment.get(name, ()))}
        merged[name] = list(entries.values())
    return merged


def load_panels(packaged: Path, deployment: Path | None = None) -> PanelRegister:
    """Return the register. A deployment without a file of its own has confirmed nobody.

    Permanent("panels_unreadable") if a file is not valid: a register is never read in part.
    """
    try:
        contents = [packaged.read_bytes()]
        if deployment is not None and deployment.exists():
            contents.append(deployment.read_bytes())
        documents = [tomllib.loads(content.decode("utf-8")) for content in contents]
        document = merge_registers(documents[0], documents[1] if len(documents) > 1 else {})
        return parse_register(document, hashlib.sha256(b"\0".join(contents)).hexdigest())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Permanent("panels_unreadable") from None


def parse_register(document: Document, checksum: str = "") -> PanelRegister:
    """Turn a merged document into the register. ValueError, KeyError or TypeError if it is not valid."""
    panels = {PanelId(panel): _panel(PanelId(panel), entry) for panel, entry in document["panels"].items()}
    certificates = [panel.smime_fingerprint for panel in panels.values() if panel.smime_fingerprint is not None]
    if len(certificates) != len(set(certificates)):
        raise ValueError("one certificate speaks for one panel")
    register = PanelRegister(
        panels=panels,
        shared=tuple(_shared(entry) for entry in document.get("shared", ())),
        outside=tuple(_outside(entry) for entry in document.get("outside", ())),
        overrides=tuple(_override(entry) for entry in document.get("overrides", ())),
        checksum=checksum,
    )
    named = [panel for shared in register.shared for panel in shared.candidates]
    named += [entry.panel for entry in register.outside if entry.panel is not None]
    named += [entry.panel for entry in register.overrides]
    if any(panel not in panels for panel in named):
        raise ValueError("a panel is named that the register does not have")
    return register


def _day(entry: Document, key: str) -> date | None:
    day = entry.get(key)
    if day is not None and type(day) is not date:
        raise ValueError("not a date")
    return day


def _panel(panel: PanelId, entry: Document) -> Panel:
    fingerprint = entry.get("fingerprint")
    if fingerprint is not None and not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("a fingerprint is 40 upper-case hexadecimal digits")
    status = PanelStatus(entry.get("status", PanelStatus.UNCONFIRMED))
    if status is PanelStatus.CONFIRMED and not (entry.get("confirmed_by") and entry.get("confirmed_on")):
        raise ValueError("a confirmed panel says by whom and when")
    return Panel(
        id=panel,
        name=entry["name"],
        authorities=tuple(GssCode(code) for code in entry["authorities"]),
        status=status,
        region=entry.get("region", ""),
        confidence=entry.get("confidence", ""),
        basis=entry.get("basis", ""),
        confirmed_by=entry.get("confirmed_by"),
        confirmed_on=_day(entry, "confirmed_on"),
        reviews=tuple(GssCode(code) for code in entry["reviews"]) if "reviews" in entry else None,
        contacts=tuple(_contact(contact) for contact in entry.get("contacts", ())),
        fingerprint=Fingerprint(fingerprint) if fingerprint is not None else None,
        smime_fingerprint=_smime_fingerprint(entry),
        next_hop=entry.get("next_hop"),
        also_covers=tuple(entry.get("also_covers", ())),
        neighbour_of=tuple(PanelId(other) for other in entry.get("neighbour_of", ())),
        notes=entry.get("notes", ""),
        sources=tuple(entry.get("sources", ())),
    )


def _smime_fingerprint(entry: Document) -> Fingerprint | None:
    """Return the SHA-256 of a certificate, written with or without colons as ``openssl x509 -fingerprint`` has it."""
    if "smime_fingerprint" not in entry:
        return None
    digits = entry["smime_fingerprint"].replace(":", "").upper()
    if not _SMIME_FINGERPRINT.fullmatch(digits):
        raise ValueError("an S/MIME fingerprint is 64 hexadecimal digits")
    return Fingerprint(digits)


def _contact(entry: Document) -> Contact:
    return Contact(entry["email"], _day(entry, "valid_from"), _day(entry, "valid_to"), entry.get("note", ""))


def _shared(entry: Document) -> Shared:
    candidates = tuple(PanelId(panel) for panel in entry["candidates"])
    return Shared(GssCode(entry["authority"]), candidates, entry.get("note", ""), tuple(entry.get("sources", ())))


def _outside(entry: Document) -> Outside:
    return Outside(
        id=entry["id"],
        name=entry["name"],
        body=entry["body"],
        action=entry["action"],
        gss_prefixes=tuple(entry.get("gss_prefixes", ())),
        postcode_areas=tuple(entry.get("postcode_areas", ())),
        panel=PanelId(entry["panel"]) if "panel" in entry else None,
    )


def _override(entry: Document) -> Override:
    on = _day(entry, "on")
    if on is None or not entry["by"].strip() or not entry["why"].strip():
        raise ValueError("an override says who, when and why")
    return Override(" ".join(entry["place"].upper().split()), PanelId(entry["panel"]), entry["by"], on, entry["why"])
