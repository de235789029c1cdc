"""The real worker writes to the audit what it lets through, when it starts with another list than before."""

from __future__ import annotations

import asyncio

from gateway.adapters.store import SqlStore, open_engine
from gateway.model.case.rows import AuditLink
from gateway.model.kinds import MoveKind
from gateway.roles.demo.world import World
from tests.journeys.test_kill_minus_nine import running


async def newest(store: SqlStore, before: AuditLink | None = None) -> AuditLink:
    """Wait for an entry that is not ``before``."""
    for _ in range(300):
        link = await store.last_link(MoveKind.ALLOWED)
        if link is not None and (before is None or link.sequence > before.sequence):
            return link
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was written")


async def test_a_changed_list_is_in_the_audit_once_the_worker_runs_with_it(two_intakes: World) -> None:
    engine = open_engine(two_intakes.folders.database_url(""))
    store = SqlStore(engine)
    try:
        async with running(two_intakes):
            first = await newest(store)
        known = two_intakes.folders.config / "screening" / "known.toml"
        known.parent.mkdir(exist_ok=True)
        known.write_text('staff = ["Harriet Lonsdale"]\n', encoding="utf-8")
        async with running(two_intakes):
            second = await newest(store, first)
        assert (first.detail["staff"], second.detail["staff"]) == ("0", "1")
    finally:
        await engine.dispose()
