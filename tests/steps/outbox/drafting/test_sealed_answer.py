"""A person's answer to another panel names nothing outside the encryption."""

from __future__ import annotations

from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import PlannedDispatch, to_panel
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import DispatchKind, Grade
from gateway.steps.outbox.drafting.sealed_answer import sealed_answer
from gateway.steps.outbox.drafting.writing import Subject
from tests.steps.office import NEIGHBOUR, Office, parsed


async def test_an_answer_to_a_panel_has_no_address_yet_and_its_subject_inside(place: Office) -> None:
    record = IntakeRecord(place.arrival(), Assurance(Grade.END_TO_END, ()), ContentState())
    about = Subject(record, answer=ConfidentialText("Zoe Testchild is ours."))
    planned = PlannedDispatch(DispatchKind.ANSWER, to_panel(NEIGHBOUR))
    drafted = sealed_answer(place.tools, planned, about)
    payload, content = unpack_payload(drafted.payload)
    assert (payload.panel, payload.forward_path.reveal()) == (NEIGHBOUR, "")
    assert record.arrival.reference in payload.subject.reveal()
    assert payload.reverse_path == f"bounce+{drafted.token}@cdop.example"
    assert parsed(content.reveal()).parts[0].content.reveal() == b"Zoe Testchild is ours."
    assert parsed(content.reveal()).subject.reveal() == ""
    assert "Testchild" not in repr(drafted)
