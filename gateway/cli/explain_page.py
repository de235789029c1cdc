"""``gateway explain`` for people: one message as a coloured page."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_GRADES = {"end_to_end": "green", "secure": "green", "claimed": "yellow", "not_secure": "red", "unreadable": "magenta"}
_OUTCOMES = {
    "pass": "green",
    "masked": "yellow",
    "card": "red",
    "route": "green",
    "hold": "yellow",
    "outside": "yellow",
}
_STATES = {"decided": "green", "held": "yellow", "closed": "dim"}


def print_page(line: dict[str, Any], console: Console | None = None) -> None:
    """Print what would happen to one message, stage by stage."""
    out = console or Console()
    out.rule(Text(f"{line['file']}  to the {line['mailbox']} mailbox: {line['kind'].replace('_', ' ')}", "bold"))
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    assurance, content, route, plan = line["assurance"], line["content"], line["route"], line["plan"]
    table.add_row("Channel", Text(assurance["grade"], _GRADES.get(assurance["grade"], "")))
    for reason in assurance["reasons"]:
        table.add_row("", Text(f"{reason['text']}", "dim"))
    for result in assurance["results"]:
        properties = " ".join(f"{key}={value}" for key, value in result["properties"].items())
        table.add_row("", Text(f"{result['method']}={result['result']} {properties}", "cyan"))
    signed = f"signature {content['signature']}" + (f" by {content['signer']}" if content["signer"] else "")
    opened = "opened" if content["opened"] else "NOT opened"
    table.add_row("Content", f"encryption {content['encrypted']}, {opened}, {signed}")
    _add_notifications(table, line["notifications"])
    if line["notifications"]:
        table.add_row("Route", Text(f"{route['outcome']} ({route['grade']})", _OUTCOMES.get(route["outcome"], "")))
        if route["path"]:
            table.add_row("", Text(route["path"]))
        for reason in route["reasons"]:
            table.add_row("", Text(reason["text"], "dim"))
    _add_screened(table, line["screened"])
    table.add_row("Decision", Text(plan["state"] + _why(plan), _STATES.get(plan["state"], "")))
    for dispatch in plan["dispatches"]:
        to = " encrypted to " + ", ".join(dispatch["encrypted_to"]) if dispatch["encrypted_to"] else ""
        table.add_row("", f"{dispatch['kind']} to {dispatch['to']}{to}")
    out.print(table)
    screened = line["screened"]
    body = Text(f"Subject: {screened['subject']}\n\n{screened['text']}")
    out.print(
        Panel(body, title="What the general inbox would get", border_style=_OUTCOMES.get(screened["outcome"], ""))
    )


def _why(plan: dict[str, Any]) -> str:
    words = f" ({plan['held_reason'].replace('_', ' ')})" if plan["held_reason"] else ""
    return words + (", near miss recorded" if plan["near_miss"] else "")


def _add_notifications(table: Table, notifications: list[dict[str, Any]]) -> None:
    for number, notification in enumerate(notifications, 1):
        name = "Notification" if len(notifications) == 1 else f"Notification {number}"
        table.add_row(name, Text(f"{len(notification['fields'])} fields", "bold"))
        for field, answer in notification["fields"].items():
            table.add_row("", Text(f"{field}: {answer['value'] or answer['state'].replace('_', ' ')}"))
        if notification["missing"]:
            table.add_row("", Text("missing: " + ", ".join(notification["missing"]), "yellow"))


def _add_screened(table: Table, screened: dict[str, Any]) -> None:
    table.add_row("Screening", Text(screened["outcome"], _OUTCOMES.get(screened["outcome"], "")))
    for reason in screened["reasons"]:
        table.add_row("", Text(reason["text"], "dim"))
    for item in screened["removed"]:
        table.add_row("", Text(f"left out: {item['count']} {item['kind'].replace('_', ' ')} ({item['where']})", "dim"))
