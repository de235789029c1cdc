"""An invented notification, and the fields it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Part
from gateway.model.form.fields import Field, Required
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import CaseId, PanelId
from gateway.stages.transfer.compose import Transfer
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.document import DocumentLayout
from gateway.stages.transfer.files import File
from gateway.stages.transfer.record import Case

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE, THERE = PanelId("here"), PanelId("there")
NAMES = {"here": "Here CDOP", "there": "There CDOP"}
TRANSFER = UUID("019ab000-0001-7000-8000-000000000001")
CASE = CaseId(UUID("019ab000-0002-7000-8000-000000000002"))

FIELDS = (
    Field("family_name", "child", "What was the child's family name?", "person_name", Required.CORE),
    Field("given_names", "child", "What were the child's first names?", "person_name", Required.CORE),
    Field("date_of_birth", "child", "When was the child born?", "date", Required.CORE),
    Field("nhs_number", "child", "What was the child's NHS number?", "nhs_number", Required.CORE),
    Field("home_postcode", "residence", "What was the child's home postcode?", "postcode", Required.ROUTING),
    Field("date_of_death", "death", "When did the child die?", "date", Required.CORE),
    Field("place_name_address", "death", "Where did the child die?", "address", Required.CORE),
    Field("circumstances", "death", "What happened?", "long_text", Required.CORE),
    Field("post_mortem", "death", "Is there to be a post-mortem?", "enum:post_mortem", Required.ASK),
    Field("person_name", "people", "Name", "person_name", Required.ASK, repeat="significant_persons"),
    Field("person_relationship", "people", "Who they were", "text", Required.ASK, repeat="significant_persons"),
    Field("channel_assessment", "office_use", "How it came", "text", Required.SYSTEM),
)
LAYOUT = DocumentLayout(FIELDS, {"child": "The child", "death": "The death"}, {"significant_persons": "Person"})


def known(value: str) -> Answer:
    return Answer(ConfidentialText(value), AnswerState.KNOWN)


def state(of: AnswerState) -> Answer:
    return Answer(ConfidentialText(""), of)


NOTIFICATION = Notification(
    fields={
        "family_name": known("O’Testchild <b>"),
        "given_names": known("Zoë"),
        "date_of_birth": known("2026-11-01"),
        "nhs_number": known("999 000 0018"),
        "home_postcode": known("ZZ99 3WZ"),
        "date_of_death": known("2026-11-22"),
        "place_name_address": known("Ward 7\nInvented Hospital"),
        "circumstances": known("Found unresponsive.\n<script>alert(1)</script>"),
        "post_mortem": state(AnswerState.TO_FOLLOW),
        "channel_assessment": known("not_secure"),
        "not_a_field": known("internal"),
    },
    groups={
        "significant_persons": (
            {"person_name": known("Ann Testparent"), "person_relationship": known("mother")},
            {"person_name": known("Bob Testparent"), "person_relationship": state(AnswerState.NOT_KNOWN)},
        )
    },
    missing=("gp_practice", "nhs_number"),
)


def case(kind: TransferKind = TransferKind.FORWARD) -> Case:
    return Case(kind, "CDFGHJ34", THERE, NOW, (NOTIFICATION,))


def original(name: str, size: int) -> File:
    content = bytes(number % 251 for number in range(size))
    return File(ConfidentialText(name), "application/pdf", ConfidentialBytes(content))


def transfer(*originals: File, kind: TransferKind = TransferKind.FORWARD) -> Transfer:
    answering = Answering("Ring 01632 960001.", "https://here.example/n/abc", "4711")
    return Transfer(case(kind), HERE, THERE, TRANSFER, CASE, 1, NOW, answering, originals)


def parts_of(raw: bytes) -> list[Part]:
    """The leaves of an entity, read by another reader than ours: the standard library's."""
    found = []
    for number, leaf in enumerate(message_from_bytes(raw, policy=policy.SMTP).walk()):
        if leaf.is_multipart():
            continue
        content = leaf.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = leaf.get_filename()
        found.append(
            Part(
                (number,),
                leaf.get_content_type(),
                leaf.get_content_charset(),
                leaf.get_content_disposition(),
                ConfidentialText(name) if name is not None else None,
                ConfidentialBytes(content),
            )
        )
    return found
