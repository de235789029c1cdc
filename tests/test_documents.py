"""What the papers name exists: commands, files, dependencies, samples."""

from __future__ import annotations

import argparse
import importlib
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from gateway.cli.explain import run as explain
from gateway.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "THIRD-PARTY-NOTICES.md", "keys/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_PATH = re.compile(r"(?:gateway|config|docs|tests|keys|bench)(?:/[A-Za-z0-9_.-]+)+/?")
_MADE_BY_A_DEPLOYMENT = re.compile(r"keys/(?:intake|worker|console|audit|peers)(?:/|$)")


def requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    every = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [re.split(r"[<>=\[ ]", each, maxsplit=1)[0] for each in every]


def dependencies() -> str:
    """Return the section of the architecture page that says what each dependency is for."""
    return (ROOT / "docs/architecture.md").read_text("utf-8").partition("\n## Dependencies\n")[2]


@pytest.mark.parametrize("package", requirements())
def test_every_direct_dependency_says_what_it_earns(package: str) -> None:
    assert re.search(rf"^- {re.escape(package)}: \S", dependencies(), re.MULTILINE)


def test_no_dependency_is_explained_that_is_not_there() -> None:
    assert set(re.findall(r"^- ([a-z0-9-]+): ", dependencies(), re.MULTILINE)) == set(requirements())


def test_every_package_that_is_installed_has_its_licence_named() -> None:
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"[a-z0-9-]+", (ROOT / "THIRD-PARTY-NOTICES.md").read_text("utf-8")))
    assert locked
    assert not set(locked) - named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_of_the_repository_that_a_page_names_exists(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`|\]\(([^)\s]+)\)", page.read_text("utf-8"))
    named = {word for code, link in spans for word in (code or link).split() if _PATH.fullmatch(word)}
    missing = {each for each in named if not _MADE_BY_A_DEPLOYMENT.match(each) and not (ROOT / each).exists()}
    assert not missing


def commands() -> list[list[str]]:
    """Return each command line of the gateway in a block of the README."""
    page = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    blocks = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    return [
        shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.strip().startswith("gateway ")
    ]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_in_the_readme_is_one_the_gateway_takes(words: list[str]) -> None:
    assert words[0] in COMMANDS
    parser = argparse.ArgumentParser()
    importlib.import_module(f"gateway.cli.{words[0]}").add_arguments(parser)
    parser.parse_args(words[1:])


def test_targets_that_the_readme_names_are_in_the_makefile() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"demo", "test"} <= named
    assert not [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    importlib.import_module("gateway.cli.explain").add_arguments(parser)
    assert explain(parser.parse_args(["--json", *words])) == 0
    line = json.loads(capsys.readouterr().out)
    assert isinstance(line, dict)
    return line


def test_sample_question_reaches_the_general_inbox_as_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    line = explained(capsys, str(ROOT / "docs/samples/question.eml"))
    assert line["kind"] == "general_query"
    assert isinstance(line["plan"], dict)
    assert [each["to"] for each in line["plan"]["dispatches"]] == ["general_inbox"]


def test_sample_notification_is_held_until_its_panel_is_confirmed_as_the_readme_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sample = str(ROOT / "docs/samples/notification.eml")
    held = explained(capsys, sample)["plan"]
    assert isinstance(held, dict)
    assert (held["state"], held["held_reason"]) == ("held", "panel_unconfirmed")
    sent = explained(capsys, "--authenticated", "--assume-confirmed", sample)["plan"]
    assert isinstance(sent, dict)
    assert [each["to"] for each in sent["dispatches"]] == ["panel:oxfordshire", "sender"]
