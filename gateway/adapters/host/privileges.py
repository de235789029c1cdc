"""Each role as an operating-system user of its own, by number: no accounts are needed.

Source of the rule: the table "Who holds which key" in docs/architecture.md.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import gateway
from gateway.adapters.config.settings import UserSettings

ROLES = ("intake", "worker", "console")


def identity(users: UserSettings, role: str) -> tuple[int, tuple[int, ...]]:
    """Return the uid of a role (its primary group has the same number) and its further groups."""
    groups = {
        "intake": (users.spool_group, users.notices_group),
        "worker": (users.spool_group, users.store_group, users.notices_group),
        "console": (users.store_group,),
    }
    uid = {"intake": users.intake, "worker": users.worker, "console": users.console}[role]
    return uid, groups[role]


def drop(users: UserSettings, role: str) -> str:
    """Become the role's user permanently, and return the sentence that says what was done.

    PermissionError if that was configured and cannot be done: nothing runs with more rights than configured.
    """
    if not users.separate:
        return f"{role}: runs as the user that started it; roles are NOT separated (users.separate is false)"
    uid, groups = identity(users, role)
    os.umask(0o007)
    if os.getuid() == uid:
        return f"{role}: runs as uid {uid}, which can read only its own keys"
    if os.getuid() != 0:
        return f"{role}: not started as root, so it keeps its user; roles are NOT separated"
    os.setgroups(list(groups))
    os.setgid(uid)
    os.setuid(uid)
    if os.getuid() != uid or os.geteuid() != uid:
        raise PermissionError("the role kept its rights")
    return f"{role}: runs as uid {uid}, which can read only its own keys"


def unreachable(users: UserSettings, role: str, root: Path) -> Path | None:
    """Return the first folder on the way to Python, the package or DIR that the role's user cannot enter."""
    uid, groups = identity(users, role)
    for goal in (Path(sys.base_prefix), Path(sys.prefix), Path(gateway.__file__).parent, root):
        for folder in (*reversed(goal.resolve().parents), goal.resolve()):
            if not _may_enter(folder.stat(), uid, (uid, *groups)):
                return folder
    return None


def _may_enter(status: os.stat_result, uid: int, groups: tuple[int, ...]) -> bool:
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid in groups:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
