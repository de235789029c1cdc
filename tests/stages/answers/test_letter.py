"""A letter is a plain message that no header can be slipped into."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from gateway.model.ids import DispatchId
from gateway.model.kinds import DispatchKind
from gateway.stages.answers.letter import Letter, message_id, write

LETTER = Letter(
    DispatchKind.ANSWER,
    "cdop@here.example",
    "Here, CDOP",
    "a@home.example",
    "Answer",
    "Dear é,\n\nyes.\n",
    "<1@here.example>",
    datetime(2026, 3, 2, tzinfo=UTC),
)


def test_a_letter_reads_back_as_it_was_written() -> None:
    raw = write(replace(LETTER, reply_to="secure@here.example"))
    message = message_from_bytes(raw, policy=policy.SMTP)
    assert (message["Subject"], message["To"], message["Reply-To"]) == (
        "Answer",
        "a@home.example",
        "secure@here.example",
    )
    assert message["From"].addresses[0].display_name == "Here, CDOP"
    assert message.get_content().replace("\r\n", "\n") == LETTER.body
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@y.example", "a\nb", "a\r b"])
def test_a_subject_brings_no_header(subject: str) -> None:
    message = message_from_bytes(write(replace(LETTER, subject=subject)), policy=policy.SMTP)
    assert message["Bcc"] is None
    assert len(message.keys()) == len(message_from_bytes(write(LETTER), policy=policy.SMTP).keys())


def test_a_message_id_is_the_dispatch_at_our_domain() -> None:
    assert message_id(DispatchId(UUID(int=1)), "here.example") == f"<{UUID(int=1)}@here.example>"
