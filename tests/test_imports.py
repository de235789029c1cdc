"""The import rules hold, and each turns red when something is planted that it forbids."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

ROOT = Path(__file__).parents[1]
LAYERS = "Layers: roles and commands > adapters, web, console > steps > ports > stages > model"
PURE = "model and stages do no I/O and read no clock and no entropy"
PORTS = "Steps reach the outside through ports only"
INTAKE = "Intake cannot reach decryption or the store, even indirectly (a security statement)"
CONSOLE = "The console never talks mail"

UNSEAL, OPENER = "gateway.adapters.sealing.unseal", "gateway.adapters.sealing.blob_opener"
INTAKE_ROOMS = (
    "gateway.roles.intake",
    "gateway.web.app",
    "gateway.web.draft.drafts",
    "gateway.adapters.smtp_in.session",
    "gateway.adapters.spool.writer",
)
READS_OR_STORES = (
    UNSEAL,
    OPENER,
    "gateway.adapters.sealing.instruction_keys",
    "gateway.adapters.store",
    "gateway.adapters.store.console_reads",
    "gateway.adapters.openpgp",
    "gateway.adapters.openpgp.key_home",
    "gateway.adapters.keys.pinned_keys",
    "gnupg",
    "sqlalchemy",
    "aiosqlite",
    "asyncpg",
    "importlib",
    "subprocess",
)
OUTSIDE = (
    "os", "time", "random", "secrets", "tempfile", "threading", "shutil", "socket", "subprocess", "asyncio", "sqlite3",
    "importlib", "sys", "ssl", "http",
)  # fmt: skip
PLANTS = (
    *((room, what, INTAKE) for room in INTAKE_ROOMS for what in READS_OR_STORES),
    *((room, what, PURE) for room in ("gateway.stages.mime.parse", "gateway.model.ids") for what in OUTSIDE),
    *(("gateway", what, PURE) for what in ("os", "time")),  # the package itself, which every module can import from
    *((room, what, PORTS) for room in ("gateway.ports", "gateway.steps.intake.open") for what in ("os", "time", "dns")),
    *(
        (room, what, CONSOLE)
        for room in ("gateway.console.pages.keys", "gateway.roles.console", "gateway.adapters.store.console_desk")
        for what in ("aiosmtplib", "aiosmtpd", "smtplib", "gnupg", "gateway.adapters.smtp_out")
    ),
    ("gateway.web.app", "gateway.console", LAYERS),
    ("gateway.console.desk", "gateway.adapters.store", LAYERS),
    ("gateway.steps.intake.open", UNSEAL, LAYERS),
    ("gateway.stages.mime.parse", "gateway.ports", LAYERS),
    ("gateway.model.ids", "gateway.stages.mime.parse", LAYERS),
)


@cache
def as_it_is() -> grimp.ImportGraph:
    return grimp.build_graph("gateway", include_external_packages=True, cache_dir=None)


@pytest.fixture
def graph() -> grimp.ImportGraph:
    """Every import of the package, to plant one more in."""
    return deepcopy(as_it_is())


@cache
def contracts() -> dict[str, Contract]:
    read = read_configuration(str(ROOT / "pyproject.toml"))
    kinds = {"forbidden": ForbiddenContract, "layers": LayersContract}
    return {
        options["name"]: kinds[options["type"]](options["name"], read["session_options"], options)
        for options in read["contracts_options"]
    }


def is_kept(name: str, graph: grimp.ImportGraph) -> bool:
    return contracts()[name].check(graph, verbose=False).kept


def test_every_contract_is_named_here_and_kept(graph: grimp.ImportGraph) -> None:
    assert set(contracts()) == {LAYERS, PURE, PORTS, INTAKE, CONSOLE}
    assert all(is_kept(name, graph) for name in contracts())


def test_no_contract_makes_an_exception() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    words = {"ignore_imports", "allow_indirect_imports", "exclude_type_checking_imports"}
    assert not words & {*options, *(word for contract in options["contracts"] for word in contract)}


@pytest.mark.parametrize(("room", "what", "contract"), PLANTS)
def test_a_planted_import_breaks_its_contract(graph: grimp.ImportGraph, room: str, what: str, contract: str) -> None:
    assert room in graph.modules
    if what not in graph.modules:
        graph.add_module(what, is_squashed=True)
    if room == "gateway":
        graph.add_import(importer="gateway.stages.mime.parse", imported=room)
    graph.add_import(importer=room, imported=what)
    assert not is_kept(contract, graph)


def test_a_module_outside_the_layers_breaks_them(graph: grimp.ImportGraph) -> None:
    graph.add_module("gateway.helpers")
    assert not is_kept(LAYERS, graph)


WRITTEN = (
    ("roles/intake.py", f"from {UNSEAL} import KeyRing", INTAKE),
    ("web/app.py", "def later():\n    from gateway.adapters.store import SqlStore", INTAKE),
    ("web/pages/check.py", "import gateway.adapters.openpgp", INTAKE),
    ("console/desk.py", "import aiosmtplib", CONSOLE),
    ("stages/mime/parse.py", "from os import environ", PURE),
    ("stages/route/decide.py", "def later():\n    import time", PURE),
    ("steps/intake/open.py", "import time", PORTS),
)


def lint(folder: Path) -> tuple[int, dict[str, str]]:
    """Run the command as `make check` does, on the package that is in ``folder``."""
    command = "from importlinter.cli import lint_imports_command as command; command()"
    run = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo", "--config", "pyproject.toml"],
        cwd=folder,
        env={"COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {}
    for line in run.stdout.splitlines():
        name, _, verdict = line.rstrip().rpartition(" ")
        if verdict in {"KEPT", "BROKEN"}:
            found[name] = verdict
    return run.returncode, found


def test_the_command_turns_red_for_what_is_written_into_the_files(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "gateway", tmp_path / "gateway", ignore=lambda folder, names: _not_code(Path(folder), names))
    names = (LAYERS, PURE, PORTS, INTAKE, CONSOLE)
    assert lint(tmp_path) == (0, dict.fromkeys(names, "KEPT"))
    for path, code, contract in WRITTEN:
        file = tmp_path / "gateway" / path
        before = file.read_text()
        file.write_text(f"{before}\n\n{code}\n")
        status, verdicts = lint(tmp_path)
        file.write_text(before)
        assert (path, status, verdicts[contract]) == (path, 1, "BROKEN")


def _not_code(folder: Path, names: list[str]) -> set[str]:
    return {name for name in names if not (name.endswith(".py") or (folder / name / "__init__.py").exists())}
