"""The case page shows every field of the registry once, in its section."""

from __future__ import annotations

from gateway.console.pages.registry import registry_sections
from gateway.model.form.fields import BY_ID, FIELDS, GROUPS


def test_every_field_stands_once_and_groups_by_themselves() -> None:
    sections = registry_sections()
    shown = [label.id for section in sections for label in section.fields]
    assert sorted(shown) == sorted(field.id for field in FIELDS)
    assert {section.group for section in sections} == {"", *GROUPS}


def test_what_a_notifier_was_never_asked_is_not_missed() -> None:
    wanted = [label.id for section in registry_sections() for label in section.fields if label.wanted]
    assert "family_name" in wanted
    assert all(BY_ID[name].section != "office_use" and BY_ID[name].repeat is None for name in wanted)
