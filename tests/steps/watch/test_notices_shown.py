"""The notifier learns how far a notification has come, and nothing of what others answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.notice import Notice, NoticeState
from gateway.model.case.rows import CaseRow, HandoverRow
from gateway.model.ids import PanelId
from gateway.model.kinds import Channel, HandoverState
from gateway.steps.intake.advance import advance
from gateway.steps.watch.notices import notice_of
from tests.steps.office import NEIGHBOUR, NEXT_DOOR, Office, notification_post, routing_tables
from tests.steps.world import START

PANELS = routing_tables().panels


async def notified(place: Office, postcode: str = NEXT_DOOR) -> object:
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), notification_post(postcode))
    await advance(place.context, intake_id)
    return intake_id


@pytest.mark.parametrize(
    ("state", "panel", "shown"),
    [
        (HandoverState.SENT, NEIGHBOUR, NoticeState.WITH_PANEL),
        (HandoverState.BOUNCED, NEIGHBOUR, NoticeState.WITH_PANEL),
        (HandoverState.DECLINED, NEIGHBOUR, NoticeState.WITH_PANEL),
        (HandoverState.ACKNOWLEDGED, NEIGHBOUR, NoticeState.ACKNOWLEDGED),
        (HandoverState.ACCEPTED, NEIGHBOUR, NoticeState.ACKNOWLEDGED),
        (HandoverState.ACKNOWLEDGED, PanelId("kent"), NoticeState.WITH_PANEL),
    ],
)
async def test_only_that_it_was_taken_is_told(
    place: Office, state: HandoverState, panel: PanelId, shown: NoticeState
) -> None:
    row = await place.row(await notified(place))  # type: ignore[arg-type]
    assert row.case_id is not None
    case: CaseRow = await place.store.case(row.case_id)
    [handover] = await place.store.handovers(row.case_id)
    now: HandoverRow = replace(handover, state=state, panel=panel, acknowledged_at=START)
    assert notice_of(row, case, [now], PANELS).state is shown


async def test_while_a_person_must_look_it_is_received(place: Office) -> None:
    row = await place.row(await notified(place, ""))  # type: ignore[arg-type]
    assert notice_of(row, None, [], PANELS) == Notice(NoticeState.RECEIVED, None, row.received_at)
