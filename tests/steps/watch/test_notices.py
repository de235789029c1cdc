"""Notices follow what moves: nothing that did not move is read again, and after a start what was missed is put up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gateway.model.case.notice import Notice, NoticeState
from gateway.model.case.rows import IntakeRow, Move
from gateway.model.kinds import Channel, IntakeKind, IntakeState, MailboxName, MoveKind
from gateway.model.residence.panels import PanelRegister
from gateway.steps.watch import notices
from gateway.steps.watch.notices import NoticePlace, put_up
from tests.steps.world import World, world

REGISTER = PanelRegister({})


@dataclass
class Board:
    up: dict[str, Notice] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    broken: bool = False

    def read(self, reference: str) -> Notice | None:
        return self.up.get(reference)

    def write(self, reference: str, notice: Notice) -> None:
        if self.broken:
            raise PermissionError
        self.up[reference] = notice
        self.written.append(reference)


async def notified(here: World, channel: Channel = Channel.FORM) -> IntakeRow:
    row, _ = await here.arrive(channel, MailboxName.SECURE)
    decided = replace(row, kind=IntakeKind.NOTIFICATION, state=IntakeState.DECIDED)
    now = here.clock.now()
    assert await here.store.commit(Move(MoveKind.DECIDE, "worker", now, changed=(decided,), intake_id=row.id))
    return await here.settled(decided)


class Counting:
    """A store that says what was read."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.read.append(name)
        return getattr(self._store, name)


async def test_what_did_not_move_is_not_read_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for _ in range(3):
            await notified(here)
        place, board = NoticePlace(), Board()
        assert await put_up(here.tools, board, REGISTER, place) == 3, "what was there before the start"
        store = Counting(here.store)
        tools = replace(here.tools, store=store)
        assert await put_up(tools, board, REGISTER, place) == 0
        assert store.read == ["moved_since"], "an idle worker asks one question, whatever there is"
        row = await notified(here)
        await notified(here, Channel.SMTP)
        assert await put_up(here.tools, board, REGISTER, place) == 1
        assert board.written[-1] == row.reference
        assert board.up[row.reference].state is NoticeState.RECEIVED


async def test_what_stood_before_a_start_is_looked_at_a_page_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "PAGE", 2)
    async with world(tmp_path) as here:
        rows = [await notified(here) for _ in range(5)]
        place, board = NoticePlace(), Board()
        found: Sequence[int] = [await put_up(here.tools, board, REGISTER, place) for _ in range(4)]
        assert found == [2, 2, 1, 0]
        assert sorted(board.written) == sorted(row.reference for row in rows)
        assert await put_up(here.tools, board, REGISTER, NoticePlace()) == 0, "what is up already is not written again"


async def test_a_board_that_cannot_be_written_loses_no_notice(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        place, board = NoticePlace(), Board()
        await put_up(here.tools, board, REGISTER, place)
        row = await notified(here)
        board.broken = True
        with pytest.raises(PermissionError):
            await put_up(here.tools, board, REGISTER, place)
        board.broken = False
        assert await put_up(here.tools, board, REGISTER, place) == 1
        assert board.written == [row.reference]
