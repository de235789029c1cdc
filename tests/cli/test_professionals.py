"""gateway professionals: add, list, remove, forget passkeys, over the form's own database."""

from __future__ import annotations

import argparse
import asyncio
import io
import sqlite3
from pathlib import Path

import pytest

from gateway.cli import professionals
from gateway.web.draft.form_store import FormStore

PASSWORD = "correct horse battery"


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("[users]\nseparate = false\n", encoding="utf-8")
    (tmp_path / "var").mkdir()
    return tmp_path


def run(deployment: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    professionals.add_arguments(parser)
    return professionals.run(parser.parse_args([*words, "--dir", str(deployment)]))


def add(deployment: Path, monkeypatch: pytest.MonkeyPatch, account: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    return run(deployment, "add", account, "--name", "Dr E", "--password-stdin")


def put_passkey(deployment: Path, account: str) -> None:
    async def put() -> None:
        form_store = FormStore(deployment / "var" / "form" / "form.db")
        await form_store.open()
        row = (account.encode(), account)
        await form_store.run(lambda db: db.execute("INSERT INTO passkeys VALUES (?, ?, X'00', 'phone', 0, 0, 0)", row))
        await form_store.close()

    asyncio.run(put())


def test_an_account_is_made_listed_and_removed_with_its_passkeys(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(deployment, monkeypatch, "dr.example") == 0
    printed = capsys.readouterr().out
    assert "otpauth://totp/" in printed
    assert PASSWORD not in printed
    put_passkey(deployment, "dr.example")
    assert run(deployment, "list") == 0
    assert capsys.readouterr().out.split() == ["dr.example", "1", "passkeys", "0", "sent"]
    assert run(deployment, "remove", "dr.example") == 0
    assert run(deployment, "remove", "dr.example") == 1
    capsys.readouterr()
    assert run(deployment, "list") == 0
    assert capsys.readouterr().out == ""
    with sqlite3.connect(deployment / "var" / "form" / "form.db") as db:
        assert db.execute("SELECT count(*) FROM passkeys").fetchone() == (0,)
    db.close()


def test_passkeys_are_forgotten_and_the_account_stays(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(deployment, monkeypatch, "dr.example") == 0
    put_passkey(deployment, "dr.example")
    assert run(deployment, "forget-passkeys", "dr.example") == 0
    assert run(deployment, "forget-passkeys", "dr.example") == 1
    capsys.readouterr()
    run(deployment, "list")
    assert capsys.readouterr().out.split() == ["dr.example", "0", "passkeys", "0", "sent"]


def test_a_weak_password_or_a_bad_name_makes_no_account(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(deployment, monkeypatch, "dr.example", "short") == 1
    assert "12 characters" in capsys.readouterr().err
    assert add(deployment, monkeypatch, "openid:abc") == 1
    assert "small letters" in capsys.readouterr().err


def test_a_damaged_database_or_configuration_is_said_without_a_traceback(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = deployment / "var" / "form"
    folder.mkdir()
    (folder / "form.db").write_bytes(b"no database" * 1000)
    assert run(deployment, "list") == 1
    assert "form.db cannot be used" in capsys.readouterr().err
    (deployment / "config" / "gateway.toml").write_text("[openid]\nissuer = 7\n", encoding="utf-8")
    assert run(deployment, "list") == 2
    assert "openid.issuer" in capsys.readouterr().err
