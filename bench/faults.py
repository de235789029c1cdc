"""Plant faults, one at a time, and see that the tests notice: python -m bench.faults [--only AREA] [--ten COMMIT]

A fault is one slip that breaks a promise, kept as data in bench/planted/AREA.toml: ``id``; ``file`` and ``from``, a
text found there exactly once; ``to``, what takes its place; ``tests`` that must fail; ``breaks``, the promise. Faults
are planted in copies of the working tree, so tests run the copy and nothing else. First the same tests run without any
fault: they must pass. A fault is noticed where a test fails; an error of collection or of a fixture, or tests that do
not end, notice nothing, unless the promise is an import rule.

``equivalent`` says why a fault cannot be noticed: it changes nothing that anybody could see, or nothing here can show
it. Ends with 1 where a fault survives without such a reason, or is noticed in spite of it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLANTED = ROOT / "bench" / "planted"
TIMEOUT_S = 240
TEN = 10
_FIELDS = {"id", "file", "from", "to", "tests", "breaks"}
_OPTIONAL = {"equivalent"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One slip, and the tests that are to notice it."""

    id: str
    area: str
    file: str
    text: str  # as it stands in the file, once
    to: str
    tests: tuple[str, ...]  # files or node ids
    breaks: str
    equivalent: str | None = None  # why nothing can notice it


class Outcome(StrEnum):
    NOTICED = "noticed"
    SURVIVED = "survived"
    NO_TEST_FAILED = "error, but no test failed"
    HUNG = "tests did not end"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one fault."""

    fault: Fault
    outcome: Outcome
    seconds: float
    told: str = ""  # the end of what pytest said

    @property
    def is_wrong(self) -> bool:
        return (self.outcome is Outcome.NOTICED) == (self.fault.equivalent is not None)


def faults(folder: Path = PLANTED) -> tuple[Fault, ...]:
    """Return every fault on the list. ValueError where an entry is not one."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]:
            found.append(_fault(path.stem, entry))
    return tuple(found)


def _fault(area: str, entry: dict[str, object]) -> Fault:
    name, tests, equivalent = str(entry.get("id")), entry.get("tests"), entry.get("equivalent")
    if not set(entry) >= _FIELDS or not set(entry) <= _FIELDS | _OPTIONAL:
        raise ValueError(f"{area}: {name}: fields {sorted(entry)}")
    if not isinstance(tests, list) or not tests:
        raise ValueError(f"{area}: {name}: names no test")
    return Fault(
        id=name,
        area=area,
        file=str(entry["file"]),
        text=str(entry["from"]),
        to=str(entry["to"]),
        tests=tuple(str(test) for test in tests),
        breaks=str(entry["breaks"]),
        equivalent=None if equivalent is None else str(equivalent),
    )


def ten_of(all_faults: Iterable[Fault], commit: str) -> tuple[Fault, ...]:
    """Choose ten by the hash of a commit: others for each commit, the same ones for everybody who runs it."""

    def place(fault: Fault) -> bytes:
        return hashlib.sha256(f"{commit} {fault.id}".encode()).digest()

    return tuple(sorted((fault for fault in all_faults if fault.equivalent is None), key=place)[:TEN])


class Clone:
    """A copy of the working tree in which one fault at a time is planted."""

    def __init__(self, root: Path) -> None:
        self.root = root
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True,
        ).stdout.decode().split("\0")  # fmt: skip
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        self._environment = {**os.environ, "PYTHONPATH": str(root), "HYPOTHESIS_STORAGE_DIRECTORY": str(root / ".h")}
        self._environment.pop("PYTEST_ADDOPTS", None)
        told = self._python("-c", "import gateway; print(gateway.__file__)").stdout.strip()
        if Path(told) != root / "gateway" / "__init__.py":
            raise RuntimeError(f"tests in {root} would run {told}")

    def _python(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root, env=self._environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_S,
        )  # fmt: skip

    def pytest(self, tests: Sequence[str], *options: str) -> subprocess.CompletedProcess[str]:
        """Run tests against what stands in the copy."""
        return self._python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", "--tb=line", *options, *tests)

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """Let the fault stand in its file for a while."""
        path = self.root / fault.file
        before = path.read_text(encoding="utf-8")
        if before.count(fault.text) != 1:
            raise ValueError(f"{fault.id}: its text stands {before.count(fault.text)} times in {fault.file}")
        try:
            _write(path, before.replace(fault.text, fault.to))
            yield
        finally:
            _write(path, before)

    def run(self, fault: Fault) -> Result:
        """Plant one fault and run its tests until the first one that fails."""
        began = time.monotonic()
        try:
            with self.planted(fault):
                run = self.pytest(fault.tests, "-x")
        except subprocess.TimeoutExpired:
            return Result(fault, Outcome.HUNG, time.monotonic() - began)
        return Result(fault, outcome_of(run), time.monotonic() - began, run.stdout[-1500:])


