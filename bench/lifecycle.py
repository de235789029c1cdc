"""Write the lifecycle tables as a page: ``python -m bench.lifecycle > docs/lifecycle.md``."""

from __future__ import annotations

import sys

from gateway.model import lifecycle
from gateway.model.kinds import MoveKind

HEAD = (
    "# Lifecycle\n\nEvery change of state is a line of a table (`gateway/model/lifecycle.py`); `Store.commit` refuses "
    "any other, and a page offers only events that have one. This page is made from the data (`python -m "
    "bench.lifecycle`); `tests/test_lifecycle_page.py` compares them. `-` is a row that is new.\n"
)
NAMES = {"IntakeRow": "Intake", "CaseRow": "Case", "DispatchRow": "Dispatch", "HandoverRow": "Hand-over"}


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for kind, table in lifecycle.TABLES.items():
        name = NAMES.get(kind.__name__, "Instruction")
        parts.append(f"\n## {name}\n\n| state | event | then |\n|---|---|---|\n")
        lines: dict[tuple[str, str], list[str]] = {}
        for (before, event), follows in table.items():
            was = before.value if before is not None else "-"
            then = "the same" if follows == {before} else ", ".join(sorted(state.value for state in follows))
            lines.setdefault((was, then), []).append(event.value)
        for (was, then), events in lines.items():
            shown = "any" if len(events) == len(MoveKind) else ", ".join(sorted(events))
            parts.append(f"| {was} | {shown} | {then} |\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
