"""MTA-STS policies (RFC 8461): which mail exchangers a domain says are its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_POLICY_BYTES = 64 << 10  # RFC 8461 section 3.3
MAX_AGE_S = 31_557_600  # section 3.2: about one year
_RECORD_FIELD = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=([!-:<>-~]{1,200})\s*")
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,30}[a-z0-9-]{2,63}", re.I)


class Mode(StrEnum):
    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


class Fault(StrEnum):
    """Why a policy file that should be there could not be read. Never the same as "there is none"."""

    DNS = "dns"  # the name server gave no answer
    NO_ADDRESS = "no_address"
    ADDRESS_NOT_PUBLIC = "address_not_public"  # a name that points into private networks is not followed
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIME = "timeout"
    REDIRECT = "redirect"  # section 3.3: not followed
    STATUS = "http_status"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    INVALID = "policy_invalid"  # section 3.2


class Basis(StrEnum):
    """What a finding about a domain rests on, if it is not a fault."""

    POLICY = "policy"  # the file as fetched; its id has not changed since
    KEPT = "policy_kept"  # section 5.1: still in force, although record or file cannot be fetched now
    NO_RECORD = "no_record"
    RECORD_INVALID = "record_invalid"  # section 3.1: not exactly one usable record counts as none


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file. ``mx`` are host names, or "*." and a domain for any one label before it."""

    mode: Mode
    max_age_s: int
    mx: tuple[str, ...]

    def allows(self, host: str) -> bool:
        """Say whether a mail exchanger is on the list (section 4.1; the wildcard matches one label)."""
        name = host.rstrip(".").lower()
        parent = name.partition(".")[2]
        return any(name == pattern or (pattern.startswith("*.") and parent == pattern[2:]) for pattern in self.mx)


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """The finding about a domain's MTA-STS. ``policy`` None with a Fault: unknown, which is not "none"."""

    policy: Policy | None
    because: Basis | Fault


def published(records: Sequence[str]) -> bool:
    """Say whether anything at ``_mta-sts`` is meant as a record of this kind, valid or not."""
    return any(re.match(r"v=STSv1\s*(;|$)", record) for record in records)


def policy_id(records: Sequence[str]) -> str | None:
    """Return the id of the one STSv1 record at ``_mta-sts``; None if there is not exactly one."""
    found = [record for record in records if re.match(r"v=STSv1\s*(;|$)", record)]
    if len(found) != 1:
        return None
    ids = []
    for field in found[0].split(";"):
        pair = _RECORD_FIELD.fullmatch(field)
        if pair is not None and pair[1] == "id":
            ids.append(pair[2])
    return ids[0] if len(ids) == 1 and _ID.fullmatch(ids[0]) else None


def read_policy(content: bytes) -> Policy | None:
    """Read a policy file; None if it is not valid (section 3.2)."""
    if len(content) > MAX_POLICY_BYTES:
        return None
    fields: dict[str, str] = {}
    mx: list[str] = []
    for line in content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        name, colon, value = line.partition(":")
        key, value = name.strip(), value.strip()
        if colon and key == "mx":
            mx.append(value.lower().rstrip("."))
        elif colon and key not in fields:  # the first of a repeated field counts
            fields[key] = value
    mode, age = fields.get("mode", ""), fields.get("max_age", "")
    valid = fields.get("version") == "STSv1" and mode in set(Mode) and re.fullmatch(r"[0-9]{1,10}", age)
    if not valid or (mode != Mode.NONE and not mx) or not all(_HOST.fullmatch(host) for host in mx):
        return None
    return Policy(Mode(mode), min(int(age), MAX_AGE_S), tuple(mx))
