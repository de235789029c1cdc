"""The audit chain: each entry's hash covers the entry and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from gateway.model.case.rows import AuditLink
from gateway.model.kinds import MoveKind

FIRST = "0" * 64


def link_hash(link: AuditLink) -> str:
    """Return the SHA-256, in hexadecimal, of one entry with ``previous_hash`` and ``sequence`` set."""
    content = {
        "sequence": link.sequence,
        "at": link.at.isoformat(),
        "actor": link.actor,
        "move": link.move.value,
        "intake_id": str(link.intake_id or ""),
        "case_id": str(link.case_id or ""),
        "dispatch_id": str(link.dispatch_id or ""),
        "detail": dict(link.detail),
        "previous_hash": link.previous_hash,
    }
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(encoded).hexdigest()


def chained(link: AuditLink, sequence: int, previous_hash: str) -> AuditLink:
    """Return the entry with its place in the chain."""
    placed = replace(link, sequence=sequence, previous_hash=previous_hash)
    return replace(placed, hash=link_hash(placed))


def first_break(links: Iterable[AuditLink]) -> int | None:
    """Return the sequence of the first entry that does not verify, or None if the chain is whole."""
    previous = FIRST
    expected = 1
    for link in links:
        if link.sequence != expected or link.previous_hash != previous or link_hash(link) != link.hash:
            return link.sequence
        previous = link.hash
        expected += 1
    return None


def carried_out_twice(links: Iterable[AuditLink]) -> str | None:
    """Return the id of the first instruction that stands twice as carried out or refused, or None."""
    seen: set[str] = set()
    for link in links:
        instruction = link.detail.get("instruction")
        if instruction is None or link.move is MoveKind.INSTRUCT:
            continue
        if instruction in seen:
            return instruction
        seen.add(instruction)
    return None
