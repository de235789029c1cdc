"""What each role may order, and who sees content."""

from __future__ import annotations

import pytest

from gateway.model.kinds import MoveKind
from gateway.model.office.staff import RIGHTS, Role, may, may_look


@pytest.mark.parametrize("move", list(MoveKind))
def test_a_reader_orders_nothing_and_a_manager_all_that_a_coordinator_may(move: MoveKind) -> None:
    assert not may(Role.READER, move)
    assert may(Role.MANAGER, move) or not may(Role.COORDINATOR, move)


@pytest.mark.parametrize("move", [MoveKind.SCREEN_OUT, MoveKind.REOPEN])
def test_ending_a_case_as_none_of_ours_and_opening_it_again_is_a_managers(move: MoveKind) -> None:
    assert (may(Role.MANAGER, move), may(Role.COORDINATOR, move)) == (True, False)


@pytest.mark.parametrize("move", [MoveKind.ADOPT, MoveKind.DECIDE, MoveKind.SENT, MoveKind.HOLD, MoveKind.ALARM])
def test_nobody_orders_what_the_machine_does(move: MoveKind) -> None:
    assert not any(may(role, move) for role in Role)


def test_a_reader_sees_no_content() -> None:
    assert {role for role in Role if may_look(role)} == {Role.COORDINATOR, Role.MANAGER}
    assert set(RIGHTS) == set(Role)
