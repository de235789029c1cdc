"""An answer keeps what was typed; what it means stands beside it and says how much it accounts for."""

from __future__ import annotations

import pytest

from gateway.model.form.answer import AnswerState, Extent
from gateway.model.form.fields import BY_ID
from gateway.stages.extract.answers import answer, typed


@pytest.mark.parametrize("name", ["Na", "NA", "Nk", "Tbc", "tba", "Unknown"])
@pytest.mark.parametrize("field_id", ["family_name", "given_names", "notifier_name"])
def test_a_surname_is_never_read_as_a_state(field_id: str, name: str) -> None:
    for found in (answer(BY_ID[field_id], name), typed(BY_ID[field_id], name)):
        assert found is not None
        assert (found.state, found.typed.reveal(), found.value.reveal()) == (AnswerState.KNOWN, name, name)


@pytest.mark.parametrize("text", ["not known", "NK", "to follow", "n/a"])
def test_on_the_form_no_typed_word_is_a_state_and_in_a_document_it_is_one(text: str) -> None:
    on_the_form, in_a_document = typed(BY_ID["religion"], text), answer(BY_ID["religion"], text)
    assert on_the_form is not None
    assert on_the_form.state is AnswerState.KNOWN
    assert in_a_document is not None
    assert in_a_document.state is not AnswerState.KNOWN


@pytest.mark.parametrize(
    ("field_id", "text", "value", "extent", "left_over"),
    [
        ("nhs_number", "999 000 0018", "9990000018", Extent.WHOLE, ""),
        ("nhs_number", "999\u200b000\u200b0018", "9990000018", Extent.WHOLE, ""),
        ("nhs_number", "999\u2011000\u20110018", "9990000018", Extent.WHOLE, ""),
        ("nhs_number", "999 000 0018 (mother's)", "9990000018", Extent.PART, "mother's"),
        ("home_postcode", "ox1 1aa", "OX1 1AA", Extent.WHOLE, ""),
        ("home_postcode", "CF 241AA", "CF24 1AA", Extent.WHOLE, ""),
        ("home_postcode", "HP20-1UY", "HP20 1UY", Extent.WHOLE, ""),
        ("home_postcode", "?OX1 1AA", "OX1 1AA", Extent.PART, "?"),
        ("home_postcode", "not OX1 1AA, that is the ward", "OX1 1AA", Extent.PART, "not  , that is the ward"),
        ("date_of_birth", "3\n3\n24", "2024-03-03", Extent.WHOLE, ""),
        ("date_of_birth", "3/3/2024 (assessed)", "2024-03-03", Extent.PART, "assessed"),
        ("sex", "F", "female", Extent.WHOLE, ""),
    ],
)
def test_a_reading_says_what_it_accounts_for_and_what_was_typed_stays(
    field_id: str, text: str, value: str, extent: Extent, left_over: str
) -> None:
    found = typed(BY_ID[field_id], text)
    assert found is not None
    assert found.reading is not None
    assert found.typed.reveal() == text
    assert (found.reading.value.reveal(), found.reading.extent) == (value, extent)
    assert found.reading.left_over.reveal() == left_over
    assert found.value.reveal() == (value if extent is Extent.WHOLE else text)
    assert found.is_certain == (extent is Extent.WHOLE)


@pytest.mark.parametrize("text", ["10/11\n12\n2025", "28\n2\n2023 or 2024", "1\n1\n20201", "1?\n3\n2024", "l\n3\n2024"])
def test_date_boxes_that_are_no_date_are_kept_as_they_were_typed(text: str) -> None:
    found = typed(BY_ID["date_of_death"], text)
    assert found is not None
    assert (found.typed.reveal(), found.reading) == (text, None)
