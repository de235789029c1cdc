"""Every field of an entry is under its hash: no edit, gap or exchange goes unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.adapters.store.audit_chain import FIRST, chained, first_break
from gateway.model.case.rows import AuditLink
from gateway.model.ids import CaseId, DispatchId, IntakeId
from gateway.model.kinds import MoveKind
from tests.adapters.channel_kit import NOW


def chain(length: int = 4) -> list[AuditLink]:
    links: list[AuditLink] = []
    for sequence in range(1, length + 1):
        previous = links[-1].hash if links else FIRST
        links.append(
            chained(AuditLink(NOW, "worker", MoveKind.DECIDE, detail={"n": str(sequence)}), sequence, previous)
        )
    return links


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(chain()) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOW + timedelta(microseconds=1)},
        {"actor": "staff:x"},
        {"move": MoveKind.HOLD},
        {"intake_id": IntakeId(UUID(int=1))},
        {"case_id": CaseId(UUID(int=1))},
        {"dispatch_id": DispatchId(UUID(int=1))},
        {"detail": {"n": "9"}},
        {"hash": "0" * 64},
    ],
)
def test_an_edit_of_any_field_is_found_where_it_is(change: dict[str, Any]) -> None:
    links = chain()
    links[2] = replace(links[2], **change)
    assert first_break(links) == 3


def test_an_edit_that_mends_its_own_hash_breaks_the_next() -> None:
    links = chain()
    links[1] = chained(replace(links[1], actor="staff:x"), 2, links[0].hash)
    assert first_break(links) == 3


def test_a_gap_an_exchange_and_a_missing_head_are_found() -> None:
    one, two, three, four = chain()
    assert first_break([one, three, four]) == 3
    assert first_break([two, three, four]) == 2
    assert first_break([one, three, two, four]) == 3
