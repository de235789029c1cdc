"""One move is one transaction, nobody's change is lost, the chain shows what was touched, what is destroyed is gone.

Every test but those about SQLite's files runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.audit_chain import first_break
from gateway.adapters.store.migrate import migrate
from gateway.model.case.rows import AuditLink, IntakeRow, Move, Row
from gateway.model.kinds import DispatchState, IntakeState, MoveKind
from gateway.ports import Temporary
from tests.adapters.store.postgres import Server, server
from tests.adapters.store.rows import NOW, adopted, blob, dispatch, intake
from tests.planted import plant


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "gateway.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "gateway.db"))


_NUMBERS = count(1)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[AsyncEngine]:
    """An engine over an empty store, once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{request.getfixturevalue('path')}"
    else:
        running: Server = request.getfixturevalue("postgresql")
        url = running.fresh(f"store_{next(_NUMBERS)}")
    opened = open_engine(url)
    yield opened
    await opened.dispose()


on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def store(engine: AsyncEngine) -> SqlStore:
    return SqlStore(engine)


@pytest.fixture
async def row(store: SqlStore) -> IntakeRow:
    """One intake that is in the store."""
    original = blob()
    made = intake(original)
    assert await store.commit(adopted(made, original))
    return made


def changing(row: IntakeRow, **fields: object) -> Move:
    event = MoveKind.HOLD if fields.get("state") is IntakeState.HELD else MoveKind.ATTEMPT_FAILED
    return Move(event, "worker", NOW, changed=(replace(row, **fields),), intake_id=row.id)  # type: ignore[arg-type]


async def counts(engine: AsyncEngine) -> dict[str, int]:
    found = {}
    async with engine.connect() as connection:
        for table in ("blob", "intake", "dispatch", "audit"):
            found[table] = (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()  # noqa: S608
    return found


async def links(store: SqlStore) -> list[AuditLink]:
    return [link async for link in store.audit()]


# All or nothing.


async def test_move_writes_rows_and_one_link(store: SqlStore, engine: AsyncEngine) -> None:
    original, payload = blob(), blob()
    made = intake(original)
    move = adopted(made, original, payload)
    assert await store.commit(replace(move, added=(*move.added, dispatch(payload, made))))
    assert await counts(engine) == {"blob": 2, "intake": 1, "dispatch": 1, "audit": 1}
    assert await store.intake(made.id) == made


async def test_same_arrival_adopted_twice_is_one_row_and_the_second_writes_nothing(
    store: SqlStore, engine: AsyncEngine, row: IntakeRow
) -> None:
    before = await counts(engine)
    again = blob()
    assert not await store.commit(adopted(replace(row, original_blob=again.id), again))
    assert await counts(engine) == before


async def test_one_row_that_is_behind_undoes_every_other(store: SqlStore, engine: AsyncEngine, row: IntakeRow) -> None:
    before = await counts(engine)
    payload = blob()
    move = changing(replace(row, version=7), state=IntakeState.DECIDED)
    assert not await store.commit(replace(move, added=(payload, dispatch(payload, row))))
    assert await counts(engine) == before
    assert await store.intake(row.id) == row


async def test_one_row_that_cannot_be_added_undoes_every_other(
    store: SqlStore, engine: AsyncEngine, row: IntakeRow
) -> None:
    first, second = blob(), blob()
    taken = dispatch(first, row, "<the-same@cdop.example>")
    assert await store.commit(replace(changing(row), added=(first, taken)))
    before = await counts(engine)
    current = await store.intake(row.id)
    assert current is not None
    again = dispatch(second, row, "<the-same@cdop.example>")
    added: tuple[Row, ...] = (second, again)
    assert not await store.commit(replace(changing(current, state=IntakeState.DECIDED), added=added))
    assert await counts(engine) == before
    assert await store.intake(row.id) == current


async def test_row_that_points_at_nothing_is_not_written(store: SqlStore, engine: AsyncEngine) -> None:
    before = await counts(engine)
    assert not await store.commit(adopted(intake(blob())))
    assert await counts(engine) == before


async def test_destroying_is_undone_with_the_rest(store: SqlStore, row: IntakeRow) -> None:
    behind = changing(replace(row, version=9))
    assert not await store.commit(replace(behind, destroyed=(row.original_blob,)))
    kept = await store.blob(row.original_blob)
    assert kept is not None and kept.header == b"header"


async def test_store_that_fails_is_temporary_and_says_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'without_tables.db'}")
    original = blob(b"a name nobody may see")
    with pytest.raises(Temporary) as stopped:
        await SqlStore(engine).commit(adopted(intake(original), original))
    assert str(stopped.value) == "store"
    assert stopped.value.__suppress_context__
    await engine.dispose()


# Compare and set.


async def test_second_of_two_who_read_the_same_version_is_told(store: SqlStore, row: IntakeRow) -> None:
    assert await store.commit(changing(row, state=IntakeState.HELD))
    assert not await store.commit(changing(row, state=IntakeState.DECIDED))
    current = await store.intake(row.id)
    assert current is not None
    assert (current.state, current.version) == (IntakeState.HELD, 2)


