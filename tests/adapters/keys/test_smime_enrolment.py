"""An S/MIME certificate is in use only after a second person typed the fingerprint that its panel read out."""

from __future__ import annotations

import argparse
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.adapters.keys import smime_enrolment
from gateway.adapters.keys.pinned_keys import PinnedKeys
from gateway.adapters.keys.smime import fingerprint, open_smime
from gateway.cli import keys
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import PanelId
from gateway.model.kinds import ContentSignature
from gateway.model.residence.panels import PanelRegister
from gateway.steps.intake.open import open_content
from tests.adapters.keys.test_smime import INNER, NoOpenPGP, People, detached
from tests.parsed import mail_by

NOW = datetime.now(UTC) + timedelta(hours=1)  # after the certificates that are made below
PANEL = PanelId("oxfordshire")
REGISTER = (
    '# Ours.\n[panels.oxfordshire]\nstatus = "confirmed"\nconfirmed_by = "a test"\nconfirmed_on = 2026-03-02\n'
    'contacts = [{ email = "secure@neighbour.example" }] # keep\n\n[panels.surrey]\nnotes = "x"\n'
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("smime"))


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    for folder in ("config", "keys/peers", "keys/worker"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "config" / "panels.toml").write_text(REGISTER, encoding="utf-8")
    return tmp_path


def register_of(deployment: Path) -> PanelRegister:
    return load_panels(packaged_config() / "panels.toml", deployment / "config/panels.toml")


def propose(deployment: Path, content: bytes, by: str = "alex", panel: PanelId = PANEL) -> tuple[str, ...]:
    return smime_enrolment.propose(deployment / "keys/peers", panel, content, by, NOW)


def confirm(deployment: Path, heard: str, by: str = "sam", panel: PanelId = PANEL) -> str:
    pins = deployment / "config/panels.toml"
    known = register_of(deployment)
    return smime_enrolment.confirm(
        deployment / "keys/peers", deployment / "keys/worker", known, pins, panel, heard, by, NOW
    )


def in_use(deployment: Path, panel: PanelId = PANEL) -> tuple[str | None, set[str]]:
    """Return what the register names, and which certificates are pinned."""
    found = register_of(deployment).panel(panel)
    assert found is not None
    held = smime_enrolment.pinned(deployment / "keys/worker" / smime_enrolment.PEERS)
    return found.smime_fingerprint, {str(fingerprint(certificate)) for certificate in held}


def pem(people: People, who: str) -> bytes:
    return (people.folder / f"{who}.crt").read_bytes()


def digits(people: People, who: str) -> str:
    return str(fingerprint(x509.load_pem_x509_certificate(pem(people, who))))


async def verdict(deployment: Path, people: People) -> ContentSignature:
    """Judge a message that the neighbour signed, as the worker does."""
    worker = deployment / "keys/worker"
    for name in ("crt", "key"):
        (worker / f"smime.{name}").write_bytes((people.folder / f"ours.{name}").read_bytes())
    pins = PinnedKeys(worker, deployment / "keys/peers", packaged_config() / "panels.toml",
                      deployment / "config/panels.toml")  # fmt: skip
    smime = open_smime(worker)
    assert smime is not None
    mail = mail_by("secure@neighbour.example", "multipart/signed")
    message = ConfidentialBytes(detached(people.sign("neighbour"), INNER))
    try:
        found = await open_content(mail, message, NoOpenPGP(), smime, pins.enrolled())  # type: ignore[arg-type]
    finally:
        smime.close()
    return found.state.signature


async def test_a_signer_counts_only_after_a_second_person_typed_the_fingerprint(
    deployment: Path, people: People
) -> None:
    assert propose(deployment, pem(people, "neighbour")) == ()
    assert in_use(deployment) == (None, set())
    assert await verdict(deployment, people) is ContentSignature.UNKNOWN
    printed = digits(people, "neighbour")
    spoken = ":".join(printed[at : at + 2] for at in range(0, 64, 2)).lower()
    assert confirm(deployment, spoken) == ""
    assert in_use(deployment) == (printed, {printed})
    assert await verdict(deployment, people) is ContentSignature.GOOD
    assert "# keep" in (deployment / "config/panels.toml").read_text(encoding="utf-8")
    assert smime_enrolment.candidates(deployment / "keys/peers") == []
    who = (deployment / f"keys/peers/smime-{printed}.json").read_text(encoding="utf-8")
    assert '"imported_by": "alex"' in who
    assert '"confirmed_by": "sam"' in who


@pytest.mark.parametrize("by", ["alex", "ALEX", " alex ", ""])
def test_the_person_who_imported_it_cannot_confirm_it(deployment: Path, people: People, by: str) -> None:
    propose(deployment, pem(people, "neighbour"))
    assert confirm(deployment, digits(people, "neighbour"), by) == "same_person"
    assert in_use(deployment) == (None, set())


