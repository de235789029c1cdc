"""Turn what somebody wrote into an answer. What cannot be understood is kept as it was written, never dropped."""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.form.field import Field, Shape
from gateway.model.form.notification import Answer, AnswerState
from gateway.model.form.value_sets import NOT_KNOWN, VALUE_SETS, code_of
from gateway.stages.extract import dates

MAX_VALUE = 20_000  # characters of one answer

_STATES: dict[str, AnswerState] = {
    **dict.fromkeys(("not known", "nk", "n/k", "n.k.", "unknown", "not yet known", "?"), AnswerState.NOT_KNOWN),
    **dict.fromkeys(("not asked",), AnswerState.NOT_ASKED),
    **dict.fromkeys(("not applicable", "n/a", "na", "n.a."), AnswerState.NOT_APPLICABLE),
    **dict.fromkeys(("to follow", "tbc", "tba", "awaited", "to be confirmed", "pending"), AnswerState.TO_FOLLOW),
}
_SYNONYMS: dict[str, dict[str, str]] = {
    "sex": {"m": "male", "f": "female", "boy": "male", "girl": "female", "intersex": "indeterminate"},
    "tri_state": {"y": "yes", "n": "no", "true": "yes", "false": "no"},
    "jar_triggered": {"y": "yes", "n": "no", "considered": "under_discussion"},
    "coroner_status": {"yes": "referred_awaiting_decision", "y": "referred_awaiting_decision", "no": "not_referred"},
    "care_status": {"yes": "current", "y": "current", "no": "never", "n": "never"},
    "expectedness": {"yes": "expected", "no": "unexpected", "sudden": "unexpected"},
    "post_mortem": {"no": "none", "yes": "planned"},
    "multiple_birth": {"twins": "twin", "single": "singleton", "no": "singleton"},
}
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[ \t\u00a0]{0,3}([0-9][A-Z]{2})")

_POSTCODE_WORD = re.compile(rf"(?<![A-Z0-9]){_POSTCODE.pattern}(?![A-Z0-9])")
MAX_POSTCODE = 30  # characters of a postcode with blanks


def known(text: str) -> Answer:
    """Return an answer with a value."""
    return Answer(Confidential(text[:MAX_VALUE]), AnswerState.KNOWN)


def stated(state: AnswerState) -> Answer:
    """Return an answer without a value."""
    return Answer(NOTHING, state)


def answer(field: Field, text: str) -> Answer | None:
    """Return the answer that ``text`` gives to ``field``, or None if it says nothing."""
    text = text.strip()
    if not text:
        return None
    state = _STATES.get(text.casefold().rstrip("."))
    value = _value(field, text) if state is None else ""
    if state is None and field.choices and value in NOT_KNOWN:
        state = AnswerState.NOT_KNOWN
    return known(value) if state is None else stated(state)


def _value(field: Field, text: str) -> str:
    if field.shape is Shape.CHOICE:
        return _choice(field.choices, text)
    if field.shape is Shape.CHOICES:
        return ", ".join(_choice(field.choices, part) for part in re.split(r"[,;\n]", text) if part.strip())
    reader = _READERS.get(field.shape)
    return (reader(text) if reader is not None else None) or text


def _date(text: str) -> str | None:
    found = dates.parse(text)
    return str(found) if found is not None else None


def _nhs_number(text: str) -> str | None:
    digits = re.sub(r"[\s.\-–]", "", text)
    return digits if digits.isascii() and digits.isdigit() and len(digits) == 10 else None


def _choice(value_set: str, text: str) -> str:
    """Return a code, a code with the words after it, or the text as it stood."""
    text = text.strip()
    for whole in (text, text.rstrip(".")):
        code = code_of(value_set, whole) or _SYNONYMS.get(value_set, {}).get(whole.casefold())
        if code is not None:
            return code
    first, rest = re.split(r"[\s,;:–(-]+", text + " ", maxsplit=1)
    code = code_of(value_set, first) or _SYNONYMS.get(value_set, {}).get(first.casefold())
    if code is not None and rest.strip():
        return f"{code}: {rest.strip(' ).')}"
    return text


def choice_code(value: str) -> str:
    """Return the code at the head of a choice ("current: placed with a carer" is "current")."""
    return value.split(":", 1)[0].strip()


def postcode(text: str) -> str | None:
    """Return a postcode in its usual form ("HP20 1UA") if the whole text is one. A remark beside it makes it none."""
    found = _POSTCODE.fullmatch(text.strip().upper()) if len(text) <= MAX_POSTCODE else None
    return f"{found[1]} {found[2]}" if found is not None else None


def postcode_at_end(address: str) -> str | None:
    """Return the postcode that an address ends with, if it is the only one there."""
    text = address.strip().upper()[-MAX_VALUE:]
    found = list(_POSTCODE_WORD.finditer(text))
    return f"{found[0][1]} {found[0][2]}" if len(found) == 1 and found[0].end() == len(text) else None


def is_code(value_set: str, text: str) -> bool:
    """Say whether ``text`` is a code of the value set."""
    return text in VALUE_SETS.get(value_set, {})


_READERS: dict[Shape, Callable[[str], str | None]] = {
    Shape.DATE: _date,
    Shape.TIME: dates.parse_time,
    Shape.NHS_NUMBER: _nhs_number,
    Shape.POSTCODE: postcode,
}
