"""What ``gateway check`` examines: configuration, keys, ports, folders."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import sqlite3
import ssl
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from cryptography import x509

from gateway.adapters.config.areas import load_routing
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.adapters.config.screening import load_screening
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.config.settings import Settings, SettingsError, load_settings
from gateway.adapters.config.texts import load_texts
from gateway.adapters.host.deployment import own
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.privileges import ROLES, unreachable
from gateway.adapters.host.tls_server import server_context
from gateway.adapters.openid.client import OpenIdProvider
from gateway.adapters.openid.openid_config import SECRET, client_of, faults
from gateway.adapters.openpgp.key_home import open_key_home
from gateway.adapters.sealing.instruction_keys import load_private, load_public
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.spool.recovery import left_behind
from gateway.model.residence.panels import PanelStatus
from gateway.ports import Permanent, Temporary
from gateway.roles.check_children import unconfined
from gateway.stages.policies.papers import sts_host

LOW_DISK_BYTES = 1 << 30
CERTIFICATE_DAYS = 30


class Weight(Enum):
    STOP = "stop"  # not safe to start
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and how to mend it. Neither text holds a secret or an address."""

    weight: Weight
    fault: str
    mend: str


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def examine_deployment(root: Path) -> list[Finding]:
    """Examine the deployment at ``root`` and return what is wrong, the most serious first."""
    folders = Folders(root)
    try:
        settings = load_settings(folders.config)
    except SettingsError as error:
        return [_stop(str(error), "correct config/gateway.toml; config/gateway.toml of the package is its manual")]
    findings = [
        *_settings(settings),
        *_tables(folders),
        *_keys(folders, settings),
        *_certificates(folders, settings),
        *_modes(folders),
        *_folders(folders, settings),
        *_ports(settings),
        *_roles(folders, settings),
        *_openid(folders, settings),
        *(Finding(Weight.NOTE, fault, mend) for fault, mend in unconfined()),
    ]
    own(folders, settings)
    return sorted(findings, key=lambda finding: finding.weight is not Weight.STOP)


def _stop(fault: str, mend: str) -> Finding:
    return Finding(Weight.STOP, fault, mend)


def _settings(settings: Settings) -> Iterator[Finding]:
    panel, mail = settings.panel, settings.mail
    needed = {
        "panel.id": panel.id,
        "panel.name": panel.name,
        "panel.telephone": panel.telephone,
        "panel.safeguarding_telephone": panel.safeguarding_telephone,
        "panel.form_url": panel.form_url,
        "mail.domain": mail.domain,
        "mail.hostname": mail.hostname,
        "mail.secure": mail.secure,
        "mail.general": mail.general,
        "mail.general_inbox": mail.general_inbox,
        "mail.operator": mail.operator,
        "next_hop.default.host": settings.next_hop["default"].way == "direct" or settings.next_hop["default"].host,
    }
    for name, value in needed.items():
        if not value:
            yield _stop(f"{name} is empty", f"set {name} in config/gateway.toml")
    written = (*mail.secure, *mail.general, *mail.reports, mail.general_inbox, mail.operator)
    if not all(_ADDRESS.fullmatch(address) for address in written if address):
        yield _stop("mail.* names an address that is none", "write every mailbox of [mail] as name@domain")
    ours = {address.lower() for address in (*mail.secure, *mail.general, *mail.reports)}
    if {mail.general_inbox.lower(), mail.operator.lower()} & ours:
        yield _stop("mail.general_inbox or mail.operator is one of the gateway's own mailboxes", "a loop: name another")
    if settings.dns.zone_file:
        yield Finding(Weight.NOTE, "dns.zone_file is set: no real DNS is asked", "remove it outside tests and the demo")


def _tables(folders: Folders) -> Iterator[Finding]:
    dirs = (packaged_config(), folders.config)
    loaders: dict[str, Callable[[], object]] = {
        "config/panels.toml, authorities.toml or areas/": lambda: load_routing(folders.config),
        "config/secure_domains.toml": lambda: load_secure_domains(dirs),
        "config/texts/": lambda: load_texts(dirs),
        "config/screening/": lambda: load_screening(packaged_config()),
    }
    for name, load in loaders.items():
        try:
            load()
        except (Permanent, OSError, ValueError):
            yield _stop(
                f"{name} cannot be used", "correct it, or remove the deployment's own copy to use the packaged one"
            )


