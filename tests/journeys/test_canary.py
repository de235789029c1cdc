"""The canary test: words that only their rightful receiver may see are in no log, file, row or other mail.

Every journey carries unique words in names, texts and file names. After it, everything the gateway wrote is
searched: the log at DEBUG, spool, database with its WAL, blobs, temp folders, and what each sink received.
"""

from __future__ import annotations

import base64
import io
import logging
import os
import quopri
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.host.log import start_logging
from gateway.roles.demo.world import World
from gateway.roles.wiring import Wired
from tests.journeys.every import JOURNEYS
from tests.journeys.walk import Journey, Walk, walk_through, walking

LEAST_BASE64 = 8


def spellings(word: str) -> Iterator[bytes]:
    """Yield the ways a word can stand in a file: as it is, in UTF-16, in base64 at each of three offsets."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield quopri.encodestring(plain).strip()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + plain)
        inner = encoded[4 if offset else 0 : len(encoded) - 4]
        if len(inner) >= LEAST_BASE64:  # less would be found by chance in what is sealed
            yield inner


def files_under(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


def leaks(journey: Journey, places: dict[str, bytes]) -> list[str]:
    """Return the places that hold a canary."""
    return [
        f"{word} in {name}"
        for name, content in places.items()
        for word in journey.canaries
        for spelled in spellings(word)
        if spelled in content
    ]


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Send every temp file of this process to a folder that is searched."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def debug_log() -> Iterator[io.StringIO]:
    """Every logger at DEBUG, through the formatter that production uses."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    start_logging("test", stream, logging.DEBUG)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.captureWarnings(capture=False)


def places_of(walk: Walk, temp: Path, log: io.StringIO, journey: Journey) -> dict[str, bytes]:
    """Return everything that was written, by where it is."""
    places = {str(path): path.read_bytes() for path in files_under(walk.world.folders.var, temp)}
    places["log"] = log.getvalue().encode()
    for name, sink in walk.sinks.items():
        for number, message in enumerate(sink.received):
            places[f"{name} {number}"] = message.content
    assert journey.name
    return places


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name.replace(" ", "-"))
@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_confidential_is_left_anywhere(
    world: World, heavy: Wired, journey: Journey, own_temp: Path, debug_log: io.StringIO
) -> None:
    async with walking(world, heavy, world.root / "empty.db") as walk:
        await walk_through(walk, journey)
        places = places_of(walk, own_temp, debug_log, journey)
        assert any(name.endswith(".db") or "gateway.db" in name for name in places)
        assert b"smtp_kept" in places["log"] or journey.name == "by form", "the log was not heard"
        assert leaks(journey, places) == []


def test_the_search_itself_finds_a_word_however_it_is_written() -> None:
    journey = Journey("probe", (), walk_through, ("Quillfeather",))  # type: ignore[arg-type] # never walked
    for content in (
        b"..Quillfeather..",
        "Quillfeather".encode("utf-16-le"),
        base64.b64encode(b"x Quillfeather y"),
        base64.b64encode(b"xx Quillfeather y"),
        base64.b64encode(b"xxx Quillfeather y"),
    ):
        assert leaks(journey, {"here": content})
    assert not leaks(journey, {"here": os.urandom(4096)})
