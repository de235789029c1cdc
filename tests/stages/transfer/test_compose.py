"""What is sent to another panel, and what it makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Part
from gateway.model.form.answer import Answer, AnswerState, Extent, Reading
from gateway.model.form.notification import Notification
from gateway.model.ids import PanelId
from gateway.stages.transfer import document, receipt, record
from gateway.stages.transfer.compose import Composed, compose, receipt_message
from gateway.stages.transfer.manifest import content_hash
from gateway.stages.transfer.take import Taken, TakeRefusal, complete, take
from tests.stages.transfer.samples import (
    FIELDS,
    HERE,
    LAYOUT,
    NAMES,
    NOTIFICATION,
    NOW,
    THERE,
    case,
    original,
    parts_of,
    transfer,
)

MIB = 1 << 20


def composed(*sizes: int, max_message_bytes: int = 25 * MIB, kind: TransferKind = TransferKind.FORWARD) -> Composed:
    originals = [original(f"report {number}.pdf", size) for number, size in enumerate(sizes)]
    return compose(transfer(*originals, kind=kind), LAYOUT, NAMES, max_message_bytes)


def taken(message: Composed, number: int = 0) -> Taken:
    found = take(parts_of(message.messages[number].entity.reveal()), HERE, THERE, NOW)
    assert isinstance(found, Taken)
    return found


def test_the_neighbour_takes_in_the_notification_that_was_sent() -> None:
    made = composed(1000)
    found = taken(made)
    assert found.case is not None
    assert found.case == record.reduced(case(), FIELDS)
    assert found.case.notifications[0].text("family_name") == "O’Testchild <b>"
    assert found.case.notifications[0].fields["post_mortem"].state is AnswerState.TO_FOLLOW
    assert content_hash(found.manifest_bytes) == made.content_hash
    assert [file.name.reveal() for file in found.files] == ["notification.html", "notification.json", "report 0.pdf"]
    assert found.files[2].content == original("x", 1000).content
    assert complete([found]) is not None


def test_office_fields_and_undeclared_fields_never_leave() -> None:
    entity = composed().messages[0].entity.reveal()
    everything = b"".join(part.content.reveal() for part in parts_of(entity))
    for word in (b"channel_assessment", b"not_secure", b"not_a_field", b"internal"):
        assert word not in everything


def test_a_panel_that_is_only_informed_gets_the_least() -> None:
    made = composed(1000, kind=TransferKind.INFORM)
    found = taken(made)
    assert found.case is not None
    assert set(found.case.notifications[0].fields) == {
        "family_name",
        "given_names",
        "date_of_birth",
        "date_of_death",
        "nhs_number",
        "place_name_address",
    }
    assert found.case.residence_panel == THERE
    assert [file.name.reveal() for file in found.files] == ["notification.html", "notification.json"]
    everything = b"".join(part.content.reveal() for part in parts_of(made.messages[0].entity.reveal()))
    assert found.case.first_received_at is None
    for word in ("unresponsive", "Testparent", "ZZ99", "report", "First received"):
        assert word.encode() not in everything


def test_the_fields_of_the_informed_are_a_setting() -> None:
    made = compose(transfer(kind=TransferKind.INFORM), LAYOUT, NAMES, MIB, inform_fields=("date_of_death",))
    found = taken(made).case
    assert found is not None
    assert set(found.notifications[0].fields) == {"date_of_death"}


def test_the_document_is_laid_out_as_the_form_and_runs_nothing() -> None:
    page = document.write(record.reduced(case(), FIELDS), LAYOUT, NAMES).decode()
    assert page.index("The child") < page.index("family name") < page.index("The death") < page.index("What happened?")
    assert "Person 1" in page
    assert "Ann Testparent" in page
    assert "To follow" in page
    assert "There CDOP" in page
    assert "O’Testchild &lt;b&gt;" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_every_answer_of_the_form_is_in_the_document() -> None:
    page = document.write(record.reduced(case(), FIELDS), LAYOUT, NAMES).decode()
    for field in FIELDS:
        if field.section != "office_use":
            assert field.question.replace("'", "&#x27;") in page, field.id


def test_attachments_over_the_receivers_size_go_in_further_messages_of_the_same_manifest() -> None:
    limit = 512 << 10
    made = composed(120_000, 150_000, 130_000, 700_000, max_message_bytes=limit)
    assert len(made.messages) > 2
    found = [taken(made, number) for number in range(len(made.messages))]
    assert len({message.manifest_bytes for message in found}) == 1
    assert [message.case is not None for message in found] == [True] + [False] * (len(found) - 1)
    assert complete(found[:-1]) is None
    files = complete(list(reversed(found)))
    assert files is not None
    contents = {file.name.reveal(): file.content for file in files}
    for number, size in enumerate((120_000, 150_000, 130_000, 700_000)):
        assert contents[f"report {number}.pdf"] == original("x", size).content


@pytest.mark.parametrize("limit", [200 << 10, 300 << 10, MIB, 5 * MIB])
def test_no_message_is_over_the_size_once_it_is_encrypted_and_armoured(limit: int) -> None:
    made = composed(5000, 60_000, 900_000, 1_500_000, 40, max_message_bytes=limit)
    for message in made.messages:
        armoured = (len(message.entity.reveal()) + 32 * 600) * 4 / 3 * 66 / 64 + 4096
        assert armoured <= limit


def test_a_size_that_not_even_the_notification_fits_in_is_said() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        composed(max_message_bytes=16 << 10)


def test_names_of_attachments_are_kept_and_made_safe_and_distinct() -> None:
    originals = [original("a.pdf", 3), original("A.pdf", 4), original("Zoë’s “scan”.pdf", 5)]
    made = compose(transfer(*originals), LAYOUT, NAMES, MIB)
    names = [file.name.reveal() for file in taken(made).files[2:]]
    assert names == ["a.pdf", "A-2.pdf", "Zoë’s “scan”.pdf"]


def test_the_covering_text_says_what_to_do_and_is_no_emergency_line() -> None:
    leaves = parts_of(composed(10).messages[0].entity.reveal())
    words = leaves[0].content.reveal().decode()
    assert leaves[0].content_type == "text/plain"
    for phrase in ("CDFGHJ34", "https://here.example/n/abc", "4711", "report 0.pdf", "ring 999", "section 16M"):
        assert phrase in words
    assert "Testchild" not in words


def test_another_reader_finds_no_defect_in_the_entity() -> None:
    for leaf in message_from_bytes(composed(10).messages[0].entity.reveal(), policy=policy.SMTP).walk():
        assert leaf.defects == []


def changed(parts: list[Part], name: str, content: bytes) -> list[Part]:
    return [
        replace(part, content=ConfidentialBytes(content)) if part.filename and part.filename.reveal() == name else part
        for part in parts
    ]


def test_every_doubt_about_a_transfer_refuses_it() -> None:
    parts = parts_of(composed(10).messages[0].entity.reveal())
    manifest = next(part for part in parts if part.filename and part.filename.reveal() == "manifest.json")
    text = manifest.content.reveal()
    stray = replace(parts[-2], filename=parts[-2].filename and type(parts[-2].filename)("stray.pdf"))
    doubts = {
        TakeRefusal.WRONG_SENDER: take(parts, PanelId("elsewhere"), THERE, NOW),
        TakeRefusal.WRONG_RECEIVER: take(parts, HERE, PanelId("elsewhere"), NOW),
        TakeRefusal.WRONG_TIME: take(parts, HERE, THERE, NOW + timedelta(days=90)),
        TakeRefusal.NO_MANIFEST: take(parts[:1], HERE, THERE, NOW),
        TakeRefusal.TWO_MANIFESTS: take([*parts, manifest], HERE, THERE, NOW),
        TakeRefusal.CHANGED_FILE: take(changed(parts, "notification.json", b"{}"), HERE, THERE, NOW),
        TakeRefusal.UNLISTED_FILE: take([*parts, stray], HERE, THERE, NOW),
        TakeRefusal.UNREADABLE: take(changed(parts, "manifest.json", text + b"{}"), HERE, THERE, NOW),
    }
    assert all(found is refusal for refusal, found in doubts.items()), doubts
    assert take([*parts, parts[-2]], HERE, THERE, NOW) is TakeRefusal.CHANGED_FILE
    ahead = take(parts, HERE, THERE, NOW - timedelta(hours=2))
    assert ahead is TakeRefusal.WRONG_TIME


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"sequence": 1', b'"sequence": 1, "sequence": 2'),
        (b'"sequence": 1', b'"sequence": "1x"'),
        (b'"sequence": 1', b'"sequence": 1, "further": 1'),
        (b"manifest:1", b"manifest:2"),
        (b'"from": "here"', b'"from": "../here"'),
    ],
)
def test_a_manifest_that_can_be_read_in_two_ways_or_not_at_all_is_refused(old: bytes, new: bytes) -> None:
    parts = parts_of(composed(10).messages[0].entity.reveal())
    text = next(part for part in parts if part.filename and part.filename.reveal() == "manifest.json").content.reveal()
    assert old in text
    assert take(changed(parts, "manifest.json", text.replace(old, new)), HERE, THERE, NOW) is TakeRefusal.UNREADABLE


def test_a_receipt_is_tied_to_the_hash_of_what_was_taken() -> None:
    made = composed(10)
    found = taken(made)
    message = receipt_message(receipt.make(found.manifest, found.manifest_bytes, NOW, "CDFGHJ3467"))
    holder = parts_of(message.entity.reveal())[1]
    read = receipt.read(holder.content.reveal(), THERE, HERE)
    assert read is not None
    assert read.manifest_sha256 == made.content_hash
    assert read.transfer == found.manifest.transfer
    assert receipt.read(holder.content.reveal(), HERE, THERE) is None
    assert receipt.read(holder.content.reveal(), PanelId("elsewhere"), HERE) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"schema": "x"}'])
def test_rubbish_is_no_record(content: bytes) -> None:
    assert record.read(content) is None


def test_the_sample_has_a_field_that_must_not_leave() -> None:
    assert "channel_assessment" in NOTIFICATION.fields
    assert json.loads(record.write(record.reduced(case(), FIELDS)))["schema"] == record.SCHEMA


def test_what_was_typed_travels_beside_the_reading_and_version_1_is_still_read() -> None:
    typed = {
        "date_of_death": Answer(
            ConfidentialText("3 / 4 / 26"), AnswerState.KNOWN, Reading(ConfidentialText("2026-04-03"))
        ),
        "home_postcode": Answer(
            ConfidentialText("?OX1 1AA"),
            AnswerState.KNOWN,
            Reading(ConfidentialText("OX1 1AA"), Extent.PART, ConfidentialText("?")),
        ),
        "family_name": Answer(ConfidentialText("Tbc"), AnswerState.KNOWN),
    }
    sent = replace(case(), notifications=(Notification(typed),))
    content = record.write(record.reduced(sent, FIELDS))
    taken = record.read(content)
    assert taken is not None
    assert taken.notifications[0].fields == typed
    assert json.loads(content)["reads"] == 2
    old = json.loads(content)
    del old["reads"]
    old["schema"] = "urn:cdop-gateway:notification:1"
    old["notifications"][0]["fields"] = {"family_name": {"value": "Tbc", "state": "known"}}
    before = record.read(json.dumps(old).encode())
    assert before is not None
    assert before.notifications[0].text("family_name") == "Tbc"
