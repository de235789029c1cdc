"""`gateway audit verify` says whether the chain is whole, and where it breaks."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
from pathlib import Path

import pytest

from gateway.cli.audit import run
from tests.steps.world import world


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """A deployment with a few entries in its audit."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("")
    (tmp_path / "var").mkdir()

    async def fill() -> None:
        async with world(tmp_path / "var"):
            pass

    asyncio.run(fill())
    return tmp_path


def verify(root: Path) -> int:
    return run(argparse.Namespace(action="verify", dir=root))


def test_a_whole_chain(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(deployment) == 0
    assert "whole: 1 entries" in capsys.readouterr().out


def test_an_edit_is_found_where_it_is(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(deployment / "var" / "gateway.db") as database:
        database.execute("UPDATE audit SET actor = 'staff:x' WHERE sequence = 1")
    assert verify(deployment) == 1
    assert "breaks at entry 1" in capsys.readouterr().out


def test_no_database_is_no_whole_chain_and_none_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("")
    assert verify(tmp_path) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()
    assert verify(tmp_path / "none") == 1
