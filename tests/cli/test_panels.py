from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.cli import panels
from gateway.model.ids import PanelId
from gateway.model.residence.panels import PanelStatus

FINGERPRINT = "0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567"


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path


def gateway_panels(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    panels.add_arguments(parser)
    return panels.run(parser.parse_args(arguments))


def status(deployment: Path, panel: str = "oxfordshire") -> PanelStatus:
    register = load_panels(packaged_config() / "panels.toml", deployment / "config" / "panels.toml")
    return register.panels[PanelId(panel)].status


def test_confirming_shows_what_is_known_and_from_where_and_asks_for_the_fingerprint(
    deployment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = f"A. Manager\ncases@oxfordshire.example\n{FINGERPRINT}\nOxfordshire\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    assert gateway_panels("confirm", "oxfordshire", "--dir", str(deployment)) == 0
    out = capsys.readouterr().out
    assert "Oxfordshire (E10000025)" in out
    assert "known from   found, confidence medium-high" in out
    assert "as read to you (40 digits and letters A to F)" in out
    register = load_panels(packaged_config() / "panels.toml", deployment / "config" / "panels.toml")
    panel = register.panels[PanelId("oxfordshire")]
    assert panel.fingerprint == "0123456789ABCDEF" * 2 + "01234567"
    assert (panel.status, panel.confirmed_by) == (PanelStatus.CONFIRMED, "A. Manager")
    assert panel.reviews == ("E10000025",)


@pytest.mark.parametrize(
    ("by", "email", "fingerprint"),
    [
        ("", "a@b.example", "A" * 40),
        ("A", "not an address", "A" * 40),
        ("A", "a@b.example", "A" * 39),
        ("A", "a@b.example", "A" * 16),
        ("A", "a@b.example, c@d.example", "A" * 40),
    ],
)
def test_a_confirmation_that_lacks_something_changes_nothing(
    deployment: Path, by: str, email: str, fingerprint: str
) -> None:
    given = ["--by", by, "--email", email, "--fingerprint", fingerprint, "--reviews", "all"]
    assert gateway_panels("confirm", "oxfordshire", "--dir", str(deployment), *given) == 1
    assert status(deployment) is PanelStatus.UNCONFIRMED
    assert not (deployment / "config" / "panels.toml").exists()


def test_another_key_than_the_pinned_one_is_not_taken(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--by", "A", "--email", "a@b.example", "--reviews", "all", "--dir", str(deployment)]
    assert gateway_panels("confirm", "oxfordshire", *given, "--fingerprint", "A" * 40) == 0
    before = (deployment / "config" / "panels.toml").read_bytes()
    assert gateway_panels("confirm", "oxfordshire", *given, "--fingerprint", "B" * 40) == 1
    assert "another key is pinned for this panel; nothing was changed" in capsys.readouterr().out
    assert (deployment / "config" / "panels.toml").read_bytes() == before


def test_no_answer_confirms_nothing(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert gateway_panels("confirm", "oxfordshire", "--dir", str(deployment)) == 1
    assert status(deployment) is PanelStatus.UNCONFIRMED


def test_a_panel_is_suspended_and_confirmed_again(deployment: Path) -> None:
    given = ["--by", "A", "--email", "a@b.example", "--fingerprint", "A" * 40, "--reviews", "all"]
    given += ["--dir", str(deployment)]
    assert gateway_panels("confirm", "oxfordshire", *given) == 0
    assert gateway_panels("suspend", "oxfordshire", "--dir", str(deployment)) == 0
    assert status(deployment) is PanelStatus.SUSPENDED
    assert gateway_panels("confirm", "oxfordshire", *given) == 0
    assert status(deployment) is PanelStatus.CONFIRMED


def test_list_and_show_need_no_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    assert gateway_panels("list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 60
    assert gateway_panels("show", "buckinghamshire") == 0
    assert gateway_panels("show", "nowhere") == 1


def test_a_register_that_cannot_be_read_stops_everything(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (deployment / "config" / "panels.toml").write_text("not toml", encoding="utf-8")
    assert gateway_panels("list", "--dir", str(deployment)) == 1
    assert "panels unreadable; nothing was changed" in capsys.readouterr().err
