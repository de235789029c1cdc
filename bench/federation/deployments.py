"""Make every panel's deployment, keys and store, and confirm each to all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.adapters.host.deployment import Answers, create
from gateway.adapters.host.folders import Folders
from gateway.adapters.keys.certificates import CertificateAuthority, issue, make_authority
from gateway.roles.demo.world import SECURE_DOMAINS, ZONE, free_ports

_RECORDS = """\
{panel}.example.        TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc.{panel}.example. TXT "v=DMARC1; p=reject"
"""


def make(root: Path, panels: Sequence[str]) -> dict[str, int]:
    """Make every panel's deployment, keys and store, and confirm each to all others. Returns the mail ports."""
    now = datetime.now(UTC)
    authority = make_authority("Federation authority", now)
    (root / "ca.pem").write_bytes(authority.pem)
    (root / "zone").write_text(ZONE + "".join(_RECORDS.format(panel=panel) for panel in panels), encoding="utf-8")
    names = ("relay", *(f"{panel}/{use}" for panel in panels for use in ("mx", "tls", "web", "console", "a", "b", "c")))
    ports = free_ports(tuple(names))
    issued = issue(authority, ("relay.example", "127.0.0.1"), now)
    (root / "relay.crt").write_bytes(issued.certificate)
    (root / "relay.key").write_bytes(issued.key)
    for panel in panels:  # one after another: alembic's context is one for the whole process
        _deployment(root, panel, panels, ports, authority, now)
    for panel in panels:
        _confirm(root, panel, panels, now)
    return ports


def _deployment(
    root: Path,
    panel: str,
    panels: Sequence[str],
    ports: Mapping[str, int],
    authority: CertificateAuthority,
    now: datetime,
) -> None:
    ca_file = str(root / "ca.pem")
    hop = {"host": "127.0.0.1", "tls": "starttls", "ca_file": ca_file}
    further: dict[str, Mapping[str, Any]] = {
        "intake": {"mx_port": ports[f"{panel}/mx"], "tls_port": ports[f"{panel}/tls"],
                   "web_port": ports[f"{panel}/web"]},
        "console": {"port": ports[f"{panel}/console"]},
        "metrics": {"intake_port": ports[f"{panel}/a"], "worker_port": ports[f"{panel}/b"],
                    "console_port": ports[f"{panel}/c"]},
        "dns": {"zone_file": str(root / "zone")},
        "worker": {"poll_s": 0.25, "retry_s": 0.1},
        "outbox": {
            "hold_s": 0.0,
            "first_retry_s": 0.1,
            "max_retry_s": 1.0,
            "timeout_s": 20.0,
            "max_message_bytes": 1_000_000,
        },
        "users": {"separate": False},
        "next_hop.default": {"ca_file": ca_file, "server_name": "relay.example"},
        **{f'next_hop."panel:{other}"': {**hop, "port": ports[f"{other}/mx"], "server_name": f"mx.{other}.example"}
           for other in panels if other != panel},
    }  # fmt: skip
    answers = Answers(
        panel_id=panel, panel_name=f"{panel.title()} CDOP (invented)", domain=f"{panel}.example",
        hostname=f"mx.{panel}.example", secure=f"secure@{panel}.example", general=f"general@{panel}.example",
        general_inbox=f"staff@{panel}.example", operator=f"operator@{panel}.example", telephone="01632 960100",
        safeguarding_telephone="01632 960101", form_url="https://127.0.0.1:1/", console_url="https://127.0.0.1:1/",
        next_hop_host="127.0.0.1", next_hop_port=ports["relay"], further=further,
        certificate_names=(f"mx.{panel}.example", "127.0.0.1"),
    )  # fmt: skip
    folders = Folders(root / f"g{panels.index(panel)}")
    create(folders.root, answers, now, authority)
    listed = SECURE_DOMAINS.format(today=now.date().isoformat())
    (folders.config / "secure_domains.toml").write_text(listed, encoding="utf-8")


def _confirm(root: Path, panel: str, panels: Sequence[str], now: datetime) -> None:
    own = Folders(root / f"g{panels.index(panel)}")
    text = ""
    for number, other in enumerate(panels):
        theirs = Folders(root / f"g{number}")
        fingerprint = (theirs.worker_keys / "own-fingerprint").read_text("ascii").strip()
        if other == panel:
            continue
        (own.peers / f"{fingerprint}.asc").write_bytes((theirs.intake_keys / "openpgp.asc").read_bytes())
        text += (
            f'[panels.{other}]\nstatus = "confirmed"\nconfirmed_by = "the federation"\n'
            f"confirmed_on = {now.date().isoformat()}\n"
            f'fingerprint = "{fingerprint}"\ncontacts = [{{ email = "secure@{other}.example" }}]\n\n'
        )
    (own.config / "panels.toml").write_text(text, encoding="utf-8")
