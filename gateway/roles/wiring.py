"""Wire the worker: every port gets its adapter here, and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from gateway.adapters.children.document_pool import DocumentPool
from gateway.adapters.children.mime_pool import MimePool
from gateway.adapters.children.second_opinion import SecondOpinion
from gateway.adapters.config.areas import load_routing
from gateway.adapters.config.own_domain import DKIM_KEY
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.reading import load_reading
from gateway.adapters.config.screening import load_known, load_screening
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.config.settings import Settings
from gateway.adapters.config.texts import load_texts
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.host.system import SystemClock, entropy, free_bytes
from gateway.adapters.keys.pinned_keys import PinnedKeys
from gateway.adapters.keys.smime import open_smime
from gateway.adapters.openpgp.key_home import stop_agent
from gateway.adapters.scanners import CLAMD_PORT, RSPAMD_PORT, Clamd, Rspamd, address_of
from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.blobs import SealedBlobs
from gateway.adapters.sealing.instruction_keys import load_public, verifies
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import make_resolver
from gateway.adapters.smtp_out import NextHops
from gateway.adapters.smtp_out.configure import arrival_policies, https_client, outbound_settings
from gateway.adapters.smtp_out.direct import DirectDelivery
from gateway.adapters.smtp_out.dkim_signer import DkimSigner, SigningNextHop
from gateway.adapters.smtp_out.policies import Policies
from gateway.adapters.spool.reader import SpoolReader
from gateway.adapters.store import SqlStore, open_engine
from gateway.model.content.screening import AllowList
from gateway.model.form.fields import FIELDS, SECTIONS
from gateway.model.ids import BlobId
from gateway.model.office.office import Office
from gateway.model.residence.panels import PanelRegister
from gateway.model.residence.routing import RoutingTables
from gateway.ports import NextHop, Resolver
from gateway.roles.common import follow_up_policy
from gateway.roles.intake_queue import QueueLimits
from gateway.stages.extract.display import display
from gateway.stages.smtp.backoff import BackoffPolicy, wait
from gateway.stages.transfer.document import DocumentLayout
from gateway.steps.instructions.context import InstructionContext
from gateway.steps.intake.advance import IntakeContext
from gateway.steps.intake.readers import Readers
from gateway.steps.outbox.deliver import Outbound
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.outbox.pack_again import Packer
from gateway.steps.tools import Patience, Tools
from gateway.steps.watch.follow_up import Reminding

ROOM_TO_NOTE_BYTES = 256 << 10  # a move is a few pages of the store and its log


@dataclass(frozen=True, slots=True)
class Wired:
    """The worker, ready to step."""

    intake: IntakeContext
    limits: QueueLimits
    instructions: InstructionContext
    outbound: Outbound
    keys: PinnedKeys
    notify_within: timedelta
    ready: Callable[[], Awaitable[bool]]
    reminding: Reminding
    living_files: Callable[[Sequence[BlobId]], Awaitable[frozenset[BlobId]]]
    scrub: Callable[[], Awaitable[None]]


@asynccontextmanager
async def wire_worker(
    folders: Folders, settings: Settings, journal: LogJournal, metrics: PrometheusMetrics
) -> AsyncIterator[Wired]:
    """Open everything the worker holds, and close it again at the end."""
    async with AsyncExitStack() as stack:
        engine = open_engine(folders.database_url(settings.database.url))
        stack.push_async_callback(engine.dispose)
        store = SqlStore(engine)
        keys = await _keys(folders)
        stack.callback(stop_agent, folders.gnupg)
        stack.callback(keys.close)
        tools = _tools(folders, settings, store, journal, metrics)
        readers = await _readers(stack, folders, settings, keys)
        matching_key = bytes.fromhex((folders.worker_keys / "matching.key").read_text("ascii").strip())
        writing = _writing(folders, settings, keys)
        instruction_key = load_public(folders.worker_keys / "instruction.pub")
        instructions = InstructionContext(
            writing,
            lambda signature, signed: verifies(instruction_key, signature, signed),
            store.staff,
            matching_key,
            settings.panel.id,
            readers,
            keys.register,
            timedelta(seconds=settings.outbox.hold_s),
        )

        async def ready() -> bool:
            await store.posted_instructions(1)
            return True

        yield Wired(
            IntakeContext(tools, readers, writing, matching_key),
            QueueLimits(message_s=settings.worker.message_s),
            instructions,
            _outbound(folders, settings, keys, Packer(writing, readers.mime)),
            keys,
            timedelta(hours=settings.clocks.notify_h),
            ready,
            Reminding(follow_up_policy(settings), writing.texts),
            store.living_files,
            store.scrub,
        )


def _writing(folders: Folders, settings: Settings, keys: PinnedKeys) -> Writing:
    return Writing(
        load_texts((packaged_config(), folders.config)),
        document_layout(),
        lambda: {panel.id: panel.display for panel in keys.register().panels.values()},
        settings.outbox.max_message_bytes,
        {name: hop.max_message_bytes for name, hop in settings.next_hop.items()},
        settings.outbox.inform_fields,
        settings.panel.answer_languages,
    )


def office_of(settings: Settings, fingerprint: str = "") -> Office:
    """Return the office as the settings describe it."""
    return Office(
        panel=settings.panel.id,
        panel_name=settings.panel.name,
        domain=settings.mail.domain,
        secure_address=settings.mail.secure[0],
        general_address=settings.mail.general[0],
        general_inbox=settings.mail.general_inbox,
        operator=settings.mail.operator,
        telephone=settings.panel.telephone,
        safeguarding_telephone=settings.panel.safeguarding_telephone,
        form_url=settings.panel.form_url,
        console_url=settings.panel.console_url,
        openpgp_fingerprint=fingerprint,
        handover_person=settings.alarms.handovers,
        answer_days=settings.panel.answer_days,
    )


async def _keys(folders: Folders) -> PinnedKeys:
    keys = PinnedKeys(folders.gnupg, folders.peers, packaged_config() / "panels.toml", folders.config / "panels.toml")
    await keys.refresh()
    return keys


def _tools(
    folders: Folders, settings: Settings, store: SqlStore, journal: LogJournal, metrics: PrometheusMetrics
) -> Tools:
    seal = KeyRing.load(folders.worker_keys, "seal")
    outbox = KeyRing.load(folders.worker_keys, "outbox")
    newest_seal, newest_outbox = (next(iter(ring.keys.values())).public for ring in (seal, outbox))
    case = SealPublicKey.load(folders.worker_keys / "case.pub")
    own = (folders.worker_keys / "own-fingerprint").read_text("ascii").strip()
    return Tools(
        store=store,
        spool=SpoolReader(folders.spool, seal),
        clock=SystemClock(),
        entropy=entropy,
        case_blobs=SealedBlobs(folders.blobs, case),
        work_blobs=SealedBlobs(folders.blobs, newest_seal),
        outbox_blobs=SealedBlobs(folders.blobs, newest_outbox),
        opener=BlobOpener(folders.blobs, KeyRing({**seal.keys, **outbox.keys})),
        metrics=metrics,
        journal=journal,
        office=office_of(settings, own),
        patience=Patience(
            settings.worker.max_attempts,
            timedelta(seconds=settings.worker.retry_s),
            timedelta(minutes=settings.alarms.repeat_minutes),
        ),
    )


def known_of(config: Path) -> AllowList:
    """Return what this panel knows and lets through; nothing where the deployment has no such list."""
    path = config / "screening" / "known.toml"
    return load_known(path) if path.exists() else AllowList()


def resolver_of(settings: Settings, root: Path) -> Resolver:
    """Return the resolver of the settings: name servers, or the zone of a test or the demo."""
    zone = root / settings.dns.zone_file if settings.dns.zone_file else ""
    return make_resolver(settings.dns.nameservers, zone, settings.dns.timeout_s)


async def _readers(stack: AsyncExitStack, folders: Folders, settings: Settings, keys: PinnedKeys) -> Readers:
    mime = await stack.enter_async_context(MimePool())
    documents = await stack.enter_async_context(DocumentPool())
    resolver = resolver_of(settings, folders.root)
    policies = arrival_policies(resolver, settings.dns, SystemClock().now)
    evidence = SenderAuthenticator(resolver, SystemClock(), authserv_id=settings.mail.hostname, policies=policies)
    stack.push_async_callback(evidence.close)
    smime = open_smime(folders.worker_keys)
    if smime is not None:
        stack.callback(smime.close)
    tables = load_routing(folders.config, home_panel=settings.panel.id)
    mail = settings.mail
    own = {*mail.secure, *mail.general, *mail.reports, mail.general_inbox, mail.operator, settings.alarms.handovers}
    return Readers(
        mime=mime,
        documents=documents,
        openpgp=keys,
        smime=smime,
        evidence=evidence,
        enrolled=keys.enrolled,
        secure_domains=load_secure_domains((packaged_config(), folders.config)),
        routing=_Routing(tables, keys).tables,
        screening=load_screening(packaged_config()),
        told=load_reading(packaged_config()),
        known=known_of(folders.config),
        home_panel=settings.panel.id,
        own_addresses=frozenset(address.lower() for address in own if address),
        console_url=settings.panel.console_url,
        own_domain=mail.domain.lower(),
        malware=Clamd(*address_of(settings.scan.clamd, CLAMD_PORT)) if settings.scan.clamd else None,
        spam=Rspamd(*address_of(settings.scan.rspamd, RSPAMD_PORT)) if settings.scan.rspamd else None,
        second_opinion=_second_opinion(stack, settings),
    )


def _second_opinion(stack: AsyncExitStack, settings: Settings) -> SecondOpinion | None:
    if not settings.screening.second_opinion:
        return None
    second = SecondOpinion(folder=settings.screening.second_opinion_folder)
    stack.push_async_callback(second.close)
    return second


class _Routing:
    """The routing tables with the register as it is today."""

    def __init__(self, tables: RoutingTables, keys: PinnedKeys) -> None:
        self._tables = tables
        keys.on_change(self._take)

    def _take(self, register: PanelRegister) -> None:
        self._tables = replace(self._tables, panels=register)

    def tables(self) -> RoutingTables:
        return self._tables


def document_layout() -> DocumentLayout:
    """Return how the notification document is laid out: the registry's fields, titles, and codes in words."""
    return DocumentLayout(
        fields=FIELDS,
        sections=SECTIONS,
        groups={"significant_persons": "Person", "agency_contacts": "Professional or agency"},
        show=display,
    )


