"""Two panels with keys of their own, and the zoo of keys."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.adapters.openpgp import GnuPG
from gateway.model.content.confidential import ConfidentialBytes
from tests.adapters.openpgp.craft import Crafted
from tests.adapters.openpgp.zoo import Animal, Zoo, populate
from tests.key_homes import THERE_ADDRESS, Panels, two_panels

NOT_IMPORTED = {"missing"}
NOT_PINNED = {"impostor", "forged_status"}


@pytest.fixture(scope="session")
def panels() -> Iterator[Panels]:
    with two_panels() as made:
        yield made


@dataclass(frozen=True, slots=True)
class Visit:
    """The zoo as ``here`` sees it: every certificate is in its ring, by whatever way, and most are pinned."""

    panels: Panels
    zoo: Zoo
    animals: dict[str, Animal]

    def openpgp(self) -> GnuPG:
        pinned = [animal.own for name, animal in self.animals.items() if name not in NOT_PINNED]
        return GnuPG(self.panels.here.home, self.panels.here.own, [*pinned, self.panels.there.own])


@pytest.fixture(scope="session")
def visit() -> Iterator[Visit]:
    with two_panels() as panels:
        zoo = Zoo(panels.folder / "zoo", panels.here.certificate, panels.here.own)
        animals = populate(zoo, panels.there.own, THERE_ADDRESS)
        for name, animal in animals.items():
            if name not in NOT_IMPORTED:
                # With a plain gpg, past every check of ours: the worst ring there can be.
                command = ["gpg", "--homedir", str(panels.here.home), "--batch", "--quiet", "--import"]
                subprocess.run(command, input=animal.certificate, check=True, capture_output=True)
        yield Visit(panels, zoo, animals)


@pytest.fixture(scope="session")
def crafted(panels: Panels) -> Crafted:
    openpgp = panels.openpgp()
    honest = asyncio.run(openpgp.encrypt_and_sign(ConfidentialBytes(b"honest\r\n"), [panels.there.own]))
    openpgp.close()
    return Crafted(panels, honest)
