"""A notice is on disk whole or not at all, and nothing else is read as one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.host.notice_files import Notices
from gateway.model.case.notice import Notice, NoticeState

REFERENCE = "34679CDFGH"
NOTICE = Notice(NoticeState.WITH_PANEL, "Kent CDOP", datetime(2026, 3, 2, tzinfo=UTC))


def test_a_notice_reads_back_and_the_newest_counts(tmp_path: Path) -> None:
    notices = Notices(tmp_path)
    assert notices.read(REFERENCE) is None
    notices.write(REFERENCE, NOTICE)
    assert notices.read(REFERENCE) == NOTICE
    later = Notice(NoticeState.ACKNOWLEDGED, None, NOTICE.at)
    notices.write(REFERENCE, later)
    assert notices.read(REFERENCE) == later
    assert [path.name for path in tmp_path.iterdir()] == [f"{REFERENCE}.json"]


def test_intake_may_read_it_and_others_may_not(tmp_path: Path) -> None:
    Notices(tmp_path).write(REFERENCE, NOTICE)
    assert os.stat(tmp_path / f"{REFERENCE}.json").st_mode & 0o777 == 0o640  # noqa: PTH116


@pytest.mark.parametrize("name", ["../gateway", "/etc/passwd", "", "x" * 300, f"{REFERENCE}/.."])
def test_what_is_no_reference_reads_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "gateway.json").write_text("{}")
    (tmp_path / "inside").mkdir()
    assert Notices(tmp_path / "inside").read(name) is None


@pytest.mark.parametrize("content", ["", "{}", '{"state": "x", "panel": null, "at": "2026-03-02"}', "[1]", "\x00"])
def test_what_is_no_notice_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / f"{REFERENCE}.json").write_text(content)
    assert Notices(tmp_path).read(REFERENCE) is None
