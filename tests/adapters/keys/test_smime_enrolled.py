"""An S/MIME signer counts where the register names its certificate for a confirmed panel, and for its contact only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.adapters.host.folders import Folders
from gateway.adapters.keys.keys_in_use import keys_in_use
from gateway.adapters.keys.pinned_keys import PinnedKeys
from gateway.adapters.keys.smime import fingerprint, open_smime
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.kinds import ContentSignature
from gateway.ports import Permanent
from gateway.steps.intake.open import open_content
from tests.adapters.keys.test_smime import INNER, NoOpenPGP, People, detached
from tests.parsed import mail_by

PANEL = (
    '[panels.oxfordshire]\nstatus = "{status}"\nconfirmed_by = "a test"\nconfirmed_on = 2026-03-02\n'
    'smime_fingerprint = "{digits}"\ncontacts = [{{ email = "secure@neighbour.example" }}]\n'
)
OURS = ("secure@neighbour.example",)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("smime"))


def register(folder: Path, text: str) -> Path:
    (folder / "panels.toml").write_text(text, encoding="utf-8")
    return folder / "panels.toml"


def digits_of(people: People) -> str:
    return fingerprint(people.neighbour())


@pytest.mark.parametrize(
    ("status", "enrolled", "pinned", "authors", "expected"),
    [
        ("confirmed", "neighbour", "neighbour", OURS, ContentSignature.GOOD),
        ("confirmed", "neighbour", "neighbour", ("SECURE@Neighbour.example",), ContentSignature.GOOD),
        ("confirmed", "neighbour", "neighbour", ("other@neighbour.example",), ContentSignature.UNKNOWN),
        ("confirmed", "neighbour", "neighbour", (*OURS, "b@neighbour.example"), ContentSignature.UNKNOWN),
        ("confirmed", "neighbour", "neighbour", (), ContentSignature.UNKNOWN),
        ("suspended", "neighbour", "neighbour", OURS, ContentSignature.UNKNOWN),
        ("unconfirmed", "neighbour", "neighbour", OURS, ContentSignature.UNKNOWN),
        ("confirmed", "stranger", "neighbour", OURS, ContentSignature.UNKNOWN),
        ("confirmed", "neighbour", "stranger", OURS, ContentSignature.UNKNOWN),
    ],
)
async def test_a_signer_counts_only_pinned_enrolled_and_with_the_contact_as_its_one_author(
    people: People,
    tmp_path: Path,
    status: str,
    enrolled: str,
    pinned: str,
    authors: tuple[str, ...],
    expected: ContentSignature,
) -> None:
    digits = digits_of(people) if enrolled == "neighbour" else "AB" * 32
    deployment = register(tmp_path, PANEL.format(status=status, digits=digits))
    keys = PinnedKeys(tmp_path, tmp_path, packaged_config() / "panels.toml", deployment)
    for name, source in (("smime.crt", "ours.crt"), ("smime.key", "ours.key"), ("smime-peers.pem", f"{pinned}.crt")):
        (tmp_path / name).write_bytes((people.folder / source).read_bytes())
    smime = open_smime(tmp_path)
    assert smime is not None
    mail = mail_by(authors, "multipart/signed")
    message = ConfidentialBytes(detached(people.sign("neighbour"), INNER))
    try:
        found = await open_content(mail, message, NoOpenPGP(), smime, keys.enrolled())  # type: ignore[arg-type]
    finally:
        smime.close()
    assert found.state.signature is expected
    assert found.state.signer == ("oxfordshire" if expected is ContentSignature.GOOD else None)


def test_a_fingerprint_is_read_as_openssl_prints_it(people: People, tmp_path: Path) -> None:
    digits = digits_of(people)
    printed = ":".join(digits[at : at + 2] for at in range(0, 64, 2))
    deployment = register(tmp_path, PANEL.format(status="confirmed", digits=printed))
    panel = load_panels(packaged_config() / "panels.toml", deployment).panels["oxfordshire"]  # type: ignore[index]
    assert panel.smime_fingerprint == digits


@pytest.mark.parametrize("digits", ["", "AB" * 20, "AB" * 31 + "G1", "AB" * 33])
def test_what_is_no_sha256_stops_the_register(tmp_path: Path, digits: str) -> None:
    deployment = register(tmp_path, PANEL.format(status="confirmed", digits=digits))
    with pytest.raises(Permanent, match="panels_unreadable"):
        load_panels(packaged_config() / "panels.toml", deployment)


def test_one_certificate_for_two_panels_stops_the_register(tmp_path: Path) -> None:
    one = PANEL.format(status="confirmed", digits="AB" * 32)
    deployment = register(tmp_path, one + one.replace("oxfordshire", "hertfordshire"))
    with pytest.raises(Permanent, match="panels_unreadable"):
        load_panels(packaged_config() / "panels.toml", deployment)


async def test_the_list_of_keys_names_it_with_its_days_or_says_that_it_is_missing(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_openpgp(*_: object) -> list[object]:
        return []

    monkeypatch.setattr("gateway.adapters.keys.keys_in_use.reports_in_use", no_openpgp)
    folders = Folders(tmp_path)
    folders.worker_keys.mkdir(parents=True)
    deployment = register(tmp_path, PANEL.format(status="confirmed", digits=digits_of(people)))
    known = load_panels(packaged_config() / "panels.toml", deployment)
    now = datetime.now(UTC)
    [missing] = await keys_in_use(folders, known, now)
    assert (missing.owner, missing.trouble) == ("smime oxfordshire", "no_certificate")
    (folders.worker_keys / "smime-peers.pem").write_bytes((people.folder / "neighbour.crt").read_bytes())
    [report] = await keys_in_use(folders, known, now)
    assert (report.owner, report.trouble, report.fingerprint) == ("smime oxfordshire", "", digits_of(people))
    assert report.expires_at is not None
    assert report.expires_at > now
