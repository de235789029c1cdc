"""Compose a transfer: which messages, what is in each, and the MIME entity to be encrypted."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import CaseId, PanelId
from gateway.stages.transfer import cover, document, files, manifest, receipt, record
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.document import DocumentLayout
from gateway.stages.transfer.files import File
from gateway.stages.transfer.manifest import Manifest

_COVER_BYTES = 6 << 10
_LISTED_BYTES = 640  # of one file in the manifest and in the covering text


@dataclass(frozen=True, slots=True)
class Transfer:
    """Everything a transfer is made from. ``originals`` are left out if the receiver is only informed."""

    case: record.Case
    sender: PanelId
    receiver: PanelId
    transfer: UUID
    case_id: CaseId
    sequence: int
    time: datetime
    answering: Answering
    originals: tuple[File, ...] = ()
    replaces: tuple[UUID, ...] = ()  # earlier packings of the same case, which were too large


@dataclass(frozen=True, slots=True)
class Inner:
    """One message of a transfer, to be protected and encrypted: see ``gateway.stages.openpgp.pgp_mime``."""

    subject: ConfidentialText
    entity: ConfidentialBytes


@dataclass(frozen=True, slots=True)
class Composed:
    """The messages in order, and the hash that the receipt must carry."""

    messages: tuple[Inner, ...]
    content_hash: str


def compose(
    transfer: Transfer,
    layout: DocumentLayout,
    panel_names: Mapping[str, str],
    max_message_bytes: int,
    inform_fields: Sequence[str] = record.INFORM_FIELDS,
) -> Composed:
    """Return the messages of a transfer. ``max_message_bytes`` is the receiver's SIZE (RFC 1870).

    Raises ValueError if not even the notification fits in a message of that size.
    """
    case = record.reduced(transfer.case, layout.fields, inform_fields)
    originals = transfer.originals if case.kind is TransferKind.FORWARD else ()
    packed = _packed(case, originals, layout, panel_names, max_message_bytes)
    made = Manifest(
        **{"schema": manifest.SCHEMA, "from": transfer.sender, "to": transfer.receiver},
        kind=case.kind,
        transfer=transfer.transfer,
        case=transfer.case_id,
        sequence=transfer.sequence,
        time=transfer.time.astimezone(UTC).replace(microsecond=0),
        messages=len(packed),
        files=manifest.listed(packed),
        replaces=transfer.replaces or None,
    )
    written = manifest.write(made)
    sender = panel_names.get(transfer.sender, transfer.sender)
    inner = []
    for number, content in enumerate(packed, start=1):
        words = cover.text(case, sender, transfer.answering, number, packed)
        listing = File(ConfidentialText(manifest.NAME), "application/json", ConfidentialBytes(written))
        subject = cover.subject(case.kind, str(case.reference), number, len(packed))
        inner.append(Inner(ConfidentialText(subject), ConfidentialBytes(entity(words, [*content, listing]))))
    return Composed(tuple(inner), manifest.content_hash(written))


def _packed(
    case: record.Case,
    originals: Sequence[File],
    layout: DocumentLayout,
    panel_names: Mapping[str, str],
    max_message_bytes: int,
) -> tuple[tuple[File, ...], ...]:
    page = File(
        ConfidentialText(document.NAME), "text/html", ConfidentialBytes(document.write(case, layout, panel_names))
    )
    data = File(ConfidentialText(record.NAME), "application/json", ConfidentialBytes(record.write(case)))
    renamed = files.distinct(originals)
    room = files.room(max_message_bytes) - _COVER_BYTES
    # Every message carries the whole manifest: room for its lines, including those of pieces that files are cut into.
    pieces = sum(file.encoded_bytes // max(1, room // 2) + 1 for file in renamed) + 2
    room -= pieces * _LISTED_BYTES * 2
    first = room - page.encoded_bytes - data.encoded_bytes
    if first < 0:
        raise ValueError("the notification does not fit in a message of the receiver's size")
    cut = [piece for file in renamed for piece in files.cut(file, room)]
    packed = files.pack(first, room, cut)
    return ((page, data, *packed[0]), *packed[1:])


def receipt_message(made: receipt.Receipt) -> Inner:
    """Return the message that carries a receipt."""
    holder = File(ConfidentialText(receipt.NAME), "application/json", ConfidentialBytes(receipt.write(made)))
    return Inner(ConfidentialText(receipt.SUBJECT), ConfidentialBytes(entity(receipt.text(made), [holder])))


def entity(words: str, content: Sequence[File]) -> bytes:
    """Return multipart/mixed: a text, then files. Its boundary is a hash of what it holds."""
    parts = [_text_part(words), *(_file_part(file) for file in content)]
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:40]
    delimiter = f"--{boundary}".encode()
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _text_part(words: str) -> bytes:
    body = base64.encodebytes(words.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    return b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body


def _file_part(file: File) -> bytes:
    kind = "inline" if file.name.reveal() == document.NAME else "attachment"
    charset = "; charset=utf-8" if file.content_type == "text/html" else ""
    head = (
        f"Content-Type: {file.content_type}{charset}\r\n"
        f"Content-Disposition: {kind};\r\n {_filename(file.name.reveal())}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(file.content.reveal()).replace(b"\n", b"\r\n")


def _filename(name: str) -> str:
    """RFC 2183 if the name is plain, RFC 2231 section 4 if it is not."""
    if name.isascii() and all(letter.isalnum() or letter in " ._-()," for letter in name):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='', errors='replace')}"
