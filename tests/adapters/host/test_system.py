"""The clock has a zone, entropy does not repeat, and free room is what a process may write."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from gateway.adapters.host.system import SystemClock, entropy, free_bytes


def test_clock_entropy_and_room(tmp_path: Path) -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second
    assert len({entropy(32) for _ in range(10)}) == 10
    assert [len(entropy(size)) for size in (0, 16, 32)] == [0, 16, 32]
    assert free_bytes(tmp_path) > 0
