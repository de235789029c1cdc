from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.policies.dane import Tlsa, Usage, judge, usable
from tests.adapters.smtp_out.peers import Issued, issue

NOW = datetime.now(UTC)
NAMES = ("mx.panel.example", "panel.example")


def der(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.DER)


def key(issued: Issued) -> bytes:
    return issued.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    "record",
    [
        "0 1 1 aa",  # PKIX-TA and PKIX-EE are not usable: RFC 7672 section 3.1.3
        "1 1 1 aa",
        "255 1 1 aa",
        "3 2 1 aa",
        "3 1 3 aa",
        "3 1 1 abc",
        "3 1 1 zz",
        "3 1 1",
        "",
    ],
)
def test_what_smtp_cannot_use_is_no_record(record: str) -> None:
    assert usable([record]) == ()


def test_a_usable_record_is_read_with_blanks_in_its_digits() -> None:
    assert usable(["3 1 1 AABB ccdd"]) == (Tlsa(Usage.DANE_EE, 1, 1, b"\xaa\xbb\xcc\xdd"),)


@pytest.mark.parametrize(("selector", "matching"), [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)])
def test_every_selector_and_matching_type_finds_its_certificate(selector: int, matching: int) -> None:
    own, other = issue("a.example"), issue("a.example")
    content = der(own) if selector == 0 else key(own)
    association = (content, sha256(content).digest(), sha512(content).digest())[matching]
    record = Tlsa(Usage.DANE_EE, selector, matching, association)
    assert judge([record], [der(own)], NAMES, NOW) is None
    assert judge([record], [der(other)], NAMES, NOW) == "dane_mismatch"


def anchored(anchor: Issued) -> Tlsa:
    return Tlsa(Usage.DANE_TA, 1, 1, sha256(key(anchor)).digest())


def test_a_chain_to_the_named_authority_holds_over_an_intermediate() -> None:
    anchor = issue("Root", authority=True)
    middle = issue("Middle", anchor, authority=True)
    leaf = issue(NAMES[0], middle)
    assert judge([anchored(anchor)], [der(leaf), der(middle), der(anchor)], NAMES, NOW) is None


def test_a_chain_that_only_shows_the_authority_and_was_not_issued_by_it_fails() -> None:
    anchor, impostor = issue("Root", authority=True), issue("Root", authority=True)
    leaf = issue(NAMES[0], impostor)
    assert judge([anchored(anchor)], [der(leaf), der(anchor)], NAMES, NOW) == "dane_issuer"


def test_an_intermediate_that_is_no_authority_fails() -> None:
    anchor = issue("Root", authority=True)
    middle = issue("Middle", anchor)
    leaf = issue(NAMES[0], middle)
    assert judge([anchored(anchor)], [der(leaf), der(middle), der(anchor)], NAMES, NOW) == "dane_issuer"


def test_time_and_name_count_below_an_authority() -> None:
    anchor = issue("Root", authority=True)
    chain = [der(issue(NAMES[0], anchor)), der(anchor)]
    assert judge([anchored(anchor)], chain, NAMES, NOW + timedelta(days=99)) == "certificate_expired"
    assert judge([anchored(anchor)], chain, ("mx.other.example",), NOW) == "certificate_name"


def test_a_wildcard_stands_for_the_leftmost_label_only() -> None:
    anchor = issue("Root", authority=True)
    chain = [der(issue("*.panel.example", anchor)), der(anchor)]
    assert judge([anchored(anchor)], chain, ("mx.panel.example",), NOW) is None
    assert judge([anchored(anchor)], chain, ("a.mx.panel.example",), NOW) == "certificate_name"


@given(st.lists(st.binary(max_size=100), max_size=3))
def test_a_chain_of_any_bytes_is_never_right(chain: list[bytes]) -> None:
    assert judge([Tlsa(Usage.DANE_EE, 1, 1, b"x" * 32)], chain, NAMES, NOW) is not None