def _keys(folders: Folders, settings: Settings) -> Iterator[Finding]:
    loaders: dict[str, Callable[[], object]] = {
        "keys/intake/seal.pub": lambda: SealPublicKey.load(folders.intake_keys / "seal.pub"),
        "keys/worker/seal.key": lambda: KeyRing.load(folders.worker_keys, "seal"),
        "keys/worker/case.pub": lambda: SealPublicKey.load(folders.worker_keys / "case.pub"),
        "keys/worker/outbox.key": lambda: KeyRing.load(folders.worker_keys, "outbox"),
        "keys/worker/instruction.pub": lambda: load_public(folders.worker_keys / "instruction.pub"),
        "keys/console/case.key": lambda: KeyRing.load(folders.console_keys, "case"),
        "keys/console/seal.pub": lambda: SealPublicKey.load(folders.console_keys / "seal.pub"),
        "keys/console/instruction.key": lambda: load_private(folders.console_keys / "instruction.key"),
    }
    broken = False
    for name, load in loaders.items():
        try:
            load()
        except (OSError, ValueError):
            broken = True
            yield _stop(
                f"{name} is missing, unreadable or damaged", "restore it from your backup; never make a new one over it"
            )
    if not broken:
        yield from _pairs(folders)
    yield from _openpgp(folders, settings)


def _pairs(folders: Folders) -> Iterator[Finding]:
    """If no private key could open what the public key seals, every notification would be lost."""
    sealing = SealPublicKey.load(folders.intake_keys / "seal.pub").id
    if sealing not in KeyRing.load(folders.worker_keys, "seal").keys:
        yield _stop(
            "the worker cannot open what intake seals", "keys/intake/seal.pub must belong to keys/worker/seal.key"
        )
    case = SealPublicKey.load(folders.worker_keys / "case.pub").id
    if case not in KeyRing.load(folders.console_keys, "case").keys:
        yield _stop(
            "the console cannot open what the worker seals", "keys/worker/case.pub must belong to keys/console/case.key"
        )
    signing = load_private(folders.console_keys / "instruction.key").public_key().public_bytes_raw()
    if load_public(folders.worker_keys / "instruction.pub").public_bytes_raw() != signing:
        yield _stop(
            "the worker would refuse every instruction", "keys/worker/instruction.pub must belong to the console's key"
        )


def _openid(folders: Folders, settings: Settings) -> Iterator[Finding]:
    """Intake leaves out a faulty section, and nobody would notice; a valid one is tried once."""
    secret = folders.intake_keys / SECRET
    yield from (_stop(fault, mend) for fault, mend in faults(settings.openid, secret))
    client = client_of(settings.openid, secret)
    if client is None:
        return
    if not settings.panel.form_url.startswith("https://"):
        yield _stop("panel.form_url is not https: no provider sends people back to it", "set panel.form_url")
    try:
        asyncio.run(OpenIdProvider(client, time.time, time.monotonic).authorization_endpoint())
    except (Permanent, Temporary) as error:
        yield Finding(
            Weight.NOTE,
            f"the OpenID provider cannot be used now ({error.code})",
            "compare openid.issuer with what the provider publishes; docs/form.md explains the codes",
        )


def _openpgp(folders: Folders, settings: Settings) -> Iterator[Finding]:
    try:
        register = load_panels(packaged_config() / "panels.toml", folders.config / "panels.toml")
        asyncio.run(open_key_home(folders.gnupg, {})).close()
    except (Permanent, Temporary) as error:
        yield _stop(
            f"the OpenPGP key home cannot be used ({error.code})", "see keys/README.md; `gateway keys list` says more"
        )
        return
    confirmed = [panel for panel in register.panels.values() if panel.status is PanelStatus.CONFIRMED]
    if settings.panel.id not in register.panels:
        yield _stop("panel.id is not in the register of panels", "use an id of config/panels.toml")
    if not [panel for panel in confirmed if panel.id != settings.panel.id]:
        yield Finding(Weight.NOTE, "no neighbouring panel is confirmed", "gateway panels confirm ID, by telephone")
    for panel in confirmed:
        if panel.id == settings.panel.id:
            continue
        if panel.fingerprint is None or not (folders.peers / f"{panel.fingerprint}.asc").exists():
            yield Finding(
                Weight.NOTE,
                f"panel {panel.id} has no key: forwards to it will be held",
                f"gateway keys import {panel.id}",
            )


def _certificates(folders: Folders, settings: Settings) -> Iterator[Finding]:
    for name, folder in (("intake", folders.intake_keys), ("console", folders.console_keys)):
        try:
            server_context(folder / "tls.crt", folder / "tls.key")
            certificate = x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes())
        except (OSError, ssl.SSLError, ValueError):
            yield _stop(f"keys/{name}/tls.crt and tls.key do not serve", "put a certificate and its key there")
            continue
        left = certificate.not_valid_after_utc - datetime.now(UTC)
        if left < timedelta(0):
            yield _stop(
                f"the {name} certificate has expired", f"renew keys/{name}/tls.crt; it is taken without a restart"
            )
        elif left < timedelta(days=CERTIFICATE_DAYS):
            yield Finding(
                Weight.NOTE, f"the {name} certificate expires in {left.days} days", f"renew keys/{name}/tls.crt"
            )
        if name == "intake":
            yield from _policy_name(certificate, settings)
        if name == "intake" and "gateway" in certificate.issuer.rfc4514_string():
            yield Finding(
                Weight.NOTE,
                "the intake certificate is the one that init made",
                "put one there that sending servers trust",
            )


