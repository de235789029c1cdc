"""Claims are noted, whatever their shape, and only claims."""

from __future__ import annotations

import pytest

from gateway.model.content.message import Mail
from gateway.stages import mime
from gateway.stages.assess.claims import authserv_id_of, mail_claims


def mail(head: str, subject: str = "x") -> Mail:
    parsed = mime.parse(f"{head}From: a@b.example\r\nSubject: {subject}\r\n\r\nx".encode(), mime.MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


@pytest.mark.parametrize(
    "subject",
    ["[secure] form", "[SECURE]", "Re: [Secure] form", "[ encrypt ] x", "(secure) x", "[RW4ENCRYPT] x", "#secure x",
     "{encrypted} x", "=?utf-8?b?W3NlY3VyZV0gZm9ybQ==?="],
)  # fmt: skip
def test_a_tag_in_the_subject_is_a_claim(subject: str) -> None:
    assert mail_claims(mail("", subject), "gateway.example") == ("subject_secure",)


@pytest.mark.parametrize("subject", ["", "secure form", "insecure", "a secure unit", "[secured loan]", "encryption"])
def test_words_are_no_tag(subject: str) -> None:
    assert mail_claims(mail("", subject), "gateway.example") == ()


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        ("gateway.example; spf=pass", "gateway.example"),
        ("GATEWAY.example 1; spf=pass", "gateway.example"),
        ("(a (nested) comment) gateway.example; spf=pass", "gateway.example"),
        ('"gateway.example"; spf=pass', "gateway.example"),
        ("gateway.example(x); spf=pass", "gateway.example"),
        ("gateway.example.; spf=pass", "gateway.example"),
        ("notgateway.example; spf=pass", "notgateway.example"),
        ("", ""),
        ("; spf=pass", ""),
    ],
)
def test_authserv_id_is_read_through_comments_quotes_and_case(value: str, identity: str) -> None:
    assert authserv_id_of(value) == identity


def test_our_own_id_is_seen_also_where_it_is_folded_or_second() -> None:
    head = "Authentication-Results: other.example; spf=pass\r\n"
    head += "Authentication-Results:\r\n gateway.example;\r\n dmarc=pass\r\n"
    assert mail_claims(mail(head), "Gateway.Example") == ("forged_results",)


def test_our_own_id_in_a_sealed_set_is_seen() -> None:
    assert mail_claims(mail("ARC-Authentication-Results: i=1; gateway.example; dmarc=pass\r\n"), "gateway.example") == (
        "forged_results",
    )


@pytest.mark.parametrize("name", ["X-Secure", "Received-SPF", "X-MS-Exchange-Organization-SCL", "X-TLS-Verified"])
def test_trust_headers_are_noted(name: str) -> None:
    assert mail_claims(mail(f"{name}: yes\r\n"), "gateway.example") == ("trust_header",)
