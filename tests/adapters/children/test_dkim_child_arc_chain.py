"""ARC chains, RFC 8617, by the plan of the public ARC test suite's manifest; every message and key is made here.

The suite itself bears no licence and is not copied. What stands in a set is signed as it stands: a case fails for its
fault, not for a broken signature. The last part is what the library passes and we do not: docs/channel.md.
"""

from __future__ import annotations

import dkim
import pytest

from gateway.adapters.children.dkim_child import MAX_SETS, Chain, verify
from tests.adapters.channel_kit import Key, SetTags, message, seal

KEY, OTHER = Key(), Key()
SEALER, NAME = "lists.example", "s1._domainkey.lists.example"
RESULTS = "dmarc=pass header.from=nhs.net"
RECORD = b"v=DKIM1; k=rsa; p=" + KEY.text.encode()


def sealed(raw: bytes | None = None, *, cv: str = "", domain: str = SEALER, tags: SetTags | None = None) -> bytes:
    return seal(message() if raw is None else raw, KEY, domain, RESULTS, cv=cv, tags=tags)


def chain(raw: bytes, record: bytes = RECORD, name: str = NAME) -> Chain:
    return verify(raw, {name: record}, ()).chain


def library_passes(raw: bytes, record: bytes = RECORD, name: str = NAME) -> bool:
    """Say what dkimpy alone makes of it: the guard is needed as long as this is true."""
    result, _, _ = dkim.ARC(raw).verify(dnsfunc=lambda asked, timeout=5: record)
    return bool(result == dkim.CV_Pass)


def field_of(raw: bytes, name: bytes, instance: int = 1) -> bytes:
    """Return the line of one field, with its CRLF."""
    [line] = [one for one in raw.splitlines(keepends=True) if one.startswith(name + b": i=%d;" % instance)]
    return line


@pytest.mark.parametrize("sets", [1, 2, 3, 5, 10])
def test_whole_chain_passes(sets: int) -> None:
    raw = message()
    for _ in range(sets):
        raw = sealed(raw)
    assert chain(raw).result == "pass"
    assert len(chain(raw).sealers) == sets


def test_a_set_more_than_ten_fails_though_all_are_in_order() -> None:
    """RFC 8617 section 4.2.1 allows fifty; each costs two signatures, and no honest way has ten forwarders."""
    raw = message()
    for _ in range(MAX_SETS + 1):
        raw = sealed(raw)
    assert library_passes(raw)
    assert chain(raw).result == "fail"


@pytest.mark.parametrize("raw", [b"", b"\r\nHello.\r\n", b"From: a@b.example\r\n", message()])
def test_message_without_a_set_is_none(raw: bytes) -> None:
    assert chain(raw).result == "none"


@pytest.mark.parametrize(
    "tags",
    [
        SetTags(seal=("; ", " ;  ")),
        SetTags(seal=("d=", "d = ")),
        SetTags(seal=("a=rsa", "x_unknown=1; a=rsa")),
        SetTags(seal=("cv=", "t=12345; cv=")),
        SetTags(ams=("; d=", " ;  d=")),
        SetTags(ams=("c=relaxed/relaxed", "c = relaxed/relaxed")),
        SetTags(ams=("c=relaxed", "x_unknown=1; c=relaxed")),
        SetTags(ams=("c=relaxed", "t=12345; c=relaxed")),
        SetTags(names=":"),
        SetTags(signed=("From", "SUBJECT")),
        SetTags(signed=("from", "subject", "x-not-there")),
    ],
)
def test_set_written_another_way_passes(tags: SetTags) -> None:
    assert chain(sealed(tags=tags)).result == "pass"


@pytest.mark.parametrize("which", ["seal", "ams"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a=rsa-sha256; ", ""),
        ("a=rsa-sha256", "a=rsa-sha1"),
        ("a=rsa-sha256", "a=unknown"),
        ("a=rsa-sha256", "A=rsa-sha256"),
        ("a=rsa-sha256", "a=RSA-SHA256"),
        ("a=rsa-sha256", "a=rsa-sha256; a=rsa-sha256"),
        ("a=rsa-sha256", "a=rsa-sha256;; "),
        ("a=rsa-sha256", "a=rsa -sha256"),
        ("a=rsa-sha256", "a%=1; a=rsa-sha256"),
        ("d=lists.example; ", ""),
        ("d=lists.example", "d="),
        ("d=lists.example", "d=lists@example"),
        ("d=lists.example", "d=not.there.example"),
        ("s=s1; ", ""),
        ("s=s1", "s="),
        ("s=s1", "s=other"),
        ("d=lists", "t=; d=lists"),
        ("d=lists", "t=yesterday; d=lists"),
        ("d=lists", "t=99999999999; d=lists"),
    ],
)
def test_faulty_tag_fails_though_it_is_signed(which: str, old: str, new: str) -> None:
    raw = sealed(tags=SetTags(seal=(old, new)) if which == "seal" else SetTags(ams=(old, new)))
    assert new.encode() in raw
    assert chain(raw).result == "fail"


