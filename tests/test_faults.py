"""The list of planted faults fits the code: each text is found exactly once, and the tests that it names are there."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bench import faults
from bench.faults import ROOT, Fault, Outcome, Result

FAULTS = faults.faults()
AREAS = {
    "receiving", "sealing", "store", "channel", "screening", "routing",
    "delivery", "handover", "console", "form", "config",
}  # fmt: skip


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the node ids of a test file, behind its name: "test_x", "TestY", "TestY::test_z"."""
    found = set[str]()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            found |= {node.name, *(f"{node.name}::{method.name}" for method in methods)}
    return frozenset(found)


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    place = ROOT / path
    return place.exists() and (not name or (place.is_file() and name in names_in(place)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.area} {fault.id}")
def test_fault_fits_the_code(fault: Fault) -> None:
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.text) == 1, f"its text stands {text.count(fault.text)} times in {fault.file}"
    planted = text.replace(fault.text, fault.to)
    assert planted != text
    if fault.file.endswith(".py"):
        ast.parse(planted)  # or its tests would end in an error, and prove nothing
    assert [test for test in fault.tests if not exists(test)] == []


def test_list_covers_every_area_and_each_fault_has_a_name_of_its_own() -> None:
    assert {fault.area for fault in FAULTS} == AREAS
    assert len(FAULTS) >= 120
    assert [name for name, number in Counter(fault.id for fault in FAULTS).items() if number > 1] == []


def test_ten_are_chosen_by_the_commit_and_are_ones_that_can_be_noticed() -> None:
    first, second = faults.ten_of(FAULTS, "a" * 40), faults.ten_of(FAULTS, "b" * 40)
    assert len(set(first)) == 10
    assert first == faults.ten_of(reversed(FAULTS), "a" * 40)
    assert first != second
    assert not [fault.id for fault in (*first, *second) if fault.equivalent]


@pytest.mark.parametrize(
    ("code", "told", "outcome"),
    [
        (1, "FAILED tests/test_x.py::test_y - assert 1 == 2\n1 failed", Outcome.NOTICED),
        (0, "12 passed", Outcome.SURVIVED),
        (1, "ERROR tests/test_x.py::test_y - RuntimeError\n1 error", Outcome.NO_TEST_FAILED),
        (2, "ERROR tests/test_x.py\n!!! Interrupted: 1 error during collection", Outcome.NO_TEST_FAILED),
        (5, "no tests ran", Outcome.NO_TEST_FAILED),
    ],
)
def test_only_a_failing_test_notices(code: int, told: str, outcome: Outcome) -> None:
    assert faults.outcome_of(CompletedProcess([], code, told, "")) is outcome


@pytest.mark.parametrize(
    ("equivalent", "outcome", "wrong"),
    [
        (None, Outcome.NOTICED, False),
        (None, Outcome.SURVIVED, True),
        (None, Outcome.NO_TEST_FAILED, True),
        (None, Outcome.HUNG, True),
        ("nobody can see it", Outcome.SURVIVED, False),
        ("nobody can see it", Outcome.NOTICED, True),
    ],
)
def test_survivor_needs_its_reason_and_a_reason_its_survivor(
    equivalent: str | None, outcome: Outcome, wrong: bool
) -> None:
    fault = Fault("x", "store", "gateway/x.py", "a", "b", ("tests",), "a promise", equivalent)
    assert Result(fault, outcome, 1.0).is_wrong is wrong


@pytest.mark.parametrize(
    "entry",
    ['id = "x"', 'id="x"\nfile="f"\nfrom="a"\nto="b"\ntests=[]\nbreaks="p"', 'id="x"\nfile="f"\nform="a"'],
    ids=["fields missing", "no test", "a misspelt field"],
)
def test_entry_that_is_no_fault_is_refused(tmp_path: Path, entry: str) -> None:
    (tmp_path / "store.toml").write_text(f"[[fault]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="store: x"):
        faults.faults(tmp_path)


def test_copy_is_what_its_tests_import_and_a_fault_is_gone_again(tmp_path: Path) -> None:
    clone = faults.Clone(tmp_path.resolve())  # RuntimeError if a test there imported any other gateway
    fault = next(one for one in FAULTS if one.id == "waits-do-not-double")
    before = (clone.root / fault.file).read_text(encoding="utf-8")
    assert clone.pytest(fault.tests).returncode == 0
    assert clone.run(fault).outcome is Outcome.NOTICED
    assert (clone.root / fault.file).read_text(encoding="utf-8") == before
