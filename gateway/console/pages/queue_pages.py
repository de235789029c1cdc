"""The lists: what waits for a person, all intakes, all cases. No content: a reader may see every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from aiohttp import web

from gateway.console import words
from gateway.console.guard import form_of, parts_of, render
from gateway.console.pages.handovers import clock
from gateway.console.pages.keys import shown_keys
from gateway.console.times import Age, case_age, intake_age
from gateway.model.case.rows import CaseRow, IntakeRow
from gateway.model.ids import CASE_NUMBER_LENGTH, REFERENCE_LENGTH, CaseNumber, Reference
from gateway.model.kinds import CaseState, IntakeState

PAGE_ROWS = 50
_NO_INTAKE_STATES: tuple[IntakeState, ...] = ()


@dataclass(frozen=True, slots=True)
class Aged:
    """An intake or a case with its age, and whether an instruction about it waits."""

    row: IntakeRow
    age: Age
    waiting: bool


@dataclass(frozen=True, slots=True)
class ListFilter:
    """One state a list may be narrowed to."""

    value: str
    label: str
    chosen: bool


async def queue(request: web.Request) -> web.Response:
    """Everything that waits for a person, the oldest first."""
    parts = parts_of(request)
    now = parts.clock.now()
    waiting = await parts.desk.waiting_instructions()
    about = {row.intake_id for row in waiting}
    held = [
        Aged(row, intake_age(row, now, parts.settings.clocks), row.id in about)
        for row in await parts.desk.held_intakes()
    ]
    clocks = [(row, *clock(row, now, parts.settings.follow_up)) for row in await parts.desk.open_handovers()]
    return render(
        request,
        "queue.html",
        held=held,
        overdue=sum(1 for aged in held if aged.age.is_overdue),
        dispatches=await parts.desk.waiting_dispatches(),
        give_up=parts.settings.give_up,
        handovers=[(row, words) for row, words, is_overdue in clocks if is_overdue],
        keys=[key for key in shown_keys(await parts.desk.watched_keys(), parts.settings, now) if key.attention],
        waiting=waiting,
        waiting_dispatches={row.dispatch_id for row in waiting},
        names=await parts.accounts.names(),
        now=now,
    )


async def intakes(request: web.Request) -> web.Response:
    """All intakes, newest first."""
    parts = parts_of(request)
    chosen = request.query.get("state", "")
    states = tuple(state for state in IntakeState if state.value == chosen)
    page = page_of(request)
    rows, total = await parts.desk.intakes(states, PAGE_ROWS, (page - 1) * PAGE_ROWS)
    now = parts.clock.now()
    about = {row.intake_id for row in await parts.desk.waiting_instructions()}
    choices = [ListFilter("", "All", not states)]
    choices += [ListFilter(state.value, words.INTAKE_STATES[state], state in states) for state in IntakeState]
    return render(
        request,
        "intakes.html",
        rows=[Aged(row, intake_age(row, now, parts.settings.clocks), row.id in about) for row in rows],
        choices=choices,
        chosen=states[0].value if states else "",
        page=page,
        pages=max(1, ceil(total / PAGE_ROWS)),
        total=total,
    )


async def cases(request: web.Request) -> web.Response:
    """All cases, newest first."""
    parts = parts_of(request)
    chosen = request.query.get("state", "")
    states = tuple(state for state in CaseState if state.value == chosen)
    page = page_of(request)
    rows, total = await parts.desk.cases(states, PAGE_ROWS, (page - 1) * PAGE_ROWS)
    now = parts.clock.now()
    aged: list[tuple[CaseRow, Age]] = [(row, case_age(row, now, parts.settings.clocks)) for row in rows]
    choices = [ListFilter("", "All", not states)]
    choices += [ListFilter(state.value, words.CASE_STATES[state], state in states) for state in CaseState]
    return render(
        request,
        "cases.html",
        rows=aged,
        choices=choices,
        chosen=states[0].value if states else "",
        page=page,
        pages=max(1, ceil(total / PAGE_ROWS)),
        total=total,
    )


async def find(request: web.Request) -> web.Response:
    """Go to a reference or case number. By post: what people type by mistake must not be in an address."""
    parts = parts_of(request)
    typed = "".join((await form_of(request)).get("reference", "")[:60].split()).upper().replace("-", "")
    if len(typed) == REFERENCE_LENGTH and (intake := await parts.desk.intake_by_reference(Reference(typed))):
        raise web.HTTPSeeOther(f"/intakes/{intake.id}")
    if len(typed) == CASE_NUMBER_LENGTH and (case := await parts.desk.case_by_number(CaseNumber(typed))):
        raise web.HTTPSeeOther(f"/cases/{case.id}")
    return render(request, "not_found.html", status=404)


def page_of(request: web.Request) -> int:
    """Return the requested page number, 1 if it is not a number."""
    given = request.query.get("page", "1")
    return min(max(int(given), 1), 100_000) if given.isascii() and given.isdigit() and len(given) < 7 else 1
