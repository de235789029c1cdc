"""What the panel lets through stands in the audit: once for each list, counts and a keyed fingerprint, no entry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.adapters.store.audit_chain import first_break
from gateway.model.case.rows import AuditLink
from gateway.model.content.screening import AllowList
from gateway.model.kinds import MoveKind
from gateway.steps.watch.allowed import note_allowed
from tests.steps.world import World, world

KEY = bytes(32)
LIST = AllowList("Testshire", staff=("Harriet Lonsdale", "Bo Fenn"), phones=("01632 960100",))


async def entries(place: World) -> list[AuditLink]:
    return [link async for link in place.store.audit() if link.move is MoveKind.ALLOWED]


async def test_a_list_is_written_once_over_restarts_and_again_when_it_has_changed(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        assert await note_allowed(place.tools, LIST, KEY)
        assert not await note_allowed(place.tools, LIST, KEY)
        assert not await note_allowed(place.tools, replace(LIST, staff=LIST.staff[::-1]), KEY), "the same entries"
        assert await note_allowed(place.tools, replace(LIST, staff=("Harriet Lonsdale", "Zebedee Quill")), KEY)
        assert await note_allowed(place.tools, LIST, KEY), "and when it is as it was"
        first, second, third = await entries(place)
        assert (first.actor, first.detail["staff"], first.detail["phones"], first.detail["domains"]) == (
            "worker",
            "2",
            "1",
            "0",
        )
        assert first.detail["list"] == third.detail["list"] != second.detail["list"]
        assert first_break([link async for link in place.store.audit()]) is None


async def test_an_entry_names_nobody_and_its_fingerprint_is_keyed(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await note_allowed(place.tools, LIST, KEY)
        await note_allowed(place.tools, LIST, bytes([1]) * 32)
        first, second = await entries(place)
        assert first.detail["list"] != second.detail["list"]
        said = " ".join(first.detail.values())
        for word in ("Harriet", "Lonsdale", "960100", "Testshire"):
            assert word not in said
