"""Which field a printed label stands for. The same label ("Name", "Address") means another field in another section."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gateway.model.form.fields import FIELDS, GROUPS
from gateway.stages.extract.trade import FULL_NAME, MOMENT_OF_DEATH, trade_field

MAX_LABEL = 70  # characters; a longer text before a colon is prose

_OWN_GROUPS = frozenset(field.id for fields in GROUPS.values() for field in fields)
_BY_ID = {field.id.replace("_", " "): field.id for field in FIELDS if field.page and field.id not in _OWN_GROUPS}
_BY_ID |= {  # who notifies, in the words that people put before "name", "role", "telephone"
    f"{who} {what}": f"notifier_{name}"
    for who in ("notifier", "notifier's", "referrer", "referrer's", "reporter", "your")
    for what, name in (
        ("name", "name"),
        ("full name", "name"),
        ("role", "role"),
        ("job title", "role"),
        ("agency", "agency"),
        ("organisation", "agency"),
        ("address", "address"),
        ("telephone", "phone"),
        ("telephone number", "phone"),
        ("phone", "phone"),
        ("phone number", "phone"),
        ("contact number", "phone"),
        ("email", "email"),
        ("e-mail", "email"),
        ("email address", "email"),
    )
}
_LABELS: dict[str, str] = _BY_ID | {
    label: field.id for field in FIELDS if field.id not in _OWN_GROUPS for label in field.labels
}
_LABELS |= {
    text.casefold().replace("’", "'").rstrip("?"): field.id
    for field in FIELDS
    if field.page and field.id not in _OWN_GROUPS
    for text in (field.question, field.name)
}
_LABELS |= dict.fromkeys(
    (
        "name of child",
        "child's name",
        "child name",
        "full name of child",
        "child's full name",
        "name of deceased",
        "name of the child",
        "deceased child",
        "child",
        "name of baby",
        "baby's name",
        "patient name",
        "name of infant",
        "full name of child/young person",
        "name of child/young person",
    ),
    FULL_NAME,
)
_LABELS |= dict.fromkeys(
    ("date and time of death", "date/time of death", "date and time death confirmed", "time and date of death"),
    MOMENT_OF_DEATH,
)

# In a list of people or professionals, what a label on a line of its own means.
_GROUP_LABELS: dict[str | None, dict[str, str]] = {
    fields[0].section: {label: field.id for field in fields for label in field.labels} for fields in GROUPS.values()
}

# In a section, what a bare label means there.
_IN_SECTION: dict[str, dict[str, str]] = {
    "notifier": {
        "name": "notifier_name",
        "full name": "notifier_name",
        "address": "notifier_address",
        "telephone": "notifier_phone",
        "tel": "notifier_phone",
        "phone": "notifier_phone",
        "telephone number": "notifier_phone",
        "tel no": "notifier_phone",
        "mobile": "notifier_phone",
        "email": "notifier_email",
        "e-mail": "notifier_email",
        "email address": "notifier_email",
        "date": "notification_datetime",
        "contact details": "notifier_phone",
        "title": "notifier_role",
        "postcode": "",
        "signature": "",
        "surname": "",
        "family name": "",
    },
    "child": {
        "name": FULL_NAME,
        "full name": FULL_NAME,
        "address": "home_address",
        "age": "",
        "telephone": "",
        "tel": "",
    },
    "residence": {"address": "home_address", "council": "residence_la_gss"},
    "death": {
        "date": "date_of_death",
        "time": "time_of_death",
        "place": "place_name_address",
        "location": "place_name_address",
        "address": "place_name_address",
        "postcode": "",
        "hospital": "place_name_address",
        "name": "",
    },
    "people": {
        "postcode": "",
        "surname": "",
        "forename": "",
        "nhs number": "",
        "nhs no": "",
        "ethnicity": "",
        "religion": "",
    },
    "agencies": {"postcode": "", "hospital": "hospital_trusts", "surname": "", "forename": ""},
    "safeguarding": {},
}
# Outside every section a bare label belongs to the child, as on the first page of every version of the form.
_NOWHERE = {"name": FULL_NAME, "full name": FULL_NAME, "address": "home_address"}

_NUMBERING = re.compile(r"^(?:section|part|q|question)?\s?(?:[0-9]{1,2}|[a-h])(?:\.[0-9]{1,2}){0,2}[.):\s]\s?")
_BRACKETS = re.compile(r"\s?\([^()]{0,60}\)")


def tidy(label: str) -> str:
    """Return a label without layout: case, bullets, numbering, marks at its end."""
    text = label if label.isascii() else unicodedata.normalize("NFKC", label).replace("’", "'").replace("‘", "'")
    text = text.casefold()
    text = text.strip(" \t*_#•·-–—>|").rstrip("?:.* \t")
    text = " ".join(text.split())
    return _NUMBERING.sub("", text, count=1) if text not in _LABELS else text


def field_for(label: str, section: str | None) -> str | None:
    """Return a field id, ``FULL_NAME``, "" for a label that is known and not wanted here, or None for no label."""
    if len(label) > MAX_LABEL:
        return None
    here = _IN_SECTION.get(section, {}) if section is not None else _NOWHERE
    for text in _spellings(tidy(label)):
        if text in here:
            return here[text]
        if section in _GROUP_LABELS and text in _GROUP_LABELS[section]:
            return _GROUP_LABELS[section][text]
        if text in _LABELS:
            return _LABELS[text]
    return trade_field(tidy(label)) if section in (None, "child", "death", "residence") else None


def _spellings(text: str) -> Iterator[str]:
    yield text
    bare = text
    if "(" in text:
        one = text.replace("(s)", "").strip()
        yield one
        yield one + "s"
        bare = _BRACKETS.sub("", text).strip()
        yield bare
    yield bare + "s"
    yield bare.removeprefix("the ").removesuffix(" of child")
    plain = _SLASH.sub("/", bare.replace("&", "and"))
    yield plain
    yield _WITH_MORE.sub("", plain)


_SLASH = re.compile(r"\s?/\s?")
_WITH_MORE = re.compile(
    r"(?: and |, | incl\.? | including | with )(?:full )?(?:post ?code|address|contact details|dates?|y/n)$"
)


def column_for(label: str, group: str) -> str | None:
    """Return the field of a repeating group that a column heading stands for."""
    text = tidy(label)
    for spelling in _spellings(text):
        for field in GROUPS[group]:
            if spelling in field.labels or spelling == field.name.casefold():
                return field.id
    return None