def _policy_name(certificate: x509.Certificate, settings: Settings) -> Iterator[Finding]:
    """Senders accept the MTA-STS policy only with a certificate for its own name, RFC 8461 section 3.3."""
    if settings.papers.sts_mode == "none" or not settings.mail.domain:
        return
    host = sts_host(settings.mail.domain.lower())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        borne = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
    except (x509.ExtensionNotFound, ValueError):
        borne = set()
    if not {host, f"*.{host.partition('.')[2]}"} & borne:
        yield Finding(
            Weight.NOTE,
            f"the intake certificate does not bear {host}: senders cannot fetch the MTA-STS policy",
            f"get keys/intake/tls.crt issued for {host} too, or set papers.sts_mode to none",
        )


_PRIVATE = ("seal*.key", "case*.key", "outbox*.key", "instruction.key", "matching.key", "tls.key")


def _modes(folders: Folders) -> Iterator[Finding]:
    for folder in (folders.intake_keys, folders.worker_keys, folders.console_keys):
        for pattern in _PRIVATE:
            for path in folder.glob(pattern):
                if stat.S_IMODE(path.stat().st_mode) & 0o077:
                    name = path.relative_to(folders.root)
                    yield _stop(f"{name} can be read by others", f"chmod 400 {name}")


def _folders(folders: Folders, settings: Settings) -> Iterator[Finding]:
    for folder in (folders.spool / "new", folders.spool / "tmp", folders.blobs, folders.notices):
        if not folder.is_dir():
            yield _stop(f"{folder.relative_to(folders.root)} is missing", "restore it with its owner and mode")
            return
    if not settings.database.url and not (folders.var / "gateway.db").is_file():
        yield _stop(
            "var/gateway.db is missing: every case is in it", "restore it from your backup; a start makes an empty one"
        )
    elif not settings.database.url and not _opens(folders.var / "gateway.db"):
        yield _stop("var/gateway.db is damaged", "restore it from your backup; keep the damaged file")
    if stat.S_IMODE((folders.spool / "new").stat().st_mode) & 0o007:
        yield _stop("var/spool/new is open to everybody", "chmod o= var/spool/new: others can remove mail")
    if shutil.disk_usage(folders.var).free < LOW_DISK_BYTES:
        yield Finding(
            Weight.NOTE, "less than 1 GiB is free", "when the disk is full, mail is answered 451 and comes later"
        )
    if left_behind(folders.spool, time.time()):
        yield Finding(
            Weight.NOTE, "promised mail waits in var/spool/tmp/journal-*", "start intake: it finishes what it promised"
        )
    odd = [path for path in (folders.spool / "new").iterdir() if path.suffix != ".sealed"]
    if odd:
        yield Finding(Weight.NOTE, f"{len(odd)} file(s) in var/spool/new are not the gateway's", "look at them by hand")


def _opens(path: Path) -> bool:
    """Say whether the file is an intact SQLite database with our tables."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.execute("SELECT count(*) FROM intake").fetchone()
            return bool(database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _ports(settings: Settings) -> Iterator[Finding]:
    intake, metrics = settings.intake, settings.metrics
    wanted = {
        "intake.mx_port": (intake.host, intake.mx_port),
        "intake.tls_port": (intake.host, intake.tls_port),
        "intake.web_port": (intake.web_host, intake.web_port),
        "console.port": (settings.console.host, settings.console.port),
        "metrics.intake_port": (metrics.host, metrics.intake_port),
        "metrics.worker_port": (metrics.host, metrics.worker_port),
        "metrics.console_port": (metrics.host, metrics.console_port),
    }
    if metrics.host not in ("127.0.0.1", "::1", "localhost"):
        yield _stop("metrics.host is not loopback", "set metrics.host to 127.0.0.1")
    for name, (host, port) in wanted.items():
        try:
            socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
        except OSError as error:
            yield Finding(
                Weight.NOTE,
                f"{name} {port} cannot be taken ({error.strerror})",
                "is the gateway running already, or not root?",
            )


def _roles(folders: Folders, settings: Settings) -> Iterator[Finding]:
    if not settings.users.separate:
        yield Finding(
            Weight.NOTE, "the roles are not separated: one user reads every key", "users.separate = true, as root"
        )
        return
    if os.getuid() != 0:
        yield Finding(Weight.NOTE, "not root: the roles cannot become users of their own", "start the gateway as root")
    for role in ROLES:
        folder = unreachable(settings.users, role, folders.root)
        if folder is not None:
            yield _stop(f"the {role}'s user cannot enter {folder}", "move Python, the package or DIR to where it can")
