"""The two commands set themselves up: what is half made is made anew, what is missing is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ANEW = "-m venv --clear .venv"
INSTALL = "--require-hashes -r requirements-dev.txt"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout whose .venv is whole and newer than what it was made from."""
    for name in ("Makefile", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
        os.utime(tmp_path / name, (1, 1))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python(tmp_path, "exit 0")
    (tmp_path / ".venv/.ready").touch()
    return tmp_path


def python(checkout: Path, does: str) -> None:
    path = checkout / ".venv/bin/python"
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o755)


def would_do(checkout: Path) -> str:
    """Return the commands that make would run to have a .venv."""
    return subprocess.run(
        ["make", "--dry-run", ".venv/.ready"], cwd=checkout, check=True, capture_output=True, text=True
    ).stdout


def test_a_whole_venv_is_left_alone(checkout: Path) -> None:
    did = would_do(checkout)
    assert ANEW not in did
    assert INSTALL not in did


def test_changed_requirements_are_installed_into_it(checkout: Path) -> None:
    os.utime(checkout / "requirements-dev.txt")
    os.utime(checkout / ".venv/.ready", (2, 2))
    did = would_do(checkout)
    assert ANEW not in did
    assert INSTALL in did


def test_without_a_venv_it_is_made(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    assert would_do(checkout).index(ANEW) < would_do(checkout).index(INSTALL)


def test_after_an_install_that_was_interrupted_it_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv/.ready").unlink()
    assert ANEW in would_do(checkout)


def test_without_pip_it_is_made_anew(checkout: Path) -> None:
    python(checkout, "exit 1")
    assert ANEW in would_do(checkout)


def test_when_its_python_has_gone_it_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv/bin/python").unlink()
    (checkout / ".venv/bin/python").symlink_to(checkout / "gone")
    assert ANEW in would_do(checkout)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("exit 1", "Please install these Debian packages first: python3-venv"),
        ("case $2 in *version_info*) exit 1;; esac", "Python 3.11 or later is needed"),
    ],
)
def test_what_python_lacks_is_named(tmp_path: Path, does: str, said: str) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / ".ci/packages").write_text("", encoding="utf-8")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python(tmp_path, does)
    (tmp_path / "bin").mkdir()
    for name in ("bash", "dirname"):  # no apt-get: nothing is installed by this test
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    (tmp_path / "bin/id").write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    (tmp_path / "bin/id").chmod(0o755)
    done = subprocess.run(
        ["bash", ".ci/install-packages"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin"), "PYTHON": str(tmp_path / ".venv/bin/python")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
