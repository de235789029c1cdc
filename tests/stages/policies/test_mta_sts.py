from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.policies.mta_sts import MAX_AGE_S, MAX_POLICY_BYTES, Mode, Policy, policy_id, read_policy

GOOD = b"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("records", "found"),
    [
        (("v=STSv1; id=20160831085700Z;",), "20160831085700Z"),
        (("v=STSv1;id=1",), "1"),
        (("v=spf1 -all", "v=STSv1; id=1;"), "1"),
        (("v=STSv1; id=1;", "v=STSv1; id=2;"), None),
        (("v=STSv1;",), None),
        (("v=STSv1; id=1; id=2;",), None),
        (("v=STSv1; id=a-b;",), None),
        (("v=STSv10; id=1;",), None),
        ((), None),
    ],
)
def test_the_record_gives_its_id_or_none(records: tuple[str, ...], found: str | None) -> None:
    assert policy_id(records) == found


def test_a_policy_is_read_whole() -> None:
    assert read_policy(GOOD) == Policy(Mode.ENFORCE, 604800, ("mail.example.com", "*.example.net"))
    assert read_policy(GOOD.replace(b"\r\n", b"\n")) == read_policy(GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"STSv1", b"STSv2"),
        (b"mode: enforce", b"mode: maybe"),
        (b"max_age: 604800", b"max_age: soon"),
        (b"max_age: 604800\r\n", b""),
        (b"mx: mail.example.com\r\nmx: *.example.net\r\n", b""),
        (b"mail.example.com", b"mail.*.com"),
        (b"mail.example.com", b"x" * MAX_POLICY_BYTES),
    ],
)
def test_a_policy_with_a_fault_is_none(old: bytes, new: bytes) -> None:
    assert old in GOOD
    assert read_policy(GOOD.replace(old, new)) is None


def test_an_endless_age_is_cut_to_a_year() -> None:
    policy = read_policy(GOOD.replace(b"604800", b"9999999999"))
    assert policy is not None
    assert policy.max_age_s == MAX_AGE_S


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("mail.example.com", True),
        ("MAIL.example.com.", True),
        ("a.example.net", True),
        ("a.b.example.net", False),
        ("example.net", False),
        ("evilexample.net", False),
        ("mail.example.com.evil.example", False),
    ],
)
def test_a_wildcard_stands_for_one_label(host: str, allowed: bool) -> None:
    policy = read_policy(GOOD)
    assert policy is not None
    assert policy.allows(host) is allowed


@given(st.binary(max_size=300))
def test_any_bytes_are_a_policy_or_none(content: bytes) -> None:
    policy = read_policy(content)
    assert policy is None or policy.max_age_s >= 0
