"""MIME around OpenPGP: what we build is exact, what arrives is cut from the original bytes."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from gateway.stages.openpgp.pgp_mime import Wrapping, build, protect, read_entity, slice_parts, unwrap

SIGNED = (
    b'Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature";\r\n boundary="sig"\r\n'
    b"\r\nThis is a preamble.\r\n--sig\r\n%s\r\n--sig\r\nContent-Type: application/pgp-signature\r\n\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n--sig--\r\n"
)


@pytest.mark.parametrize(
    "first",
    [
        b"Content-Type: text/plain\r\n\r\nOne line.",
        b"Content-Type: text/plain\r\n\r\nTrailing spaces  \r\n\r\n\r\n",
        b"Content-Type: text/plain; charset=latin-1\r\n\r\n\xe9\xff\r\n",
        b"content-TYPE:text/plain\r\nX-Odd:\r\n folded\r\n\ttwice\r\n\r\n--not a delimiter\r\n -- sig\r\n--sigma\r\n",
        b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\n\r\na\r\n--in--\r\n',
        b"\r\nno header at all\r\n",
    ],
)
def test_the_signed_part_is_cut_byte_for_byte(first: bytes) -> None:
    entity = read_entity(SIGNED % first)
    assert entity is not None
    found = unwrap(entity)
    assert found.wrapping is Wrapping.PGP_SIGNED
    assert found.signed is not None
    assert found.signed.reveal() == first
    assert found.signature is not None
    assert found.signature.startswith(b"-----BEGIN PGP SIGNATURE-----")


ENCRYPTED = (
    b'From: a@x.example\r\nContent-Type: multipart/encrypted; boundary=b;\r\n protocol="application/pgp-encrypted"'
    b"\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\n"
    b"Content-Type: application/octet-stream\r\n\r\nCIPHERTEXT\r\n--b--\r\n"
)


def wrapping(raw: bytes) -> Wrapping:
    entity = read_entity(raw)
    assert entity is not None
    return unwrap(entity).wrapping


def test_an_encrypted_message_is_cut() -> None:
    entity = read_entity(ENCRYPTED)
    assert entity is not None
    found = unwrap(entity)
    assert found.wrapping is Wrapping.PGP_ENCRYPTED
    assert found.ciphertext is not None
    assert found.ciphertext.reveal() == b"CIPHERTEXT"


@pytest.mark.parametrize(
    "raw",
    [
        ENCRYPTED.replace(b"--b--", b"--b\r\n\r\nA part beside it.\r\n--b--"),
        ENCRYPTED + b"An epilogue with an image.\r\n",
        ENCRYPTED.replace(b'application/pgp-encrypted"', b'application/other"'),
        ENCRYPTED.replace(b"boundary=b;", b"boundary=b; boundary=c;"),
        ENCRYPTED.replace(b"boundary=b;", b""),
        ENCRYPTED.replace(b"application/octet-stream", b"text/html"),
        ENCRYPTED.replace(b"From:", b"Content-Type: text/plain\r\nFrom:").replace(
            b"text/plain", b"multipart/encrypted"
        ),
    ],
)
def test_what_says_it_is_encrypted_and_has_another_form_is_malformed_or_nothing(raw: bytes) -> None:
    assert wrapping(raw) in (Wrapping.MALFORMED, Wrapping.NONE)
    assert raw != ENCRYPTED


def test_a_head_that_is_no_head_is_no_entity() -> None:
    assert read_entity(b"no colon here\r\n\r\nbody") is None
    assert read_entity(b"X: " + b"a" * 300_000 + b"\r\n\r\n") is None


def test_too_many_parts_are_not_sliced() -> None:
    assert slice_parts(b"--b\r\n\r\nx\r\n" * 200, "b") is None
    assert slice_parts(b"nothing", "b") is None
    assert slice_parts(b"nothing", "") is None


def test_built_messages_have_no_defect_for_another_reader_and_the_real_subject_only_inside() -> None:
    outer = (("From", "a@x.example"), ("To", "b@y.example"), ("Subject", "[...]"))
    payload = protect(outer, "The real one", b"Content-Type: text/plain; charset=utf-8\r\n\r\nHi\r\n")
    inside = message_from_bytes(payload, policy=policy.SMTP)
    assert inside["subject"] == "The real one"
    assert inside.get_all("hp-outer") == ["From: a@x.example", "To: b@y.example", "Subject: [...]"]
    assert inside["content-type"].params == {"charset": "utf-8", "hp": "cipher", "protected-headers": "v1"}
    assert inside.get_payload() == "Hi\r\n"
    message = build(outer, b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n")
    read = message_from_bytes(message, policy=policy.SMTP)
    assert read.defects == []
    assert read.get_content_type() == "multipart/encrypted"
    assert len(list(read.iter_parts())) == 2
    assert b"real" not in message


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.example", "a\nb", "a\0b"])
def test_a_header_cannot_be_smuggled_in(value: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        build((("Subject", value),), b"x")
    with pytest.raises(ValueError, match="one line"):
        protect((("Subject", "[...]"),), value, b"Content-Type: text/plain\r\n\r\n")
