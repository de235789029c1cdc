"""What looks odd warns; what is usual does not; conditions ask where the dates do not tell."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.model.form.fields import BY_ID, FIELDS
from gateway.model.form.notification import Notification
from gateway.stages.extract.answers import known
from gateway.stages.extract.conditions import _CONDITIONS, wanted
from gateway.stages.extract.display import display
from gateway.stages.extract.doubts import doubts

TODAY = date(2026, 11, 23)


def said(**values: str) -> Notification:
    return Notification({name: known(value) for name, value in values.items()})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"nhs_number": "9434765919"}, None),  # the check digit of the NHS Data Dictionary's example
        ({"nhs_number": "9434765918"}, "nhs_number"),
        ({"nhs_number": "12345"}, "nhs_number"),
        ({"nhs_number": "9990000018"}, "nhs_number"),
        ({"date_of_birth": "2026-11-20", "date_of_death": "2026-11-20"}, None),
        ({"date_of_birth": "2026-11-21", "date_of_death": "2026-11-20"}, "date_of_birth"),
        ({"date_of_birth": "2026", "date_of_death": "2026-11-20"}, None),
        ({"date_of_birth": "2008-11-24", "date_of_death": "2026-11-22"}, None),  # 17 years and 363 days
        ({"date_of_birth": "2001-01-01", "date_of_death": "2026-11-20"}, "date_of_birth"),
        ({"date_of_death": "2026-11-24"}, "date_of_death"),
        ({"date_of_death": "31/2/2026"}, "date_of_death"),
        (
            {
                "date_of_birth": "2026-11-20",
                "date_of_death": "2026-11-20",
                "time_of_birth": "04:00",
                "time_of_death": "03:00",
            },
            "time_of_death",
        ),
        ({"home_postcode": "HP20 1UA"}, None),
        ({"home_postcode": "HP20"}, "home_postcode"),
        ({"home_postcode": "ZZ99 3VZ"}, "home_postcode"),
        ({"birth_weight_g": "3.2 kg"}, "birth_weight_g"),
        ({"notifier_email": "nobody"}, "notifier_email"),
        ({"jar_triggers": "suspicion", "jar_triggered": "yes"}, None),
        ({"jar_triggers": "suspicion", "jar_triggered": "no"}, "jar_triggered"),
        ({}, None),
    ],
)
def test_doubts(values: dict[str, str], field: str | None) -> None:
    assert [doubt.field for doubt in doubts(said(**values), TODAY)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("field", "born", "died", "expected"),
    [
        ("time_of_birth", "2026-11-01", "2026-11-20", True),
        ("time_of_birth", "2026-01-01", "2026-11-20", False),
        ("time_of_birth", "2026", "2026-11-20", True),
        ("gestation_at_birth", "2026-01-01", "2026-11-20", True),
        ("gestation_at_birth", "2024-01-01", "2026-11-20", False),
        ("school_or_nursery", "2026-01-01", "2026-11-20", False),
        ("school_or_nursery", "2020", "2026", True),
        ("learning_disability_or_autism", "2024-01-01", "2026-11-20", False),
        ("signs_of_life", "2026-11-20", "2026-11-20", True),
        ("signs_of_life", "2026-11-10", "2026-11-20", False),
        ("signs_of_life", "", "2026-11-20", True),
    ],
)
def test_conditional_questions(field: str, born: str, died: str, expected: bool) -> None:
    assert wanted(BY_ID[field], said(date_of_birth=born, date_of_death=died)) is expected


def test_every_condition_is_decided_or_on_the_page_of_what_it_depends_on() -> None:
    together = {
        "nhs_number empty": "nhs_number",
        "other chosen": "ethnicity",
        "looked after": "looked_after",
        "mccd_issued": "mccd_issued",
        "referred": "coroner_status",
        "jar_triggered yes or under_discussion": "jar_triggered",
    }
    always_asked = {"a doctor was present", "fatal event happened elsewhere"}
    for field in FIELDS:
        if not field.condition or field.section == "office_use":
            continue
        if field.condition in together:
            assert field.page == BY_ID[together[field.condition]].page
        else:
            assert field.condition in _CONDITIONS or field.condition in always_asked, field.id


def test_answers_are_shown_as_people_read_them() -> None:
    assert display(BY_ID["date_of_birth"], known("2026-03-01")) == "1 March 2026"
    assert display(BY_ID["date_of_birth"], known("2026-03")) == "March 2026"
    assert display(BY_ID["nhs_number"], known("9990000018")) == "999 000 0018"
    assert display(BY_ID["looked_after"], known("current: section 20")) == "At the time of death: section 20"
    assert display(BY_ID["jar_triggers"], known("suspicion, external_cause")).startswith("First circumstances raise")