def test_another_fingerprint_a_short_one_or_an_exchanged_file_is_not_pinned(deployment: Path, people: People) -> None:
    propose(deployment, pem(people, "neighbour"))
    own = digits(people, "neighbour")
    for heard in (digits(people, "stranger"), own[:40], own[:-1], "", "nonsense"):
        assert confirm(deployment, heard) == "wrong_fingerprint"
    waiting = smime_enrolment.folder(deployment / "keys/peers") / f"{PANEL}.pem"
    waiting.write_bytes(pem(people, "stranger"))
    assert confirm(deployment, digits(people, "stranger")) == "wrong_fingerprint"
    waiting.write_bytes(b"-----BEGIN nothing")
    assert confirm(deployment, own) == "faulty"
    assert in_use(deployment) == (None, set())


def test_a_changed_certificate_replaces_the_earlier_one_and_leaves_other_panels_alone(
    deployment: Path, people: People
) -> None:
    surrey = PanelId("surrey")
    for panel, who in ((PANEL, "neighbour"), (surrey, "ours"), (PANEL, "stranger")):
        assert propose(deployment, pem(people, who), panel=panel) == ()
        assert confirm(deployment, digits(people, who), panel=panel) == ""
    both = {digits(people, "stranger"), digits(people, "ours")}
    assert in_use(deployment) == (digits(people, "stranger"), both)
    assert in_use(deployment, surrey)[0] == digits(people, "ours")


def test_one_certificate_is_not_pinned_for_two_panels(deployment: Path, people: People) -> None:
    surrey = PanelId("surrey")
    for panel, refusal in ((PANEL, ""), (surrey, "another_panels")):
        propose(deployment, pem(people, "neighbour"), panel=panel)
        assert confirm(deployment, digits(people, "neighbour"), panel=panel) == refusal
    assert in_use(deployment, surrey)[0] is None


def made(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    name: str = "Invented Panel",
    days: tuple[int, int] = (-1, 30),
    *further: tuple[x509.ExtensionType, bool],
) -> bytes:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    for extension, critical in further:
        built = built.add_extension(extension, critical)
    return built.sign(key, SHA256()).public_bytes(Encoding.PEM)


def usage(*, signs: bool) -> tuple[x509.KeyUsage, bool]:
    return x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False), True


def purpose(*oids: x509.ObjectIdentifier) -> tuple[x509.ExtendedKeyUsage, bool]:
    return x509.ExtendedKeyUsage(oids), False


def with_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return made(key) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (made(), ()),
        (made(CURVE, "Panel", (-1, 30), usage(signs=True), purpose(ExtendedKeyUsageOID.EMAIL_PROTECTION)), ()),
        (x509.load_pem_x509_certificate(made()).public_bytes(Encoding.DER), ()),
        (made(rsa.generate_private_key(65537, 1024)), ("weak",)),  # noqa: S505 - that is the test
        (made(ec.generate_private_key(ec.SECP192R1())), ("weak",)),
        (made(CURVE, "Panel", (-30, -1)), ("key_expired",)),
        (made(CURVE, "Panel", (1, 30)), ("not_yet_valid",)),
        (made(CURVE, "Panel\u202eevil"), ("user_id_hidden_characters",)),
        (made(CURVE, "Panel\u0085[GNUPG:] GOODSIG"), ("user_id_hidden_characters",)),
        (made(CURVE, "Panel", (-1, 30), usage(signs=False)), ("not_for_mail",)),
        (made(CURVE, "Panel", (-1, 30), purpose(ExtendedKeyUsageOID.SERVER_AUTH)), ("not_for_mail",)),
        (made() + made(), ("not_one_certificate",)),
        (with_key(), ("secret_key",)),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ("not_x509",)),
        (b"\x30\x82not a certificate", ("not_x509",)),
        (b"", ("not_x509",)),
        (made() + b"\n" * (64 << 10), ("too_large",)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) and value else None,
)
def test_what_cannot_be_used_is_refused_at_the_import(
    deployment: Path, content: bytes, faults: tuple[str, ...]
) -> None:
    assert propose(deployment, content) == faults
    waiting = [entry.panel for entry in smime_enrolment.candidates(deployment / "keys/peers")]
    assert waiting == ([] if faults else [PANEL])
    assert all(fault in keys.FAULTS for fault in faults), "each is said in words"


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    keys.add_arguments(parser)
    return parser.parse_args(list(words))


def test_by_the_command_it_takes_two_names_and_shows_no_fingerprint_before(
    deployment: Path, people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, own = tmp_path / "theirs.pem", digits(people, "neighbour")
    file.write_bytes(pem(people, "neighbour"))
    where = ("--dir", str(deployment))
    imported = arguments("import", "oxfordshire", str(file), "--smime", "--by", "alex", *where)
    assert keys.run(imported) == 0
    said = capsys.readouterr()
    assert "keys confirm oxfordshire --smime" in said.out
    assert own.lower() not in said.out.lower()
    confirmed = ("confirm", "oxfordshire", "--smime", "--fingerprint", own, *where)
    assert keys.run(arguments(*confirmed, "--by", "alex")) == 1
    assert "A second person must" in capsys.readouterr().err
    assert keys.run(arguments(*confirmed, "--by", "sam")) == 0
    assert "has no S/MIME certificate of its own" in capsys.readouterr().out
    document = tomllib.loads((deployment / "config/panels.toml").read_text(encoding="utf-8"))
    assert document["panels"]["oxfordshire"]["smime_fingerprint"] == own
