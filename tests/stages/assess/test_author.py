"""The author is one address of one From field, or there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.channel.assurance import AuthorState
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Header, Mail
from gateway.stages import mime
from gateway.stages.assess.author import read_author

ONE, SEVERAL, UNREADABLE = AuthorState.ONE, AuthorState.SEVERAL_ADDRESSES, AuthorState.UNREADABLE


def mail(*fields: str, reply_to: str | None = None) -> Mail:
    lines = [f"From: {field}" for field in fields]
    lines += [f"Reply-To: {reply_to}"] if reply_to else []
    parsed = mime.parse(("\r\n".join([*lines, "Subject: x", "", "x"])).encode(), mime.MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("nurse@nhs.net", "nurse@nhs.net"),
        ("<nurse@nhs.net>", "nurse@nhs.net"),
        ("A Nurse <nurse@nhs.net>", "nurse@nhs.net"),
        ('"Nurse, A" <nurse@nhs.net>', "nurse@nhs.net"),
        ("A (the nurse) Nurse <nurse@nhs.net>", "nurse@nhs.net"),
        ("=?utf-8?q?N=C3=BCrse?= <nurse@nhs.net>", "nurse@nhs.net"),
        ('"evil@gmail.com" <nurse@nhs.net>', "nurse@nhs.net"),
        ("Müller <nurse@bücher.example>", "nurse@bücher.example"),
    ],
)
def test_one_author_is_read(field: str, address: str) -> None:
    author = read_author(mail(field))
    assert (author.state, author.address.reveal()) == (ONE, address)


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ("a@nhs.net, b@nhs.net", SEVERAL),
        ("<a@nhs.net> <b@evil.example>", SEVERAL),
        ("<a@nhs.net><b@evil.example>", SEVERAL),
        ("Team: a@nhs.net;", SEVERAL),
        ("undisclosed:;", SEVERAL),
        ("a@nhs.net <b@evil.example> c", UNREADABLE),
        ("<a@nhs.net> b@evil.example", UNREADABLE),
        ('"a@nhs.net', UNREADABLE),
        ("<a@nhs.net", UNREADABLE),
        ("a@nhs.net>", UNREADABLE),
        ("(a@nhs.net", UNREADABLE),
        ("<@evil.example:a@nhs.net>", UNREADABLE),
        ("a@b@nhs.net", UNREADABLE),
        ("a@", UNREADABLE),
        ("@nhs.net", UNREADABLE),
        ("a", UNREADABLE),
        ("a@[192.0.2.1]", UNREADABLE),
        ("a@localhost", UNREADABLE),
        ("a\x00@nhs.net", UNREADABLE),
        ("a b@nhs.net", UNREADABLE),
        ("", AuthorState.NONE),
        ("<>", UNREADABLE),
        ("x" * 20_000 + " <a@nhs.net>", UNREADABLE),
    ],
)
def test_what_is_not_one_author(field: str, state: AuthorState) -> None:
    author = read_author(mail(field))
    assert author.state is state
    assert author.domain is None
    assert author.address.reveal() == ""


def test_two_from_fields_are_no_author_even_if_they_agree() -> None:
    assert read_author(mail("a@nhs.net", "a@nhs.net")).state is AuthorState.SEVERAL_FIELDS


def test_every_domain_of_two_from_fields_is_seen() -> None:
    author = read_author(mail("a@evil.example", "b@nhs.net"))
    assert set(author.domains_seen) == {"evil.example", "nhs.net"}


def test_no_from_field_is_no_author() -> None:
    assert read_author(mail()).state is AuthorState.NONE


def test_two_readings_of_one_field_are_no_author() -> None:
    """The MIME parser saw somebody else than we do."""
    seen = Mail((Header("from", Confidential("a@nhs.net")),), "text/plain", Confidential(""),
                (Confidential("b@evil.example"),), (Confidential(""),), None, ())  # fmt: skip
    assert read_author(seen).state is UNREADABLE


def test_display_name_and_reply_to_are_kept_apart() -> None:
    author = read_author(mail('"chief@council.gov.uk" <a@nhs.net>', reply_to="x@gmail.com"))
    assert (author.domain, author.display_domains, author.reply_domains) == (
        "nhs.net",
        ("council.gov.uk",),
        ("gmail.com",),
    )


def test_internationalised_domain_is_an_a_label() -> None:
    assert read_author(mail("a@bücher.example")).domain == "xn--bcher-kva.example"


@given(st.text(max_size=200))
def test_no_field_body_makes_it_raise_or_leak_a_name_without_one_author(text: str) -> None:
    body = text.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode("latin-1")
    seen = Mail((Header("from", Confidential(body)),), "text/plain", Confidential(""), (), (), None, ())
    author = read_author(seen)
    assert author.state is not ONE
    assert author.domain is None
