"""What holds for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from gateway.adapters.config import areas

T = TypeVar("T")

# Neither chance nor a busy machine decides: the same examples in every run, however long each takes.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def routing_tables_are_read_once() -> Iterator[None]:
    """Read a postcode index and a list of authorities once for all gateways that a test process starts.

    Both never change once read, and reading them is most of what a start costs.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_index", "load_authorities"):
            patch.setattr(areas, name, _once(getattr(areas, name)))
        yield


def _once(read: Callable[[Path], T]) -> Callable[[Path], T]:
    found: dict[bytes, T] = {}

    def reading(path: Path) -> T:
        if not path.exists():
            return read(path)
        content = path.read_bytes()
        if content not in found:
            found[content] = read(path)
        return found[content]

    return reading