def _next_hop(folders: Folders, settings: Settings) -> NextHop:
    """Return the ways out; where they do not sign, what leaves is signed here."""
    ways: NextHop = next_hops(settings, folders)
    selector = settings.papers.dkim_selector
    if not selector:
        return ways
    return SigningNextHop(ways, DkimSigner.from_path(settings.mail.domain, selector, folders.worker_keys / DKIM_KEY))


def _outbound(folders: Folders, settings: Settings, keys: PinnedKeys, packer: Packer) -> Outbound:
    policy = BackoffPolicy(
        first=timedelta(seconds=settings.outbox.first_retry_s),
        longest=timedelta(seconds=settings.outbox.max_retry_s),
        give_up_after=timedelta(hours=settings.outbox.give_up_h),
    )
    return Outbound(
        next_hop=_next_hop(folders, settings),
        openpgp=keys,
        packer=packer,
        register=keys.register,
        backoff=lambda attempts: wait(attempts, secrets.randbelow(1 << 20) / (1 << 20), policy),
        give_up=policy.give_up_after,
        receipt_within=timedelta(hours=settings.clocks.receipt_h),
        has_room=lambda: free_bytes(folders.var) >= ROOM_TO_NOTE_BYTES,
    )


def next_hops(settings: Settings, folders: Folders) -> NextHops:
    """Return every way out, direct delivery among them."""
    resolver, now = resolver_of(settings, folders.root), SystemClock().now
    direct = DirectDelivery(resolver, Policies(resolver, https_client(resolver, settings.dns), now), now)
    outbound = outbound_settings(settings.next_hop, settings.mail.hostname, settings.outbox.timeout_s)
    return NextHops(outbound, direct)
