"""The fixed answers that staff can choose: packaged, replaced by id, refused where they are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.answers import load_answers
from gateway.ports import Permanent


def folder(path: Path, content: str) -> Path:
    (path / "texts" / "en").mkdir(parents=True)
    (path / "texts" / "en" / "answers.toml").write_text(content)
    return path


def entry(number: int, text: str) -> str:
    return f'[[answer]]\nid = "a{number}"\ntitle = "T{number}"\ntext = "{text}"\n'


def test_a_later_folder_replaces_by_id_and_keeps_the_order(tmp_path: Path) -> None:
    first = folder(tmp_path / "1", entry(1, "one") + entry(2, "two"))
    second = folder(tmp_path / "2", entry(1, "other") + entry(3, "three"))
    found = load_answers([first, second, tmp_path / "none"])
    assert [(one.id, one.text) for one in found] == [("a1", "other"), ("a2", "two"), ("a3", "three")]
    assert load_answers([first], "cy") == ()


@pytest.mark.parametrize("content", ["[[answer", '[[answer]]\nid = "a"\n', "answer = 1\n", "x = 1\n"])
def test_what_is_no_list_of_answers_stops_the_start(tmp_path: Path, content: str) -> None:
    with pytest.raises(Permanent) as raised:
        load_answers([folder(tmp_path, content)])
    assert raised.value.code == "bad_text"
