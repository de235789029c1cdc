"""A PostgreSQL server of our own: Debian's programs, a socket in a temporary folder, no network, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.store.migrate import migrate

_PROGRAMS = Path("/usr/lib/postgresql")
_TEMPLATE = "gateway_template"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.folder}"

    def fresh(self, database: str) -> str:
        """Make a database with the gateway's tables and return its url."""
        _run("createdb", "--host", str(self.folder), "--template", _TEMPLATE, database)
        return self.url(database)


def _run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs. It refuses to be root, so root runs it as Debian's user postgres."""
    found: Sequence[Path] = sorted(_PROGRAMS.glob(f"*/bin/{program}"))
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGUSER": "postgres"}
    subprocess.run([found[-1], *words], check=True, capture_output=True, cwd="/", env=environment, **user)  # type: ignore[call-overload]


@contextmanager
def server() -> Iterator[Server]:
    """Start a server and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=60"
    try:
        _run("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync")
        _run("pg_ctl", "--pgdata", data, "--wait", "--log", str(folder / "log"), "--options", options, "start")
        try:
            made = Server(folder)
            _run("createdb", "--host", str(folder), _TEMPLATE)
            migrate(made.url(_TEMPLATE))
            yield made
        finally:
            _run("pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
