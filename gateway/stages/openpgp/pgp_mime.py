"""PGP/MIME: build what we send, and cut what arrives out of the original bytes.

Source: RFC 3156 (OpenPGP in MIME), RFC 9788 (header protection), RFC 1847 (multipart/signed, /encrypted).
Received bytes are cut out, never parsed and rewritten: a signature covers the bytes as they were.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.content.confidential import ConfidentialBytes

OUTER_SUBJECT = "[...]"  # RFC 9788 section 3.2.1, hcp_baseline: says nothing
PROTECTION = 'hp="cipher"; protected-headers="v1"'  # the second is what notmuch reads
CONTROL_PART = b"Version: 1\r\n"
FILE_NAME = "encrypted.asc"
MAX_HEAD_BYTES = 256 << 10
MAX_PARTS = 100
MAX_CONTENT_TYPE_LENGTH = 2000  # the expression below is quadratic at worst

_HEADER = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,8}:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)(?:\r?\n|\Z)")
_PARAMETER = re.compile(r';[ \t\r\n]*([A-Za-z0-9*_-]{1,40})=(?:"((?:[^"\\]|\\.){0,200})"|([^\s;"]{1,200}))')


def line(name: str, value: str) -> bytes:
    """Return one header field. Raises ValueError if it would not be one line."""
    field = f"{name}: {value}"
    if any(letter in field for letter in "\r\n\0"):
        raise ValueError("a header field must be one line")
    return field.encode("utf-8") + b"\r\n"


def protect(outer: Sequence[tuple[str, str]], subject: str, entity: bytes) -> bytes:
    """Return the cryptographic payload: ``entity`` with the real headers inside, and what is shown outside.

    ``entity`` is a MIME entity whose first header field is Content-Type; ``outer`` are the non-structural
    header fields of the message as it will be sent. RFC 9788 section 2.2: each is repeated as HP-Outer.
    ``subject`` is ASCII (encoded words where it is not).
    """
    found = _HEADER.match(entity)
    if found is None or found[1].lower() != b"content-type":
        raise ValueError("the entity must begin with Content-Type")
    head = [b"Content-Type:" + found[2].rstrip() + b";\r\n " + PROTECTION.encode() + b"\r\n"]
    for name, value in outer:
        head.append(line(name, subject if name.lower() == "subject" else value))
    head.extend(line("HP-Outer", f"{name}: {value}") for name, value in outer)
    return b"".join(head) + entity[found.end() :]


def build(outer: Sequence[tuple[str, str]], armoured: bytes, boundary: str = "") -> bytes:
    """Return the message to send: RFC 3156 section 4 around an armoured ciphertext. ``outer`` as for :func:`protect`.

    By default the boundary is a hash of the ciphertext: it cannot occur in it, and reveals nothing of the content.
    """
    boundary = boundary or "=_" + hashlib.sha256(armoured).hexdigest()[:32]
    structure = (
        'multipart/encrypted; protocol="application/pgp-encrypted";\r\n boundary="' + boundary + '"\r\n'
    ).encode()
    delimiter = b"--" + boundary.encode()
    return b"".join(
        [
            *(line(name, value) for name, value in outer),
            b"MIME-Version: 1.0\r\nContent-Type: " + structure + b"\r\n",
            delimiter + b"\r\nContent-Type: application/pgp-encrypted\r\n\r\n" + CONTROL_PART,
            b"\r\n" + delimiter + b"\r\nContent-Type: application/octet-stream; name=" + FILE_NAME.encode(),
            b"\r\nContent-Disposition: inline; filename=" + FILE_NAME.encode() + b"\r\n\r\n",
            crlf(armoured).rstrip(b"\r\n") + b"\r\n",
            b"\r\n" + delimiter + b"--\r\n",
        ]
    )


def crlf(text: bytes) -> bytes:
    """Return ``text`` with every line end CRLF."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Entity:
    """A MIME entity cut out of the original bytes: header fields as they were, and the body."""

    headers: tuple[tuple[str, str], ...]  # names lower case, values unfolded and stripped, in order
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def content_type(self) -> str:
        """The declared type; "text/plain" if there is none, "" if there are two."""
        found = self.values("content-type")
        if len(found) > 1:
            return ""
        return found[0].partition(";")[0].strip().lower() if found else "text/plain"

    def parameter(self, name: str) -> str:
        """Return a Content-Type parameter, or "" if it is missing or repeated."""
        declared = self.values("content-type")
        if len(declared) != 1 or len(declared[0]) > MAX_CONTENT_TYPE_LENGTH:
            return ""
        found = [
            re.sub(r"\\(.)", r"\1", quoted) or bare
            for key, quoted, bare in _PARAMETER.findall(declared[0])
            if key.lower() == name
        ]
        return found[0] if len(found) == 1 else ""

    def decoded(self) -> bytes | None:
        """Return the body with its content-transfer-encoding undone; None if that fails."""
        encodings = self.values("content-transfer-encoding")
        encoding = encodings[0].strip().lower() if len(encodings) == 1 else "" if not encodings else "two"
        if encoding in {"", "7bit", "8bit", "binary"}:
            return self.body
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding != "base64":
            return None
        try:
            return base64.b64decode(self.body.translate(None, b"\r\n \t"), validate=True)
        except binascii.Error:
            return None


