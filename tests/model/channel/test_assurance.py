"""Evidence is worth asking for again only while DNS gave no answer that could change the grade."""

from __future__ import annotations

import pytest

from gateway.model.channel.assurance import Dmarc, Evidence
from gateway.model.kinds import Channel, MailboxName
from tests.adapters.channel_kit import NOW


@pytest.mark.parametrize(
    ("result", "incomplete"),
    [("temperror", True), ("pass", False), ("fail", False), ("none", False), ("permerror", False)],
)
def test_no_answer_is_incomplete_and_every_answer_is_not(result: str, incomplete: bool) -> None:
    evidence = Evidence(Channel.SMTP, MailboxName.SECURE, NOW, NOW, dmarc=Dmarc(result))
    assert evidence.incomplete is incomplete
