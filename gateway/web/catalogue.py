"""The texts of the form that can be translated, gathered from the pages, the field registry and the value sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from gateway.model.form.fields import FIELDS, SECTIONS
from gateway.model.form.value_sets import VALUE_SETS
from gateway.stages.extract import doubts
from gateway.web.account.account_pages import STATES
from gateway.web.draft import journey
from gateway.web.guard.safety import FAULTS
from gateway.web.language import catalogue
from gateway.web.pages.enquire import WHO
from gateway.web.pages.static_pages import TITLES

_HERE = Path(__file__).parent
_IN_TEMPLATE = re.compile(r"""_\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""")
_IN_CODE = re.compile(r"""(?:\bt|\bsay|gettext)\(("(?:[^"\\]|\\.)*")\)""")


def translatable() -> list[str]:
    """Return every text that a page may show in another language, once, in order."""
    return list(dict.fromkeys(text for text in _texts() if text.strip()))


def missing(language: str) -> list[str]:
    """Return the texts that are still shown in English."""
    known = catalogue(language)
    return [text for text in translatable() if text not in known]


def _texts() -> Iterator[str]:
    for template in sorted((_HERE / "templates").glob("*.html")):
        yield from (ast.literal_eval(found) for found in _IN_TEMPLATE.findall(template.read_text(encoding="utf-8")))
    for module in sorted(_HERE.rglob("*.py")):
        yield from (ast.literal_eval(found) for found in _IN_CODE.findall(module.read_text(encoding="utf-8")))
    yield from ("Day", "Month", "Year", *journey.SECTIONS.values(), *SECTIONS.values())
    yield from STATES.values()
    yield from (*TITLES.values(), *WHO.values(), *(title for _, title in FAULTS.values()))
    yield from _doubts()
    for listing in journey.LISTINGS:
        yield from (listing.title, listing.one, listing.say)
    for page in journey.PAGES:
        yield from (page.title, *page.say, *page.now)
    for field in FIELDS:
        if field.page:
            yield from (field.question, field.hint, field.name, field.words)
    for options in VALUE_SETS.values():
        yield from options.values()
    yield from ("To follow", "Not asked", "Does not apply", "Not known", "typed")
    yield from (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )


def _doubts() -> Iterator[str]:
    """Yield what may be said about an odd answer: every text that a check of ``doubts`` returns."""
    for node in ast.walk(ast.parse(Path(doubts.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