def read_entity(raw: bytes) -> Entity | None:
    """Cut an entity into header fields and body; None if the head is not a valid header section."""
    headers = []
    position = 0
    while position < len(raw):
        if raw.startswith((b"\r\n", b"\n"), position):
            position += 2 if raw.startswith(b"\r\n", position) else 1
            break
        found = _HEADER.match(raw, position)
        if found is None or found.end() > MAX_HEAD_BYTES:
            return None
        value = re.sub(r"\r?\n([ \t])", r"\1", found[2].decode("latin-1")).strip()
        headers.append((found[1].decode("ascii").lower(), value))
        position = found.end()
    return Entity(tuple(headers), raw[position:])


@dataclass(frozen=True, slots=True)
class Sliced:
    """The parts of a multipart, each with the bytes between its delimiter lines (RFC 2046 section 5.1.1)."""

    preamble: bytes
    parts: tuple[bytes, ...]
    epilogue: bytes
    closed: bool  # the closing delimiter was there


def slice_parts(body: bytes, boundary: str) -> Sliced | None:
    """Cut a multipart body. The line end before a delimiter belongs to the delimiter. None: no such boundary."""
    if not boundary or len(boundary) > 70:
        return None
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]{0,16}(?=\r?\n|\Z)"
    )
    parts: list[bytes] = []
    found = delimiter.search(body)
    if found is None or found[1]:
        return None
    preamble = body[: found.start()]
    while len(parts) < MAX_PARTS:
        start = _after_line_end(body, found.end())
        following = delimiter.search(body, max(found.end(), start - 2))
        if following is None:
            return Sliced(preamble, (*parts, body[start:]), b"", closed=False)
        parts.append(body[start : max(start, following.start())])
        if following[1]:
            return Sliced(preamble, tuple(parts), body[_after_line_end(body, following.end()) :], closed=True)
        found = following
    return None


def _after_line_end(body: bytes, position: int) -> int:
    if body.startswith(b"\r\n", position):
        return position + 2
    return position + 1 if body.startswith(b"\n", position) else position


class Wrapping(StrEnum):
    """What protects a whole entity, by its structure."""

    NONE = "none"
    PGP_ENCRYPTED = "pgp_encrypted"
    PGP_SIGNED = "pgp_signed"
    SMIME_ENVELOPED = "smime_enveloped"
    SMIME_SIGNED = "smime_signed"  # multipart/signed
    SMIME_OPAQUE = "smime_opaque"  # application/pkcs7-mime, signed-data
    MALFORMED = "malformed"  # claims to be protected but does not have the form


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One layer found. What the fields hold depends on ``wrapping``."""

    wrapping: Wrapping
    ciphertext: ConfidentialBytes | None = None  # encrypted, or opaque signed
    signed: ConfidentialBytes | None = None  # the exact bytes a detached signature is over
    signature: bytes | None = None


NOT_WRAPPED = Wrapped(Wrapping.NONE)
MALFORMED = Wrapped(Wrapping.MALFORMED)


def unwrap(entity: Entity) -> Wrapped:
    """Say which layer protects all of ``entity``, and cut it out."""
    kind = entity.content_type
    if kind == "multipart/encrypted":
        return _encrypted(entity)
    if kind == "multipart/signed":
        return _signed(entity)
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        content = entity.decoded()
        if content is None:
            return MALFORMED
        opaque = entity.parameter("smime-type").lower() == "signed-data"
        wrapping = Wrapping.SMIME_OPAQUE if opaque else Wrapping.SMIME_ENVELOPED
        return Wrapped(wrapping, ciphertext=ConfidentialBytes(content))
    return NOT_WRAPPED


def _encrypted(entity: Entity) -> Wrapped:
    """RFC 3156 section 4: exactly two parts, and nothing else."""
    sliced = slice_parts(entity.body, entity.parameter("boundary"))
    if entity.parameter("protocol").lower() != "application/pgp-encrypted" or not _exactly(sliced, 2):
        return MALFORMED
    assert sliced is not None  # noqa: S101 - for the type checker: _exactly says so
    control, holder = (read_entity(part) for part in sliced.parts)
    if control is None or holder is None or control.content_type != "application/pgp-encrypted":
        return MALFORMED
    content = holder.decoded()
    if holder.content_type != "application/octet-stream" or content is None:
        return MALFORMED
    return Wrapped(Wrapping.PGP_ENCRYPTED, ciphertext=ConfidentialBytes(content))


def _signed(entity: Entity) -> Wrapped:
    """RFC 3156 section 5 and RFC 8551 section 3.5.3: the first part as it is, and its signature."""
    sliced = slice_parts(entity.body, entity.parameter("boundary"))
    if not _exactly(sliced, 2):
        return MALFORMED
    assert sliced is not None  # noqa: S101 - for the type checker: _exactly says so
    holder = read_entity(sliced.parts[1])
    signature = holder.decoded() if holder is not None else None
    if holder is None or signature is None:
        return MALFORMED
    protocol = entity.parameter("protocol").lower()
    if protocol == "application/pgp-signature" == holder.content_type:
        return Wrapped(Wrapping.PGP_SIGNED, signed=ConfidentialBytes(sliced.parts[0]), signature=signature)
    if protocol in _PKCS7 and holder.content_type in _PKCS7:
        return Wrapped(Wrapping.SMIME_SIGNED, signed=ConfidentialBytes(sliced.parts[0]), signature=signature)
    return MALFORMED


_PKCS7 = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})


def _exactly(sliced: Sliced | None, parts: int) -> bool:
    return sliced is not None and len(sliced.parts) == parts and not sliced.epilogue.strip()