def _write(path: Path, text: str) -> None:
    """Write a module. Its compiled file goes too: Python takes one of the same second and size for good."""
    path.write_text(text, encoding="utf-8")
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def outcome_of(run: subprocess.CompletedProcess[str]) -> Outcome:
    """Say what a run of pytest with a fault means. Only a test that fails notices it."""
    if run.returncode == 0:
        return Outcome.SURVIVED
    failed = any(line.startswith("FAILED ") for line in run.stdout.splitlines())
    return Outcome.NOTICED if run.returncode == 1 and failed else Outcome.NO_TEST_FAILED


def control(clones: Sequence[Clone], chosen: Sequence[Fault]) -> list[str]:
    """Run every named test without a fault; return what pytest says where that is not green."""
    tests = sorted({test for fault in chosen for test in fault.tests})
    shares = [tests[at :: len(clones)] for at in range(len(clones))]
    with ThreadPoolExecutor(len(clones)) as pool:
        runs = pool.map(lambda pair: pair[0].pytest(pair[1]) if pair[1] else None, zip(clones, shares, strict=True))
        return [run.stdout[-3000:] + run.stderr[-1000:] for run in runs if run is not None and run.returncode != 0]


def run_all(clones: Sequence[Clone], chosen: Sequence[Fault]) -> Iterator[Result]:
    """Run every fault, one at a time in each clone, and yield what came of it."""
    free: queue.SimpleQueue[Clone] = queue.SimpleQueue()
    for clone in clones:
        free.put(clone)

    def one(fault: Fault) -> Result:
        clone = free.get()
        try:
            return clone.run(fault)
        finally:
            free.put(clone)

    with ThreadPoolExecutor(len(clones)) as pool:
        yield from pool.map(one, chosen)


def _chosen(arguments: argparse.Namespace) -> tuple[Fault, ...]:
    found = faults()
    if arguments.only:
        found = tuple(fault for fault in found if arguments.only in (fault.area, fault.id))
    return ten_of(found, arguments.ten) if arguments.ten else found


def _print(result: Result, verbose: bool) -> None:
    fault = result.fault
    said = "  equivalent" if fault.equivalent else ""
    print(f"{result.outcome.value:26}{result.seconds:6.1f} s  {fault.area}: {fault.id}{said}", flush=True)
    if result.is_wrong:
        print(f"    {fault.file}: {fault.breaks}")
    if result.outcome is Outcome.NO_TEST_FAILED or (verbose and result.is_wrong):
        print(result.told)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description="Plant faults; print what survives.")
    parser.add_argument("--only", metavar="AREA", help="the faults of one area, or one fault by its id")
    parser.add_argument("--ten", metavar="COMMIT", help="ten faults, chosen by a commit's hash")
    parser.add_argument("--jobs", type=int, default=2, help="so many copies at a time (2)")
    parser.add_argument("--list", action="store_true", help="print the list and run nothing")
    parser.add_argument("--verbose", action="store_true", help="print what pytest says about a survivor")
    arguments = parser.parse_args()
    chosen = _chosen(arguments)
    if not chosen:
        parser.error("no such area or fault")
    if arguments.list:
        for fault in chosen:
            print(f"{fault.area}: {fault.id}: {fault.breaks}")
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        clones = [Clone(Path(folder).resolve() / str(at)) for at in range(min(arguments.jobs, len(chosen)))]
        broken = control(clones, chosen)
        if broken:
            sys.exit("\n".join(("Without any fault the named tests are not green:", *broken)))
        results = []
        for result in run_all(clones, chosen):
            _print(result, arguments.verbose)
            results.append(result)
    _sum_up(results, time.monotonic() - began)


def _sum_up(results: Sequence[Result], seconds: float) -> None:
    areas = Counter(result.fault.area for result in results)
    print("\n" + ", ".join(f"{area} {number}" for area, number in areas.items()))
    noticed = sum(result.outcome is Outcome.NOTICED for result in results)
    explained = sum(not result.is_wrong for result in results) - sum(
        result.outcome is Outcome.NOTICED and not result.is_wrong for result in results
    )
    wrong = [result for result in results if result.is_wrong]
    print(f"{len(results)} faults, {noticed} noticed, {explained} explained, {len(wrong)} wrong; {seconds:.0f} s")
    for result in wrong:
        print(f"  {result.outcome.value}: {result.fault.area}: {result.fault.id}: {result.fault.breaks}")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
