"""What cannot be read in one way is a defect; what is over a limit is Unparsed; nothing is ever raised."""

from __future__ import annotations

import base64
import time

import pytest

from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits, parse

LIMITS = MimeLimits()


def read(raw: bytes) -> Mail:
    mail = parse(raw, LIMITS)
    assert isinstance(mail, Mail)
    return mail


def codes(raw: bytes) -> set[str]:
    return {defect.code for defect in read(raw).defects}


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"b1") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = (
        b"From: a@outside.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b'; boundary="' + boundary
    )
    return head + b'"\r\n\r\n' + body + b"--" + boundary + b"--\r\n"


def test_plain_message_has_one_part_and_no_defect() -> None:
    mail = read(b"From: Pat <pat@outside.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nHello\r\n")
    assert mail.subject.reveal() == "Café"
    assert [author.reveal() for author in mail.authors] == ["pat@outside.example"]
    assert [name.reveal() for name in mail.author_names] == ["Pat"]
    assert [part.content.reveal() for part in mail.parts] == [b"Hello\r\n"]
    assert mail.defects == ()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"From: a@outside.example\r\nFrom: b@outside.example\r\n\r\nx", "two_from"),
        (b"From: a@outside.example, b@outside.example\r\n\r\nx", "not_one_author"),
        (b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n\r\nx\r\n--a--", "two_boundaries"),  # noqa: E501
        (b"From: a@x.example\r\nContent-Disposition: attachment; filename=a; filename=b\r\n\r\nx", "two_filenames"),
        (b"From: a@x.example\r\nContent-Type: text/plain; name=a\r\nContent-Disposition: inline; filename=b\r\n\r\nx", "two_filenames"),  # noqa: E501
        (b"From: a@x.example\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx", "two_content_type"),
        (b"From: a@x.example\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==YQ==", "bad_base64"),
        (b"From: a@x.example\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx", "unknown_encoding"),
        (b"From: a@x.example\r\nSubject: =?klingon?q?a?=\r\n\r\nx", "subject_unreadable"),
        (b"From: a@x.example\r\n\r\nx\x00y", "nul"),
        (b"From: a@x.example\r\n\r\nx\ry", "bare_cr"),
        (multipart(b"\r\nx") + b"Baby died on Tuesday\r\n", "epilogue"),
        (b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nhidden\r\n--b\r\n\r\nx\r\n--b--\r\n", "preamble"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_a_defect(raw: bytes, code: str) -> None:
    assert code in codes(raw)


def test_two_content_types_are_a_defect_whatever_each_reader_takes() -> None:
    raw = (
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=a\r\nContent-Type: multipart/mixed; boundary=b\r\n"  # noqa: E501
        b"\r\n--a\r\nContent-Type: text/plain\r\n\r\none\r\n--a--\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\n"  # noqa: E501
    )
    assert "two_content_type" in codes(raw)


def test_rfc_2231_file_name_is_decoded() -> None:
    raw = b"From: a@x.example\r\nContent-Disposition: attachment; filename*0*=utf-8''%C3%A9; filename*1=t.pdf\r\n\r\nx"
    name = read(raw).parts[0].filename
    assert name is not None
    assert name.reveal() == "ét.pdf"


def test_attached_message_is_walked_and_marked() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: c@x.example\r\nSubject: in\r\n\r\ninner"
    mail = read(multipart(b"\r\nouter", inner))
    assert [part.in_message for part in mail.parts] == [False, True]


def test_delivery_status_keeps_its_fields() -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\n"
    mail = read(multipart(b"\r\nreport", status, kind=b"report"))
    assert b"Action: failed" in mail.parts[1].content.reveal()


def nested(depth: int) -> bytes:
    raw = b"From: a@x.example\r\n"
    for _ in range(depth):
        raw += b"Content-Type: message/rfc822\r\n\r\n"
    return raw + b"\r\nend"


def nested_multipart(depth: int) -> bytes:
    raw = b"From: a@x.example\r\n"
    for level in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return raw + b"\r\nend"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (nested(1000), "too_deep"),
        (nested(30), "too_deep"),
        (nested_multipart(400), "too_deep"),
        (nested_multipart(5000), "too_many_parts"),
        (multipart(*[b"\r\nx"] * 300), "too_many_parts"),
        (b"A: b\r\n" * 900 + b"\r\nx", "too_many_headers"),
        (b"Subject: " + b"a" * 700_000 + b"\r\n\r\nx", "headers_too_large"),
        (b"From: " + b"a@b.example, " * 20_000 + b"\r\n\r\nx", "field_too_large"),
        (b"x" * (LIMITS.max_bytes + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_over_a_limit_is_unparsed_with_its_code(raw: bytes, code: str) -> None:
    assert parse(raw, LIMITS) == Unparsed(code)


@pytest.mark.parametrize(
    "raw",
    [
        b"To: " + b"(" * 200_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; " + b'a="' * 9_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 100_000,
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 500_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"x" * 3_000_000),
        b"\xff" * 1_000_000,
        b"",
    ],
    ids=["comments", "quotes", "encoded words", "boundaries", "equals", "base64", "bytes", "empty"],
)
def test_hostile_input_is_read_or_refused_within_two_seconds(raw: bytes) -> None:
    started = time.process_time()
    parse(raw, LIMITS)
    assert time.process_time() - started < 2.0
