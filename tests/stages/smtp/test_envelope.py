"""MAIL and RCPT are read whole: what stands beside the path is known, or the command is refused."""

from __future__ import annotations

import pytest

from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import RefusedCommand
from gateway.stages.smtp.envelope import MailCommand, parse_mail, parse_rcpt
from gateway.stages.smtp.paths import Path


def test_a_mail_command_with_its_parameters() -> None:
    found = parse_mail("FROM:<a@b.example> SIZE=10 BODY=8BITMIME", esmtp=True, tls=False)
    assert isinstance(found, MailCommand)
    assert (found.reverse_path.local, found.reverse_path.domain) == ("a", "b.example")
    assert (found.parameters.size, found.parameters.eight_bit) == (10, True)


@pytest.mark.parametrize("argument", ["from:<>", "FROM: <>"])
def test_the_null_reverse_path_is_one(argument: str) -> None:
    found = parse_mail(argument, esmtp=False, tls=False)
    assert isinstance(found, MailCommand)
    assert found.reverse_path.local == ""


@pytest.mark.parametrize(
    ("argument", "esmtp", "tls", "reply"),
    [
        ("<a@b.example>", True, False, replies.BAD_MAIL_SYNTAX),
        ("FROM:a@b.example", True, False, replies.BAD_REVERSE_PATH),
        ("FROM:<a@b.example>SIZE=1", True, False, replies.BAD_REVERSE_PATH),
        ("FROM:<a@b.example> SIZE=1", False, False, replies.BAD_MAIL_SYNTAX),
        ("FROM:<a@b.example> REQUIRETLS", True, False, replies.UNKNOWN_PARAMETER),
        ("FROM:<é@b.example>", True, False, replies.NEEDS_SMTPUTF8),
    ],
)
def test_a_mail_command_that_is_not_by_the_letter_is_refused(
    argument: str, esmtp: bool, tls: bool, reply: bytes
) -> None:
    assert parse_mail(argument, esmtp, tls) == RefusedCommand(reply)


def test_an_internationalised_path_needs_its_announcement() -> None:
    assert isinstance(parse_mail("FROM:<é@b.example> SMTPUTF8", esmtp=True, tls=False), MailCommand)
    assert isinstance(parse_rcpt("TO:<é@b.example>", smtputf8=True), Path)
    assert parse_rcpt("TO:<é@b.example>", smtputf8=False) == RefusedCommand(replies.NEEDS_SMTPUTF8)


@pytest.mark.parametrize(
    ("argument", "reply"),
    [
        ("<a@b.example>", replies.BAD_RCPT_SYNTAX),
        ("TO:<>", replies.BAD_FORWARD_PATH),
        ("TO:<a@b.example>x", replies.BAD_FORWARD_PATH),
        ("TO:<a@b.example> NOTIFY=NEVER", replies.UNKNOWN_PARAMETER),
    ],
)
def test_a_rcpt_command_that_is_not_by_the_letter_is_refused(argument: str, reply: bytes) -> None:
    assert parse_rcpt(argument, smtputf8=False) == RefusedCommand(reply)
