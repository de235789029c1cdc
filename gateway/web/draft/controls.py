"""A field of the registry as a control on a page, and what the browser sends back as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from gateway.model.form.field import Field, Shape
from gateway.model.form.notification import Answer, AnswerState
from gateway.model.form.value_sets import NOT_KNOWN, VALUE_SETS
from gateway.stages.extract import dates
from gateway.stages.extract.answers import known, read, stated, typed

Translate = Callable[[str], str]

NO_ANSWER: dict[AnswerState, str] = {
    AnswerState.NOT_KNOWN: "Not known",
    AnswerState.TO_FOLLOW: "To follow",
    AnswerState.NOT_ASKED: "Not asked",
    AnswerState.NOT_APPLICABLE: "Does not apply",
}
NONE = "none"  # a set of choices that has its own "None" needs no other
MAX_LINE = 500
MAX_TEXT = 20_000
MAX_BOX = 60  # of a date: room for "10 or 11, not sure"
_AUTOCOMPLETE = {
    "notifier_name": "name",
    "notifier_role": "organization-title",
    "notifier_phone": "tel",
    "notifier_email": "email",
}
_NARROW = {
    Shape.TIME: "govuk-input--width-5",
    Shape.NUMBER: "govuk-input--width-5",
    Shape.POSTCODE: "govuk-input--width-10",
    Shape.NHS_NUMBER: "govuk-input--width-10 govuk-input--extra-letter-spacing",
    Shape.PHONE: "govuk-input--width-20",
}


@dataclass(frozen=True, slots=True, repr=False)
class Control:
    """One field on a page, ready for the templates. ``values`` are what the inputs show."""

    field: Field
    macro: str
    params: dict[str, Any]
    words: dict[str, Any] | None = None  # the input for free text beside a choice
    states: list[dict[str, Any]] = attribute(default_factory=list)  # radios of the honest non-answers
    stated: bool = False  # whether one of them is chosen


def control(declared: Field, answer: Answer | None, warning: str, t: Translate, heading: bool = False) -> Control:
    """Return the control of a field. ``heading``: its question is the page's heading."""
    value = _shown(declared, answer) if answer is not None and answer.state is AnswerState.KNOWN else ""
    state = answer.state if answer is not None and answer.state is not AnswerState.KNOWN else None
    params: dict[str, Any] = {"hint": {"text": t(declared.hint)} if declared.hint else None}
    if warning:
        params["errorMessage"] = {"text": warning, "visuallyHiddenText": t("Check")}
    params = {key: entry for key, entry in params.items() if entry is not None}
    label = {
        "text": t(declared.question),
        "classes": "govuk-label--l" if heading else "govuk-label--s",
        "isPageHeading": heading,
    }
    legend = {"legend": {**label, "classes": f"govuk-fieldset__legend--{'l' if heading else 's'}"}}
    if declared.shape in (Shape.CHOICE, Shape.CHOICES):
        return _choice(declared, value, state, params | {"fieldset": legend}, t)
    states = _states(declared, state, t)
    if declared.shape is Shape.DATE:
        return Control(
            declared,
            "govukDateInput",
            params | _date(declared, value, t) | {"fieldset": legend},
            None,
            states,
            state is not None,
        )
    params |= {"id": declared.id, "name": declared.id, "label": label, "value": value}
    if declared.shape in (Shape.LINES, Shape.ADDRESS):
        rows = 8 if declared.type == "long_text" else 4
        params |= {"rows": rows, "attributes": {"maxlength": str(MAX_TEXT)}}
        return Control(declared, "govukTextarea", params, None, states, state is not None)
    return Control(declared, "govukInput", params | _line(declared), None, states, state is not None)


def _shown(declared: Field, answer: Answer) -> str:
    """Return what the inputs show: what was typed, but for choices, whose inputs are their codes."""
    return (answer.value if declared.choices else answer.typed).reveal()


def _line(declared: Field) -> dict[str, Any]:
    more: dict[str, Any] = {"attributes": {"maxlength": str(MAX_LINE)}}
    if declared.shape in _NARROW:
        more["classes"] = _NARROW[declared.shape]
    if declared.shape is Shape.PHONE:
        more["type"] = "tel"
    if declared.shape is Shape.EMAIL:
        more |= {"type": "text", "inputmode": "email"}  # a browser that refuses an odd address would block the form
    if declared.shape in (Shape.NHS_NUMBER, Shape.NUMBER):
        more["inputmode"] = "numeric"
    if declared.shape in (Shape.NAME, Shape.EMAIL, Shape.POSTCODE):
        more["spellcheck"] = False
    more["autocomplete"] = _AUTOCOMPLETE.get(declared.id, "off")
    return more


