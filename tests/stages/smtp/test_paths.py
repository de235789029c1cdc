"""Paths by RFC 5321 section 4.1.2 and RFC 6531 section 3.3. Malformed ones: tests/hostile/test_smtp_commands.py."""

from __future__ import annotations

import time

import pytest

from gateway.model.kinds import MailboxName
from gateway.stages.smtp.mailboxes import Destination, MailboxTable
from gateway.stages.smtp.paths import parse_forward_path, parse_reverse_path


@pytest.mark.parametrize(
    ("path", "local", "domain"),
    [
        ("<a@b.example>", "a", "b.example"),
        ("<a@localhost>", "a", "localhost"),
        ("<first.last+tag=x/y@sub.b-c.example>", "first.last+tag=x/y", "sub.b-c.example"),
        ("<!#$%&'*+/=?^_`{|}~-@b.example>", "!#$%&'*+/=?^_`{|}~-", "b.example"),
        ('<"a b"@c.example>', "a b", "c.example"),
        ('<"a@b"@c.example>', "a@b", "c.example"),
        ('<"a\\"\\\\b"@c.example>', 'a"\\b', "c.example"),
        ('<""@c.example>', "", "c.example"),
        ("<a@[192.0.2.1]>", "a", "[192.0.2.1]"),
        ("<a@[IPv6:2001:db8::1]>", "a", "[IPv6:2001:db8::1]"),
        ("<siân@münchen.example>", "siân", "münchen.example"),
        ("<a@under_score.example>", "a", "under_score.example"),
        ("<" + "v" * 300 + "@b.example>", "v" * 300, "b.example"),
    ],
)
def test_path_of_the_grammar_is_read(path: str, local: str, domain: str) -> None:
    for parse in (parse_reverse_path, parse_forward_path):
        parsed = parse(path + " SIZE=1")
        assert parsed is not None
        assert (parsed[0].local, parsed[0].domain, parsed[0].text, parsed[1]) == (local, domain, path[1:-1], " SIZE=1")


def test_null_path_is_a_reverse_path_only() -> None:
    parsed = parse_reverse_path("<>")
    assert parsed is not None
    assert parsed[0].text == ""
    assert parse_forward_path("<>") is None


def test_postmaster_needs_no_domain() -> None:
    parsed = parse_forward_path("<PostMaster>")
    assert parsed is not None
    assert parsed[0].local == "postmaster"
    assert parse_reverse_path("<postmaster>") is None


@pytest.mark.parametrize("evil", ["<" + "a." * 400, "<" + '"' + "\\a" * 400, "<a@" + "b-" * 400, "<a@" + "b." * 400])
def test_hostile_path_takes_no_time(evil: str) -> None:
    began = time.process_time()
    for _ in range(100):
        assert parse_reverse_path(evil) is None
    assert time.process_time() - began < 1


TABLE = MailboxTable(
    {"cdop@panel.example": MailboxName.GENERAL}, frozenset({"panel.example", "xn--mnchen-3ya.example"})
)


@pytest.mark.parametrize(
    ("path", "destination"),
    [
        ("<CDOP@Panel.Example>", Destination(MailboxName.GENERAL)),
        ('<"cdop"@panel.example>', Destination(MailboxName.GENERAL)),
        ("<Reply+AbC@panel.example>", Destination(MailboxName.REPLY, "AbC")),
        ("<postmaster@münchen.example>", Destination(MailboxName.POSTMASTER)),
        ("<postmaster@other.example>", None),
        ("<cdop@panel.example.other.example>", None),
        ("<cdop@evilpanel.example>", None),
        ("<reply+a b@panel.example>", None),
        ("<reply+" + "a" * 65 + "@panel.example>", None),
        ("<secure+x@panel.example>", None),
    ],
)
def test_mailbox_is_found_by_its_whole_address(path: str, destination: Destination | None) -> None:
    parsed = parse_forward_path(path)
    assert (TABLE.find(parsed[0]) if parsed else None) == destination
