"""Templates. The GOV.UK macros need a lenient environment; our own pages are rendered strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined

from gateway.web.guard.visit import visit
from gateway.web.site import Site
from gateway.web.texts import Block, blocks

_MACROS = {
    "back-link": "BackLink",
    "button": "Button",
    "character-count": "CharacterCount",
    "checkboxes": "Checkboxes",
    "date-input": "DateInput",
    "details": "Details",
    "error-summary": "ErrorSummary",
    "fieldset": "Fieldset",
    "file-upload": "FileUpload",
    "generic-header": "GenericHeader",
    "input": "Input",
    "inset-text": "InsetText",
    "notification-banner": "NotificationBanner",
    "panel": "Panel",
    "password-input": "PasswordInput",
    "radios": "Radios",
    "select": "Select",
    "skip-link": "SkipLink",
    "summary-list": "SummaryList",
    "tag": "Tag",
    "task-list": "TaskList",
    "textarea": "Textarea",
    "warning-text": "WarningText",
}


def macros() -> dict[str, Callable[..., str]]:
    """Return the GOV.UK component macros by name, e.g. ``govukButton``."""
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    lenient = Environment(loader=loader, autoescape=True, undefined=ChainableUndefined, auto_reload=False)
    found = {}
    for folder, name in _MACROS.items():
        module = lenient.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module
        found[f"govuk{name}"] = getattr(module, f"govuk{name}")
    return found


@cache
def _environment() -> Environment:
    """Return the environment of our own pages. Compiled templates are kept for the life of the process."""
    environment = Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(macros())
    environment.filters["combine_error"] = _combine_error
    environment.filters["combine"] = lambda params, more: params | more
    return environment


class Renderer:
    """Renders the pages of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        """Return a page as HTML."""
        return _environment().get_template(template).render(**values, site=self._site)

    def blocks(self, page: str, language: str = "en") -> list[Block]:
        """Return the panel's own text of a page, in English where there is no Welsh yet."""
        texts = self._site.texts
        text = texts.get(language, {}).get(page) or texts.get("en", {}).get(page, "")
        return blocks(text, {"site": self._site})


def page(request: web.Request, renderer: Renderer, template: str, status: int = 200, **values: Any) -> web.Response:
    """Return a page as a response. ``values`` must hold ``title``."""
    values.setdefault("back", None)
    values.setdefault("errors", [])
    values.setdefault("csrf", visit(request).csrf)
    values.setdefault("timed", False)
    values.setdefault("language", visit(request).language)
    values.setdefault("path", request.path)
    values.setdefault("warnings", [])
    values["_"] = visit(request).gettext
    values["request_path"] = request.path_qs
    return web.Response(text=renderer.text(template, values), status=status, content_type="text/html")


def _combine_error(params: dict[str, Any], wrong: Mapping[str, str], name: str) -> dict[str, Any]:
    """Return a component's parameters with the message of a wrong field, if it has one."""
    return params | {"errorMessage": {"text": wrong[name]}} if name in wrong else params
