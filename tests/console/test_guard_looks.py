"""Nobody sees content without an audit entry that was written first; a reader sees none at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.store import SqlStore
from gateway.model.case.rows import BlobRow, Move
from gateway.model.ids import IntakeId
from gateway.model.kinds import HeldReason, MoveKind
from tests.console.conftest import NOW, Browser, Office
from tests.console.samples import FAMILY_NAME, GENERAL_BODY
from tests.planted import plant


async def looks(office: Office, intake_id: IntakeId) -> list[tuple[str, str]]:
    found = [link async for link in office.store.audit(intake_id=intake_id) if link.move is MoveKind.LOOK]
    return [(link.actor, link.detail["what"]) for link in found]


async def test_an_intake_page_is_a_look(office: Office, ada: Browser) -> None:
    answer = await ada.get(f"/intakes/{office.samples.held_notification}")
    assert FAMILY_NAME in answer.text
    assert await looks(office, office.samples.held_notification) == [("staff:ada", "record")]


async def test_a_general_message_is_masked_until_somebody_asks(office: Office, ada: Browser) -> None:
    for path in ("", "/release"):
        answer = await ada.get(f"/intakes/{office.samples.general_query}{path}")
        assert answer.status == 200
        assert FAMILY_NAME not in answer.text
        assert "999 123 4560" not in answer.text


async def test_the_original_is_a_step_of_its_own(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}/original"
    asked = await ada.get(path)
    assert FAMILY_NAME not in asked.text
    assert await looks(office, office.samples.general_query) == []
    shown = await ada.post(path)
    assert "Subject: Training day, and Perrin Quillfeather" in shown.text
    assert await looks(office, office.samples.general_query) == [("staff:ada", "original")]


async def test_the_original_as_a_file_is_a_look_too(office: Office, ada: Browser) -> None:
    answer = await ada.post(f"/intakes/{office.samples.wrapper}/original-file")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ".eml" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("From: ")
    assert await looks(office, office.samples.wrapper) == [("staff:ada", "original_file")]


async def test_malware_is_never_handed_over_as_a_file(office: Office, ada: Browser) -> None:
    row = await office.store.intake(office.samples.wrapper)
    assert row is not None
    flagged = replace(row, held_reason=HeldReason.MALWARE)
    await plant(office.store, Move(MoveKind.HOLD, "worker", NOW, changed=(flagged,), intake_id=row.id))
    assert "original-file" not in (await ada.get(f"/intakes/{row.id}/original")).text
    assert (await ada.post(f"/intakes/{row.id}/original-file")).status == 403
    assert (await ada.post(f"/intakes/{row.id}/original")).status == 200


async def test_a_message_that_was_not_encrypted_has_nothing_inside(office: Office, ada: Browser) -> None:
    answer = await ada.post(f"/intakes/{office.samples.secure_query}/inside")
    assert answer.status == 404
    assert "It was not encrypted" in answer.text


async def test_without_the_audit_entry_nothing_is_opened(
    office: Office, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    commit, unseal = SqlStore.commit, BlobOpener.open

    async def refuse_looks(self: SqlStore, move: Move) -> bool:
        return False if move.kind is MoveKind.LOOK else await commit(self, move)

    async def note(self: BlobOpener, blob: BlobRow) -> Any:
        opened.append(blob.id)
        return await unseal(self, blob)

    monkeypatch.setattr(SqlStore, "commit", refuse_looks)
    monkeypatch.setattr(BlobOpener, "open", note)
    for path in (f"/intakes/{office.samples.held_notification}", f"/cases/{office.samples.held_case}"):
        answer = await ada.get(path)
        assert answer.status == 503
        assert FAMILY_NAME not in answer.text
    assert (await ada.post(f"/intakes/{office.samples.general_query}/original")).status == 503
    assert (await ada.post(f"/intakes/{office.samples.general_query}/release/unmasked")).status == 503
    assert opened == []


async def test_a_reader_sees_the_queue_and_no_content(office: Office, browser: Browser) -> None:
    await browser.sign_in("rhea")
    s = office.samples
    assert "Waiting for a person" in (await browser.get("/")).text
    for path in (f"/intakes/{s.held_notification}", f"/cases/{s.held_case}", f"/dispatches/{s.held_dispatch}"):
        answer = await browser.get(path)
        assert answer.status == 200
        assert FAMILY_NAME not in answer.text
        assert "infirmary.example" not in answer.text
    assert await looks(office, s.held_notification) == []
    for path in ("original", "inside", "original-file", "release/unmasked"):
        assert (await browser.post(f"/intakes/{s.general_query}/{path}")).status in (403, 409)
    assert (await browser.get(f"/intakes/{s.general_query}/original")).status == 403
    assert (await browser.get(f"/intakes/{s.general_query}/keep")).status == 403


async def test_a_destroyed_record_says_so_and_offers_the_original(office: Office, ada: Browser) -> None:
    row = await office.store.intake(office.samples.general_query)
    assert row is not None
    assert row.record_blob is not None
    await plant(office.store, Move(MoveKind.CLOSE, "worker", NOW, destroyed=(row.record_blob,), intake_id=row.id))
    answer = await ada.get(f"/intakes/{row.id}")
    assert answer.status == 200
    assert "does not open" in answer.text
    assert f"/intakes/{row.id}/original" in answer.text


async def test_direction_marks_in_a_message_are_written_out(office: Office, ada: Browser) -> None:
    answer = await ada.get(f"/intakes/{office.samples.secure_query}")
    assert "\u202e" not in answer.text
    assert "⟨U+202E⟩" in answer.text


async def test_the_unmasked_release_page_marks_and_names_each_finding(office: Office, ada: Browser) -> None:
    answer = await ada.post(f"/intakes/{office.samples.general_query}/release/unmasked")
    for words in ("Perrin Quillfeather", "NHS number", "date", "telephone number", "circumstance"):
        assert words in answer.text
    assert answer.text.count('class="con-found__kind"') == 7
    assert GENERAL_BODY.split("\n", maxsplit=1)[0] in answer.text
    assert await looks(office, office.samples.general_query) == [("staff:ada", "source")]
