"""The settings of a deployment: packaged defaults, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.settings import SettingsError, load_settings
from gateway.stages.transfer.record import INFORM_FIELDS


def folder_with(path: Path, text: str) -> Path:
    (path / "gateway.toml").write_text(text, encoding="utf-8")
    return path


def test_what_an_informed_panel_gets_by_default_is_the_least_it_needs() -> None:
    assert load_settings(None).outbox.inform_fields == INFORM_FIELDS


def test_what_an_informed_panel_gets_is_a_setting(tmp_path: Path) -> None:
    config = folder_with(tmp_path, '[outbox]\ninform_fields = ["date_of_death", "place_name_address"]\n')
    assert load_settings(config).outbox.inform_fields == ("date_of_death", "place_name_address")


@pytest.mark.parametrize("named", ['"channel_assessment"', '"informed_panel"', '"no_such_field"', ""])
def test_fields_of_office_use_unknown_ones_or_none_are_refused_by_the_settings_name(tmp_path: Path, named: str) -> None:
    config = folder_with(tmp_path, f"[outbox]\ninform_fields = [{named}]\n")
    with pytest.raises(SettingsError, match=r"outbox\.inform_fields"):
        load_settings(config)


def test_who_is_told_of_hand_overs_is_one_address_or_nobody_of_its_own(tmp_path: Path) -> None:
    assert load_settings(None).alarms.handovers == ""
    named = folder_with(tmp_path, '[alarms]\nhandovers = "tess.tester@council.example"\n')
    assert load_settings(named).alarms.handovers == "tess.tester@council.example"
    folder_with(tmp_path, '[alarms]\nhandovers = "Tess"\n')
    with pytest.raises(SettingsError, match=r"alarms\.handovers"):
        load_settings(tmp_path)