def _date(declared: Field, value: str, t: Translate) -> dict[str, Any]:
    parts = value.split(dates.BOX) if value.count(dates.BOX) == 2 else [*value.split("-"), "", ""][2::-1]
    items = [
        {
            "id": f"{declared.id}-{name}" if name != "day" else declared.id,
            "name": f"{declared.id}-{name}",
            "label": t(name.capitalize()),
            "value": part,
            "classes": f"govuk-input--width-{'4' if name == 'year' else '3'}",
            "attributes": {"maxlength": str(MAX_BOX)},
            "inputmode": "text" if name == "month" else "numeric",
        }
        for name, part in zip(("day", "month", "year"), parts, strict=True)
    ]
    return {"id": f"{declared.id}-group", "items": items}


def _choice(declared: Field, value: str, state: AnswerState | None, params: dict[str, Any], t: Translate) -> Control:
    several = declared.shape is Shape.CHOICES
    codes, _, words = value.partition(":")
    chosen = {code.strip() for code in codes.split(",")}
    options = VALUE_SETS[declared.choices]
    states = _states(declared, state, t)
    if not several:  # radio buttons of one name exclude one another, even in another fieldset
        states = [entry | {"name": declared.id, "value": f"state:{entry['value']}"} for entry in states]
    items = _options(declared, chosen, t)
    if not several:
        items += [{"divider": t("or")}, states.pop(0)]
    elif NONE not in options:
        none = {"value": f"state:{AnswerState.NOT_APPLICABLE}", "text": t("None of these"), "id": f"{declared.id}-none"}
        items += [{"divider": t("or")}, none | {"checked": state is AnswerState.NOT_APPLICABLE}]
    params |= {"idPrefix": declared.id, "name": declared.id, "items": items}
    if not chosen & set(options):
        words = value
    box = None
    if declared.words:
        box = {
            "id": f"{declared.id}-words",
            "name": f"{declared.id}-words",
            "label": {"text": t(declared.words)},
            "value": words.strip(),
            "autocomplete": "off",
            "attributes": {"maxlength": str(MAX_LINE)},
        }
    open_at_once = state is not None and state is not (None if several else AnswerState.NOT_KNOWN)
    return Control(declared, "govukCheckboxes" if several else "govukRadios", params, box, states, open_at_once)


def _options(declared: Field, chosen: set[str], t: Translate) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = [
        {"value": code, "text": t(text), "checked": code in chosen}
        for code, text in VALUE_SETS[declared.choices].items()
        if code not in NOT_KNOWN
    ]
    for number, item in enumerate(items):
        item["id"] = declared.id if number == 0 else f"{declared.id}-{number}"
    return items


def _states(declared: Field, state: AnswerState | None, t: Translate) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{declared.id}-state",
            "value": one.value,
            "text": t(text),
            "checked": state is one,
            "id": f"{declared.id}-state-{one.value}",
        }
        for one, text in NO_ANSWER.items()
    ]


def answers(fields: Iterable[Field], posted: Mapping[str, list[str]]) -> dict[str, Answer | None]:
    """Return the answer to each field; None if there is none. A value wins over "not known" beside it."""
    return {declared.id: _posted(declared, posted) for declared in fields}


def _posted(declared: Field, posted: Mapping[str, list[str]]) -> Answer | None:
    sent = [text.replace("\r\n", "\n")[:MAX_TEXT].strip() for text in posted.get(declared.id, [])]
    if declared.shape in (Shape.CHOICE, Shape.CHOICES):
        sent.append(f"state:{_first(posted, f'{declared.id}-state')}")
        return _posted_choice(declared, sent, _first(posted, f"{declared.id}-words"))
    found = _posted_date(declared, posted) if declared.shape is Shape.DATE else typed(declared, next(iter(sent), ""))
    if found is not None:
        return found
    state = _first(posted, f"{declared.id}-state")
    return stated(AnswerState(state)) if state in {one.value for one in NO_ANSWER} else None


def _posted_choice(declared: Field, sent: list[str], words: str) -> Answer | None:
    codes = [code for code in sent if code in VALUE_SETS[declared.choices] and code not in NOT_KNOWN]
    if declared.shape is Shape.CHOICE:
        codes = codes[:1]
    if codes:
        return known(", ".join(codes) + (f": {words}" if words else ""))
    if words:
        return known(words)
    for text in sent:
        if text.startswith("state:") and text[6:] in {one.value for one in NO_ANSWER}:
            return stated(AnswerState(text[6:]))
    return None


def _posted_date(declared: Field, posted: Mapping[str, list[str]]) -> Answer | None:
    """Return the date that the three boxes give, each read as itself; else the boxes as they were typed."""
    boxes = [_box(posted, f"{declared.id}-{name}") for name in ("day", "month", "year")]
    if not any(boxes):
        return None
    text = dates.BOX.join(boxes)
    return known(text, read(declared, text))


def _box(posted: Mapping[str, list[str]], name: str) -> str:
    return " ".join(next(iter(posted.get(name, [])), "")[:MAX_TEXT].split())


def _first(posted: Mapping[str, list[str]], name: str) -> str:
    values = posted.get(name, [])
    return values[0][:MAX_LINE].strip() if values else ""
