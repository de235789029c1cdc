"""An office to test steps in: a real store, blobs that open again, a spool in memory, the packaged tables.

The home panel is Buckinghamshire (HP27 9QF is home, OX3 7AA is Oxfordshire's); every panel counts as confirmed.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, update

from gateway.adapters.config.areas import load_routing
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_screening
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.config.texts import load_texts
from gateway.adapters.store import tables
from gateway.model.case.payload import Payload, unpack_payload
from gateway.model.case.rows import AuditLink, BlobRow, DispatchRow, IntakeRow, Row
from gateway.model.channel.arrival import Arrival, Connection, Envelope, Tls, WebPost
from gateway.model.channel.assurance import Author, AuthorState, Dmarc, Evidence
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord, unpack_record
from gateway.model.content.message import Mail, Part, Unparsed
from gateway.model.content.screening import AllowList
from gateway.model.form import form_post
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import BlobId, IntakeId, PanelId, Reference
from gateway.model.kinds import Channel, ContentSignature, DispatchHeldReason, MailboxName, MoveKind
from gateway.model.residence.routing import RoutingTables
from gateway.ports import DocumentText, Opened, Permanent, SignatureVerdict
from gateway.roles.wiring import document_layout
from gateway.stages.assess.author import read_author
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse
from gateway.stages.screen import ScreenTables
from gateway.steps.intake.advance import IntakeContext
from gateway.steps.intake.readers import Readers
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.tools import Tools
from tests.steps.world import OFFICE, PlainMime, World, world

HOME, NEIGHBOUR = PanelId("buckinghamshire"), PanelId("oxfordshire")
KEY = b"m" * 32
AT_HOME, NEXT_DOOR = "HP27 9QF", "OX3 7AA"
TLS = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")
NAMES: dict[str, str] = {HOME: "Buckinghamshire CDOP", NEIGHBOUR: "Oxfordshire CDOP"}


@functools.cache
def routing_tables() -> RoutingTables:
    return load_routing(assume_confirmed=True, home_panel=HOME)


@functools.cache
def screen_tables() -> ScreenTables:
    return load_screening(packaged_config())


@functools.cache
def writing() -> Writing:
    return Writing(load_texts([packaged_config()]), document_layout(), lambda: NAMES, 20_000_000)


class KeptBlobs:
    """Stands for every sealer and for the opener: what was sealed opens again until it is destroyed."""

    def __init__(self) -> None:
        self.contents: dict[BlobId, bytes] = {}

    async def seal(self, content: ConfidentialBytes, purpose: str, now: datetime) -> BlobRow:
        blob_id = BlobId(uuid4())
        self.contents[blob_id] = content.reveal()
        return BlobRow(blob_id, purpose, "k", blob_id.bytes, b"sealed", 6, now)

    async def open(self, blob: BlobRow) -> ConfidentialBytes:
        if not blob.header:
            raise Permanent("blob_destroyed")
        return ConfidentialBytes(self.contents[blob.id])


class MemorySpool:
    """A spool without a disk. ``broken`` is raised for the ids that it names."""

    def __init__(self) -> None:
        self.held: dict[IntakeId, tuple[Arrival, ConfidentialBytes]] = {}
        self.broken: dict[IntakeId, Exception] = {}

    async def pending(self) -> Sequence[IntakeId]:
        return list(self.held)

    async def open(self, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
        if intake_id in self.broken:
            raise self.broken[intake_id]
        return self.held[intake_id]

    async def remove(self, intake_id: IntakeId) -> None:
        self.held.pop(intake_id, None)


@dataclass
class Told:
    """Metrics and journal: what was counted, and which events were written."""

    counted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def count(self, name: str, **labels: str) -> None:
        self.counted.append((name, labels))

    def add(self, name: str, number: int, **labels: str) -> None:
        self.counted.append((name, labels))

    def gauge(self, name: str, value: float, **labels: str) -> None:
        return None

    def event(self, name: str, **given: str | int | float) -> None:
        self.events.append((name, given))

    @property
    def alarms(self) -> list[str]:
        return [labels["kind"] for name, labels in self.counted if name == "gateway_alarms"]


class FixedEvidence:
    """Gathers what it was told DNS says; counts how often it was asked."""

    def __init__(self, dmarc: str = "pass") -> None:
        self.dmarc = dmarc
        self.asked = 0

    async def gather(self, arrival: Arrival, mail: Mail | Unparsed | None, raw: ConfidentialBytes) -> Evidence:
        self.asked += 1
        author = read_author(mail) if isinstance(mail, Mail) else Author(AuthorState.NONE)
        return Evidence(
            arrival.channel,
            arrival.mailbox,
            arrival.received_at,
            arrival.received_at,
            reverse_path=ConfidentialText(arrival.envelope.reverse_path if arrival.envelope is not None else ""),
            connection=arrival.connection,
            web=arrival.web,
            author=author,
            dmarc=Dmarc(self.dmarc, author.domain, aligned_by=("dkim",) if self.dmarc == "pass" else ()),
        )


class PlainDocuments:
    """Reads plain text; a child process does the rest."""

    async def read(self, part: Part) -> DocumentText:
        if part.content_type != "text/plain":
            return DocumentText()
        return DocumentText((part.content.reveal().decode("utf-8", "replace"),))


class NoKeys:
    """An OpenPGP port that holds no key at all."""

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        return Opened(None, SignatureVerdict(ContentSignature.NONE), "no_secret_key")

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        return SignatureVerdict(ContentSignature.UNVERIFIABLE)

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[object]) -> bytes:
        raise Permanent(DispatchHeldReason.NO_KEY.value)

    async def usable(self, fingerprint: object) -> DispatchHeldReason | None:
        return DispatchHeldReason.NO_KEY

    async def encryption_subkeys(self, recipients: Sequence[object]) -> tuple[Any, ...]:
        return ()


def readers(**changes: Any) -> Readers:
    """Return readers of the packaged tables."""
    made = Readers(
        mime=PlainMime(),
        documents=PlainDocuments(),
        openpgp=NoKeys(),
        smime=None,
        evidence=FixedEvidence(),
        enrolled=dict,
        secure_domains=load_secure_domains([packaged_config()]),
        routing=routing_tables,
        screening=screen_tables(),
        known=AllowList(),
        home_panel=HOME,
        own_addresses=frozenset({"secure@cdop.example", "general@cdop.example"}),
        console_url="https://console.cdop.example",
        own_domain="cdop.example",
    )
    return replace(made, **changes)


def parsed(raw: bytes) -> Mail:
    mail = parse(raw, MimeLimits())
    assert isinstance(mail, Mail)
    return mail


def letter(
    text: str, *, author: str = "A Nurse <nurse@trust.example>", subject: str = "A question", **head: str
) -> bytes:
    """Return a plain message. A field ``in_reply_to`` becomes In-Reply-To."""
    more = "".join(f"{name.replace('_', '-').title()}: {value}\r\n" for name, value in head.items())
    body = text.replace("\n", "\r\n")
    return f"From: {author}\r\nSubject: {subject}\r\n{more}\r\n{body}\r\n".encode()


def notice(postcode: str = NEXT_DOOR, **more: str) -> Notification:
    """Return an invented notification."""
    said = {
        "family_name": "Testchild",
        "given_names": "Zoe",
        "nhs_number": "999 000 0018",
        "date_of_birth": "2025-11-01",
        "date_of_death": "2026-03-01",
        "home_postcode": postcode,
        "residence_basis": "usual_address",
        "notifier_email": "nurse@trust.example",
        **more,
    }
    return Notification(
        {name: Answer(ConfidentialText(text), AnswerState.KNOWN) for name, text in said.items() if text}
    )


def post(
    form: str = "notify", files: Sequence[Mapping[str, Any]] = (), contents: Sequence[bytes] = (), **said: str
) -> bytes:
    """Return the content of a form post."""
    entries = {name: {"value": text, "state": "known"} for name, text in said.items() if text}
    given = {"form": form, "language": "en", "fields": entries, "groups": {}, "files": list(files)}
    return form_post.pack(given, contents)


def notification_post(
    postcode: str = NEXT_DOOR, files: Sequence[Mapping[str, Any]] = (), contents: Sequence[bytes] = (), **more: str
) -> bytes:
    said = {name: answer.value.reveal() for name, answer in notice(postcode).fields.items()}
    return post("notify", files, contents, **{**said, **more})


@dataclass
class Office:
    """The world with everything that an intake is worked on with."""

    world: World
    tools: Tools
    blobs: KeptBlobs
    spool: MemorySpool
    told: Told
    readers: Readers
    writing: Writing

    @property
    def store(self) -> Any:
        return self.world.store

    @property
    def context(self) -> IntakeContext:
        return IntakeContext(self.tools, self.readers, self.writing, KEY)

    def arrival(
        self,
        mailbox: MailboxName = MailboxName.SECURE,
        channel: Channel = Channel.SMTP,
        *,
        reverse_path: str = "nurse@trust.example",
        token: str | None = None,
        form: str = "notify",
    ) -> Arrival:
        self.world.drawn += 1
        by_mail = channel is Channel.SMTP
        return Arrival(
            IntakeId(uuid4()),
            Reference(f"REF{self.world.drawn:07d}"),
            mailbox,
            channel,
            self.tools.clock.now(),
            connection=Connection("192.0.2.1", "mail.trust.example", tls=TLS) if by_mail else None,
            envelope=Envelope(reverse_path, "x@cdop.example") if by_mail else None,
            web=None if by_mail else WebPost(form, TLS),
            token=token,
        )

    def spooled(self, arrival: Arrival, content: bytes) -> IntakeId:
        self.spool.held[arrival.intake_id] = (arrival, ConfidentialBytes(content))
        return arrival.intake_id

    async def row(self, intake_id: IntakeId) -> IntakeRow:
        found = await self.world.store.intake(intake_id)
        assert found is not None
        return found

    async def leaving(self, intake_id: IntakeId | None = None) -> dict[str, DispatchRow]:
        """Return what leaves of one intake, by "kind:to"."""
        rows = await self.world.store.dispatches(intake_id=intake_id)
        return {f"{row.kind.value}:{row.to}": row for row in rows}

    async def payload(self, row: DispatchRow) -> tuple[Payload, bytes]:
        assert row.payload_blob is not None
        payload, content = unpack_payload(ConfidentialBytes(self.blobs.contents[row.payload_blob]))
        return payload, content.reveal()

    async def record(self, row: IntakeRow) -> IntakeRecord:
        assert row.record_blob is not None
        record, _ = unpack_record(ConfidentialBytes(self.blobs.contents[row.record_blob]))
        return record

    async def audit(self, kind: MoveKind) -> list[AuditLink]:
        return [link async for link in self.world.store.audit() if link.move is kind]

    async def insert(self, *rows: Row) -> None:
        """Write rows as they are, past every move: what a test begins with."""
        async with self.world.engine.begin() as connection:
            for row in rows:
                values = {one.name: getattr(row, one.name) for one in fields(row)}
                await connection.execute(insert(tables.TABLE_OF[type(row)]).values(values))

    async def change(self, row: Any) -> None:
        """Write a row over the one that is there, past every move."""
        table = tables.TABLE_OF[type(row)]
        values = {one.name: getattr(row, one.name) for one in fields(row)}
        async with self.world.engine.begin() as connection:
            await connection.execute(update(table).where(table.c.id == values.pop("id")).values(values))


@asynccontextmanager
async def opened_office(folder: Path) -> AsyncIterator[Office]:
    async with world(folder) as made:
        blobs, spool, told = KeptBlobs(), MemorySpool(), Told()
        tools = replace(
            made.tools,
            spool=spool,
            entropy=secrets.token_bytes,
            case_blobs=blobs,
            work_blobs=blobs,
            outbox_blobs=blobs,
            opener=blobs,
            metrics=told,
            journal=told,
            office=replace(OFFICE, panel=HOME, panel_name=NAMES[HOME]),
        )
        yield Office(made, tools, blobs, spool, told, readers(), writing())