async def test_200_concurrent_updates_lose_none(store: SqlStore, row: IntakeRow) -> None:
    at_once = asyncio.Semaphore(8)

    async def add_one() -> None:
        async with at_once:
            while True:
                current = await store.intake(row.id)
                assert current is not None
                if await store.commit(changing(current, attempts=current.attempts + 1)):
                    return

    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            group.create_task(add_one())
    current = await store.intake(row.id)
    assert current is not None
    assert (current.attempts, current.version) == (200, 201)
    chain = await links(store)
    assert len(chain) == 201
    assert first_break(chain) is None


async def test_blob_is_written_once(store: SqlStore, row: IntakeRow) -> None:
    with pytest.raises(TypeError):
        await store.commit(replace(changing(row), changed=(blob(),)))


async def test_due_dispatches_are_those_whose_time_has_come(store: SqlStore, row: IntakeRow) -> None:
    payload = blob()
    now, later, sent = (dispatch(payload, row) for _ in range(3))
    later = replace(later, next_attempt_at=NOW.replace(hour=10))
    sent = replace(sent, state=DispatchState.SENT)
    assert await plant(store, replace(changing(row), added=(payload, now, later, sent)))
    assert await store.due_dispatches(NOW, 10) == [now]
    assert {found.id for found in await store.due_dispatches(NOW.replace(hour=10), 10)} == {now.id, later.id}


# The audit chain.


async def chain_of_three(store: SqlStore, row: IntakeRow) -> None:
    assert await store.commit(changing(row, attempts=1))
    assert await store.commit(replace(changing(replace(row, version=2)), detail={"reason": "other_words"}))
    chain = await links(store)
    assert [link.sequence for link in chain] == [1, 2, 3]
    assert first_break(chain) is None


@pytest.mark.parametrize(
    "edit",
    [
        "actor = 'staff:ada'",
        "move = 'close'",
        "at = '2026-03-11 09:31:00.000000'",
        "intake_id = NULL",
        'detail = \'{"reason": "my_words"}\'',
        "previous_hash = hash",
        "hash = previous_hash",
    ],
)
async def test_edited_link_breaks_the_chain_there(
    store: SqlStore, engine: AsyncEngine, row: IntakeRow, edit: str
) -> None:
    await chain_of_three(store, row)
    async with engine.begin() as connection:
        changed = await connection.execute(text(f"UPDATE audit SET {edit} WHERE sequence = 2"))  # noqa: S608
    assert changed.rowcount == 1
    assert first_break(await links(store)) == 2


@pytest.mark.parametrize(("removed", "broken"), [(1, 2), (2, 3)])
async def test_removed_link_breaks_the_chain(
    store: SqlStore, engine: AsyncEngine, row: IntakeRow, removed: int, broken: int
) -> None:
    await chain_of_three(store, row)
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit WHERE sequence = :removed"), {"removed": removed})
    assert first_break(await links(store)) == broken


async def test_links_that_changed_places_break_the_chain(store: SqlStore, engine: AsyncEngine, row: IntakeRow) -> None:
    await chain_of_three(store, row)
    async with engine.begin() as connection:
        for old, new in ((2, 9), (3, 2), (9, 3)):
            await connection.execute(
                text("UPDATE audit SET sequence = :new WHERE sequence = :old"), {"old": old, "new": new}
            )
    assert first_break(await links(store)) == 2


# What is destroyed is gone.


@on_sqlite
async def test_database_waits_for_the_disk_and_overwrites_what_it_deletes(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)):
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value


def on_disk(path: Path) -> bytes:
    """Return the bytes of the database file and of its WAL."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob("gateway.db*")))


@on_sqlite
@pytest.mark.parametrize("size", [60, 30_000], ids=["in_its_page", "on_overflow_pages"])
async def test_destroyed_blobs_are_in_no_file_once_they_are_scrubbed(
    store: SqlStore, engine: AsyncEngine, path: Path, row: IntakeRow, size: int
) -> None:
    headers = [f"wrapped data key number {number:04d} of a blob".encode() for number in range(100)]
    bodies = [f"sealed body number {number:04d}, ".encode() * (size // 27 + 1) for number in range(100)]
    blobs = [blob(body, header) for header, body in zip(headers, bodies, strict=True)]
    assert await store.commit(replace(changing(row), added=tuple(blobs)))
    before = on_disk(path)
    assert all(header in before for header in headers)

    gone = tuple(each.id for each in blobs)
    current = await store.intake(row.id)
    assert current is not None
    assert await store.commit(replace(changing(current), destroyed=gone))
    await store.scrub()

    after = on_disk(path)  # while the database is open: closing it would empty the write-ahead log by itself
    await engine.dispose()
    assert not [header for header in headers if header in after]
    assert not [number for number in range(100) if f"sealed body number {number:04d}, ".encode() in after]
    empty = await store.blob(gone[0])
    assert empty is not None
    assert (empty.header, empty.body) == (b"", None)
