"""Fixed texts, filled with content-free values. Nothing of a message ever goes into them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACEHOLDERS = frozenset(
    {
        "reference",
        "panel_name",
        "form_url",
        "telephone",
        "openpgp_fingerprint",
        "secure_mailbox",
        "answer_days",
    }
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SUBJECT = "Subject: "
LANGUAGES = ("en", "cy")


class BadText(ValueError):
    """A template or a value that must not be used. The text names the fault but no content."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text a sender can get, by language and name (the file name without ``.txt``)."""

    by_language: Mapping[str, Mapping[str, str]]

    def template(self, name: str, language: str = "en") -> str:
        """Return a template, the English one if a language has none. BadText if there is none at all."""
        found = self.by_language.get(language, {}).get(name) or self.by_language.get("en", {}).get(name)
        if found is None:
            raise BadText("no such text")
        return found


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the placeholders in ``template``, known or not."""
    return frozenset(_PLACEHOLDER.findall(template))


def check_template(template: str) -> None:
    """Raise BadText unless the template has a subject line and only known placeholders, none of them in the subject.

    The subject is constant except for the panel's name, because it travels where everybody can read it.
    """
    subject, newline, body = template.partition("\n")
    if not subject.startswith(_SUBJECT) or not newline or not body.strip():
        raise BadText("a text begins with a subject line")
    if placeholders(template) - PLACEHOLDERS:
        raise BadText("unknown placeholder")
    if placeholders(subject) - {"panel_name", "reference"}:
        raise BadText("placeholder not allowed in a subject")
    if "{" in _PLACEHOLDER.sub("", template) or "}" in _PLACEHOLDER.sub("", template):
        raise BadText("stray brace")


def in_languages(texts: Texts, name: str, languages: Sequence[str], values: Mapping[str, str]) -> tuple[str, str]:
    """Return (subject, body) with the text in each of ``languages``, one below the other. BadText as ``fill``."""
    filled = [fill(texts.template(name, language), values) for language in languages]
    return " / ".join(subject for subject, _ in filled), "\n* * *\n\n".join(body for _, body in filled)


def fill(template: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return (subject, body). BadText for an unknown placeholder, a missing value or a value of several lines."""
    check_template(template)
    wanted = placeholders(template)
    for name in wanted:
        value = values.get(name, "")
        if not value or len(value) > 300 or any(ord(char) < 32 or ord(char) == 127 for char in value):
            raise BadText("missing or unfit value")
    subject, _, body = _PLACEHOLDER.sub(lambda match: values[match.group(1)], template).partition("\n")
    return subject.removeprefix(_SUBJECT).strip(), body.strip() + "\n"
