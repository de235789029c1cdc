"""Two people at once, a double click, a replayed row: what leaves leaves once, and can be withdrawn before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.store.engine import WRITE
from gateway.model.case.rows import CaseRow
from gateway.model.ids import PanelId
from gateway.model.kinds import DispatchState, HandoverState, IntakeState
from gateway.ports import Permanent
from tests.console.conftest import Browser
from tests.journeys.mail import sample
from tests.journeys.test_by_console import decide
from tests.journeys.walk import Walk

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHILD = {"family_name": "Thistlewood", "home_postcode": "OX1 1PT", "nhs_number_not_known": "1"}


async def opened_case(walk: Walk, person: Browser) -> CaseRow:
    await walk.mail(sample("locked wrapper"))
    await walk.settle()
    row = await walk.only_intake()
    await decide(walk, person, f"/intakes/{row.id}/open-case", CHILD)
    [case] = await walk.store().cases()
    return case


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize("panels", [("oxfordshire", "hertfordshire"), ("oxfordshire",) * 2, ("oxfordshire",) * 4])
async def test_posts_at_once_send_a_case_to_one_panel_once(
    walk: Walk, person: Browser, panels: tuple[str, ...]
) -> None:
    case = await opened_case(walk, person)
    path = f"/cases/{case.id}/send-to-panel"
    version = hidden((await person.get(path)).text, "version")
    fields = {"version": version, "reason": "As agreed.", "step": "post"}
    answers = await asyncio.gather(*(person.post(path, {**fields, "panel": panel}) for panel in panels))
    assert sum(answer.status == 303 for answer in answers) == 1
    assert {answer.status for answer in answers} <= {303, 403, 409}, "the others were told"
    await walk.settle()
    assert len(await walk.store().handovers(case.id)) == 1
    assert sum(item.startswith("forward:") for item in await walk.left()) == 1


async def test_a_double_click_is_one_instruction_and_both_clicks_lead_on(walk: Walk, person: Browser) -> None:
    case = await opened_case(walk, person)
    path = f"/cases/{case.id}/send-to-panel"
    form = (await person.get(path)).text
    fields = {"version": hidden(form, "version"), "instruction": hidden(form, "instruction"), "panel": "oxfordshire"}
    post = {**fields, "reason": "As agreed.", "step": "post"}
    answers = await asyncio.gather(person.post(path, post), person.post(path, post))
    assert [answer.status for answer in answers] == [303, 303]
    await walk.settle()
    assert len(await walk.store().handovers(case.id)) == 1


async def test_a_done_instruction_set_back_to_posted_does_nothing(walk: Walk, person: Browser) -> None:
    case = await opened_case(walk, person)
    await decide(walk, person, f"/cases/{case.id}/send-to-panel", {"panel": "oxfordshire"})
    async with walk.store()._engine.connect() as connection:
        await connection.execution_options(**{WRITE: True})
        async with connection.begin():
            await connection.execute(text("update instruction set state='posted'"))
    await walk.settle()
    assert len(await walk.store().handovers(case.id)) == 1
    assert sum(item.startswith("forward:") for item in await walk.left()) == 1


async def test_the_payload_of_what_was_carried_out_opens_for_nobody(walk: Walk, person: Browser) -> None:
    case = await opened_case(walk, person)
    await decide(walk, person, f"/cases/{case.id}/send-to-panel", {"panel": "oxfordshire"})
    keys = KeyRing.load(walk.world.folders.worker_keys, "seal")
    opener = BlobOpener(walk.world.folders.blobs, keys)
    store = walk.store()
    asked = await walk.desk().instructions(case_id=case.id)
    assert asked
    for row in asked:
        blob = await store.blob(row.payload_blob)
        assert blob is not None
        with pytest.raises(Permanent):
            await opener.open(blob)


async def test_what_was_withdrawn_never_leaves(walk: Walk, person: Browser) -> None:
    case = await opened_case(walk, person)
    faults = walk.faults
    walk.faults = lambda wired: replace(
        faults(wired),
        instructions=replace(wired.instructions, hold=timedelta(minutes=5)),
    )
    path = f"/cases/{case.id}/send-to-panel"
    form = (await person.get(path)).text
    fields = {"version": hidden(form, "version"), "panel": "oxfordshire", "reason": "As agreed.", "step": "post"}
    assert (await person.post(path, fields)).status == 303
    await walk.work()
    [waiting] = [row for row in await walk.dispatches() if row.kind.value == "forward"]
    assert waiting.state is DispatchState.QUEUED
    form = (await person.get(f"/dispatches/{waiting.id}/withdraw")).text
    fields = {"version": hidden(form, "version"), "reason": "The wrong panel."}
    assert (await person.post(f"/dispatches/{waiting.id}/withdraw", fields)).status == 303
    walk.faults = faults
    await walk.settle()
    [row] = [row for row in await walk.dispatches() if row.kind.value == "forward"]
    [handover] = await walk.store().handovers(case.id)
    assert (row.state, row.payload_blob, handover.state) == (DispatchState.CANCELLED, None, HandoverState.WITHDRAWN)
    assert await walk.decrypted("oxfordshire") == []


async def test_a_held_forward_does_not_leave_once_the_case_went_elsewhere(walk: Walk, person: Browser) -> None:
    case = await opened_case(walk, person)
    await decide(walk, person, f"/cases/{case.id}/send-to-panel", {"panel": "leeds"})  # not confirmed: held
    [held] = [row for row in await walk.dispatches() if row.kind.value == "forward"]
    assert held.state is DispatchState.HELD
    await decide(walk, person, f"/cases/{case.id}/send-to-panel", {"panel": "oxfordshire"})
    again = await walk.store().dispatch(held.id)
    assert again is not None
    assert again.state is DispatchState.CANCELLED
    assert {one.panel: one.state for one in await walk.store().handovers(case.id)}[
        PanelId("leeds")
    ] is HandoverState.WITHDRAWN


async def test_what_was_closed_or_kept_can_be_taken_back(walk: Walk, person: Browser) -> None:
    await walk.mail(sample("question to the secure mailbox"))
    await walk.settle()
    row = await walk.only_intake()
    for move, state in (("keep", IntakeState.DECIDED), ("take-back", IntakeState.HELD), ("close", IntakeState.CLOSED)):
        await decide(walk, person, f"/intakes/{row.id}/{move}", {})
        assert (await walk.only_intake()).state is state
    await decide(walk, person, f"/intakes/{row.id}/take-back", {})
    await decide(walk, person, f"/intakes/{row.id}/open-case", CHILD)
    assert len(await walk.store().cases()) == 1
