"""Read NHS England's published list of accredited organisations (DCB1596), and keep its hosts beside the policy.

``accredited_hosts.toml`` is made by ``gateway domains import`` and never edited: it fills the rows of
secure_domains.toml that count by listed host only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.ports import Permanent
from gateway.stages.assess.names import a_label, below

FILE = "accredited_hosts.toml"
MAX_BYTES = 5 << 20
_NOT_ACCREDITED = re.compile(
    r"\b(?:expired|withdrawn|suspended|revoked|lapsed|not accredited|rejected|pending)\b", re.I
)
_CANDIDATE = re.compile(r"[A-Za-z0-9*@._-]{4,255}")


@dataclass(frozen=True, slots=True)
class AccreditedList:
    """The hosts of one imported list."""

    domain: str  # "nhs.uk": hosts stand below it
    hosts: tuple[str, ...]
    checked_on: date
    source: str  # file name
    sha256: str
    left_out: int = 0  # rows that say the accreditation is not in force


def read_list(content: bytes, domain: str, checked_on: date, source: str) -> AccreditedList:
    """Read a CSV in any column order: every cell is searched for names below ``domain``.

    A row that says expired, withdrawn, suspended, ... is skipped. Permanent("bad_accredited_list") if the list holds no
    host at all.
    """
    if len(content) > MAX_BYTES:
        raise Permanent("bad_accredited_list")
    hosts: set[str] = set()
    left_out = 0
    try:
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            found = set(_hosts(row, domain))
            if found and any(_NOT_ACCREDITED.search(cell) for cell in row):
                left_out += 1
                continue
            hosts |= found
    except (UnicodeDecodeError, csv.Error):
        raise Permanent("bad_accredited_list") from None
    if not hosts:
        raise Permanent("bad_accredited_list")
    digest = hashlib.sha256(content).hexdigest()
    return AccreditedList(domain, tuple(sorted(hosts)), checked_on, source, digest, left_out)


def _hosts(row: Iterable[str], domain: str) -> Iterable[str]:
    for cell in row:
        for word in _CANDIDATE.findall(cell):
            name = a_label(word.rpartition("@")[2].removeprefix("*.").strip("."))
            if name is not None and below(name, domain):
                yield name


def write_list(accredited: AccreditedList, config: Path) -> None:
    """Write the file whole or not at all."""
    lines = [
        "# Made by `gateway domains import`; import again rather than edit.",
        f'domain = "{accredited.domain}"',
        f"checked_on = {accredited.checked_on.isoformat()}",
        f'source = "{re.sub(r"[^A-Za-z0-9._ -]", "_", accredited.source)[:100]}"',
        f'sha256 = "{accredited.sha256}"',
        "hosts = [",
        *(f'    "{host}",' for host in accredited.hosts),
        "]",
    ]
    path = config / FILE
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", "utf-8")
    fresh.replace(path)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    domain: str
    checked_on: date
    source: str
    sha256: str
    hosts: tuple[str, ...]


def load_list(config: Path) -> AccreditedList | None:
    """Read the list of a deployment; None if none was imported. Permanent("bad_accredited_list") if it is damaged."""
    path = config / FILE
    if not path.is_file():
        return None
    try:
        read = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, OSError):
        raise Permanent("bad_accredited_list") from None
    if any(a_label(host) != host or not below(host, read.domain) for host in read.hosts):
        raise Permanent("bad_accredited_list")
    return AccreditedList(read.domain, read.hosts, read.checked_on, read.source, read.sha256)
