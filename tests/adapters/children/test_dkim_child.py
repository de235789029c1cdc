"""DKIM and ARC against what the RFCs refuse: each divergence of the library is guarded, docs/channel.md."""

from __future__ import annotations

import base64
import re

import pytest

from gateway.adapters.children.dkim_child import TEMPORARY, Signature, verify
from tests.adapters.channel_kit import Key, message, seal, sign

RSA, ED, OTHER, SMALL = Key(), Key("ed25519"), Key(), Key(bits=1024)
NAME = "s1._domainkey.nhs.net"


def text(key: Key, extra: str = "") -> bytes:
    return f"v=DKIM1; k={key.kind}; {extra}p={key.text}".encode()


def check(raw: bytes, record: bytes | None = None, indexes: tuple[int, ...] = (0,)) -> Signature:
    keys = {NAME: text(RSA) if record is None else record}
    return verify(raw, keys, indexes).signatures[0]


def test_rsa_and_ed25519_signatures_pass() -> None:
    assert check(sign(message(), RSA, "nhs.net")) == Signature("pass", "nhs.net", "s1", "rsa-sha256")
    assert check(sign(message(), ED, "nhs.net"), text(ED)).result == "pass"


@pytest.mark.parametrize("canonicalize", [(b"simple", b"simple"), (b"relaxed", b"relaxed"), (b"simple", b"relaxed")])
def test_every_canonicalisation_passes(canonicalize: tuple[bytes, bytes]) -> None:
    assert check(sign(message(body="a  b \r\n\r\n\r\n"), RSA, "nhs.net", canonicalize=canonicalize)).result == "pass"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (text(RSA, "h=sha1; "), "hash_not_allowed"),
        (text(RSA, "s=other; "), "service"),
        (b"v=DKIM1; k=rsa; p=", "key_revoked"),
        (b"v=DKIM1; k=rsa", "key_revoked"),
        pytest.param(text(ED), "key_mismatch", id="another_kind_of_key"),
        (b"v=DKIM2; p=" + RSA.text.encode(), "does_not_verify"),
        (b"v=DKIM1; k=rsa; p=%%%%", "faulty"),
        (b"\xff\xfe", "key_revoked"),
        (TEMPORARY, "dns"),
    ],
)
def test_key_that_must_not_be_used_gives_no_pass(record: bytes, code: str) -> None:
    found = check(sign(message(), RSA, "nhs.net"), record)
    assert found.result != "pass"
    assert found.code in (code, "does_not_verify")


def test_key_that_could_not_be_fetched_is_a_temporary_error() -> None:
    assert check(sign(message(), RSA, "nhs.net"), TEMPORARY).result == "temperror"


def test_key_shorter_than_the_least_gives_no_pass() -> None:
    short = Key(bits=1024)
    assert check(sign(message(), short, "nhs.net"), text(short)).result == "pass"  # RFC 8301: 1024 still verifies


def test_from_that_is_not_signed_gives_no_pass() -> None:
    raw = sign(message(), RSA, "nhs.net")
    head, _, rest = raw.partition(b"\r\n\r\n")
    changed = re.sub(rb"h=from : [^;]*", b"h=subject : to", head)
    assert changed != head
    assert check(changed + b"\r\n\r\n" + rest).code == "from_not_signed"


def test_second_spelling_of_a_tag_does_not_hide_an_unsigned_from() -> None:
    raw = sign(message(), RSA, "nhs.net").replace(b"h=from", b"H=from; h=from", 1)
    hidden = re.sub(rb"; h=from [^;]*;", b"; h=subject;", raw, count=1)
    assert check(hidden).code == "from_not_signed"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"d=nhs.net", b"d=nhs. net", "faulty_name"),
        (b"d=nhs.net", b"d=nhs,net", "faulty_name"),
        (b"d=nhs.net", b"d=nhs.n\xc3\xa9t", "faulty_name"),
        (b"s=s1", b"s=s1/x", "faulty_name"),
        (b"v=1", b"v=2", "invalid"),
        (b"bh=", b"bh=AAAA", "invalid"),
        (b"a=rsa-sha256", b"a=rsa-sha1", "sha1"),
        (b"i=@nhs.net", b"i=@evil.example", "invalid"),
        (b"i=@nhs.net", b"i=@xnhs.net", "invalid"),
        (b"q=dns/txt", b"q=other", "invalid"),
        (b"t=", b"t=9", "invalid"),
        (b"c=relaxed/simple", b"c=nonsense", "faulty"),
    ],
)
def test_field_that_is_not_as_the_rfc_wants_gives_no_pass(old: bytes, new: bytes, code: str) -> None:
    raw = sign(message(), RSA, "nhs.net")
    assert old in raw
    found = check(raw.replace(old, new, 1))
    assert found.result != "pass"
    assert found.code == code


