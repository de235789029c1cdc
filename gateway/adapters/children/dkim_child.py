"""The work of a confined child: DKIM and ARC arithmetic. It is CPU-bound, and the bytes come from outside.

The child has no resolver: the parent fetched every key beforehand. It says codes and domains, never text of
the message. What dkimpy lets through against the RFC is guarded here: docs/channel.md.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from gateway.adapters.children.confined.frames import Answer, Description
from gateway.adapters.children.dkim_library import library, split

MAX_SETS = 10  # ARC sets; RFC 8617 section 4.2.1 allows 50, each costs two signatures
_TAG_LIST_ERRORS = (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, binascii.Error)
_TAG_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_]*")  # RFC 6376 section 3.2
_LINE_END = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"[!-9;-~]+:")  # RFC 5322 section 2.2
_DKIM_FIELD = re.compile(rb"^dkim-signature[ \t]*:", re.IGNORECASE | re.MULTILINE)
_ARC_FIELD = re.compile(rb"^arc-(?:seal|message-signature)[ \t]*:", re.IGNORECASE | re.MULTILINE)
TEMPORARY = b"\x00temporary"  # in the key table: DNS gave no answer for this name


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature with its result, RFC 8601 section 2.7.1."""

    result: str  # "pass", "fail", "neutral", "policy", "temperror", "permerror"
    domain: str
    selector: str
    algorithm: str
    code: str = ""  # why it is not a pass


@dataclass(frozen=True, slots=True)
class Chain:
    """The ARC chain: RFC 8617 section 5.2. ``results`` is the newest ARC-Authentication-Results, from the sealer."""

    result: str  # "pass", "fail", "none", "temperror"
    sealers: tuple[str, ...] = ()  # newest first
    newest_results: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    signatures: tuple[Signature, ...]
    chain: Chain


def warm() -> None:
    """Load what checking needs, and look at one message."""
    logging.disable(logging.CRITICAL)  # the library logs header fields when it refuses one
    library()
    field = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AA==; b=AA=="
    verify(field + b"\r\nFrom: a@a.example\r\n\r\na\r\n", {"s._domainkey.a.example": b"v=DKIM1; p=AA=="}, (0,))


def answer(asked: Description, contents: bytes) -> Answer:
    """Check one message with the keys that the parent fetched."""
    keys = {str(name): base64.b64decode(record) for name, record in asked["keys"].items()}
    return asdict(verify(contents, keys, tuple(asked["indexes"]))), ()


def verify(message: bytes, keys: dict[str, bytes], indexes: tuple[int, ...]) -> Verified:
    """Check the DKIM signatures at ``indexes`` (0 is the topmost) and the ARC chain."""
    try:
        head, body = split(message)
        if not _is_fields_only(head):
            return _undecidable(head, indexes)
        return Verified(_dkim(head, body, keys, indexes), _arc(head, body, keys))
    except Exception:  # fail closed: whatever the library does on hostile bytes, no signature of them is a pass
        return Verified((Signature("temperror", "", "", "", "limit"),), Chain("temperror"))


def _is_fields_only(head: bytes) -> bool:
    """RFC 5322 section 2.2: a header section is fields, and CR and LF stand together only.

    What is none ends the section for a MIME parser, which then shows the rest as the content of a proved author.
    """
    lines = _LINE_END.split(head.removesuffix(b"\r\n\r\n"))
    return all(b"\r" not in line and (line[:1] in (b"", b" ", b"\t") or _FIELD.match(line)) for line in lines)


def _undecidable(head: bytes, indexes: tuple[int, ...]) -> Verified:
    chain = Chain("fail" if _ARC_FIELD.search(head) else "none")
    count = len(_DKIM_FIELD.findall(head))
    refused = Signature("permerror", "", "", "", "not_fields")
    return Verified(tuple(refused for index in indexes if index < count), chain)


class _Keys:
    """The key table as the function that dkimpy calls for DNS."""

    def __init__(self, table: dict[str, bytes]) -> None:
        self._table = table
        self.temporary = False

    def __call__(self, name: bytes | str, timeout: float = 5) -> bytes | None:
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        record = self._table.get(text.rstrip(".").lower())
        if record == TEMPORARY:
            self.temporary = True
            return None
        return record


def _dkim(head: bytes, body: bytes, keys: dict[str, bytes], indexes: tuple[int, ...]) -> tuple[Signature, ...]:
    dkim = library()
    try:
        verifier = dkim.DKIM(head)
    except (dkim.DKIMException, *_TAG_LIST_ERRORS):
        return ()
    verifier.body = body
    fields = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
    return tuple(_one(verifier, index, fields[index], keys) for index in indexes if index < len(fields))


def _one(verifier: object, index: int, field: bytes, keys: dict[str, bytes]) -> Signature:
    import dkim
    from dkim.util import InvalidTagValueList, parse_tag_value

    try:
        tags = parse_tag_value(field)
    except (InvalidTagValueList, *_TAG_LIST_ERRORS):
        return Signature("permerror", "", "", "", "unreadable")
    domain, selector, algorithm = (_word(tags.get(tag, b"")) for tag in (b"d", b"s", b"a"))
    refused = guard(tags, keys)
    if refused is not None:
        return Signature(refused[0], domain, selector, algorithm, refused[1])
    table = _Keys(keys)
    try:
        good = verifier.verify(idx=index, dnsfunc=table)  # type: ignore[attr-defined]  # dkimpy has no types
    except dkim.ValidationError:
        return Signature("fail", domain, selector, algorithm, "invalid")
    except (dkim.DKIMException, InvalidTagValueList, *_TAG_LIST_ERRORS):
        return Signature("permerror", domain, selector, algorithm, "faulty")
    if table.temporary:
        return Signature("temperror", domain, selector, algorithm, "dns")
    return (
        Signature("pass", domain, selector, algorithm)
        if good is True
        else Signature("fail", domain, selector, algorithm, "does_not_verify")
    )


