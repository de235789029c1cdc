"""Write what a deployment has confirmed about a panel into its own panels.toml.

This module owns the file: it is rewritten whole each time, and comments in it are lost.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gateway.adapters.config.panels import merge_registers, parse_register
from gateway.model.ids import Fingerprint, GssCode, PanelId
from gateway.model.residence.panels import PanelStatus
from gateway.ports import Permanent

_HEAD = "# Confirmations, contacts and fingerprints of panels: written by `gateway panels confirm ID`.\n"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person has checked by telephone."""

    panel: PanelId
    by: str
    on: date
    email: str
    fingerprint: Fingerprint
    reviews: tuple[GssCode, ...]  # the authorities that they said they review: only those are routed by themselves


def confirm_panel(packaged: Path, deployment: Path, confirmation: Confirmation) -> None:
    """Write one confirmation. An earlier address ends the day before; an earlier fingerprint is replaced.

    Permanent("panels_unreadable") if the result would not be a register; then nothing is written.
    """
    document = _read(deployment)
    panels = document.setdefault("panels", {})
    entry = panels.setdefault(confirmation.panel, {})
    entry["status"] = PanelStatus.CONFIRMED.value
    entry["confirmed_by"] = confirmation.by
    entry["confirmed_on"] = confirmation.on
    entry["fingerprint"] = confirmation.fingerprint
    entry["reviews"] = list(confirmation.reviews)
    entry["contacts"] = _contacts(entry.get("contacts", []), confirmation)
    _write(packaged, deployment, document)


def set_status(packaged: Path, deployment: Path, panel: PanelId, status: PanelStatus) -> None:
    """Suspend a panel or withdraw a confirmation. Nothing else about it changes."""
    document = _read(deployment)
    document.setdefault("panels", {}).setdefault(panel, {})["status"] = status.value
    _write(packaged, deployment, document)


def _contacts(earlier: list[dict[str, Any]], confirmation: Confirmation) -> list[dict[str, Any]]:
    """Return the contacts with the confirmed address valid from its day, and the others ended the day before."""
    kept = []
    for contact in earlier:
        until = contact.get("valid_to")
        if contact["email"].casefold() == confirmation.email.casefold() and (until is None or until >= confirmation.on):
            continue
        ended = date.fromordinal(confirmation.on.toordinal() - 1)
        kept.append({**contact, "valid_to": min(until, ended) if until is not None else ended})
    return [*kept, {"email": confirmation.email, "valid_from": confirmation.on}]


def _read(deployment: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(deployment.read_text(encoding="utf-8")) if deployment.exists() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Permanent("panels_unreadable") from None


def _write(packaged: Path, deployment: Path, document: Mapping[str, Any]) -> None:
    """Replace the file in one step, after reading it back as a register."""
    text = _HEAD + "".join(_toml(document))
    try:
        merged = merge_registers(tomllib.loads(packaged.read_text(encoding="utf-8")), tomllib.loads(text))
        parse_register(merged)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise Permanent("panels_unreadable") from None
    fresh = deployment.with_name(f".{deployment.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.chmod(deployment.stat().st_mode & 0o777 if deployment.exists() else 0o644)
        fresh.replace(deployment)
    except OSError:
        raise Permanent("panels_not_writable") from None


def _toml(document: Mapping[str, Any]) -> list[str]:
    """Return the register's own layout as TOML: scalars first, one table a panel, lists of tables at the end."""
    plain = {key: value for key, value in document.items() if not isinstance(value, dict | list)}
    lines = [f"{key} = {_value(value)}\n" for key, value in plain.items()]
    for panel, entry in document.get("panels", {}).items():
        lines.append(f"\n[panels.{_key(panel)}]\n")
        lines += [f"{_key(key)} = {_value(value)}\n" for key, value in entry.items()]
    for name, entries in document.items():
        if isinstance(entries, list):
            for entry in entries:
                lines.append(f"\n[[{_key(name)}]]\n")
                lines += [f"{_key(key)} = {_value(value)}\n" for key, value in entry.items()]
    return lines


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _value(name)


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=True)  # JSON's strings, numbers and booleans are TOML's