def test_expired_signature_gives_no_pass() -> None:
    raw = sign(message(), RSA, "nhs.net").replace(b"q=dns/txt", b"x=1000000000", 1)
    assert check(raw).code == "invalid"


def test_second_from_field_breaks_the_signature() -> None:
    assert check(b"From: x@evil.example\r\n" + sign(message(), RSA, "nhs.net")).result == "fail"


def test_partial_body_is_no_pass_even_if_nothing_was_added() -> None:
    assert check(sign(message(), RSA, "nhs.net", length=True)).code == "partial_body"


@pytest.mark.parametrize(
    "field",
    [b"", b";;;", b"v=1", b"nonsense", b"v=1; a=rsa-sha256; b=; bh=; d=nhs.net; h=from; s=s1", b"v=1; v=1", b"=",
     b"\xff\xfe", b"v=1; a=; b=AAAA; bh=AAAA; d=; h=from; s=", b"b=" + b"A" * 100_000],
)  # fmt: skip
def test_nonsense_in_the_field_gives_no_pass_and_no_exception(field: bytes) -> None:
    assert check(b"DKIM-Signature: " + field + b"\r\n" + message()).result in ("permerror", "fail", "policy")


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"no header\r\n\r\nx", b" folded first\r\nFrom: a@b.example\r\n\r\n", b"\x00" * 50]
)
def test_nonsense_for_a_message_gives_nothing_and_no_exception(raw: bytes) -> None:
    outcome = verify(raw, {}, (0,))
    assert outcome.signatures == ()
    assert outcome.chain.result in ("none", "fail")


def test_only_the_asked_signatures_are_checked() -> None:
    raw = sign(sign(message(), OTHER, "other.example"), RSA, "nhs.net")
    assert [one.domain for one in verify(raw, {NAME: text(RSA)}, (0,)).signatures] == ["nhs.net"]
    assert [one.code for one in verify(raw, {NAME: text(RSA)}, (1,)).signatures] == ["no_key"]


AAR = "dmarc=pass header.from=nhs.net"
ARC_NAME = "s1._domainkey.lists.example"


def arc(raw: bytes, record: bytes | None = None) -> str:
    return verify(raw, {ARC_NAME: text(OTHER) if record is None else record}, ()).chain.result


def test_chain_of_one_and_of_three_passes() -> None:
    raw = seal(message(), OTHER, "lists.example", AAR)
    assert arc(raw) == "pass"
    outcome = verify(
        seal(seal(raw, OTHER, "lists.example", AAR), OTHER, "lists.example", AAR), {ARC_NAME: text(OTHER)}, ()
    )
    assert (outcome.chain.result, outcome.chain.sealers) == ("pass", ("lists.example",) * 3)
    assert AAR in outcome.chain.newest_results


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello.", b"Changed."),
        (b"dmarc=pass", b"dmarc=fail"),
        (b"cv=none", b"cv=pass"),
        (b"i=1;", b"i=2;"),
        (b"Subject: Form", b"Subject: Other"),
        (b"ARC-Authentication-Results:", b"X-Results:"),
        (b"ARC-Seal: i=1;", b"ARC-Seal: i=1; h=from;"),
    ],
)
def test_chain_that_was_touched_fails(old: bytes, new: bytes) -> None:
    raw = seal(message(), OTHER, "lists.example", AAR)
    assert old in raw
    assert arc(raw.replace(old, new)) == "fail"


def test_chain_by_a_wrong_key_fails_and_one_without_an_answer_is_a_doubt() -> None:
    raw = seal(message(), OTHER, "lists.example", AAR)
    assert arc(raw, text(RSA)) == "fail"
    assert arc(raw, TEMPORARY) == "temperror"


def test_chain_that_ended_in_a_failure_fails() -> None:
    assert arc(seal(message(), OTHER, "lists.example", AAR, cv="fail")) == "fail"


@pytest.mark.parametrize("instance", [b"0", b"11", b"51", b"999999999999", b"-1"])
def test_absurd_instance_numbers_fail_at_once(instance: bytes) -> None:
    raw = b"ARC-Seal: i=" + instance + b"; cv=none; a=rsa-sha256; d=x.example; s=s; b=AAAA\r\n" + message()
    assert arc(raw) in ("fail", "none")


def test_a_duplicate_of_one_set_fails() -> None:
    raw = seal(message(), OTHER, "lists.example", AAR)
    first = raw.partition(b"\r\n")[0] + b"\r\n"
    assert arc(first + raw) == "fail"


def test_key_text_in_the_test_is_what_the_record_says() -> None:
    assert len(base64.b64decode(RSA.text)) > len(base64.b64decode(SMALL.text))
