"""Make the demo's world: one deployment, two neighbouring panels, senders with DNS records, one authority."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.host.deployment import Answers, create
from gateway.adapters.host.folders import Folders
from gateway.adapters.keys.certificates import CertificateAuthority, issue, make_authority
from gateway.adapters.openpgp.key_home import KeyHome, create_key_home, export, import_pinned
from gateway.model.ids import Fingerprint

HOME = "buckinghamshire"
DOMAIN = "cdop.example"
SECURE = f"secure-cdop@{DOMAIN}"
GENERAL = f"cdop@{DOMAIN}"
GENERAL_INBOX = "enquiries@council.example"
OPERATOR = "operator@council.example"
SECURE_SENDER_DOMAIN = "trust.example"  # on the demo's list of secure domains
PROFESSIONAL_DOMAIN = "school.example"  # authenticated, not on the list
FAMILY_DOMAIN = "family.example"  # a parent's provider

ZONE = """\
trust.example.          TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc.trust.example.   TXT "v=DMARC1; p=reject"
trust.example.          MX 10 mx.trust.example.
school.example.         TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc.school.example.  TXT "v=DMARC1; p=quarantine"
family.example.         TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc.family.example.  TXT "v=DMARC1; p=none"
council.example.        TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc.council.example. TXT "v=DMARC1; p=reject"
nospf.example.          TXT "no record of any use"
"""

SECURE_DOMAINS = """\
version = "demo"
max_age_days = 365
trusted_sealers = []
free_mail = []
professional = ["trust.example", "school.example", "nospf.example"]

[[domain]]
domain = "trust.example"
match = "exact_and_subdomains"
status = "secure"
needs = ["tls12", "dmarc_pass"]
basis = "invented for the demo"
owner = "the demo"
checked_on = {today}
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An invented office of a real panel's area, with a key home of its own."""

    panel: str
    address: str
    keys: KeyHome


@dataclass(frozen=True, slots=True)
class World:
    """Where everything of the demo is."""

    root: Path
    authority: CertificateAuthority
    ports: Mapping[str, int]
    neighbours: Mapping[str, Neighbour]
    sender: KeyHome  # a doctor who can write OpenPGP
    own: Fingerprint

    @property
    def deployment(self) -> Path:
        return self.root / "d"

    @property
    def folders(self) -> Folders:
        return Folders(self.deployment)

    @property
    def ca_file(self) -> Path:
        return self.root / "ca.pem"


PORT_NAMES = (
    "mx", "tls", "web", "console", "relay", "oxfordshire", "hertfordshire", "m_intake", "m_worker", "m_console",
)  # fmt: skip


_RESERVED: list[int] = []  # descriptors, held until this process ends


def free_ports(names: tuple[str, ...] = PORT_NAMES) -> dict[str, int]:
    """Return a loopback port for each name that nobody has, and that nobody else gets while this process lives.

    No outgoing connection gets one either: the ports lie below those the kernel gives. A datagram socket of the same
    number, which is in no server's way, keeps other processes that ask here from taking it.
    """
    return {name: _free_port() for name in names}


def _free_port() -> int:
    first_of_kernel = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
    for _ in range(1000):
        port = 10_000 + secrets.randbelow(first_of_kernel - 10_000)
        kept = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            kept.bind(("127.0.0.1", port))
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            kept.close()
            continue
        _RESERVED.append(kept.detach())
        return port
    raise OSError("no free port")


def make_world(root: Path, *, poll_s: float = 0.2, further: Mapping[str, Mapping[str, float]] | None = None) -> World:
    """Make everything under ``root``, whose path must be short: gpg-agent's socket lies below it."""
    now = datetime.now(UTC)
    authority = make_authority("CDOP gateway demo authority", now)
    (root / "ca.pem").write_bytes(authority.pem)
    ports = free_ports()
    (root / "zone").write_text(ZONE, encoding="utf-8")
    create(root / "d", _answers(root, ports, poll_s, further or {}), now, authority)
    folders = Folders(root / "d")
    today = now.date().isoformat()
    (folders.config / "secure_domains.toml").write_text(SECURE_DOMAINS.format(today=today), encoding="utf-8")
    own_certificate = (folders.intake_keys / "openpgp.asc").read_bytes()
    own = Fingerprint((folders.worker_keys / "own-fingerprint").read_text("ascii").strip())
    neighbours = {panel: _neighbour(root, panel, own, own_certificate) for panel in ("oxfordshire", "hertfordshire")}
    sender = create_key_home(root / "s", "Dr Invented Writer", f"doctor@{SECURE_SENDER_DOMAIN}")
    import_pinned(sender.home, {own: own_certificate})
    write_panels(folders, neighbours)
    return World(root, authority, ports, neighbours, sender, own)


