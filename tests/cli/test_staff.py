"""gateway staff: add, disable, list, over a deployment's own database."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest

from gateway.cli import staff
from gateway.cli.staff import add_arguments

PASSWORD = "three calm otters by the weir"


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("", encoding="utf-8")
    (tmp_path / "var").mkdir()
    return tmp_path


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return staff.run(parser.parse_args(words))


def add(deployment: Path, monkeypatch: pytest.MonkeyPatch, staff_id: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    words = ("add", staff_id, "--name", "Ada Fenn", "--role", "coordinator", "--password-stdin")
    return run(*words, "--dir", str(deployment))


def test_an_account_is_added_listed_and_disabled(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(deployment, monkeypatch, "ada") == 0
    assert add(deployment, monkeypatch, "ada") == 1
    assert run("list", "--dir", str(deployment)) == 0
    assert "ada                  coordinator  active    Ada Fenn" in capsys.readouterr().out
    assert run("disable", "ada", "--dir", str(deployment)) == 0
    assert run("disable", "bo", "--dir", str(deployment)) == 1
    run("list", "--dir", str(deployment))
    printed = capsys.readouterr().out
    assert "disabled" in printed
    assert PASSWORD not in printed


@pytest.mark.parametrize(("staff_id", "password"), [("Ada Fenn", PASSWORD), ("a", PASSWORD), ("ada", "short")])
def test_a_bad_id_or_a_short_password_is_refused(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, staff_id: str, password: str
) -> None:
    assert add(deployment, monkeypatch, staff_id, password) == 2
    assert not (deployment / "var" / "gateway.db").exists()
