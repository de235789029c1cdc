"""An instruction that stands twice as carried out is found, though the chain is whole."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.adapters.store.audit_chain import FIRST, carried_out_twice, chained, first_break
from gateway.model.case.rows import AuditLink
from gateway.model.kinds import MoveKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def chain(*links: tuple[MoveKind, str]) -> list[AuditLink]:
    made: list[AuditLink] = []
    for number, (move, instruction) in enumerate(links, 1):
        link = AuditLink(NOW, "worker", move, detail={"instruction": instruction})
        made.append(chained(link, number, made[-1].hash if made else FIRST))
    return made


def test_asked_once_and_carried_out_once_is_in_order() -> None:
    links = chain((MoveKind.INSTRUCT, "a"), (MoveKind.KEEP, "a"), (MoveKind.INSTRUCT, "b"), (MoveKind.REFUSED, "b"))
    assert carried_out_twice(links) is None


def test_carried_out_twice_is_named() -> None:
    links = chain((MoveKind.INSTRUCT, "a"), (MoveKind.SEND_TO_PANEL, "a"), (MoveKind.SEND_TO_PANEL, "a"))
    assert first_break(links) is None
    assert carried_out_twice(links) == "a"
