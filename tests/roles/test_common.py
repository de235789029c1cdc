"""What every role has in common."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gateway.adapters.config.settings import load_settings
from gateway.roles.common import follow_up_policy, text_dirs


def test_a_neighbour_has_the_hours_of_the_settings_to_answer(tmp_path: Path) -> None:
    assert follow_up_policy(load_settings(None)).receipt_within == timedelta(hours=24)
    (tmp_path / "gateway.toml").write_text("[clocks]\nreceipt_h = 3\nremind_h = 5\n")
    policy = follow_up_policy(load_settings(tmp_path))
    assert (policy.receipt_within, policy.alarm_after_reminder) == (timedelta(hours=3), timedelta(hours=5))


def test_texts_of_the_deployment_stand_over_the_packaged_ones(tmp_path: Path) -> None:
    assert text_dirs(tmp_path, tmp_path / "packaged") == (
        tmp_path / "packaged" / "texts",
        tmp_path / "config" / "texts",
    )
