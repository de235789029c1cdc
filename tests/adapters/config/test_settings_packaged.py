"""The hours that a deployment gets which sets none: docs and pages name the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.settings import SettingsError, load_settings


def test_the_hours_that_are_packaged_are_those_of_the_procedures() -> None:
    """24 hours: local procedures. 48 hours: the office's own limit. A day for a receipt, and one more to an alarm."""
    clocks = load_settings(None).clocks
    assert (clocks.notify_h, clocks.ncmd_h, clocks.receipt_h, clocks.remind_h) == (24, 48, 24, 24)


def test_a_deployment_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("[clocks]\nreceipt_h = 12\n")
    settings, packaged = load_settings(tmp_path), load_settings(None)
    assert settings.clocks.receipt_h == 12
    assert settings.model_dump(exclude={"clocks"}) == packaged.model_dump(exclude={"clocks"})
    assert settings.clocks.notify_h == 24


@pytest.mark.parametrize("wrong", ['[clocks]\nreceipt_h = "a day"', "[clocks]\nreceipts_h = 1", "[clock]\nx = 1"])
def test_what_cannot_be_meant_is_refused_by_its_name(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "gateway.toml").write_text(wrong)
    with pytest.raises(SettingsError, match="clock"):
        load_settings(tmp_path)


@pytest.mark.parametrize("content", [b"[clocks", b"\xff\xfe"])
def test_what_is_no_toml_is_refused_without_its_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gateway.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"gateway\.toml: not TOML"):
        load_settings(tmp_path)
