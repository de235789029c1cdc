"""``gateway domains``: import the published list, show the policy."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from gateway.cli import domains

LIST = "Organisation,Domain,Status\n" + "".join(f"Trust {n},t{n}.nhs.uk,Accredited\n" for n in range(10))


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    domains.add_arguments(parser)
    return domains.run(parser.parse_args(words))


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "list.csv").write_text(LIST)
    return tmp_path


def take(deployment: Path, *more: str) -> int:
    return call("import", str(deployment / "list.csv"), "--dir", str(deployment), *more)


def test_import_then_list_shows_the_hosts_and_their_day(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(deployment, "--checked-on", "2020-01-02") == 0
    assert "10 hosts; 10 new, 0 gone" in capsys.readouterr().out
    assert call("list", "--dir", str(deployment)) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("nhs.uk"))
    assert "10 hosts; checked 2020-01-02 STALE" in row


def test_a_list_that_loses_half_of_its_hosts_changes_nothing_without_yes(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(deployment)
    before = (deployment / "config" / "accredited_hosts.toml").read_text()
    (deployment / "list.csv").write_text("T,t1.nhs.uk,Accredited\n")
    assert take(deployment) == 1
    assert "nothing was changed" in capsys.readouterr().out
    assert (deployment / "config" / "accredited_hosts.toml").read_text() == before
    assert take(deployment, "--yes") == 0


def test_a_file_that_is_no_list_changes_nothing(deployment: Path) -> None:
    (deployment / "list.csv").write_text("nothing here\n")
    assert take(deployment) == 1
    assert not (deployment / "config" / "accredited_hosts.toml").exists()
