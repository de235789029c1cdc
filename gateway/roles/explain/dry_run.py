"""The dry run behind ``gateway explain``: the worker's own steps, with nothing stored and nothing sent."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.adapters.children.document_pool import DocumentPool
from gateway.adapters.children.mime_pool import MimePool
from gateway.adapters.config.areas import load_routing
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.reading import load_reading
from gateway.adapters.config.screening import load_known, load_screening
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.system import SystemClock, entropy
from gateway.adapters.keys.pinned_keys import PinnedKeys
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.model.channel.arrival import Arrival, Connection, Envelope, Tls
from gateway.model.channel.assurance import Dmarc, Evidence
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.model.content.screening import AllowList
from gateway.model.ids import Fingerprint, IntakeId, PanelId, reference, uuid7
from gateway.model.kinds import Channel, ContentSignature, DispatchHeldReason, MailboxName
from gateway.ports import DnsAnswer, DnsStatus, EvidenceGatherer, Opened, OpenPGP, Resolver, SignatureVerdict
from gateway.roles.explain.explained import explained
from gateway.roles.wiring import known_of
from gateway.steps.intake.answered import AnsweredBefore, answered
from gateway.steps.intake.assess import look
from gateway.steps.intake.judge import judge
from gateway.steps.intake.read import read
from gateway.steps.intake.readers import Readers

_TO_SECURE = re.compile(
    rb"^(?:to|delivered-to|x-original-to):[^\r\n]{0,2000}\bsecure[-._]?[a-z0-9.-]{0,40}@", re.I | re.M
)
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the command line says about how a message came."""

    mailbox: str | None = None
    tls: str | None = "TLSv1.3"
    client_ip: str = "192.0.2.1"
    helo: str = "mail.example"
    mail_from: str | None = None
    authenticated: bool = False


class _NoDns:
    """Nothing is asked: every answer is "not now", so nothing is proved by DNS."""

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        return DnsAnswer(DnsStatus.TEMPORARY)


class _NoKeys:
    """Without a deployment there is no key: what is encrypted stays closed."""

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        return Opened(None, SignatureVerdict(ContentSignature.UNVERIFIABLE), "no_secret_key")

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        return SignatureVerdict(ContentSignature.UNKNOWN)

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[Fingerprint]) -> bytes:
        raise NotImplementedError("a dry run encrypts nothing")

    async def encryption_subkeys(self, recipients: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
        return ()

    async def usable(self, fingerprint: Fingerprint) -> DispatchHeldReason | None:
        return DispatchHeldReason.NO_KEY


class _TakenAsProved:
    """Evidence as gathered, with the author taken as proved (``--authenticated``)."""

    def __init__(self, real: EvidenceGatherer) -> None:
        self._real = real

    async def gather(self, arrival: Arrival, mail: Mail | Unparsed | None, raw: ConfidentialBytes) -> Evidence:
        evidence = await self._real.gather(arrival, mail, raw)
        domain = evidence.author.domain
        return replace(evidence, dmarc=Dmarc("pass", author_domain=domain, aligned_by=("dkim",)))


class DryRun:
    """Explains one message after another."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, config: Path | None, zone_file: str | None, known: Path | None, assume_confirmed: bool
    ) -> AsyncIterator[DryRun]:
        """Load tables and start the parsing children."""
        async with AsyncExitStack() as stack:
            root = deployment(config)
            yield cls(await _readers(stack, root, zone_file, known, assume_confirmed=assume_confirmed))

    async def explain(self, name: str, raw: bytes, circumstances: Circumstances) -> dict[str, Any]:
        """Return the line of docs/contracts.md for one message."""
        content = ConfidentialBytes(raw)
        readers = self._readers
        if circumstances.authenticated:
            readers = replace(readers, evidence=_TakenAsProved(readers.evidence))
        arrival = _arrival(raw, circumstances)
        reading = await read(readers, arrival, content)
        if circumstances.mail_from is None and isinstance(reading.outer, Mail) and len(reading.outer.authors) == 1:
            envelope = replace(arrival.envelope or Envelope("", ""), reverse_path=reading.outer.authors[0].reveal())
            arrival = replace(arrival, envelope=envelope)
        now = arrival.received_at
        assessment = await look(readers, arrival, content, reading, now)
        record = await judge(readers, arrival, reading, assessment, now)
        record = answered(readers, record, reading, assessment, AnsweredBefore())
        return explained(name, record, readers.routing().panels)


def deployment(config: Path | None) -> Path | None:
    """Return the deployment's folder; its config/ folder may be named as well. None gives None."""
    if config is None:
        return None
    root = config.resolve()
    return root.parent if (root / "gateway.toml").exists() else root


async def _readers(
    stack: AsyncExitStack, root: Path | None, zone_file: str | None, known: Path | None, *, assume_confirmed: bool
) -> Readers:
    folders = Folders(root) if root is not None else None
    config = folders.config if folders is not None else None
    settings = load_settings(config)
    dirs = (packaged_config(), config) if config is not None else (packaged_config(),)
    resolver: Resolver = _NoDns()
    if zone_file is not None:
        resolver = ZoneFileResolver(Path(zone_file).read_text("utf-8"))
    evidence = SenderAuthenticator(resolver, SystemClock(), authserv_id=settings.mail.hostname or "gateway.example")
    stack.push_async_callback(evidence.close)
    home = settings.panel.id or None
    tables = load_routing(config, home_panel=home, assume_confirmed=assume_confirmed)
    openpgp: OpenPGP = _NoKeys()
    enrolled = dict[Fingerprint, Any]()
    if folders is not None and folders.gnupg.exists():
        keys = PinnedKeys(
            folders.gnupg, folders.peers, packaged_config() / "panels.toml", folders.config / "panels.toml"
        )
        await keys.refresh()
        stack.callback(keys.close)
        openpgp, enrolled = keys, dict(keys.enrolled())
    mail = settings.mail
    return Readers(
        mime=await stack.enter_async_context(MimePool(children=1)),
        documents=await stack.enter_async_context(DocumentPool()),
        openpgp=openpgp,
        smime=None,
        evidence=evidence,
        enrolled=lambda: enrolled,
        secure_domains=load_secure_domains(dirs),
        routing=lambda: tables,
        screening=load_screening(packaged_config()),
        told=load_reading(packaged_config()),
        known=_known(known, config),
        home_panel=home or PanelId(""),
        own_addresses=frozenset(address.lower() for address in (*mail.secure, *mail.general) if address),
        console_url=settings.panel.console_url,
    )


def _known(named: Path | None, config: Path | None) -> AllowList:
    if named is not None:
        return load_known(named)
    return known_of(config) if config is not None else AllowList()


def _arrival(raw: bytes, circumstances: Circumstances) -> Arrival:
    now = SystemClock().now()
    mailbox = circumstances.mailbox or ("secure" if _TO_SECURE.search(raw[:_HEAD_BYTES]) else "general")
    tls = Tls(circumstances.tls, "") if circumstances.tls is not None else None
    return Arrival(
        intake_id=IntakeId(uuid7(now, secrets.token_bytes(16))),
        reference=reference(entropy(16)),
        mailbox=MailboxName(mailbox),
        channel=Channel.SMTP,
        received_at=now,
        connection=Connection(circumstances.client_ip, circumstances.helo, tls=tls),
        envelope=Envelope(circumstances.mail_from or "", f"{mailbox}@gateway.example"),
    )
