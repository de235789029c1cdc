"""What a person does on the console's pages is carried out by the worker: a case, a release, an answer."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from gateway.model.kinds import CaseState, DispatchState, IntakeState, MoveKind
from gateway.roles.demo.world import GENERAL_INBOX
from tests.console.conftest import Browser
from tests.journeys.mail import sample
from tests.journeys.walk import Walk


async def decide(walk: Walk, person: Browser, path: str, fields: dict[str, str]) -> None:
    """Fill in the form of a move, press both buttons, and let the worker work."""
    form = await person.get(path)
    assert form.status == 200, path
    version = form.text.split('name="version" value="')[1].split('"')[0]
    answer = await person.post(path, {"version": version, "reason": "As agreed.", "step": "post", **fields})
    assert answer.status == 303, path
    await walk.settle()
    page = await person.get(answer.location)
    assert "The gateway refused" not in page.text
    assert "Waiting for the gateway" not in page.text


@pytest.mark.asyncio(loop_scope="session")
async def test_a_wrapper_opened_by_hand_becomes_a_case_at_its_panel(walk: Walk, person: Browser) -> None:
    await walk.mail(sample("locked wrapper"))
    await walk.settle()
    row = await walk.only_intake()
    fields = {"family_name": "Thistlewood", "home_postcode": "OX1 1PT", "nhs_number_not_known": "1"}
    await decide(walk, person, f"/intakes/{row.id}/open-case", fields)
    [case] = await walk.store().cases()
    page = await person.get(f"/cases/{case.id}")
    assert "Thistlewood" in page.text
    await decide(walk, person, f"/cases/{case.id}/send-to-panel", {"panel": "oxfordshire"})
    [plain] = await walk.decrypted("oxfordshire")
    texts = [part.get_payload(decode=True) for part in message_from_bytes(plain).walk() if not part.is_multipart()]
    assert any(isinstance(text, bytes) and b"Thistlewood" in text for text in texts)
    assert "forward:panel:oxfordshire" in await walk.left()
    refused = await person.get(f"/cases/{case.id}/close")
    assert refused.status == 403
    [handover] = await walk.store().handovers(case.id)
    told = {"agreed_by": "Ada Fenn, Una Pike", "how_told": "By a letter of their chair", "agreed_on": "2026-03-10"}
    fields = {"reviewing": "oxfordshire", **told}
    await decide(walk, person, f"/dispatches/{handover.dispatch_id}/agree", fields)
    assert "By a letter of their chair" in (await person.get(f"/cases/{case.id}")).text
    await decide(walk, person, f"/cases/{case.id}/close", {})
    assert await walk.audit_is_whole()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_held_question_is_released_without_what_was_noticed(walk: Walk, person: Browser) -> None:
    await walk.mail(sample("question with a child's name and birth date"))
    await walk.settle()
    row = await walk.only_intake()
    page = await person.get(f"/intakes/{row.id}")
    assert "Nettlecombe" not in page.text
    assert "still on for Tuesday" in page.text
    await decide(walk, person, f"/intakes/{row.id}/release", {"view": "masked"})
    assert "general_copy:general_inbox" in await walk.left()
    copies = [message.content for message in walk.received("relay") if message.forward_paths == (GENERAL_INBOX,)]
    assert len(copies) == 2
    assert any(b"still on for" in copy for copy in copies)
    for copy in copies:
        for gone in (b"Rowena", b"Nettlecombe", b"4 May", b"2019"):
            assert gone not in copy
    assert (await walk.only_intake()).state is IntakeState.DECIDED


@pytest.mark.parametrize(
    ("move", "fields"),
    [("release", {"view": "masked"}), ("keep", {}), ("release", {"view": "masked", "strike": "body:0:2"})],
)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_release_or_a_keep_stands_in_the_audit_with_who_and_why(
    walk: Walk, person: Browser, move: str, fields: dict[str, str]
) -> None:
    await walk.mail(sample("question with a child's name and birth date"))
    await walk.settle()
    row = await walk.only_intake()
    form = await person.get(f"/intakes/{row.id}/{move}")
    version = form.text.split('name="version" value="')[1].split('"')[0]
    without = await person.post(f"/intakes/{row.id}/{move}", {"version": version, "step": "post", **fields})
    assert without.status == 422, "no reason"
    await decide(walk, person, f"/intakes/{row.id}/{move}", fields)
    done = [link async for link in walk.store().audit(intake_id=row.id) if link.move is MoveKind(move)]
    assert [link.actor for link in done] == ["staff:miro"]
    asked = [link async for link in walk.store().audit(intake_id=row.id) if link.move is MoveKind.INSTRUCT]
    assert [link.actor for link in asked] == ["staff:miro"]
    assert "As agreed." in (await person.get(f"/intakes/{row.id}")).text
    assert await walk.audit_is_whole()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_question_to_the_secure_mailbox_is_answered_and_closed(walk: Walk, person: Browser) -> None:
    await walk.mail(sample("question to the secure mailbox"))
    await walk.settle()
    row = await walk.only_intake()
    await decide(walk, person, f"/intakes/{row.id}/answer", {"text": "Yes, please do bring her."})
    assert "answer:sender" in await walk.left()
    assert any(b"please do bring her" in message.content for message in walk.received("relay"))
    await decide(walk, person, f"/intakes/{row.id}/close", {})
    assert (await walk.only_intake()).state is IntakeState.CLOSED


@pytest.mark.asyncio(loop_scope="session")
async def test_a_case_is_screened_out_and_reopened(walk: Walk, person: Browser) -> None:
    await walk.mail(sample("question to the secure mailbox"))
    await walk.settle()
    row = await walk.only_intake()
    await decide(walk, person, f"/intakes/{row.id}/open-case", {"family_name": "Thistlewood"})
    [case] = await walk.store().cases()
    for move, state in (
        ("screen-out", CaseState.SCREENED_OUT),
        ("reopen", CaseState.OPEN),
        ("close", CaseState.CLOSED),
    ):
        await decide(walk, person, f"/cases/{case.id}/{move}", {})
        [now] = await walk.store().cases()
        assert now.state is state
    assert await walk.store().dispatches(states=(DispatchState.HELD,)) == []
