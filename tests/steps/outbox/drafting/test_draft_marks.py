"""The marks of automatic mail on every letter that the steps write: its kind decides, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.texts import load_texts
from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, PlannedDispatch
from gateway.model.case.rows import DispatchRow
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.screening import Screened
from gateway.model.kinds import AlarmKind, Channel, DispatchKind, DispatchState, Grade, MailboxName, ScreenOutcome
from gateway.roles.wiring import document_layout
from gateway.stages.answers.automatic import AUTO_SUBMITTED
from gateway.stages.answers.letter import Letter, write
from gateway.steps.outbox.deliver import outer_fields
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject, Writing
from gateway.steps.watch.alarms import raise_alarm
from tests.steps.world import FORWARD, World, world

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CARD = Screened(ScreenOutcome.CARD, ConfidentialText("Held"), ConfidentialText("Held for checking"))
WRITING = Writing(load_texts([packaged_config()]), document_layout(), dict, 1_000_000)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


def marked(content: bytes) -> str | None:
    return message_from_bytes(content)["Auto-Submitted"]


def unscreened(arrival: Arrival) -> IntakeRecord:
    return IntakeRecord(
        arrival, Assurance(Grade.NOT_SECURE, ()), ContentState(), author=ConfidentialText("a@b.example")
    )


@pytest.mark.parametrize("kind", list(DispatchKind))
def test_a_letter_bears_the_mark_of_its_kind(kind: DispatchKind) -> None:
    letter = Letter(kind, "a@cdop.example", "CDOP", "b@cdop.example", "Subject", "Text", "<1@cdop.example>", NOW)
    message = message_from_bytes(write(letter))
    assert message["Auto-Submitted"] == AUTO_SUBMITTED[kind]
    assert message["X-Auto-Response-Suppress"] == ("All" if AUTO_SUBMITTED[kind] else None)


@pytest.mark.parametrize("kind", list(DispatchKind))
def test_outside_the_encryption_stands_only_the_mark_that_the_gate_knows(kind: DispatchKind) -> None:
    row = DispatchRow(FORWARD, kind, "panel:kent", DispatchState.QUEUED, f"<{FORWARD}@cdop.example>", None, NOW)
    fields = dict(outer_fields("a@cdop.example", "b@panel.example", row))
    assert fields.get("Auto-Submitted") == AUTO_SUBMITTED[kind]
    assert set(fields) - {"Auto-Submitted"} == {"From", "To", "Subject", "Date", "Message-ID"}


@pytest.mark.parametrize(
    ("kind", "to", "mark", "bounces"),
    [
        (DispatchKind.ACKNOWLEDGEMENT, TO_SENDER, "auto-replied", False),
        (DispatchKind.ADVICE, TO_SENDER, "auto-replied", False),
        (DispatchKind.RECEIPT, TO_SENDER, "auto-replied", False),
        (DispatchKind.CARD, TO_GENERAL_INBOX, "auto-generated", True),
        (DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX, "auto-generated", True),
        (DispatchKind.ANSWER, TO_SENDER, None, True),
    ],
)
async def test_a_drafted_letter_has_mark_and_reverse_path_of_its_kind(
    office: World, kind: DispatchKind, to: str, mark: str | None, bounces: bool
) -> None:
    _, arrival = await office.arrive(Channel.SMTP, MailboxName.GENERAL, reverse_path="a@b.example")
    record = replace(unscreened(arrival), screened=CARD)
    writing = WRITING
    planned = PlannedDispatch(kind, to, template="receipt_public")
    rows = await draft(office.tools, writing, planned, Subject(record, answer=ConfidentialText("An answer")))
    [row] = [row for row in rows if isinstance(row, DispatchRow)]
    [packed] = [one for one in office.outbox.sealed if b"Message-ID" in one]
    payload, content = unpack_payload(ConfidentialBytes(packed))
    assert marked(content.reveal()) == mark
    assert payload.reverse_path == (f"bounce+{row.token}@cdop.example" if bounces else "")


async def test_what_was_not_screened_does_not_reach_the_general_inbox(office: World) -> None:
    _, arrival = await office.arrive(Channel.SMTP, MailboxName.GENERAL, reverse_path="a@b.example")
    planned = PlannedDispatch(DispatchKind.CARD, TO_GENERAL_INBOX)
    with pytest.raises(ValueError, match="not screened"):
        await draft(office.tools, WRITING, planned, Subject(unscreened(arrival)))
    assert office.outbox.sealed == []


async def test_an_alarm_is_generated_and_its_failure_raises_nothing(office: World) -> None:
    await raise_alarm(office.tools, AlarmKind.KEY_EXPIRES)
    payload, content = unpack_payload(ConfidentialBytes(office.outbox.sealed[-1]))
    assert marked(content.reveal()) == "auto-generated"
    assert payload.reverse_path == ""
