"""Turn what somebody wrote into an answer: what was typed, and beside it what it means and what that leaves over.

One place for the form, mail, Word and PDF. What cannot be understood is kept as it was written, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.form.answer import Answer, AnswerState, Extent, Reading
from gateway.model.form.field import Field, Shape
from gateway.model.form.value_sets import NOT_KNOWN, VALUE_SETS, code_of
from gateway.stages.extract import dates

MAX_VALUE = 100_000  # characters of one answer: more than any page or document that is read can hold

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
_MAY_BE_NAMES = frozenset({"nk", "na", "tbc", "tba", "pending", "unknown", "?"})  # so a name is left as it stands
_FREE = frozenset({Shape.LINE, Shape.LINES, Shape.NAME, Shape.PHONE, Shape.EMAIL, Shape.ADDRESS})
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s{0,3}([0-9][A-Z]{2})(?![A-Z0-9])")
_INSIDE = re.compile(r"(?<![A-Z0-9])" + _POSTCODE.pattern)


def known(text: str, reading: Reading | None = None) -> Answer:
    """Return an answer with a value. Without a reading, what was typed stands for itself."""
    return Answer(Confidential(text[:MAX_VALUE]), AnswerState.KNOWN, reading)


def stated(state: AnswerState) -> Answer:
    """Return an answer without a value."""
    return Answer(NOTHING, state)


def answer(field: Field, text: str) -> Answer | None:
    """Return the answer that ``text`` gives to ``field`` in a document, or None if it says nothing.

    Where "not known" or "to follow" stands alone it is a state: a document has no other way to say so. A name is not
    taken for one: there are families called Na, Nk and Tbc.
    """
    text = text.strip()
    word = text.casefold().rstrip(".")
    state = None if field.shape is Shape.NAME and word in _MAY_BE_NAMES else _STATES.get(word)
    return stated(state) if state is not None else typed(field, text)


def typed(field: Field, text: str) -> Answer | None:
    """Return the answer that ``text`` gives where states have controls of their own, or None if it says nothing."""
    text = text.strip()
    if not text:
        return None
    reading = read(field, text)
    if field.choices and reading is not None and reading.value.reveal() in NOT_KNOWN:
        return stated(AnswerState.NOT_KNOWN)
    return known(text, reading)


def read(field: Field, text: str) -> Reading | None:
    """Return what a text means as an answer to a field; None where it stands for itself, or cannot be read."""
    if field.shape is Shape.CHOICE:
        found = _choice(field.choices, text)
        return _reading(found) if choice_code(found) in VALUE_SETS.get(field.choices, {}) else None
    if field.shape is Shape.CHOICES:
        parts = [_choice(field.choices, part) for part in re.split(r"[,;\n]", text) if part.strip()]
        return _reading(", ".join(parts))
    reader = _READERS.get(field.shape)
    return reader(text) if reader is not None else None


def extent(field: Field, found: Answer) -> Extent | None:
    """Return how much of what was typed is accounted for; None where nothing could be read, or nothing was typed."""
    if found.reading is not None:
        return found.reading.extent
    return Extent.WHOLE if found.state is AnswerState.KNOWN and field.shape in _FREE else None


def _reading(value: str, extent: Extent = Extent.WHOLE, left_over: str = "") -> Reading:
    return Reading(Confidential(value), extent, Confidential(left_over))


def _date(text: str) -> Reading | None:
    found = dates.read(text)
    if found is None:
        return None
    return _reading(str(found.date), Extent.PART if found.left_over else Extent.WHOLE, found.left_over)


def _time(text: str) -> Reading | None:
    found = dates.parse_time(text)
    return _reading(found) if found is not None else None


def bare(text: str) -> str:
    """Return a number or code without blanks, dashes, stops and characters that nobody sees."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Pd", "Zs", "Zl", "Zp") and c != ".")


def _nhs_number(text: str) -> Reading | None:
    digits = bare(text)
    if digits.isascii() and digits.isdigit():
        return _reading(digits) if len(digits) == 10 else None
    found = _TEN_DIGITS.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ()")
    return _reading(bare(found[0]), Extent.PART, rest) if not re.search(r"\d", rest) else None


_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ \u00a0.\-–]?\d{3}[ \u00a0.\-–]?\d{4}(?!\d)", re.ASCII)


def _postcode_reading(text: str) -> Reading | None:
    whole = _POSTCODE.fullmatch(bare(text).upper())
    if whole is not None:
        return _reading(f"{whole[1]} {whole[2]}")
    found = _INSIDE.search(text.upper())
    if found is None or len(text.upper()) != len(text):
        return None
    left_over = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return _reading(f"{found[1]} {found[2]}", Extent.PART, left_over)


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
    """Return a postcode in its usual form ("HP20 1UA") if the text ends with one or has one near its end."""
    found = _INSIDE.search(text.upper()[-200:])
    return f"{found[1]} {found[2]}" if found is not None else None


def whole_postcode(text: str) -> str | None:
    """Return the postcode that a text is, whatever its blanks and dashes, or None."""
    found = _POSTCODE.fullmatch(bare(text).upper())
    return f"{found[1]} {found[2]}" if found is not None else None


def postcode_at_end(address: str) -> str | None:
    """Return the postcode that an address ends with, if it is the only one there."""
    text = address.strip().upper()[-MAX_VALUE:]
    found = list(_INSIDE.finditer(text))
    return f"{found[0][1]} {found[0][2]}" if len(found) == 1 and found[0].end() == len(text) else None


def is_code(value_set: str, text: str) -> bool:
    """Say whether ``text`` is a code of the value set."""
    return text in VALUE_SETS.get(value_set, {})


_READERS: dict[Shape, Callable[[str], Reading | None]] = {
    Shape.DATE: _date,
    Shape.TIME: _time,
    Shape.NHS_NUMBER: _nhs_number,
    Shape.POSTCODE: _postcode_reading,
}
