"""A fingerprint is pinned in the deployment's register; everything else in the file stays as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gateway.adapters.config.panel_pins import pin
from gateway.model.ids import Fingerprint, PanelId
from gateway.ports import Permanent

KENT, PRINT = PanelId("kent"), Fingerprint("A" * 40)
FILE = """\
# ours
[panels.kent] # by hand
status = "confirmed"
fingerprint = "old"

[panels.essex]
fingerprint = "e"
"""


def test_only_the_one_value_changes(tmp_path: Path) -> None:
    path = tmp_path / "panels.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    pin(path, KENT, PRINT)
    found = tomllib.loads(path.read_text())["panels"]
    assert found == {"kent": {"status": "confirmed", "fingerprint": PRINT}, "essex": {"fingerprint": "e"}}
    assert "# ours" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["panels.toml"]


def test_a_panel_that_is_not_there_yet_and_a_file_that_is_not(tmp_path: Path) -> None:
    path = tmp_path / "panels.toml"
    pin(path, KENT, PRINT, "smime_fingerprint")
    pin(path, PanelId("essex"), PRINT)
    assert tomllib.loads(path.read_text())["panels"] == {
        "kent": {"smime_fingerprint": PRINT},
        "essex": {"fingerprint": PRINT},
    }


@pytest.mark.parametrize("panel", ["Kent", "kent]\n[x", "", "../kent"])
def test_what_is_no_panel_id_is_not_written(tmp_path: Path, panel: str) -> None:
    with pytest.raises(Permanent):
        pin(tmp_path / "panels.toml", PanelId(panel), PRINT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["[panels", "panels = 1\n", 'panels.kent.fingerprint = "x"\n', "panels.kent = 1\n"])
def test_a_file_that_cannot_be_changed_safely_stays_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "panels.toml"
    path.write_text(content)
    with pytest.raises(Permanent):
        pin(path, KENT, PRINT)
    assert path.read_text() == content
