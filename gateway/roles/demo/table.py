"""The table at the end of the demo."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.roles.demo.messages import Expected
from gateway.roles.demo.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """One arrival, what came of it, and what was expected."""

    name: str
    outcome: Outcome
    expected: Expected
    receivers: tuple[str, ...]
    leaked: bool

    @property
    def as_expected(self) -> bool:
        row, expected = self.outcome.row, self.expected
        reason = row.held_reason.value if row.held_reason is not None else ""
        return (
            not self.leaked
            and (row.kind or "") == expected.kind
            and (row.grade or "") == expected.grade
            and row.state == expected.state
            and reason == expected.reason
            and sorted(self.outcome.leaves) == sorted(expected.leaves)
        )


def show(lines: list[Line], out: Console) -> None:
    """Print what came in, how its channel was graded, what was stripped, where it went, what was decrypted."""
    table = Table(title="What came of it", show_lines=True)
    for column in ("arrival", "channel", "state", "left out for the general inbox", "went to", "receiver"):
        table.add_column(column, overflow="fold")
    table.add_column("as expected", justify="center")
    for line in lines:
        row = line.outcome.row
        state = row.state.value + (f": {row.held_reason.value.replace('_', ' ')}" if row.held_reason else "")
        table.add_row(
            Text(line.name),
            row.grade.value.replace("_", " ") if row.grade is not None else "",
            state + (" (near miss)" if row.near_miss else ""),
            _left_out(line.outcome),
            "\n".join(leaf.replace("panel:", "") for leaf in line.outcome.leaves) or "stays here",
            "\n".join(line.receivers),
            Text("yes", "green") if line.as_expected else Text("NO", "bold red"),
        )
    out.print(table)
    good = sum(line.as_expected for line in lines)
    out.print(f"{good} of {len(lines)} as expected.", style="bold green" if good == len(lines) else "bold red")


def _left_out(outcome: Outcome) -> str:
    screened = outcome.record.screened if outcome.record is not None else None
    if screened is None:
        return ""
    counted = ", ".join(f"{item.count} {item.kind.replace('_', ' ')}" for item in screened.removed)
    return f"{screened.outcome.value}" + (f": {counted}" if counted else "")