@pytest.mark.parametrize(
    "tags",
    [
        SetTags(seal=("cv=none; ", "")),
        SetTags(seal=("cv=none", "cv=")),
        SetTags(seal=("cv=none", "cv=perhaps")),
        SetTags(seal=("cv=none", "cv=none; h=from")),
        SetTags(ams=("h=", "x=")),
        SetTags(ams=("bh=", "xh=")),
        SetTags(ams=("c=relaxed/relaxed", "c=curly/relaxed")),
        SetTags(signed=("from", "arc-seal")),
    ],
)
def test_faulty_field_fails_though_it_is_signed(tags: SetTags) -> None:
    assert chain(sealed(tags=tags)).result == "fail"


@pytest.mark.parametrize(("first", "second"), [("pass", ""), ("fail", ""), ("", "none"), ("", "fail")])
def test_chain_whose_words_do_not_fit_fails(first: str, second: str) -> None:
    assert chain(sealed(sealed(cv=first), cv=second)).result == "fail"


@pytest.mark.parametrize("instance", [1, 2])
@pytest.mark.parametrize("name", [b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"])
def test_field_that_is_missing_or_there_twice_fails(name: bytes, instance: int) -> None:
    raw = sealed(sealed())
    line = field_of(raw, name, instance)
    assert chain(raw.replace(line, b"")).result == "fail"
    assert chain(line + raw).result == "fail"


@pytest.mark.parametrize("value", [b"i=0;", b"i=a;", b"i=;", b"i=2;", b"j=1;"])
@pytest.mark.parametrize("name", [b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"])
def test_wrong_instance_fails(name: bytes, value: bytes) -> None:
    raw = sealed()
    line = field_of(raw, name)
    assert chain(raw.replace(line, line.replace(b"i=1;", value, 1))).result == "fail"


def test_old_message_signature_need_not_verify_any_more_but_every_seal_must() -> None:
    changed = sealed().replace(b"Subject: Form", b"Subject: [list] Form")
    assert chain(changed).result == "fail"
    assert chain(sealed(changed)).result == "pass"
    touched = sealed().replace(b"dmarc=pass", b"dmarc=none")
    assert chain(sealed(touched)).result == "fail"


@pytest.mark.parametrize("record", [b"", b"v=DKIM1; p=", b"nonsense", b"v=DKIM1; k=rsa; p=" + OTHER.text.encode()])
def test_key_that_is_not_there_or_another_fails(record: bytes) -> None:
    assert chain(sealed(), record).result == "fail"


# What dkimpy passes and we do not


@pytest.mark.parametrize(
    "tags",
    [
        SetTags(signed=("subject",)),
        SetTags(ams=("c=relaxed", "l=4; c=relaxed"), body=slice(4)),
    ],
)
def test_newest_signature_that_leaves_from_or_a_part_of_the_body_open_fails(tags: SetTags) -> None:
    raw = sealed(tags=tags)
    assert library_passes(raw)
    assert chain(raw).result == "fail"
    assert chain(sealed(raw)).result == "pass"  # of an older set only the seal counts


@pytest.mark.parametrize("extra", [b"h=sha1; ", b"s=other; "])
def test_key_that_says_it_is_not_for_this_fails(extra: bytes) -> None:
    record = b"v=DKIM1; k=rsa; " + extra + b"p=" + KEY.text.encode()
    assert chain(sealed(), record).result == "fail"


@pytest.mark.parametrize("domain", ["lists.exam+ple", "lists.exa!mple", "lists .example"])
def test_sealer_whose_name_would_be_told_as_another_fails(domain: str) -> None:
    raw = sealed(domain=domain)
    assert library_passes(raw)
    assert chain(raw, name=f"s1._domainkey.{domain}").result == "fail"
    assert chain(raw).result == "fail"


@pytest.mark.parametrize("domain", ["lists.exam+ple", "lists.exa!mple"])
def test_seal_alone_whose_name_would_be_told_as_another_fails(domain: str) -> None:
    """The message signature is in order; the seal's key is found under its odd name and under the plain one."""
    raw = sealed(tags=SetTags(seal=(f"d={SEALER}", f"d={domain}")))
    assert library_passes(raw)
    keys = {NAME: RECORD, f"s1._domainkey.{domain}": RECORD}
    assert verify(raw, keys, ()).chain.result == "fail"
    assert verify(sealed(), keys, ()).chain.result == "pass"


def test_key_for_the_domain_itself_only_seals_for_it() -> None:
    record = b"v=DKIM1; k=rsa; t=s; p=" + KEY.text.encode()
    assert chain(sealed(), record).result == "pass"
