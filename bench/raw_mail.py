"""Read other people's mail: every message of a folder through the parsing children and the screen.

``python -m bench.raw_mail FOLDER`` takes the files ``*.eml`` and ``*.txt`` below it as raw messages. It ends with 1 if
anything raised or a message came back as nothing: neither in parts nor with the reason why not. Nothing of a message
is printed, only counts. None of the mail is committed.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.children.mime_pool import MimePool
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_screening
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Mail
from gateway.model.content.screening import ScreenContext
from gateway.model.kinds import MailboxName
from gateway.stages.screen import ScreenTables, screen

RAW = (".eml", ".txt")


@dataclass
class Counts:
    """What came of the messages. Every code is a fixed word; nothing of a message is kept."""

    messages: int = 0
    raised: Counter[str] = field(default_factory=Counter)  # by type of exception
    unparsed: Counter[str] = field(default_factory=Counter)  # held unread, by code
    doubts: Counter[str] = field(default_factory=Counter)  # held as readable in two ways, by code
    outcomes: Counter[str] = field(default_factory=Counter)
    failed: int = 0  # cards because a step of screening raised inside
    slowest_s: float = 0.0

    @property
    def lost(self) -> int:
        """Messages of which nothing came: must be 0."""
        known = self.raised.total() + self.unparsed.total() + self.outcomes.total()
        return self.messages - known


async def read_all(folder: Path, tables: ScreenTables) -> Counts:
    """Parse and screen every raw message below ``folder``."""
    counts = Counts()
    async with MimePool(children=2) as pool:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in RAW):
            counts.messages += 1
            started = time.perf_counter()
            try:
                await _read(pool, path.read_bytes(), tables, counts)
            except Exception as error:  # what this program is there to count
                counts.raised[type(error).__name__] += 1
            counts.slowest_s = max(counts.slowest_s, time.perf_counter() - started)
    return counts


async def _read(pool: MimePool, raw: bytes, tables: ScreenTables, counts: Counts) -> None:
    parsed = await pool.parse(Confidential(raw))
    if not isinstance(parsed, Mail):
        counts.unparsed[parsed.code] += 1
        return
    context = ScreenContext(MailboxName.GENERAL, datetime.now(UTC), "K7MPQ2XRTW")
    screened = screen(parsed, context, tables)
    counts.doubts.update(defect.code for defect in parsed.defects)
    counts.failed += any(reason.code == "screening_failed" for reason in screened.reasons)
    counts.outcomes[screened.outcome.value] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    counts = asyncio.run(read_all(folder, load_screening(packaged_config())))
    print(f"messages: {counts.messages}   slowest: {counts.slowest_s:.2f} s")
    print(f"raised: {counts.raised.total()} {dict(counts.raised) or ''}   lost: {counts.lost}")
    print(f"cards because a step of screening failed: {counts.failed}")
    for name, found in (("held unread", counts.unparsed), ("doubts", counts.doubts), ("outcomes", counts.outcomes)):
        print(f"{name}: {', '.join(f'{code} {count}' for code, count in found.most_common()) or 'none'}")
    return 1 if counts.raised or counts.lost or not counts.messages else 0


if __name__ == "__main__":
    raise SystemExit(main())
