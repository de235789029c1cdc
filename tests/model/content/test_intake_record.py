"""Records come back as they were packed, however long the message was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from gateway.model.channel.arrival import Arrival, Connection, Envelope
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.intake_record import IntakeRecord, pack_record, unpack_record
from gateway.model.ids import IntakeId, reference, uuid7
from gateway.model.kinds import Channel, Grade, MailboxName

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ARRIVAL = Arrival(
    intake_id=IntakeId(uuid7(NOW, bytes(16))),
    reference=reference(bytes(16)),
    mailbox=MailboxName.GENERAL,
    channel=Channel.SMTP,
    received_at=NOW,
    connection=Connection("192.0.2.1", "mail.example"),
    envelope=Envelope("a@b.example", "cdop@cdop.example"),
)
RECORD = IntakeRecord(ARRIVAL, Assurance(Grade.NOT_SECURE, ()), ContentState())


def test_a_record_of_a_message_as_long_as_the_intake_takes_is_packed_and_read_back() -> None:
    long = replace(RECORD, text=ConfidentialText("\r\n" * (12 * 1024 * 1024)))
    assert unpack_record(pack_record(long)) == (long, None)
