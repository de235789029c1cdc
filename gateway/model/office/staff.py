"""The staff of the console, and what each may ask the worker to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.model.ids import StaffId
from gateway.model.kinds import MoveKind


class Role(StrEnum):
    COORDINATOR = "coordinator"  # works the cases
    MANAGER = "manager"  # also screens out and reopens
    READER = "reader"  # sees the queue, no content, decides nothing


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account. The password is kept as argon2id only."""

    id: StaffId
    name: str
    password_hash: str
    role: Role
    active: bool
    created_at: datetime
    failures: int = 0
    locked_until: datetime | None = None


_COORDINATOR = frozenset(
    {
        MoveKind.SEND_TO_PANEL,
        MoveKind.RELEASE,
        MoveKind.OPEN_CASE,
        MoveKind.ANSWER,
        MoveKind.KEEP,
        MoveKind.CLOSE,
        MoveKind.MEND_DISPATCH,
        MoveKind.AGREE,
        MoveKind.WITHDRAW,
        MoveKind.TAKE_BACK,
    }
)
RIGHTS: dict[Role, frozenset[MoveKind]] = {
    Role.READER: frozenset(),
    Role.COORDINATOR: _COORDINATOR,
    Role.MANAGER: _COORDINATOR | {MoveKind.REOPEN, MoveKind.SCREEN_OUT},
}


def may(role: Role, move: MoveKind) -> bool:
    """Say whether a role may ask for a move. The console shows by it, the worker checks by it."""
    return move in RIGHTS[role]


def may_look(role: Role) -> bool:
    """Say whether a role may see what a message or a case says. Every look is an audit entry."""
    return role in (Role.COORDINATOR, Role.MANAGER)
