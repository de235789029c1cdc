"""Make a fresh deployment: folders, configuration, keys, an empty store. Nothing that exists is overwritten."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.privileges import ROLES, identity, unreachable
from gateway.adapters.keys.certificates import CertificateAuthority, issue, make_authority
from gateway.adapters.openpgp.key_home import create_key_home, stop_agent
from gateway.adapters.sealing import instruction_keys
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.adapters.store.migrate import migrate
from gateway.stages.policies.papers import sts_host

Toml = Mapping[str, "str | int | float | bool | list[str] | Toml"]


class DeploymentExists(Exception):
    """There is a deployment at this place already."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new panel must say; everything else keeps its packaged default."""

    panel_id: str
    panel_name: str
    domain: str
    hostname: str
    secure: str
    general: str
    general_inbox: str
    operator: str
    telephone: str
    safeguarding_telephone: str
    form_url: str
    console_url: str
    next_hop_host: str
    next_hop_port: int = 25
    further: Mapping[str, Toml] = field(default_factory=dict)  # more tables of gateway.toml, by name
    certificate_names: tuple[str, ...] = ()


def create(root: Path, answers: Answers, now: datetime, authority: CertificateAuthority | None = None) -> Settings:
    """Make the deployment at ``root`` and return its settings.

    ``authority`` issues the TLS certificates; None makes one that is thrown away, so that the certificates are
    self-made and `gateway check` asks for real ones. DeploymentExists if there is one already.
    """
    folders = Folders(root)
    if folders.config.joinpath("gateway.toml").exists() or folders.worker_keys.exists():
        raise DeploymentExists
    _folders(folders)
    _write_settings(folders, answers)
    settings = load_settings(folders.config)
    _seal_keys(folders)
    _certificates(folders, answers, now, authority or make_authority(f"{answers.panel_name} gateway", now))
    home = create_key_home(folders.gnupg, answers.panel_name, answers.secure)
    _put(folders.intake_keys / "openpgp.asc", home.certificate.decode("ascii"), 0o444)
    migrate(folders.database_url(settings.database.url))
    own(folders, settings)
    return settings


def _folders(folders: Folders) -> None:
    root_mode = 0o755
    folders.root.mkdir(mode=root_mode, parents=True, exist_ok=True)
    for folder in (folders.config, folders.intake_keys, folders.worker_keys, folders.console_keys, folders.peers):
        folder.mkdir(mode=0o755, parents=True)
    (folders.root / "keys" / "audit").mkdir(mode=0o700)
    for folder in (folders.var, folders.spool, folders.spool / "tmp", folders.spool / "new"):
        folder.mkdir(mode=0o750)
    for folder in (folders.blobs, folders.notices, folders.log, folders.form):
        folder.mkdir(mode=0o750)


def _write_settings(folders: Folders, answers: Answers) -> None:
    tables: dict[str, Toml] = {
        "panel": {
            "id": answers.panel_id,
            "name": answers.panel_name,
            "telephone": answers.telephone,
            "safeguarding_telephone": answers.safeguarding_telephone,
            "form_url": answers.form_url,
            "console_url": answers.console_url,
        },
        "mail": {
            "domain": answers.domain,
            "hostname": answers.hostname,
            "secure": [answers.secure],
            "general": [answers.general],
            "general_inbox": answers.general_inbox,
            "operator": answers.operator,
        },
        "next_hop.default": {"host": answers.next_hop_host, "port": answers.next_hop_port},
    }
    users: Toml = {"separate": os.getuid() == 0 and _all_reachable(folders.root)}
    tables["users"] = users
    for name, further in answers.further.items():
        tables[name] = {**tables.get(name, {}), **further}
    text = "# What this deployment says of itself. Every setting and its default: config/gateway.toml of the package.\n"
    for name, table in tables.items():
        text += f"\n[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
    _put(folders.config / "gateway.toml", text, 0o644)
    panels = "# Confirmations, contacts and fingerprints of panels: written by `gateway panels confirm ID`.\n"
    _put(folders.config / "panels.toml", panels, 0o644)


def _all_reachable(root: Path) -> bool:
    users = load_settings(None).users
    return all(unreachable(users, role, root) is None for role in ROLES)


def _seal_keys(folders: Folders) -> None:
    seal, case, outbox = (SealPrivateKey.generate() for _ in range(3))
    _put(folders.intake_keys / "seal.pub", seal.public.dump(), 0o444)
    _put(folders.console_keys / "seal.pub", seal.public.dump(), 0o444)
    _put(folders.worker_keys / "seal.key", seal.dump(), 0o400)
    _put(folders.worker_keys / "case.pub", case.public.dump(), 0o444)
    _put(folders.console_keys / "case.key", case.dump(), 0o400)
    _put(folders.worker_keys / "outbox.key", outbox.dump(), 0o400)
    instruction = Ed25519PrivateKey.generate()
    _put(folders.console_keys / "instruction.key", instruction_keys.dump_private(instruction), 0o400)
    _put(folders.worker_keys / "instruction.pub", instruction_keys.dump_public(instruction.public_key()), 0o444)
    matching = secrets.token_hex(32) + "\n"
    _put(folders.worker_keys / "matching.key", matching, 0o400)
    _put(folders.console_keys / "matching.key", matching, 0o400)


def _certificates(folders: Folders, answers: Answers, now: datetime, authority: CertificateAuthority) -> None:
    names = answers.certificate_names or (answers.hostname,)
    policy = sts_host(answers.domain)  # the intake serves the MTA-STS policy under this name
    for folder, bears in ((folders.intake_keys, (*names, policy)), (folders.console_keys, names)):
        issued = issue(authority, bears, now)
        _put(folder / "tls.crt", issued.certificate.decode("ascii"), 0o444)
        _put(folder / "tls.key", issued.key.decode("ascii"), 0o400)


def _put(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    path.chmod(mode)


def own(folders: Folders, settings: Settings) -> None:
    """As root, give each role its own keys and folders, and no others.

    Commands that root runs on a deployment end with this: files that they or gpg made would belong to root.
    """
    users = settings.users
    if not users.separate or os.getuid() != 0:
        return
    stop_agent(folders.gnupg)
    owned = {"intake": folders.intake_keys, "worker": folders.worker_keys, "console": folders.console_keys}
    for role, folder in owned.items():
        uid, _ = identity(users, role)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, uid)
        folder.chmod(0o700)
    for path, uid, group, mode in (
        (folders.var, users.worker, users.store_group, 0o2775),
        (folders.spool, users.intake, users.spool_group, 0o2770),
        (folders.spool / "tmp", users.intake, users.spool_group, 0o2770),
        (folders.spool / "new", users.intake, users.spool_group, 0o2770),
        (folders.form, users.intake, users.intake, 0o700),
        (folders.blobs, users.worker, users.store_group, 0o2770),
        (folders.notices, users.worker, users.notices_group, 0o2750),
        (folders.log, users.worker, users.worker, 0o750),
        (folders.peers, users.worker, users.worker, 0o755),
    ):
        os.chown(path, uid, group)
        path.chmod(mode)
    for path in (folders.spool / "tmp").iterdir():  # what an intake wrote before roles had users of their own
        os.chown(path, users.intake, users.spool_group)
    for path in folders.form.rglob("*"):  # what `gateway professionals` made
        os.chown(path, users.intake, users.intake)
    for path in folders.var.glob("gateway.db*"):
        os.chown(path, users.worker, users.store_group)
        path.chmod(0o660)
