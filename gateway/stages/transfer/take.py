"""Take in what another gateway sent: signature first, then manifest, then every file against its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.message import Part
from gateway.model.ids import PanelId
from gateway.stages.transfer import files, manifest, record
from gateway.stages.transfer.files import File
from gateway.stages.transfer.manifest import Listed, Manifest, ManifestRefusal


class TakeRefusal(StrEnum):
    """Why a signed message is not taken in as a transfer. A person reads it like any other message."""

    NO_MANIFEST = "no_manifest"  # an ordinary message
    TWO_MANIFESTS = "two_manifests"
    UNREADABLE = "unreadable"
    WRONG_SENDER = "wrong_sender"
    WRONG_RECEIVER = "wrong_receiver"
    WRONG_TIME = "wrong_time"
    UNLISTED_FILE = "unlisted_file"
    CHANGED_FILE = "changed_file"
    RECORD_UNREADABLE = "record_unreadable"


@dataclass(frozen=True, slots=True)
class Taken:
    """One proved message of a transfer. ``case`` is None in a further message, which only brings files."""

    manifest: Manifest
    manifest_bytes: bytes
    case: record.Case | None
    files: tuple[File, ...]

    @property
    def number(self) -> int | None:
        """Which of the transfer's messages this is, from 1; None if its files do not all belong to one."""
        listed = {file.name: file.message for file in self.manifest.files}
        numbers = {listed[file.name.reveal()] for file in self.files}
        return numbers.pop() if len(numbers) == 1 else None

    @property
    def key(self) -> tuple[str, str]:
        """What the store takes only once: the sender and the transfer's uuid."""
        return (self.manifest.sender, str(self.manifest.transfer))


def take(parts: Sequence[Part], signer: PanelId, own: PanelId, now: datetime) -> Taken | TakeRefusal:
    """Judge the parts of a message with the good signature of ``signer``, opened for the panel ``own``."""
    named = [(part.filename.reveal(), part) for part in parts if part.filename is not None and part.filename]
    manifests = [part for name, part in named if name == manifest.NAME]
    if len(manifests) != 1:
        return TakeRefusal.TWO_MANIFESTS if manifests else TakeRefusal.NO_MANIFEST
    manifest_bytes = manifests[0].content.reveal()
    found = manifest.read(manifest_bytes, signer, own, now)
    if isinstance(found, ManifestRefusal):
        return TakeRefusal(found.value)
    listed = {file.name: file for file in found.files}
    taken = []
    for name, part in named:
        if name == manifest.NAME:
            continue
        if name not in listed:
            return TakeRefusal.UNLISTED_FILE
        if not _same(listed[name], part):
            return TakeRefusal.CHANGED_FILE
        taken.append(_file(listed[name], part))
    return _with_record(found, manifest_bytes, tuple(taken))


def _with_record(found: Manifest, manifest_bytes: bytes, taken: tuple[File, ...]) -> Taken | TakeRefusal:
    records = [file for file in taken if file.name.reveal() == record.NAME]
    case = record.read(records[0].content.reveal()) if len(records) == 1 else None
    if len({file.name for file in taken}) != len(taken):
        return TakeRefusal.CHANGED_FILE
    if (records and case is None) or (case is not None and case.kind is not found.kind):
        return TakeRefusal.RECORD_UNREADABLE
    return Taken(found, manifest_bytes, case, taken)


def _same(listed: Listed, part: Part) -> bool:
    content = part.content.reveal()
    return len(content) == listed.bytes and hashlib.sha256(content).hexdigest() == listed.sha256


def _file(listed: Listed, part: Part) -> File:
    whole = ConfidentialText(listed.piece_of) if listed.piece_of is not None else None
    return File(ConfidentialText(listed.name), part.content_type, part.content, whole)


def complete(messages: Sequence[Taken]) -> tuple[File, ...] | None:
    """Return all files of a transfer, pieces joined, once every message is here; None until then.

    All messages must have the same manifest bytes.
    """
    if not messages or len({message.manifest_bytes for message in messages}) != 1:
        return None
    present = {file.name.reveal(): file for message in messages for file in message.files}
    wanted = [file.name for file in messages[0].manifest.files]
    if not set(wanted) <= set(present):
        return None
    return files.join([present[name] for name in wanted])
