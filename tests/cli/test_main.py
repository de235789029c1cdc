"""Commands that are pointed at something they cannot use: a sentence and status 1, never a traceback."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.main import run

MESSAGE = b"From: a@b.example\r\nTo: cdop@cdop.example\r\n\r\nWhen is the office open?\r\n"


@pytest.fixture
def message(tmp_path: Path) -> str:
    path = tmp_path / "message.eml"
    path.write_bytes(MESSAGE)
    return str(path)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cdop-"))  # a GnuPG home may have no long path
    yield folder
    shutil.rmtree(folder, ignore_errors=True)  # the agent that init asked to end takes its sockets away itself


def _made(folder: Path) -> Path:
    root = folder / "d"
    answers = [
        "--panel=buckinghamshire", "--name=B", "--domain=cdop.example", "--hostname=mx.cdop.example",
        "--general-inbox=i@council.example", "--operator=o@council.example", "--telephone=01632 960100",
        "--safeguarding-telephone=01632 960101", "--next-hop=relay.example",
    ]  # fmt: skip
    assert run(["init", str(root), *answers]) == 0
    return root


@pytest.mark.parametrize("flag", ["--dns", "--known", "--config"])
def test_explain_names_the_flag_whose_file_is_missing(
    flag: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", flag, str(tmp_path / "missing"), message]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert flag in said.err
    assert "cannot be" in said.err


def test_explain_says_that_a_list_of_what_is_known_is_no_list(
    message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.json"
    known.write_text("no JSON")
    assert run(["explain", "--known", str(known), message]) == 1
    assert "--known" in capsys.readouterr().err


@pytest.mark.parametrize("config", ["", "[panel]\n"])
def test_audit_verify_of_what_is_no_deployment_is_a_sentence(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if config:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "gateway.toml").write_text(config)
    assert run(["audit", "--dir", str(tmp_path), "verify"]) == 1
    assert capsys.readouterr().err.startswith("gateway audit: ")


def test_check_stops_at_an_inbox_that_is_no_address(short_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _made(short_folder)
    config = root / "config" / "gateway.toml"
    config.write_text(config.read_text().replace("i@council.example", "council"))
    assert run(["check", "--dir", str(root)]) == 1
    assert "mail.general_inbox" in capsys.readouterr().out


def test_check_stops_where_the_database_is_gone(short_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _made(short_folder)
    (root / "var" / "gateway.db").unlink()
    assert run(["check", "--dir", str(root)]) == 1
    assert "var/gateway.db is missing" in capsys.readouterr().out


def test_a_role_whose_port_is_taken_says_so(short_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _made(short_folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (root / "config" / "gateway.toml").open("a") as config:
            config.write(f"\n[intake]\nmx_port = {port}\n")
        assert run(["run", "intake", "--dir", str(root)]) == 1
    assert "already in use" in capsys.readouterr().err
