"""The real worker writes to the audit what it lets through, when it starts with another list than before."""

from __future__ import annotations

from gateway.adapters.store import SqlStore, open_engine
from gateway.model.kinds import MoveKind
from gateway.roles.demo.world import World
from tests.journeys.test_kill_minus_nine import running


async def test_a_changed_list_is_in_the_audit_once_the_worker_runs_with_it(two_intakes: World) -> None:
    engine = open_engine(two_intakes.folders.database_url(""))
    store = SqlStore(engine)
    known = two_intakes.folders.config / "screening" / "known.toml"
    try:
        async with running(two_intakes, "worker", ready="worker_ready"):
            first = await store.last_link(MoveKind.ALLOWED)
        known.parent.mkdir(exist_ok=True)
        known.write_text('staff = ["Harriet Lonsdale"]\n', encoding="utf-8")
        async with running(two_intakes, "worker", ready="worker_ready"):
            second = await store.last_link(MoveKind.ALLOWED)
    finally:
        known.unlink(missing_ok=True)
        await engine.dispose()
    assert first is not None
    assert second is not None
    assert second.sequence > first.sequence
    assert (first.detail["staff"], second.detail["staff"]) == ("0", "1")
