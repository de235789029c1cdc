"""The notification as a document to read: laid out like the notification form, section by section.

One HTML file that needs nothing else: no script, no picture, nothing to fetch. It prints on A4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.form.fields import Field
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.stages.transfer.record import Case

NAME = "notification.html"

_STATES = {
    AnswerState.NOT_KNOWN: "Not known",
    AnswerState.NOT_ASKED: "Not asked",
    AnswerState.NOT_APPLICABLE: "Not applicable",
    AnswerState.TO_FOLLOW: "To follow",
}
_TITLES = {
    TransferKind.FORWARD: "Notification of a child’s death",
    TransferKind.INFORM: "Death of a child in your area: for information",
}
_STYLE = """
body { font: 11pt/1.4 Arial, Helvetica, sans-serif; color: #0b0c0c; max-width: 48em;
  margin: 1.5em auto; padding: 0 1em }
h1 { font-size: 1.6em } h2 { font-size: 1.25em; border-bottom: 2px solid #0b0c0c } h3 { font-size: 1.05em }
table { border-collapse: collapse; width: 100%; margin: 0 0 1em; table-layout: fixed }
th, td { border: 1px solid #505a5f; padding: .35em .5em; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-wrap }
th { width: 36%; font-weight: bold; background: #f3f2f1 } td.state { color: #505a5f; font-style: italic }
@media print { h2, h3 { break-after: avoid } tr { break-inside: avoid } body { margin: 0 } }
"""


def _as_it_is(field: Field, answer: Answer) -> str:
    return answer.value.reveal()


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """How the form is laid out: the fields in order, the titles of sections and groups, and codes in words."""

    fields: Sequence[Field]
    sections: Mapping[str, str]  # titles by section id
    groups: Mapping[str, str]  # what one entry of a repeating group is called: "Person"
    show: Callable[[Field, Answer], str] = _as_it_is  # a known answer in words, with what was typed if it differs


def write(case: Case, layout: DocumentLayout, panel_names: Mapping[str, str]) -> bytes:
    """Return the HTML of a reduced case, UTF-8. ``panel_names`` are by panel id."""
    title = _TITLES[case.kind]
    residence = panel_names.get(case.residence_panel or "", case.residence_panel or "Not known")
    facts = [("Reference", str(case.reference)), ("Panel of normal residence", residence)]
    if case.first_received_at is not None:
        facts.insert(1, ("First received", case.first_received_at.strftime("%d/%m/%Y %H:%M UTC")))
    body = [f"<h1>{escape(title)}</h1>", _table((escape(name), escape(value), "") for name, value in facts)]
    for number, notification in enumerate(case.notifications, start=1):
        if len(case.notifications) > 1:
            body.append(f"<h2>Notification {number} of {len(case.notifications)}</h2>")
        body.extend(_notification(notification, layout))
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


def _notification(notification: Notification, layout: DocumentLayout) -> Iterable[str]:
    for section in dict.fromkeys(field.section for field in layout.fields):
        fields = [field for field in layout.fields if field.section == section]
        rows = [_row(field, notification.fields[field.id], layout) for field in fields if _shown(field, notification)]
        repeated = list(_groups(fields, notification, layout))
        if rows or repeated:
            yield f"<h2>{escape(layout.sections.get(section, section.capitalize()))}</h2>"
        if rows:
            yield _table(rows)
        yield from repeated
    questions = {field.id: field.question for field in layout.fields}
    if notification.missing:
        yield "<h2>Not answered</h2>"
        names = "".join(f"<li>{escape(questions.get(name, name))}</li>" for name in notification.missing)
        yield f"<ul>{names}</ul>"


def _shown(field: Field, notification: Notification) -> bool:
    return field.repeat is None and field.id in notification.fields


def _groups(fields: Sequence[Field], notification: Notification, layout: DocumentLayout) -> Iterable[str]:
    for group in dict.fromkeys(field.repeat for field in fields if field.repeat is not None):
        members = [field for field in fields if field.repeat == group]
        for number, entry in enumerate(notification.groups.get(group, ()), start=1):
            rows = [_row(field, entry[field.id], layout) for field in members if field.id in entry]
            if rows:
                yield f"<h3>{escape(layout.groups.get(group, group.replace('_', ' ').capitalize()))} {number}</h3>"
                yield _table(rows)


def _row(field: Field, answer: Answer, layout: DocumentLayout) -> tuple[str, str, str]:
    if answer.state is AnswerState.KNOWN:
        return escape(field.question), escape(layout.show(field, answer)), ""
    return escape(field.question), _STATES[answer.state], ' class="state"'


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    cells = "".join(f'<tr><th scope="row">{name}</th><td{kind}>{value}</td></tr>\n' for name, value, kind in rows)
    return f"<table>\n<tbody>\n{cells}</tbody>\n</table>"
