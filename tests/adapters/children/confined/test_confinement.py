"""Hostile code inside a confined child: whatever it tries is refused, as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import gateway
from tests.adapters.children.confined.works import ATTEMPTS, PORT, SECRET

ROOT = Path(gateway.__file__).resolve().parents[1]
USERS = ["root", "an ordinary user"] if os.geteuid() == 0 else ["an ordinary user"]


@pytest.fixture(scope="module", params=USERS)
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What every attempt came to, of a child whose parent is root, or an ordinary user."""
    secret = tmp_path_factory.mktemp("keys") / "seal.key"
    secret.write_text("cdop-seal-private-1 INVENTED")
    for folder in (secret, *list(secret.parents)[:3]):
        folder.chmod(0o755)  # refused by the child's walls, not by the folder's
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked = {SECRET: str(secret), PORT: listening.getsockname()[1]}
        program = f"from tests.adapters.children.confined.works import try_all; try_all({request.param != 'root'})"
        run = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(asked) + "\n",
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, dict[str, str]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_hostile_code_tries_is_refused(said: dict[str, dict[str, str]], attempt: str) -> None:
    assert "got" not in said[attempt]
    assert said[attempt] != {"ended": "crashed"}, "refused, not by chance of a crash"


def test_every_wall_stands_here(said: dict[str, dict[str, str]]) -> None:
    assert list(said["not confined"]) == []
