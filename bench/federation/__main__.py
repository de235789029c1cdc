"""``python -m bench.federation`` prints the figures of a year of invented deaths over gateways that are real processes.

One panel cannot be reached for the middle third of the year; workers and intakes are killed (SIGKILL) at random.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.federation.deaths import POSTCODES, Death, year
from bench.federation.look import Figures, look
from bench.federation.processes import Federation, start

SHOWN = ("deaths", "cases", "forwards", "acknowledged", "taken", "receipts", "told", "repeats", "kills")
PAUSE_S = (0.3, 3.0)  # between two kills


async def run(
    root: Path,
    panels: Sequence[str],
    number: int,
    kills: int,
    seed: int = 1,
    pause_s: tuple[float, float] = PAUSE_S,
    say: Callable[[str], None] = print,
) -> Figures:
    """Run a federation for one year's deaths, with one panel unreachable for the middle third of them."""
    draw = random.Random(seed)
    deaths = year(panels, number, draw)
    async with AsyncExitStack() as stack:
        federation = await start(stack, root, panels, draw)
        say(f"{len(panels)} gateways are up, {2 * len(panels)} processes")
        killing = asyncio.create_task(federation.kill_at_random(kills, pause_s))
        stack.callback(killing.cancel)
        await _notify_all(federation, deaths, panels[-1])
        say(f"{number} deaths are notified; {federation.kills} processes were killed so far")
        await federation.rest()
        say("all are at rest")
        stores = {panel: gateway.store() for panel, gateway in federation.gateways.items()}
        return await look(stores, deaths, federation.kills)


async def _notify_all(federation: Federation, deaths: Sequence[Death], away: str) -> None:
    """Notify every death. While one panel is away, what is meant for it waits with its senders."""
    door = federation.gateways[away].processes["intake"]
    out, back = len(deaths) // 3, len(deaths) * 2 // 3
    waiting = []
    for count, death in enumerate(deaths):
        if count == out:
            await door.stop()
        if count == back:
            door.start()
        if out <= count < back and death.to == away:
            waiting.append(death)
        else:
            await federation.notify(death)
    for death in waiting:
        await federation.notify(death)


class _Teller:
    """Prints how far it is, with the seconds since the start."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self, words: str) -> None:
        print(f"{time.monotonic() - self._began:5.0f} s  {words}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.federation", description="Run a federation on loopback and print its figures."
    )
    parser.add_argument("--gateways", type=int, default=12)
    parser.add_argument("--deaths", type=int, default=300)
    parser.add_argument("--kills", type=int, default=40, help="of worker and intake processes, by SIGKILL")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))
    began = time.monotonic()
    try:
        panels = tuple(POSTCODES)[: chosen.gateways]
        say = _Teller(began)
        figures = asyncio.run(run(root, panels, chosen.deaths, chosen.kills, chosen.seed, say=say))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for name in SHOWN:
        print(f"{name:14} {getattr(figures, name)}")
    print(f"{'seconds':14} {time.monotonic() - began:.0f}")
    for fault in figures.faults:
        print("FAULT", fault)
    return 1 if figures.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
