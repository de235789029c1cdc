from __future__ import annotations

import pytest

from gateway.model.form.fields import BY_ID
from gateway.stages.extract.answers import answer, postcode_at_end, whole_postcode


@pytest.mark.parametrize("text", ["HP20 1UY", "hp201uy", " HP20  1UY "])
def test_a_whole_postcode_is_read(text: str) -> None:
    assert whole_postcode(text) == "HP20 1UY"


@pytest.mark.parametrize(
    "text",
    [
        "not OX4 1AB, that is the ward",
        "HP20 1UY until June, now OX4 1AB",
        "NFA - last OX4 1AB hostel",
        "Ward 5 OX3 9DU (hospital)",
        "?OX4 1AB",
        "LU1 2AB or HP20 1UY",
    ],
)
def test_a_remark_in_a_postcode_field_stays_as_it_was_typed(text: str) -> None:
    assert whole_postcode(text) is None
    found = answer(BY_ID["home_postcode"], text)
    assert found is not None
    assert found.value.reveal() == text


def test_only_one_postcode_at_the_end_of_an_address_is_the_addresss() -> None:
    assert postcode_at_end("12 Example Road, Aylesbury HP20 1UY") == "HP20 1UY"
    assert postcode_at_end("12 Example Road HP20 1UY (moved out)") is None
    assert postcode_at_end("LU1 2AA, now HP20 1UY") is None