def guard(tags: Mapping[bytes, bytes], keys: dict[str, bytes]) -> tuple[str, str] | None:
    """Refuse what RFC 6376, 8301 and 8463 refuse and dkimpy 1.1.8 lets through: (result, code), or None."""
    if not _plain_names(tags):
        return "permerror", "faulty_name"  # sections 3.5 and 3.6.2.1: what is looked up must be what is reported
    algorithm = tags.get(b"a", b"")
    if algorithm == b"rsa-sha1":
        return "policy", "sha1"  # RFC 8301 section 3.1: must not be taken for a valid signature
    signed = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    if b"from" not in signed:
        return "permerror", "from_not_signed"  # RFC 6376 section 5.4
    if b"l" in tags:
        return "policy", "partial_body"  # RFC 6376 section 8.2: what was added below is not signed
    return _guard_published(tags, keys)


def _plain_names(tags: Mapping[bytes, bytes]) -> bool:
    return all(_word(tags.get(tag, b"")) == tags.get(tag, b"").decode("latin-1").lower() for tag in (b"d", b"s", b"a"))


def _guard_published(tags: Mapping[bytes, bytes], keys: dict[str, bytes]) -> tuple[str, str] | None:
    record = keys.get(f"{_word(tags.get(b's', b''))}._domainkey.{_word(tags.get(b'd', b''))}".lower())
    if record is None or record == TEMPORARY:
        return ("temperror", "dns") if record == TEMPORARY else ("permerror", "no_key")
    return _guard_key(tags, tags.get(b"a", b""), record)


def _guard_key(tags: Mapping[bytes, bytes], algorithm: bytes, record: bytes) -> tuple[str, str] | None:
    pieces = [piece.partition(b"=") for piece in record.split(b";")]
    key = {name.strip(): re.sub(rb"\s+", b"", value) for name, _, value in pieces if name.strip()}
    if not key.get(b"p"):
        return "permerror", "key_revoked"  # section 3.6.1
    if algorithm.partition(b"-")[0] != key.get(b"k", b"rsa"):
        return "permerror", "key_mismatch"  # RFC 8463 section 3: the key type must be that of a=
    hashes = key.get(b"h", b"sha256").split(b":")
    if b"sha256" not in hashes:
        return "permerror", "hash_not_allowed"
    flags = key.get(b"t", b"").split(b":")
    identity = tags.get(b"i", b"@" + tags.get(b"d", b"")).rpartition(b"@")[2].lower()
    if b"s" in flags and identity != tags.get(b"d", b"").lower():
        return "permerror", "subdomain_not_allowed"
    services = key.get(b"s", b"*").split(b":")
    if b"*" not in services and b"email" not in services and b"tlsrpt" not in services:
        return "permerror", "service"
    return None


def _chain_stands(newest: int, fields: list[tuple[int, tuple[bytes, bytes]]], keys: dict[str, bytes]) -> bool:
    """Hold a chain that dkimpy passed to what is asked of a DKIM signature: RFC 8617 section 4.1.2 and 4.1.3.

    Every seal, and the newest message signature: an older one need not verify any more (section 5.2).
    """
    from dkim.util import parse_tag_value

    for instance, (name, value) in fields:
        kind = name.lower()
        if kind == b"arc-authentication-results" or (kind == b"arc-message-signature" and instance != newest):
            continue
        tags = dict(parse_tag_value(value))
        tags.pop(b"i", None)  # the instance, where DKIM has an identity
        refused = guard(tags, keys) if kind == b"arc-message-signature" else _guard_published(tags, keys)
        if refused is not None or not _plain_names(tags) or not all(map(_TAG_NAME.fullmatch, tags)):
            return False
    return True


def _word(value: bytes) -> str:
    """Return a tag value for a result line: lower case ASCII of names, nothing else."""
    return re.sub(r"[^a-z0-9._-]", "", value.decode("ascii", "ignore").lower())[:253]


def _arc(head: bytes, body: bytes, keys: dict[str, bytes]) -> Chain:
    dkim = library()
    from dkim.util import InvalidTagValueList

    table = _Keys(keys)
    try:
        verifier = dkim.ARC(head)
        verifier.body = body
        newest, fields = verifier.sorted_arc_headers()
        if newest == 0:
            return Chain("none")
        if newest > MAX_SETS or len(fields) > 3 * MAX_SETS:
            return Chain("fail")
        result, sets, _ = verifier.verify(dnsfunc=table)
    except (dkim.DKIMException, InvalidTagValueList, *_TAG_LIST_ERRORS):
        return Chain("fail")
    sealers = tuple(_word(one.get("as-domain", b"")) for one in sets)
    if table.temporary and result != dkim.CV_Pass:
        return Chain("temperror", sealers)
    if result != dkim.CV_Pass or not sets or not _chain_stands(newest, fields, keys):
        return Chain("fail", sealers)
    return Chain("pass", sealers, sets[0].get("aar-value", b"").decode("ascii", "ignore")[:4_000])
