"""The intake's own small database: which posts were sent, drafts as ciphertext, sessions as hashes. Never case data.

One SQLite file, one connection, one thread. ``secure_delete`` and a truncated WAL, so that what is deleted is gone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from gateway.ports import Temporary

T = TypeVar("T")
_LISTED_S = 365 * 86400.0  # how long an account lists what it sent

SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    post_hash BLOB PRIMARY KEY, intake_id TEXT NOT NULL, reference TEXT NOT NULL, received_at TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0, expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drafts (
    reference TEXT PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL, key_by_code BLOB NOT NULL,
    state TEXT NOT NULL, intake_id TEXT, intake_version INTEGER, received_at TEXT, tries INTEGER NOT NULL DEFAULT 0,
    tries_from REAL NOT NULL DEFAULT 0, expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY, reference TEXT, key_by_session BLOB, account TEXT, details BLOB,
    idle_until REAL NOT NULL, expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    file_id TEXT PRIMARY KEY, reference TEXT NOT NULL, expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (
    account TEXT PRIMARY KEY, sealed BLOB NOT NULL, totp_step INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0, tries_from REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account_posts (
    account TEXT NOT NULL, reference TEXT NOT NULL, sent_at REAL NOT NULL, PRIMARY KEY (account, reference)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ceremonies (
    token_hash BLOB NOT NULL, kind TEXT NOT NULL, sealed BLOB NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (token_hash, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passkeys (
    credential_id BLOB PRIMARY KEY, account TEXT NOT NULL, credential BLOB NOT NULL, name TEXT NOT NULL,
    sign_count INTEGER NOT NULL, copied INTEGER NOT NULL DEFAULT 0, added_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passkeys_by_account ON passkeys (account);
CREATE INDEX IF NOT EXISTS sessions_by_reference ON sessions (reference);
CREATE INDEX IF NOT EXISTS files_by_reference ON files (reference);
"""


class FormStore:
    """Runs each transaction in one piece, in its own thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="form-store")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or make the database."""
        await self._call(self._open)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(SCHEMA)
        connection.row_factory = sqlite3.Row
        self._connection = connection

    async def close(self) -> None:
        """Close the database; what was deleted leaves the WAL too."""
        await self._call(self._close)
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()
            self._connection = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in one write transaction. Temporary("form_store") if the disk is full or the file broken."""
        return await self._call(lambda: self._transaction(work))

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection
        if connection is None:
            raise Temporary("form_store")
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error:
            raise Temporary("form_store") from None
        return result

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work``, which only reads. Temporary("form_store") if the file is broken."""
        return await self._call(lambda: self._read(work))

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            raise Temporary("form_store")
        try:
            return work(self._connection)
        except sqlite3.Error:
            raise Temporary("form_store") from None

    async def forget(self, now: float) -> list[str]:
        """Delete what has expired and return the ids of files to remove from disk."""

        def work(db: sqlite3.Connection) -> list[str]:
            db.execute("DELETE FROM posts WHERE expires_at < ?", (now,))
            db.execute("DELETE FROM sessions WHERE expires_at < ?", (now,))
            db.execute("DELETE FROM ceremonies WHERE expires_at < ?", (now,))
            db.execute("DELETE FROM drafts WHERE expires_at < ?", (now,))
            db.execute("DELETE FROM account_posts WHERE sent_at < ?", (now - _LISTED_S,))
            orphans = "expires_at < ? OR reference NOT IN (SELECT reference FROM drafts)"
            rows = db.execute(f"SELECT file_id FROM files WHERE {orphans}", (now,)).fetchall()  # noqa: S608  constant
            db.execute(f"DELETE FROM files WHERE {orphans}", (now,))  # noqa: S608  constant
            return [row["file_id"] for row in rows]

        gone = await self.run(work)
        await self._call(self._truncate)
        return gone

    def _truncate(self) -> None:
        if self._connection is not None:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def _call(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(30):
            return await loop.run_in_executor(self._thread, work)
