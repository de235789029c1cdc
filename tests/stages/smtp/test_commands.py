"""A command line is read by the letter of RFC 5321, or refused with its reply."""

from __future__ import annotations

import pytest

from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import Command, RefusedCommand, parse_bdat, parse_helo, parse_line


@pytest.mark.parametrize(
    ("line", "verb", "argument"),
    [
        (b"NOOP", "NOOP", ""),
        (b"mail FROM:<a@b.example>", "MAIL", "FROM:<a@b.example>"),
        (b"EHLO  mail.example ", "EHLO", "mail.example"),
        ("RCPT TO:<é@b.example>".encode(), "RCPT", "TO:<é@b.example>"),
    ],
)
def test_a_verb_and_its_argument(line: bytes, verb: str, argument: str) -> None:
    assert parse_line(line) == Command(verb, argument)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"NOOP\rQUIT", replies.CONTROL_CHARACTER),
        (b"NOOP\n", replies.CONTROL_CHARACTER),
        (b"NOOP\x00", replies.CONTROL_CHARACTER),
        (b"HELO\tx", replies.CONTROL_CHARACTER),
        (b"", replies.NO_SUCH_COMMAND),
        (b" NOOP", replies.NO_SUCH_COMMAND),
        (b"N0OP", replies.NO_SUCH_COMMAND),
        (b"A" * 17, replies.NO_SUCH_COMMAND),
        (b"RCPT TO:<\xff@b.example>", replies.NOT_UTF8),
    ],
)
def test_what_is_no_command_is_refused_and_never_guessed(line: bytes, reply: bytes) -> None:
    assert parse_line(line) == RefusedCommand(reply)


@pytest.mark.parametrize(
    ("argument", "taken"),
    [("mail.example", True), ("[192.0.2.1]", True), ("my_pc", True), ("", False), ("a b", False), ("é", False)],
)
def test_a_client_is_called_what_it_says_if_that_is_a_word(argument: str, taken: bool) -> None:
    assert (parse_helo(argument) == argument) is taken
    assert isinstance(parse_helo("x" * 256), RefusedCommand)


@pytest.mark.parametrize(
    ("argument", "size"),
    [("10", (10, False)), ("0 LAST", (0, True)), ("5 last", (5, True)), ("-1", None), ("10LAST", None), ("", None)],
)
def test_a_chunk_names_its_size_and_whether_it_is_the_last(argument: str, size: tuple[int, bool] | None) -> None:
    assert parse_bdat(argument) == size
