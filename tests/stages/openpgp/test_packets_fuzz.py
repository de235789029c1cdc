"""Whatever the bytes are: the pure readers answer or refuse, quickly, and never with anything but their own error."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model.ids import Fingerprint
from gateway.stages.assess.author import one_address
from gateway.stages.openpgp.ciphertext_gate import GateRules, check
from gateway.stages.openpgp.cms import cms_type, names_weak_digest
from gateway.stages.openpgp.packets import (
    BadPackets,
    count_signatures,
    inspect,
    is_encrypted,
    leading_recipients,
    primary_fingerprints,
    read_armour,
    walk,
)
from gateway.stages.openpgp.pgp_mime import read_entity, slice_parts, unwrap
from gateway.stages.transfer import record
from gateway.stages.transfer.files import safe_name
from gateway.stages.transfer.manifest import Manifest
from gateway.stages.transfer.manifest import read as read_manifest
from tests.stages.openpgp.test_ciphertext_gate import OUTER, RULES, message
from tests.stages.transfer.samples import HERE, NOW, THERE

PANEL = Fingerprint("A1" * 20)
packet_like = st.lists(
    st.tuples(st.integers(0, 255), st.binary(max_size=12)).map(lambda pair: bytes([0xC0 | pair[0] & 0x3F]) + pair[1])
).map(b"".join)
mime_like = st.lists(
    st.sampled_from(
        [
            b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            b'Content-Type: multipart/signed; boundary="b"; protocol="application/pgp-signature"',
            b"Content-Type: application/pgp-encrypted",
            b"Content-Transfer-Encoding: base64",
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b"--b",
            b"--b--",
            b"Version: 1",
            b"-----BEGIN PGP MESSAGE-----",
            b"=AAAA",
            b" ",
            b"x",
        ]
    ),
    max_size=30,
).map(b"".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=300), packet_like, mime_like))
def test_every_reader_answers_to_anything(content: bytes) -> None:
    for read in (inspect, is_encrypted, count_signatures, leading_recipients, primary_fingerprints, read_armour):
        read(content)
    try:
        walk(content)
    except BadPackets:
        assert inspect(content) is None
    entity = read_entity(content)
    if entity is not None:
        unwrap(entity)
        entity.decoded()
    slice_parts(content, "b")
    cms_type(content)
    names_weak_digest(content)
    assert not check(content, (PANEL,), RULES).passes
    assert record.read(content) is None
    assert not isinstance(read_manifest(content, HERE, THERE, NOW), Manifest)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_message_with_bytes_put_in_or_taken_out_of_its_head_passes_with_another_head(data: st.DataObject) -> None:
    whole = message()
    end = whole.index(b"-----BEGIN PGP MESSAGE-----")
    at = data.draw(st.integers(0, end))
    taken = data.draw(st.integers(0, 5))
    changed = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + taken :]
    if check(changed, (PANEL,), RULES).passes:
        entity = read_entity(changed)
        assert entity is not None
        fixed = {name.lower(): value for name, value in OUTER if name not in {"Date", "Auto-Submitted"}}
        assert {name: value for name, value in entity.headers if name in fixed} == fixed


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_every_file_name_becomes_one_that_can_be_written(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 140
    assert "/" not in safe
    assert safe not in {".", ".."}
    assert safe_name(safe) == safe
    assert one_address(name) is None or "@" in name


SLOW = {
    "spaces in a parameter": b"Content-Type: multipart/signed" + b" " * 200_000 + b"; boundary=b\r\n\r\n",
    "semicolons": b"Content-Type: multipart/signed" + b";" * 200_000 + b"\r\n\r\n",
    "folded lines": b"Content-Type: multipart/signed" + b"\r\n " * 80_000 + b"\r\n\r\n",
    "many headers": b"A: b\r\n" * 200_000,
    "many delimiters": b"Content-Type: multipart/signed; boundary=b\r\n\r\n" + b"--b\r\n" * 200_000,
    "almost delimiters": b"Content-Type: multipart/signed; boundary=b\r\n\r\n" + b"\r\n--b-" * 200_000,
    "line ends": b"Content-Type: multipart/signed; boundary=b\r\n\r\n" + b"\r\n" * 500_000,
    "armour headers": b"-----BEGIN PGP MESSAGE-----\r\n" + b"A: b\r\n" * 200_000,
    "tiny packets": b"\xc1\x00" * 500_000,
    "partial lengths": b"\xd2" + b"\xe0x" * 500_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_hostile_input_of_a_megabyte_is_answered_within_a_second(name: str) -> None:
    content = SLOW[name]
    began = time.process_time()
    entity = read_entity(content)
    if entity is not None:
        unwrap(entity)
    is_encrypted(content)
    check(content, (PANEL,), GateRules({}))
    one_address(content.decode("latin-1"))
    assert time.process_time() - began < 1
