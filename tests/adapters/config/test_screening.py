"""The words, weights and lists of screening are plain data, and what is wrong in them is refused."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_known, load_screening, read_vectors
from gateway.model.content.screening import AllowList
from gateway.roles.wiring import known_of

ROOT = Path(__file__).parents[3]
LOADS_CODE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "sklearn", "torch", "numpy"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_the_weights_are_data_and_nothing_that_could_be_code_is_loaded() -> None:
    folder = packaged_config() / "screening"
    assert {path.suffix for path in folder.iterdir()} == {".json", ".bin", ".txt", ".toml", ".md"}
    for path in (ROOT / "gateway").rglob("*.py"):
        assert not {name.partition(".")[0] for name in imported(path)} & LOADS_CODE, path


def test_vectors_that_do_not_fit_their_words_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.bin"
    path.write_bytes(b"one\ntwo\n\n" + bytes(8))
    words, rows = read_vectors(path, 4)
    assert (words, len(rows)) == (["one", "two"], 8)
    with pytest.raises(ValueError, match="do not fit"):
        read_vectors(path, 5)


def test_without_weights_the_tables_have_none(tmp_path: Path) -> None:
    shutil.copytree(packaged_config(), tmp_path / "config")
    (tmp_path / "config/screening/weights.json").unlink()
    assert load_screening(tmp_path / "config").weights is None


def test_a_panel_lets_nothing_through_that_it_has_not_written_down(tmp_path: Path) -> None:
    assert load_known(packaged_config() / "screening/known.toml") == AllowList()
    assert known_of(tmp_path) == AllowList()
    (tmp_path / "screening").mkdir()
    (tmp_path / "screening/known.toml").write_text('staff = ["Harriet Lonsdale"]\ndomains = ["fenwater.example"]\n')
    assert known_of(tmp_path) == AllowList(staff=("Harriet Lonsdale",), domains=("fenwater.example",))
    (tmp_path / "screening/known.toml").write_text('families = ["Quillfeather"]\n')
    with pytest.raises(ValueError, match="unknown entry"):
        known_of(tmp_path)
