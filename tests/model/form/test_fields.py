"""The registry is the one declaration of the form; it is compared with the list of fields that it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.model.form.field import Shape
from gateway.model.form.fields import BY_ID, FIELDS, GROUPS, SECTIONS, Required
from gateway.model.form.value_sets import VALUE_SETS, code_of, label

LIST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "data" / "notification_fields.yaml").read_text())
DECLARED = [(section["id"], field) for section in LIST["sections"] for field in section["fields"]]


def test_every_field_of_the_list_is_declared_once_in_the_same_order_and_section() -> None:
    assert [(field.section, field.id) for field in FIELDS] == [(section, field["id"]) for section, field in DECLARED]
    assert {section["id"]: section["title"] for section in LIST["sections"]} == SECTIONS


@pytest.mark.parametrize(
    ("section", "entry"), DECLARED, ids=lambda value: value if isinstance(value, str) else value["id"]
)
def test_type_requirement_condition_and_eras_are_those_of_the_list(section: str, entry: dict[str, Any]) -> None:
    field = BY_ID[entry["id"]]
    assert field.type == entry["type"]
    assert field.required.value == entry["required"]
    assert (field.form_a, field.ncmd) == (entry["form_a"], entry["ncmd"])
    if "when" in entry:
        assert field.condition == entry["when"]


def test_value_sets_are_those_of_the_list() -> None:
    sets = LIST["value_sets"]
    for name in ("sex", "death_circumstance_flags", "relationship", "agency_type", "coroner_status", "post_mortem"):
        assert list(VALUE_SETS[name]) == sets[name]["values"]
    for name in ("care_status", "residence_basis", "expectedness"):
        assert list(VALUE_SETS[name]) == sets[name]["values"]
    for name in ("place_category", "jar_triggers"):
        entries = sets[name] if isinstance(sets[name], list) else sets[name]["values"]
        assert VALUE_SETS[name] == {entry["code"]: entry["label"] for entry in entries}
    assert list(VALUE_SETS["nhs_number_missing_reason"].values()) == sets["nhs_number_missing_reason"]["values"]
    for code, words in sets["ethnicity_2001_nhs_codes"].items():
        assert VALUE_SETS["ethnicity_2001_nhs_codes"][str(code)] == words
    additions = {words.casefold() for words in sets["ethnicity_additions"]["values"]}
    assert additions <= {words.casefold() for words in VALUE_SETS["ethnicity_2001_nhs_codes"].values()}


def test_every_asked_field_has_a_question_a_name_a_page_and_its_value_set() -> None:
    for field in FIELDS:
        assert field.question
        assert field.name
        asked = field.section != "office_use" and field.id not in ("notification_datetime", "residence_la_gss")
        assert bool(field.page) is asked, field.id
        assert (field.choices in VALUE_SETS) is (field.shape in (Shape.CHOICE, Shape.CHOICES)), field.id
        assert all(text == text.casefold() for text in field.labels)
        assert (field.required is Required.SYSTEM) <= (field.section == "office_use")


def test_groups_are_the_repeating_lists_of_the_list() -> None:
    assert set(GROUPS) < set(LIST["conventions"]["repeat_groups"])
    assert {field.id for field in GROUPS["agency_contacts"]} == {
        "agency_kind",
        "agency_person",
        "agency_address_phone_email",
        "agency_told_of_death",
    }


def test_a_code_is_found_by_code_or_by_words_in_any_case() -> None:
    assert code_of("sex", "FEMALE") == "female"
    assert code_of("agency_type", "children's social care") == "childrens_social_care"
    assert code_of("sex", "f") is None
    assert label("sex", "female") == "Female"
