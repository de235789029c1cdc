from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.adapters.config.areas import INDEX_NAME, load_index, load_routing
from gateway.adapters.config.authorities import load_authorities
from gateway.adapters.config.packaged import packaged_config
from gateway.model.ids import GssCode
from gateway.ports import Permanent
from tests.stages.route.postcodes.test_index import build


def test_the_packaged_tables_load_without_a_deployment() -> None:
    tables = load_routing()
    assert tables.postcodes.edition == "ONSPD November 2025"
    assert (packaged_config() / "areas" / INDEX_NAME).stat().st_size <= 1_000_000


def test_a_deployments_own_index_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "areas").mkdir()
    (tmp_path / "areas" / INDEX_NAME).write_bytes(build())
    assert load_routing(tmp_path).postcodes.edition == "TEST January 2026"


def test_a_broken_index_is_never_passed_over_for_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "areas").mkdir()
    (tmp_path / "areas" / INDEX_NAME).write_bytes(build()[:-1])
    with pytest.raises(Permanent, match="areas_unreadable"):
        load_routing(tmp_path)
    with pytest.raises(Permanent, match="areas_unreadable"):
        load_index(tmp_path / "none.idx")


def test_a_deployments_own_authorities_take_the_place_of_the_packaged_ones(tmp_path: Path) -> None:
    shutil.copy(packaged_config() / "authorities.toml", tmp_path)
    with (tmp_path / "authorities.toml").open("a", encoding="utf-8") as file:
        file.write('\n[authorities.E06000099]\nname = "West Surrey"\ntype = "UA"\nnation = "England"\n')
    assert load_routing(tmp_path).authorities.find(GssCode("E06000099")) is not None


def test_authorities_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "authorities.toml"
    path.write_text('[authorities.E06000099]\nname = "No type"\n', encoding="utf-8")
    with pytest.raises(Permanent, match="authorities_unreadable"):
        load_authorities(path)


def test_a_ring_of_successors_leads_nowhere_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "authorities.toml"
    text = "".join(
        f'[authorities.{code}]\nname = "{code}"\ntype = "UA"\nnation = "England"\nreplaced_by = ["{other}"]\n'
        for code, other in (("E06000001", "E06000002"), ("E06000002", "E06000001"))
    )
    path.write_text(text, encoding="utf-8")
    assert load_authorities(path).upper_tier(GssCode("E06000001")) == ()
