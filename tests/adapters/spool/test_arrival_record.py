"""What a seal binds of an arrival names nobody."""

from __future__ import annotations

from dataclasses import replace

from gateway.adapters.spool.arrival_record import context_of
from gateway.model.kinds import MailboxName
from tests.adapters.channel_kit import arrival


def test_the_context_tells_arrivals_apart_and_holds_no_address() -> None:
    one = arrival("parent@home.example")
    context = context_of(one)
    assert context != context_of(replace(one, mailbox=MailboxName.GENERAL))
    assert context == context_of(arrival("other@home.example"))
    assert not any("@" in value or "192.0.2" in value for value in context.values())
