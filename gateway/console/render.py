"""Templates: a strict environment of our own, with the GOV.UK macros taken from a lenient one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined

from gateway.console import times, words
from gateway.console.text import content
from gateway.model.kinds import DISPATCH_HELD_SENTENCES, HELD_SENTENCES

HERE = Path(__file__).parent
STATIC = HERE / "static"
_MACROS = {
    "govukBackLink": "back-link",
    "govukButton": "button",
    "govukCheckboxes": "checkboxes",
    "govukErrorSummary": "error-summary",
    "govukInput": "input",
    "govukInsetText": "inset-text",
    "govukNotificationBanner": "notification-banner",
    "govukRadios": "radios",
    "govukSelect": "select",
    "govukTag": "tag",
    "govukTextarea": "textarea",
    "govukWarningText": "warning-text",
}


@cache
def _environment() -> Environment:
    # The macros rely on missing parameters being empty; our own templates must not.
    lenient = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}), autoescape=True
    )
    strict = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for macro, component in _MACROS.items():
        module = lenient.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
        strict.globals[macro] = getattr(module, macro)
    strict.filters.update(
        content=content,
        date_words=times.date_words,
        day_and_time=times.day_and_time,
        finding=words.finding,
        short=times.short,
    )
    strict.globals.update(words=words, held_sentences=HELD_SENTENCES, dispatch_held_sentences=DISPATCH_HELD_SENTENCES)
    return strict


class Pages:
    """Renders pages. Templates are read once."""

    def __init__(self) -> None:
        self._environment = _environment()

    def render(self, template: str, status: int = 200, **values: Any) -> web.Response:
        """Return a page."""
        body = self._environment.get_template(template).render(**values)
        return web.Response(text=body, status=status, content_type="text/html", charset="utf-8")
