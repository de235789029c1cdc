"""The receipt of a transfer bears the hash of what was taken, and nothing comes of its failure."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import PlannedDispatch, to_panel
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import DispatchKind, Grade
from gateway.stages.transfer import receipt
from gateway.steps.outbox.drafting.receipt import receipt_of
from gateway.steps.outbox.drafting.writing import Subject
from tests.steps.office import HOME, NEIGHBOUR, Office, parsed

MADE = receipt.Receipt(
    **{"schema": receipt.SCHEMA, "from": HOME, "to": NEIGHBOUR},
    transfer=uuid4(),
    manifest_sha256="a" * 64,
    time=datetime(2026, 3, 2, tzinfo=UTC),
    reference="ABCD1234",
)


async def test_a_receipt_reads_back_and_goes_to_whoever_sent_the_transfer(place: Office) -> None:
    record = IntakeRecord(place.arrival(), Assurance(Grade.END_TO_END, ()), ContentState())
    planned = PlannedDispatch(DispatchKind.TRANSFER_RECEIPT, to_panel(NEIGHBOUR))
    drafted = receipt_of(place.tools, planned, Subject(record, receipt=MADE))
    payload, content = unpack_payload(drafted.payload)
    assert (payload.panel, payload.reverse_path) == (NEIGHBOUR, "")
    [part] = [part for part in parsed(content.reveal()).parts if part.filename is not None]
    assert receipt.read(part.content.reveal(), HOME, NEIGHBOUR) == MADE
    assert receipt.read(part.content.reveal(), NEIGHBOUR, HOME) is None
