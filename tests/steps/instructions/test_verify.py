"""An instruction counts by its signature, its account, its right and the rows it names, and by nothing it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.model.case.rows import InstructionRow
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.ids import IntakeId, StaffId
from gateway.model.kinds import MoveKind, ScreenOutcome
from gateway.model.office.staff import Role, may
from gateway.steps.instructions.context import Refused
from gateway.steps.instructions.verify import needed_intake, record_of_order, verified
from tests.steps.instructions.orders import context, held_query, posted, staff_of
from tests.steps.office import Office, notice
from tests.steps.world import CASE, FORWARD, START

OTHER = UUID(int=99)


async def refusal(place: Office, row: InstructionRow, staff: Any = None) -> str:
    with pytest.raises(Refused) as raised:
        await verified(place.tools, context(place, staff or staff_of()), row)
    return raised.value.code


async def test_an_order_has_the_rows_that_it_names(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)
    order = await verified(place.tools, context(place, staff_of()), row)
    assert (order.intake, order.case, order.dispatch, order.original) == (intake, None, None, None)
    assert order.instruction.kind is MoveKind.KEEP
    assert needed_intake(order) == intake


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": MoveKind.CLOSE},
        {"staff_id": StaffId("somebody")},
        {"posted_at": START + timedelta(days=1)},
        {"intake_id": IntakeId(OTHER)},
        {"case_id": CASE},
        {"dispatch_id": FORWARD},
        {"signature": b""},
    ],
)
async def test_a_row_that_was_changed_after_it_was_signed_is_refused(place: Office, changes: dict[str, Any]) -> None:
    row, _ = await posted(place, MoveKind.KEEP, intake=await held_query(place))
    assert await refusal(place, replace(row, **changes)) == "signature"


async def test_a_payload_that_was_exchanged_or_is_gone_is_refused(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)
    _, other = await posted(place, MoveKind.KEEP, intake=intake)
    assert await refusal(place, replace(row, payload_blob=other.id)) == "signature"
    assert await refusal(place, replace(row, payload_blob=intake.original_blob)) == "signature"


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_without_the_right_is_refused(place: Office, role: Role) -> None:
    row, _ = await posted(place, MoveKind.SCREEN_OUT, intake=await held_query(place))
    if may(role, MoveKind.SCREEN_OUT):
        assert (await verified(place.tools, context(place, staff_of(role)), row)).row == row
    else:
        assert await refusal(place, row, staff_of(role)) == "right"


async def test_an_account_that_was_closed_is_refused(place: Office) -> None:
    row, _ = await posted(place, MoveKind.KEEP, intake=await held_query(place))
    assert await refusal(place, row, staff_of(active=False)) == "right"


async def test_a_payload_of_another_kind_than_its_row_is_refused(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.RELEASE, intake=intake, row_kind=MoveKind.KEEP)
    assert await refusal(place, row) == "payload"


async def test_a_payload_that_does_not_read_is_refused(place: Office) -> None:
    row, blob = await posted(place, MoveKind.KEEP, intake=await held_query(place))
    for content in (b"", b"\x00\x00\x00\x02{}"):
        place.blobs.contents[blob.id] = content
        assert await refusal(place, row) == "payload"


async def test_a_record_is_rebuilt_from_the_original_and_what_the_person_settled(place: Office) -> None:
    intake = await held_query(place)
    screened = Screened(ScreenOutcome.MASKED, ConfidentialText("x"), ConfidentialText("y"))
    parts: dict[str, Any] = {
        "notification": notice(),
        "screened": screened,
        "answer_to": ConfidentialText("a@b.example"),
    }
    row, _ = await posted(place, MoveKind.KEEP, intake=intake, with_original=True, **parts)
    record = record_of_order(await verified(place.tools, context(place, staff_of()), row))
    assert (record.arrival.intake_id, record.arrival.reference) == (intake.id, intake.reference)
    assert (record.notifications, record.screened, record.author.reveal()) == ((notice(),), screened, "a@b.example")
    assert record.assurance.grade is intake.grade


async def test_without_its_own_original_there_is_no_record(place: Office) -> None:
    first, second = await held_query(place), await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=first)
    order = await verified(place.tools, context(place, staff_of()), row)
    theirs = ConfidentialBytes(place.blobs.contents[second.original_blob])
    for original, code in ((None, "no_original"), (ConfidentialBytes(b"x"), "no_original"), (theirs, "wrong_original")):
        with pytest.raises(Refused) as raised:
            record_of_order(replace(order, original=original))
        assert raised.value.code == code


async def test_a_row_that_is_gone_is_none(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)
    order = await verified(place.tools, context(place, staff_of()), row)
    with pytest.raises(Refused) as raised:
        needed_intake(replace(order, intake=None))
    assert raised.value.code == "no_intake"
