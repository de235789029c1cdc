"""Where everything of one deployment is: the folders of docs/contracts.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders and files under one DIR."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def intake_keys(self) -> Path:
        return self.root / "keys" / "intake"

    @property
    def worker_keys(self) -> Path:
        return self.root / "keys" / "worker"

    @property
    def console_keys(self) -> Path:
        return self.root / "keys" / "console"

    @property
    def peers(self) -> Path:
        return self.root / "keys" / "peers"

    @property
    def gnupg(self) -> Path:
        return self.worker_keys / "gnupg"

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def spool(self) -> Path:
        return self.var / "spool"

    @property
    def form(self) -> Path:
        """Intake's own folder: drafts of the form, which only the notifier can open."""
        return self.var / "form"

    @property
    def blobs(self) -> Path:
        return self.var / "blobs"

    @property
    def notices(self) -> Path:
        return self.var / "notices"

    @property
    def log(self) -> Path:
        return self.var / "log"

    def database_url(self, configured: str) -> str:
        """Return the configured database, or SQLite at var/gateway.db."""
        return configured or f"sqlite+aiosqlite:///{self.var / 'gateway.db'}"
