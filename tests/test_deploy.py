"""Dockerfile and systemd unit cannot be run here: they are read, and whatever they name must exist."""

from __future__ import annotations

import argparse
import importlib
import json
import re
import shlex
from pathlib import Path

import pytest

from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.privileges import ROLES, identity
from gateway.cli.main import COMMANDS
from gateway.roles.supervisor import STOP_WITHIN_S

ROOT = Path(__file__).parent.parent
DIR = "/srv/cdop"
SETTINGS = load_settings(None)

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Return the Dockerfile's instructions, continued lines joined, comments left out."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1].strip()) for line in joined.splitlines() if line.strip()]


def of(name: str) -> list[str]:
    return [argument for found, argument in instructions() if found == name]


def unit() -> dict[str, list[Instruction]]:
    """Return the unit's sections as lists of name and value: names repeat, so no mapping."""
    sections: dict[str, list[Instruction]] = {}
    current: list[Instruction] = []
    for line in (ROOT / "docs/deploy/gateway.service").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        header = re.fullmatch(r"\[(\w+)\]", line)
        if header is not None:
            current = sections.setdefault(header[1], [])
            continue
        name, equals, value = line.partition("=")
        assert equals, line
        assert re.fullmatch(r"[A-Za-z]+", name), line
        current.append((name, value))
    return sections


def setting(name: str) -> str:
    values = [value for found, value in unit()["Service"] if found == name]
    assert len(values) == 1, name
    return values[0]


def parse_command(words: list[str]) -> argparse.Namespace:
    """Parse words as the gateway's own command line does."""
    assert words[0] in COMMANDS
    parser = argparse.ArgumentParser()
    importlib.import_module(f"gateway.cli.{words[0]}").add_arguments(parser)
    return parser.parse_args(words[1:])


# The image.


def test_image_is_built_in_two_stages_from_a_base_without_registry() -> None:
    assert of("FROM") == ["python:3.11-slim AS build", "python:3.11-slim"]
    assert {name for name, _ in instructions()} <= {
        *("FROM", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"),
    }


def test_what_the_image_copies_is_in_the_repository() -> None:
    copied = [argument.split()[:-1] for argument in of("COPY") if not argument.startswith("--from=build")]
    sources = [source for each in copied for source in each]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
    assert {"gateway", "config", "requirements.txt"} <= set(sources)


def test_image_takes_only_what_the_first_stage_made() -> None:
    moved = [argument for argument in of("COPY") if argument.startswith("--from=")]
    assert moved == ["--from=build /opt/gateway /opt/gateway"]
    assert any("-m venv /opt/gateway" in command for command in of("RUN"))
    assert any("--require-hashes -r /build/requirements.txt" in command for command in of("RUN"))


def test_requirements_of_the_image_are_hashed_to_the_last() -> None:
    entries = re.split(r"\n(?=[a-z])", (ROOT / "requirements.txt").read_text("utf-8"))
    packages = [entry for entry in entries if re.match(r"[a-z][^\n]*==", entry)]
    assert len(packages) > 20
    assert not [entry.split("\n")[0] for entry in packages if "--hash=sha256:" not in entry]


def test_packages_of_the_image_are_those_that_tests_run_with() -> None:
    command = next(command for command in of("RUN") if "apt-get install" in command)
    wanted = set(command.partition("--no-install-recommends")[2].partition("&&")[0].split())
    tested = set((ROOT / ".ci/packages").read_text("utf-8").split())
    assert {"gnupg", "openssl"} <= wanted <= tested


def test_image_runs_as_the_workers_number_and_never_as_root() -> None:
    uid, _ = identity(SETTINGS.users, "worker")
    assert of("USER") == [f"{uid}:{uid}"]
    assert instructions()[-1][0] == "CMD"


def test_command_of_the_image_is_one_the_gateway_takes() -> None:
    assert json.loads(of("ENTRYPOINT")[0]) == ["python", "-m", "gateway"]
    command = parse_command(json.loads(of("CMD")[0]))
    assert (command.role, command.dir) == ("worker", Path(DIR))
    assert of("VOLUME") == [DIR]
    assert "PYTHONPATH=/opt/gateway/app" in of("ENV")[0].split()


def test_image_shows_the_ports_of_the_packaged_settings() -> None:
    intake = SETTINGS.intake
    assert of("EXPOSE")[0].split() == [
        str(port) for port in (intake.mx_port, intake.tls_port, intake.web_port, SETTINGS.console.port)
    ]


# The unit.


def test_unit_has_its_three_sections() -> None:
    assert list(unit()) == ["Unit", "Service", "Install"]
    assert unit()["Install"] == [("WantedBy", "multi-user.target")]


def test_unit_names_nothing_twice() -> None:
    for section in unit().values():
        names = [name for name, _ in section]
        assert len(names) == len(set(names))


def test_command_of_the_unit_is_one_the_gateway_takes() -> None:
    program, *words = shlex.split(setting("ExecStart"))
    command = parse_command(words)
    assert (command.role, command.dir) == ("all", Path(DIR))
    page = (ROOT / "docs/deploy/README.md").read_text("utf-8")
    assert f"python3 -m venv {program.removesuffix('/bin/gateway')}" in page


def test_unit_waits_longer_for_the_end_than_the_supervisor() -> None:
    assert setting("KillSignal") == "SIGTERM"
    assert float(setting("TimeoutStopSec")) > STOP_WITHIN_S


def test_unit_may_do_what_changing_users_and_low_ports_take_and_no_more() -> None:
    assert SETTINGS.users.separate
    assert min(SETTINGS.intake.mx_port, SETTINGS.intake.tls_port, SETTINGS.intake.web_port) < 1024
    assert set(setting("CapabilityBoundingSet").split()) == {
        *("CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE", "CAP_KILL"),
    }
    assert setting("AmbientCapabilities") == ""
    assert not [name for name, _ in unit()["Service"] if name in {"User", "Group", "DynamicUser"}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ReadWritePaths", DIR),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("LimitCORE", "0"),
        ("RestrictSUIDSGID", "yes"),
    ],
)
def test_unit_is_shut_in(name: str, value: str) -> None:
    assert setting(name) == value


# The page beside them.


def docker_runs() -> list[list[str]]:
    page = (ROOT / "docs/deploy/README.md").read_text("utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in page.splitlines() if line.startswith("docker run --detach")]


def test_each_role_has_a_container_with_its_own_user_and_groups() -> None:
    seen = []
    for words in docker_runs():
        role = words[words.index("cdop-gateway") + 2]
        uid, groups = identity(SETTINGS.users, role)
        assert words[words.index("--user") + 1] == f"{uid}:{uid}"
        given = [int(words[place + 1]) for place, word in enumerate(words) if word == "--group-add"]
        assert sorted(given) == sorted(groups)
        assert {"--read-only", "--tmpfs", "--cap-drop"} <= set(words)
        assert parse_command(words[words.index("cdop-gateway") + 1 :]).dir == Path(DIR)
        seen.append(role)
    assert seen == list(ROLES)


def test_published_ports_are_those_of_the_role() -> None:
    intake = SETTINGS.intake
    expected = {
        "intake": [intake.mx_port, intake.tls_port, intake.web_port],
        "worker": [],
        "console": [SETTINGS.console.port],
    }
    for words in docker_runs():
        published = [words[place + 1] for place, word in enumerate(words) if word == "--publish"]
        assert published == [f"{port}:{port}" for port in expected[words[words.index("cdop-gateway") + 2]]]
