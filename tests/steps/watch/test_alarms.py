"""An alarm is a mail in the same move as what it is about, at most one an hour a kind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.model.case.plan import TO_OPERATOR
from gateway.model.case.rows import Move
from gateway.model.kinds import AlarmKind, DispatchKind, MoveKind
from gateway.steps.watch.alarms import commit_with_alarm, raise_alarm
from tests.steps.office import Office, parsed

KIND = AlarmKind.KEY_EXPIRES


async def mails(place: Office) -> int:
    return sum(row.kind is DispatchKind.ALARM for row in await place.store.dispatches())


async def test_an_alarm_goes_to_the_operator_and_names_nothing_confidential(place: Office) -> None:
    await raise_alarm(place.tools, KIND)
    row = (await place.leaving())["alarm:operator"]
    payload, content = await place.payload(row)
    assert (row.to, payload.forward_path.reveal(), payload.reverse_path) == (TO_OPERATOR, "operator@cdop.example", "")
    assert KIND.value in parsed(content).subject.reveal()
    assert place.told.alarms == [KIND.value]


async def test_within_the_hour_only_the_count_rises(place: Office) -> None:
    for _ in range(3):
        await raise_alarm(place.tools, KIND)
    assert (await mails(place), (await place.store.alarm(KIND.value)).raised) == (1, 3)
    await raise_alarm(place.tools, AlarmKind.DISPATCH_HELD)
    assert await mails(place) == 2, "another kind has an hour of its own"
    place.world.clock.pass_by(timedelta(hours=1))
    await raise_alarm(place.tools, KIND)
    assert (await mails(place), (await place.store.alarm(KIND.value)).raised) == (3, 4)
    assert len(place.told.alarms) == 5, "the metric counts every one"


async def test_a_move_that_is_refused_tells_nobody(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def first_elsewhere(move: Move) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(place.store, "commit", first_elsewhere)
        move = Move(MoveKind.ALARM, "worker", place.tools.clock.now())
        assert not await commit_with_alarm(place.tools, move, KIND)
    assert (place.told.alarms, await mails(place)) == ([], 0)
