"""What reading and judging an arrival takes: ports, and the tables that the stages are handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.model.channel.secure_domains import SecureDomains
from gateway.model.content.screening import AllowList
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.office.enrolled import Enrolled
from gateway.model.residence.routing import RoutingTables
from gateway.ports import Documents, EvidenceGatherer, MimeParser, OpenPGP, Scanner, SecondReader, Smime
from gateway.stages.extract.told.recognise import Weights
from gateway.stages.screen import ScreenTables


@dataclass(frozen=True, slots=True)
class Readers:
    """What looking takes: ports, and the tables that the stages are handed."""

    mime: MimeParser
    documents: Documents
    openpgp: OpenPGP
    smime: Smime | None
    evidence: EvidenceGatherer
    enrolled: Callable[[], Mapping[Fingerprint, Enrolled]]
    secure_domains: SecureDomains
    routing: Callable[[], RoutingTables]
    screening: ScreenTables
    known: AllowList
    home_panel: PanelId
    own_addresses: frozenset[str]
    console_url: str = ""
    own_domain: str = ""  # of the mailboxes, lower case: reports about it are counted
    malware: Scanner | None = None
    spam: Scanner | None = None
    second_opinion: SecondReader | None = None
    told: Weights = Weights()  # noqa: RUF009 - immutable: what tells of a death
