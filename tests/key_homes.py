"""Throw-away key homes: two panels that know each other, made once for a test session."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.openpgp import GnuPG
from gateway.adapters.openpgp.key_home import KeyHome, create_key_home, import_pinned
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.office.enrolled import Enrolled

HERE_ADDRESS = "secure@here.example"
THERE_ADDRESS = "secure@there.example"


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for gpg-agent's socket; its agents end with it."""
    folder = Path(tempfile.mkdtemp(prefix="k"))
    try:
        yield folder
    finally:
        for home in folder.rglob("pubring.kbx"):
            subprocess.run(["gpgconf", "--homedir", str(home.parent), "--kill", "all"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Panels:
    """``here`` is our panel, ``there`` its neighbour; each has the other's key pinned."""

    folder: Path
    here: KeyHome
    there: KeyHome

    def openpgp(self) -> GnuPG:
        return GnuPG(self.here.home, self.here.own, [self.there.own])

    def openpgp_there(self) -> GnuPG:
        return GnuPG(self.there.home, self.there.own, [self.here.own])

    def enrolled_there(self) -> dict[Fingerprint, Enrolled]:
        """Whom the neighbour has enrolled: us."""
        return {self.here.own: Enrolled(PanelId("here"), frozenset({HERE_ADDRESS}))}


@contextmanager
def two_panels() -> Iterator[Panels]:
    with short_folder() as folder:
        here = create_key_home(folder / "here" / "gnupg", "Here CDOP", HERE_ADDRESS)
        there = create_key_home(folder / "there" / "gnupg", "There CDOP", THERE_ADDRESS)
        import_pinned(here.home, {there.own: there.certificate})
        import_pinned(there.home, {here.own: here.certificate})
        yield Panels(folder, here, there)
