from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from gateway.cli import geo
from tests.adapters.geo.test_index_import import write_csv
from tests.stages.route.postcodes.test_compare import NEW, OLD
from tests.stages.route.postcodes.test_index import build

KEYS = ["input", "outcome", "panel", "authority", "grade", "reasons", "alternatives"]


def gateway_geo(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    geo.add_arguments(parser)
    return geo.run(parser.parse_args(arguments))


class TestExplain:
    def test_one_input_gives_one_line_of_json_and_the_path_beside_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert gateway_geo("explain", "HP27 9QF") == 0
        out, err = capsys.readouterr()
        answer = json.loads(out)
        assert list(answer) == KEYS
        assert (answer["outcome"], answer["panel"], answer["grade"]) == ("hold", "buckinghamshire", "unconfirmed")
        assert answer["reasons"][0]["code"] == "panel_unconfirmed"
        assert err.startswith("HP27 9QF, Buckinghamshire, Buckinghamshire CDOP; ONSPD November 2025, ")

    def test_a_batch_answers_every_line_in_order_also_empty_ones(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines = [
            "HP27 9QF",
            "",
            "ＨＰ２７ ９ＱＦ\u2028x",
            '{"home_postcode": "OX3 7AA"}',
            "RBWM",
            "Kirklees",
            "CF10 4UW",
        ]
        batch = tmp_path / "batch.txt"
        batch.write_bytes("\r\n".join(lines).encode())
        assert gateway_geo("explain", "--batch", str(batch), "--assume-confirmed") == 0
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [answer["input"] for answer in answers] == lines
        assert [answer["panel"] for answer in answers][0::3] == ["buckinghamshire", "oxfordshire", None]
        assert answers[-1]["outcome"] == "outside"
        assert {each["panel"] for each in answers[5]["alternatives"]} == {"calderdale-kirklees", "wakefield-kirklees"}

    def test_a_batch_is_read_from_standard_input_also_where_it_is_not_utf_8(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"HP27\xa09QF\nOX3 7AA\n")))
        assert gateway_geo("explain", "--batch", "-", "--assume-confirmed") == 0
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [answer["outcome"] for answer in answers][1:] == ["route"]

    def test_an_empty_batch_gives_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "empty").write_bytes(b"")
        assert gateway_geo("explain", "--batch", str(tmp_path / "empty")) == 0
        assert capsys.readouterr().out == ""

    def test_neither_or_both_inputs_and_a_missing_file_are_refused(self, tmp_path: Path) -> None:
        assert gateway_geo("explain") == 2
        assert gateway_geo("explain", "HP27 9QF", "--batch", "-") == 2
        assert gateway_geo("explain", "--batch", str(tmp_path / "none")) == 1

    def test_a_deployments_own_panel_is_routed_to(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "gateway.toml").write_text('[panel]\nid = "buckinghamshire"\n', encoding="utf-8")
        assert gateway_geo("explain", "HP27 9QF", "--dir", str(tmp_path)) == 0
        assert json.loads(capsys.readouterr().out)["outcome"] == "route"


class TestImport:
    def test_a_directory_that_is_too_small_is_refused_in_words(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv")
        assert gateway_geo("import", str(path), "--into", str(tmp_path / "areas")) == 1
        assert "refused, nothing was changed. too_few_units: 3 units" in capsys.readouterr().err
        assert not (tmp_path / "areas").exists()

    def test_arguments_that_do_not_say_what_and_where_are_refused(self, tmp_path: Path) -> None:
        assert gateway_geo("import", "--into", str(tmp_path)) == 2
        assert gateway_geo("import", "x.zip") == 2
        assert gateway_geo("import", "x.zip", "--package", "--into", str(tmp_path)) == 2
        assert gateway_geo("import", str(tmp_path / "x.csv"), "--edition", "soon", "--into", str(tmp_path)) == 1


def test_diff_lists_the_units_that_change_panel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.idx").write_bytes(build(OLD))
    (tmp_path / "new.idx").write_bytes(build(NEW))
    assert gateway_geo("diff", str(tmp_path / "old.idx"), str(tmp_path / "new.idx")) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "AA1 1AB\toxfordshire\tbuckinghamshire"
    assert len(out.splitlines()) == 4
    assert "4 units lead elsewhere" in err
    assert gateway_geo("diff", str(tmp_path / "old.idx"), str(tmp_path / "none.idx")) == 1


def test_check_passes_on_the_packaged_tables_and_fails_on_a_panel_that_cannot_be_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gateway_geo("check") == 0
    assert "ONSPD November 2025 is " in capsys.readouterr().out
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text('[panel]\nid = "buckinghamshire"\n', encoding="utf-8")
    (tmp_path / "config" / "panels.toml").write_text(
        '[panels.surrey]\nstatus = "confirmed"\nconfirmed_by = "A"\nconfirmed_on = 2026-01-01\n', encoding="utf-8"
    )
    assert gateway_geo("check", "--dir", str(tmp_path)) == 1
    assert "surrey is confirmed but has no pinned key and no valid address." in capsys.readouterr().out
