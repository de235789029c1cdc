"""Dates by the words before them, names by what stands beside them, homes by what is said of them."""

from __future__ import annotations

import pytest

from gateway.stages.extract.told.prose import said
from gateway.stages.extract.told.zones import lines


def first(text: str, field: str) -> str:
    return next((one.value for one in said(tuple(lines([text]))) if one.field == field), "")


@pytest.mark.parametrize(
    ("text", "born", "died"),
    [
        ("Jo Doe (05/05/2015) died on 16/11/2026", "05/05/2015", "16/11/2026"),
        ("born 5.5.15, found dead 16.11.26", "5.5.15", "16.11.26"),
        ("DOE, Jo | F | 5/5/2015 | 16/11/2026 | ward", "5/5/2015", "16/11/2026"),
        ("admitted 14/11/2026, pronounced at 0300 on 16/11/2026", "", "16/11/2026"),
        ("Jo, d.o.b. 5 May 2015, passed away 16 Nov 2026", "5 May 2015", "16 Nov 2026"),
    ],
)
def test_a_date_is_that_of_which_the_words_before_it_speak(text: str, born: str, died: str) -> None:
    assert (first(text, "date_of_birth"), first(text, "date_of_death")) == (born, died)


@pytest.mark.parametrize(
    "text",
    [
        "I inform you of the death of Mara Vell-Oduya who lived at home",
        "Sadly Mara Vell-Oduya dob 3/4/2020 died",
        "Mara Vell-Oduya\nborn 3/4/2020",
        "Our pupil Mara Vell-Oduya was killed",
        "a 4 month old Mara Vell-Oduya brought in",
    ],
)
def test_a_name_stands_beside_what_is_said_of_a_child(text: str) -> None:
    assert first(text, "full_name") == "Mara Vell-Oduya"


@pytest.mark.parametrize("text", ["Northgate Hospital died", "Dear Sister Ash, born free", "Kind Regards died"])
def test_a_ward_or_a_title_is_no_childs_name(text: str) -> None:
    assert first(text, "full_name") == ""


@pytest.mark.parametrize(
    "text",
    [
        "He lived at 3 Water Meadow, Chesham with his aunt",
        "the family home, 3 Water Meadow, Chesham. Police attended",
        "Her home address is 3 Water Meadow, Chesham",
    ],
)
def test_a_home_is_what_is_said_to_be_one(text: str) -> None:
    assert first(text, "home_address") == "3 Water Meadow, Chesham"


def test_a_mothers_number_is_not_the_childs() -> None:
    assert first("Mother's NHS no 999 123 4567", "nhs_number") == ""
    assert first("NHS 999 123 4567", "nhs_number") == "999 123 4567"
