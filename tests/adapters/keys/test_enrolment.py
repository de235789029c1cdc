"""Enrolment by two people, and what a candidate certificate must not be."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panel_pins import pin
from gateway.adapters.config.panels import load_panels
from gateway.adapters.keys import enrolment
from gateway.adapters.keys.certificate_lint import examine, user_id_faults
from gateway.adapters.keys.certificates import issue, make_authority
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.cli import keys
from gateway.model.ids import Fingerprint, PanelId
from gateway.ports import Permanent
from gateway.stages.openpgp.packets import Tag, dearmour
from tests.adapters.conftest import Visit
from tests.adapters.openpgp.craft import packet
from tests.key_homes import Panels, short_folder

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PANEL = PanelId("oxfordshire")


@pytest.fixture
def deployment() -> Iterator[Path]:
    """A deployment in a folder with a short path, whatever pytest's own is: gpg's home lies below it."""
    with short_folder() as root:
        yield made_below(root)


def made_below(root: Path) -> Path:
    for folder in ("config", "keys/peers", "keys/worker"):
        (root / folder).mkdir(parents=True)
    register = '# Ours.\n[panels.oxfordshire]\nnext_hop = "default" # keep\n\n[panels.surrey]\nnotes = "x"\n'
    (root / "config" / "panels.toml").write_text(register, encoding="utf-8")
    return root


def propose(deployment: Path, content: bytes, by: str = "alex") -> tuple[str, ...]:
    return enrolment.propose(deployment / "keys/peers", PANEL, content, by, NOW)


def confirm(deployment: Path, fingerprint: str, by: str = "sam") -> str:
    register = deployment / "config/panels.toml"
    return enrolment.confirm(deployment / "keys/peers", register, PANEL, fingerprint, by, NOW)


def pinned(deployment: Path) -> Fingerprint | None:
    register = load_panels(packaged_config() / "panels.toml", deployment / "config/panels.toml")
    panel = register.panel(PANEL)
    assert panel is not None
    return panel.fingerprint


def test_a_key_is_in_use_only_after_a_second_person_typed_its_fingerprint(deployment: Path, panels: Panels) -> None:
    assert propose(deployment, panels.there.certificate) == ()
    assert pinned(deployment) is None
    assert not list((deployment / "keys/peers").glob("*.asc"))
    spoken = " ".join(panels.there.own[at : at + 4] for at in range(0, 40, 4)).lower()
    assert confirm(deployment, spoken) == ""
    assert pinned(deployment) == panels.there.own
    assert (deployment / f"keys/peers/{panels.there.own}.asc").read_bytes() == panels.there.certificate
    done = enrolment.read(deployment / f"keys/peers/{panels.there.own}.json")
    assert done is not None
    assert (done.imported_by, done.confirmed_by, done.panel) == ("alex", "sam", PANEL)


def test_the_same_person_cannot_confirm(deployment: Path, panels: Panels) -> None:
    propose(deployment, panels.there.certificate)
    for by in ("alex", "ALEX", " alex ", ""):
        assert confirm(deployment, panels.there.own, by) == "same_person"
    assert pinned(deployment) is None


@pytest.mark.parametrize("wrong", ["", "A" * 40, "short"])
def test_another_fingerprint_confirms_nothing(deployment: Path, panels: Panels, wrong: str) -> None:
    propose(deployment, panels.there.certificate)
    for typed in (wrong, panels.there.own[:-1], panels.there.own[-16:], panels.here.own):
        assert confirm(deployment, typed) == "wrong_fingerprint"
    assert pinned(deployment) is None


def test_a_candidate_that_was_exchanged_after_the_import_is_not_confirmed(deployment: Path, panels: Panels) -> None:
    propose(deployment, panels.there.certificate)
    (deployment / "keys/peers/candidates/oxfordshire.asc").write_bytes(panels.here.certificate)
    assert confirm(deployment, panels.there.own) == "wrong_fingerprint"
    assert confirm(deployment, panels.here.own) == "wrong_fingerprint"


def test_nothing_is_confirmed_where_nothing_waits(deployment: Path, panels: Panels) -> None:
    assert confirm(deployment, panels.there.own) == "no_candidate"


FAULTY = {
    "expired": "key_expired",
    "revoked": "key_revoked",
    "partly_expired": "key_expired",
    "sign_only": "no_key",
    "weak_rsa": "weak",
    "broken_utf8": "user_id_not_utf8",
    "forged_status": "user_id_hidden_characters",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_bad_key_of_the_zoo_never_becomes_a_candidate(deployment: Path, visit: Visit, name: str) -> None:
    found = propose(deployment, visit.animals[name].certificate)
    assert FAULTY[name] in found
    assert not (deployment / "keys/peers/candidates").exists()


def test_a_sha1_bound_key_never_becomes_a_candidate(deployment: Path, visit: Visit) -> None:
    assert propose(deployment, visit.animals["sha1_bound"].certificate)


@pytest.mark.parametrize("name", ["expiring", "two_user_ids", "impostor"])
def test_a_good_key_becomes_a_candidate_and_the_fingerprint_tells_an_impostor(
    deployment: Path, visit: Visit, panels: Panels, name: str
) -> None:
    assert propose(deployment, visit.animals[name].certificate) == ()
    assert confirm(deployment, panels.there.own) == "wrong_fingerprint"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Panel\u0085[GNUPG:] <a@x.example>", {"user_id_hidden_characters", "user_id_status_word"}),
        ("Panel\u2028 <a@x.example>", {"user_id_hidden_characters"}),
        ("Panel\u202e <a@x.example>", {"user_id_hidden_characters"}),
        ("Panel\u200b <a@x.example>", {"user_id_hidden_characters"}),
        ("Panel\n[gnupg:] <a@x.example>", {"user_id_hidden_characters", "user_id_status_word"}),
        ("Panel <a@x.example> <b@x.example>", {"user_id_address"}),
        ("Panel " + "x" * 300 + " <a@x.example>", {"user_id_too_long", "user_id_address"}),
        ("Plain <a@x.example>", set()),
        ("a@x.example", set()),
    ],
)
def test_user_ids_are_linted(text: str, expected: set[str]) -> None:
    assert set(user_id_faults([text.encode()])) == expected


def test_what_is_no_single_public_key_is_refused(visit: Visit, panels: Panels) -> None:
    secret = visit.zoo.gpg("--armor", "--export-secret-keys", visit.animals["two_user_ids"].own)
    secret = secret.replace(b"PRIVATE KEY BLOCK", b"PUBLIC KEY BLOCK")
    two = (dearmour(panels.here.certificate, b"PUBLIC KEY BLOCK") or b"") * 2
    assert examine(secret).faults == ("secret_key",)
    assert examine(two).faults == ("not_one_key",)
    assert examine(b"rubbish").faults == ("not_a_certificate",)
    assert examine(packet(Tag.PUBLIC_KEY, bytes(4 << 20))).faults == ("too_large",)


def test_a_pin_changes_one_line_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "panels.toml"
    path.write_text('# Ours\n[panels.a]\nfingerprint = "0"  # old\nnotes = "n" # why\n[panels.b]\n', encoding="utf-8")
    pin(path, PanelId("a"), Fingerprint("A" * 40))
    pin(path, PanelId("c"), Fingerprint("B" * 40))
    found = tomllib.loads(path.read_text(encoding="utf-8"))["panels"]
    assert found == {"a": {"fingerprint": "A" * 40, "notes": "n"}, "b": {}, "c": {"fingerprint": "B" * 40}}
    assert "# Ours" in path.read_text(encoding="utf-8")
    assert "# why" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["[panels\n", 'panels = "x"\n', 'panels.a.notes = "dotted"\n[x]\n'])
def test_a_register_that_cannot_be_changed_safely_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "panels.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Permanent):
        pin(path, PanelId("a"), Fingerprint("A" * 40))
    assert path.read_text(encoding="utf-8") == text


def gateway_keys(*words: str) -> int:
    parser = argparse.ArgumentParser()
    keys.add_arguments(parser)
    return keys.run(parser.parse_args(words))


def test_the_command_enrols_a_panel(
    deployment: Path, panels: Panels, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    where = ("--dir", str(deployment))
    given = tmp_path / "key.asc"
    given.write_bytes(panels.there.certificate)
    assert gateway_keys("import", "oxfordshire", str(given), "--by", "alex", *where) == 0
    assert panels.there.own not in capsys.readouterr().out  # the second person must hear it, not read it here
    confirming = ("confirm", "oxfordshire", "--fingerprint", panels.there.own)
    assert gateway_keys(*confirming, "--by", "alex", *where) == 1
    assert "second person" in capsys.readouterr().err
    assert gateway_keys(*confirming, "--by", "sam", *where) == 0
    assert pinned(deployment) == panels.there.own
    assert gateway_keys("import", "nowhere", str(given), *where) == 1
    assert gateway_keys("import", "oxfordshire", str(tmp_path / "none.asc"), *where) == 1


def test_the_list_shows_every_key_with_days_strength_and_trial(
    deployment: Path, panels: Panels, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = deployment / "keys" / "worker"
    worker.rmdir()
    worker.symlink_to(panels.here.home.parent)
    own = panels.here.own
    peers, register = deployment / "keys/peers", deployment / "config/panels.toml"
    for panel, animal in (("surrey", "expiring"), ("oxfordshire", "revoked")):
        (peers / f"{visit.animals[animal].own}.asc").write_bytes(visit.animals[animal].certificate)
        pin(register, PanelId(panel), visit.animals[animal].own)
    propose(deployment, panels.there.certificate)
    intake = deployment / "keys" / "intake"
    intake.mkdir()
    moment = datetime.now(UTC)
    issued = issue(make_authority("x", moment), ("mx.here.example",), moment)
    (intake / "tls.crt").write_bytes(issued.certificate)
    (intake / "seal.pub").write_text(SealPrivateKey.generate().public.dump(), encoding="ascii")
    status = gateway_keys("--dir", str(deployment))
    lines = capsys.readouterr().out.splitlines()
    assert status == 1  # something wants attention
    assert len(lines) == 6
    assert "tls intake" in lines[3]
    assert "days left" in lines[3]
    assert "mlkem768+x25519" in lines[4]
    assert "never expires" in lines[4]
    assert "waits for a second person; imported by alex" in lines[5]
    assert panels.there.own not in lines[5]
    assert own in lines[0] or "own" in lines[0]
    assert "revoked" in lines[1]
    assert lines[1].startswith("! oxfordshire")
    assert "4 days left" in lines[2] or "5 days left" in lines[2]
    assert "cv25519" in lines[2]
    assert lines[2].startswith("! surrey")
