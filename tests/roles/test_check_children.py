"""``gateway check`` names the walls that a system does not put up."""

from __future__ import annotations

import pytest

from gateway.adapters.children.confined.pool import ConfinedPool
from gateway.roles import check_children


def test_where_every_wall_stands_there_is_nothing_to_say() -> None:
    assert check_children.unconfined() == ()


def test_each_missing_wall_is_named_with_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(pool: ConfinedPool) -> None:
        pool.not_confined = ("network", "system_calls", "user")

    monkeypatch.setattr(ConfinedPool, "start", start)
    said = check_children.unconfined()
    assert len(said) == 3
    assert "libseccomp2" in said[1][1]


def test_a_child_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(pool: ConfinedPool) -> None:
        raise EOFError

    monkeypatch.setattr(ConfinedPool, "start", start)
    assert [fault for fault, _ in check_children.unconfined()] == [check_children.NO_CHILD]
