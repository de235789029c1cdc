"""S/MIME that arrives: opened whole, its signer pinned, CBC said to be unauthenticated."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from gateway.adapters.keys.smime import OpenSSL, SmimeKeys, fingerprint, open_smime
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import PanelId
from gateway.model.kinds import ContentEncryption, ContentSignature
from gateway.model.office.enrolled import Enrolled
from gateway.ports import Opened, SignatureVerdict, Temporary
from gateway.steps.intake.open import OpenedContent, open_content
from tests.parsed import mail_by

INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe content.\r\n"


class NoOpenPGP:
    """ports.OpenPGP that nothing here may ask."""

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        raise AssertionError

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        raise AssertionError

    encrypt_and_sign = encryption_subkeys = usable = None


class People:
    """We, a neighbour who is pinned, and a stranger; each with a certificate of its own making."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("ours", "neighbour", "stranger"):
            subprocess.run(
                [
                    *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
                    *("-subj", f"/CN={name}", "-keyout", str(folder / f"{name}.key")),
                    *("-out", str(folder / f"{name}.crt")),
                ],
                check=True,
                capture_output=True,
            )
        self.keys = SmimeKeys(folder / "ours.crt", folder / "ours.key", folder / "neighbour.crt")

    def cms(self, *args: str, content: bytes) -> bytes:
        command = ["openssl", "cms", "-binary", "-outform", "DER", *args]
        return subprocess.run(command, input=content, capture_output=True, check=True).stdout

    def sign(self, who: str, *args: str, content: bytes = INNER) -> bytes:
        key = ("-signer", str(self.folder / f"{who}.crt"), "-inkey", str(self.folder / f"{who}.key"))
        return self.cms("-sign", *key, *args, content=content)

    def encrypt(self, cipher: str, content: bytes = INNER, to: str = "ours") -> bytes:
        return self.cms("-encrypt", cipher, str(self.folder / f"{to}.crt"), content=content)

    def neighbour(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "neighbour.crt").read_bytes())


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("smime"))


async def opened(people: People, message: bytes, author: str = "secure@neighbour.example") -> OpenedContent:
    mail = mail_by(author, "application/pkcs7-mime")
    enrolled = {
        fingerprint(people.neighbour()): Enrolled(PanelId("neighbour"), frozenset({"secure@neighbour.example"}))
    }
    smime = OpenSSL(people.keys)
    try:
        return await open_content(mail, ConfidentialBytes(message), NoOpenPGP(), smime, enrolled)  # type: ignore[arg-type]
    finally:
        smime.close()


def enveloped(der: bytes) -> bytes:
    head = b'Content-Type: application/pkcs7-mime; smime-type="enveloped-data"; name="smime.p7m"\r\n'
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(der).replace(b"\n", b"\r\n")


def opaque(der: bytes) -> bytes:
    return enveloped(der).replace(b"enveloped-data", b"signed-data")