def write_panels(folders: Folders, neighbours: Mapping[str, Neighbour]) -> None:
    """Confirm the neighbours, as `gateway panels confirm` and `gateway keys` do with two people and a telephone."""
    text = ""
    today = datetime.now(UTC).date().isoformat()
    for panel, neighbour in neighbours.items():
        (folders.peers / f"{neighbour.keys.own}.asc").write_bytes(neighbour.keys.certificate)
        text += (
            f'[panels.{panel}]\nstatus = "confirmed"\nconfirmed_by = "the demo"\nconfirmed_on = {today}\n'
            f'fingerprint = "{neighbour.keys.own}"\ncontacts = [{{ email = "{neighbour.address}" }}]\n\n'
        )
    (folders.config / "panels.toml").write_text(text, encoding="utf-8")


def _neighbour(root: Path, panel: str, own: Fingerprint, own_certificate: bytes) -> Neighbour:
    address = f"secure-cdop@{panel}.example"
    keys = create_key_home(root / panel[:1], f"{panel.title()} CDOP (invented)", address)
    import_pinned(keys.home, {own: own_certificate})
    return Neighbour(panel, address, keys)


def _answers(
    root: Path, ports: Mapping[str, int], poll_s: float, further: Mapping[str, Mapping[str, float]]
) -> Answers:
    ca_file = str(root / "ca.pem")
    hop = {"host": "127.0.0.1", "tls": "starttls", "ca_file": ca_file}
    tables: dict[str, Mapping[str, str | int | float | bool | list[str]]] = {
        "intake": {"mx_port": ports["mx"], "tls_port": ports["tls"], "web_port": ports["web"]},
        "console": {"port": ports["console"]},
        "metrics": {
            "intake_port": ports["m_intake"],
            "worker_port": ports["m_worker"],
            "console_port": ports["m_console"],
        },
        "dns": {"zone_file": str(root / "zone")},
        "worker": {"poll_s": poll_s, "retry_s": 0.5},
        "outbox": {"hold_s": 0.0, "first_retry_s": 0.5, "max_retry_s": 2.0, "timeout_s": 20.0},
        "users": {"separate": False},
        "next_hop.default": {"ca_file": ca_file, "server_name": "relay.example"},
        "mail": {"reports": [f"reports@{DOMAIN}"]},
        'next_hop."panel:oxfordshire"': {**hop, "port": ports["oxfordshire"], "server_name": "mx.oxfordshire.example"},
        'next_hop."panel:hertfordshire"': {
            **hop,
            "port": ports["hertfordshire"],
            "server_name": "mx.hertfordshire.example",
        },
    }
    for name, values in further.items():
        tables[name] = {**tables.get(name, {}), **values}
    return Answers(
        panel_id=HOME,
        panel_name="Buckinghamshire CDOP (demo)",
        domain=DOMAIN,
        hostname=f"mx.{DOMAIN}",
        secure=SECURE,
        general=GENERAL,
        general_inbox=GENERAL_INBOX,
        operator=OPERATOR,
        telephone="01632 960100",
        safeguarding_telephone="01632 960101",
        form_url=f"https://127.0.0.1:{ports['web']}/",
        console_url=f"https://127.0.0.1:{ports['console']}/",
        next_hop_host="127.0.0.1",
        next_hop_port=ports["relay"],
        further=tables,
        certificate_names=(f"mx.{DOMAIN}", "127.0.0.1", "localhost"),
    )


def sink_certificate(world: World, name: str) -> tuple[Path, Path]:
    """Issue a certificate for a sink and return the paths of certificate and key."""
    issued = issue(world.authority, (name, "127.0.0.1"), datetime.now(UTC))
    certificate, key = world.root / f"{name}.crt", world.root / f"{name}.key"
    certificate.write_bytes(issued.certificate)
    key.write_bytes(issued.key)
    return certificate, key


async def kill_agents(world: World) -> None:
    """End the gpg-agents that were started for the homes of this world."""
    homes = [world.folders.gnupg, world.sender.home, *(item.keys.home for item in world.neighbours.values())]
    for home in homes:
        process = await asyncio.create_subprocess_exec("gpgconf", "--homedir", str(home), "--kill", "all")
        await process.wait()


def certificate_of(home: KeyHome) -> bytes:
    """Return the public key of a home as it is now."""
    return export(home.home, home.own)
