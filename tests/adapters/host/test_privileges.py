"""Each role becomes a user of its own and can read its own keys only."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.adapters.config.settings import UserSettings, load_settings
from gateway.adapters.host.privileges import ROLES, drop, identity, unreachable

USERS: UserSettings = load_settings(None).users


def in_child(act: Callable[[], None]) -> str:
    """Run ``act`` in a forked child, which may give up its rights; return what went wrong there, or ""."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            act()
        except BaseException:
            said = traceback.format_exc()
        os.write(writing, said.encode()[-4000:])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """One key for each role, owned as `gateway init` owns them."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and os.getuid() == 0 and folder.is_relative_to("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o011)
    made = {}
    for role in ROLES:
        path = tmp_path / f"{role}.key"
        path.write_text(role)
        path.chmod(0o400)
        if os.getuid() == 0:
            uid, _ = identity(USERS, role)
            os.chown(path, uid, uid)
        made[role] = path
    return made


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_its_own_key_and_no_other(role: str, keys: dict[str, Path]) -> None:
    if os.getuid() != 0:
        assert "NOT separated" in drop(USERS, role)
        return

    def act() -> None:
        assert "only its own keys" in drop(USERS, role)
        assert keys[role].read_text() == role
        for other in ROLES:
            if other != role:
                with pytest.raises(PermissionError):
                    keys[other].read_text()
        with pytest.raises(PermissionError):
            os.setuid(0)

    assert in_child(act) == ""


def test_not_separated_says_so() -> None:
    single = USERS.model_copy(update={"separate": False})
    assert "NOT separated" in drop(single, "worker")


def test_a_folder_that_the_role_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    found = unreachable(USERS, "intake", closed)
    assert found is not None