def detached(der: bytes, content: bytes = INNER) -> bytes:
    return (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="b"\r\n\r\n'
        b"--b\r\n" + content + b"\r\n--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(der).replace(b"\n", b"\r\n")
        + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(("cipher", "authenticated"), [("-aes-256-cbc", False), ("-aes-256-gcm", True)])
async def test_enveloped_data_is_opened_and_cbc_is_said_to_be_unauthenticated(
    people: People, cipher: str, authenticated: bool
) -> None:
    found = await opened(people, enveloped(people.encrypt(cipher)))
    assert found.inner_raw == ConfidentialBytes(INNER)
    assert found.state.encrypted is ContentEncryption.SMIME
    assert found.state.authenticated is authenticated
    assert found.state.signature is ContentSignature.NONE


async def test_a_changed_gcm_message_gives_no_content(people: People) -> None:
    der = bytearray(people.encrypt("-aes-256-gcm"))
    der[-20] ^= 1
    found = await opened(people, enveloped(bytes(der)))
    assert found.inner_raw is None
    assert not found.state.opened


async def test_a_message_for_somebody_else_is_not_opened(people: People) -> None:
    found = await opened(people, enveloped(people.encrypt("-aes-256-cbc", to="stranger")))
    assert found.inner_raw is None
    assert not found.state.opened


async def test_a_signature_directly_inside_the_encryption_counts(people: People) -> None:
    for inner in (detached(people.sign("neighbour")), opaque(people.sign("neighbour", "-nodetach"))):
        found = await opened(people, enveloped(people.encrypt("-aes-256-gcm", content=inner)))
        assert found.state.signature is ContentSignature.GOOD
        assert found.state.signer == "neighbour"


@pytest.mark.parametrize(
    ("who", "content", "author", "expected"),
    [
        ("neighbour", INNER, "secure@neighbour.example", ContentSignature.GOOD),
        ("neighbour", INNER, "other@neighbour.example", ContentSignature.UNKNOWN),
        ("stranger", INNER, "secure@neighbour.example", ContentSignature.UNKNOWN),
        ("neighbour", INNER.replace(b"The", b"Another"), "secure@neighbour.example", ContentSignature.BAD),
    ],
)
async def test_a_detached_signature_is_judged_over_the_original_bytes(
    people: People, who: str, content: bytes, author: str, expected: ContentSignature
) -> None:
    found = await opened(people, detached(people.sign(who), content), author)
    assert found.state.signature is expected
    assert found.inner_raw is None


async def test_opaque_signed_by_a_stranger_can_be_read_and_proves_nothing(people: People) -> None:
    found = await opened(people, opaque(people.sign("stranger", "-nodetach")))
    assert found.inner_raw == ConfidentialBytes(INNER)
    assert found.state.signature is ContentSignature.UNKNOWN


async def test_a_changed_opaque_message_gives_no_content(people: People) -> None:
    der = people.sign("neighbour", "-nodetach").replace(b"The content.", b"Da content.")
    found = await opened(people, opaque(der))
    assert found.inner_raw is None


async def test_an_expired_certificate_or_sha1_proves_nothing(people: People) -> None:
    late = OpenSSL(people.keys, now=lambda: datetime.now(UTC) + timedelta(days=31))
    now = OpenSSL(people.keys)
    good, weak = people.sign("neighbour"), people.sign("neighbour", "-md", "sha1")
    assert (await now.verify(ConfidentialBytes(INNER), good)).signature is ContentSignature.GOOD
    assert (await late.verify(ConfidentialBytes(INNER), good)).signature is ContentSignature.UNVERIFIABLE
    assert (await now.verify(ConfidentialBytes(INNER), weak)).signature is ContentSignature.UNVERIFIABLE


async def test_a_certificate_that_the_message_brings_along_is_not_believed(people: People) -> None:
    verdict = await OpenSSL(people.keys).verify(ConfidentialBytes(INNER), people.sign("stranger"))
    assert verdict == SignatureVerdict(ContentSignature.UNKNOWN)


async def test_openssl_missing_or_hanging_is_temporary_and_a_flood_is_too_large(people: People, tmp_path: Path) -> None:
    hanging = tmp_path / "openssl"
    hanging.write_text("#!/bin/sh\nsleep 60\n", encoding="ascii")
    hanging.chmod(0o700)
    message = ConfidentialBytes(people.encrypt("-aes-256-cbc"))
    for broken in (
        OpenSSL(people.keys, openssl=str(tmp_path / "none")),
        OpenSSL(people.keys, openssl=str(hanging), timeout_s=0.3),
    ):
        with pytest.raises(Temporary):
            await broken.decrypt(message)
    large = ConfidentialBytes(people.encrypt("-aes-256-cbc", content=bytes(3 << 20)))
    flooded = await OpenSSL(people.keys, max_output_bytes=1 << 20).decrypt(large)
    assert flooded == Opened(None, SignatureVerdict(ContentSignature.NONE), "too_large")


@pytest.mark.parametrize("content", [b"", b"\x30", b"\x30\x80\x06\x09", b"Hello", bytes(40)])
async def test_rubbish_is_not_opened(people: People, content: bytes) -> None:
    assert (await OpenSSL(people.keys).decrypt(ConfidentialBytes(content))).code == "not_encrypted"


async def test_an_installation_without_pinned_certificates_opens_and_knows_nobody(
    people: People, tmp_path: Path
) -> None:
    assert open_smime(tmp_path) is None
    for name in ("crt", "key"):
        (tmp_path / f"smime.{name}").write_bytes((people.folder / f"ours.{name}").read_bytes())
    smime = open_smime(tmp_path)
    assert smime is not None
    opened = await smime.decrypt(ConfidentialBytes(people.encrypt("-aes-256-gcm")))
    assert opened.plaintext == ConfidentialBytes(INNER)
    verdict = await smime.verify(ConfidentialBytes(INNER), people.sign("neighbour"))
    assert verdict.signature is ContentSignature.UNKNOWN
    smime.close()
