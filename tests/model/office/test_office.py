"""Who is told of an alarm, and what every text may name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.kinds import AlarmKind
from gateway.stages.answers.texts import in_languages
from tests.steps.office import writing
from tests.steps.world import OFFICE

PERSON = "tess@cdop.example"


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_hand_overs_are_told_to_their_person_and_all_else_to_the_operator(kind: AlarmKind) -> None:
    with_person = replace(OFFICE, handover_person=PERSON)
    about_handovers = kind in (AlarmKind.HANDOVER_OVERDUE, AlarmKind.HANDOVER_BOUNCED)
    assert with_person.told_of(kind) == (PERSON if about_handovers else OFFICE.operator)
    assert OFFICE.told_of(kind) == OFFICE.operator


def test_a_text_finds_every_value_it_names() -> None:
    values = {**OFFICE.text_values(), "reference": "REF0000001"}
    subject, text = in_languages(writing().texts, "advice_form", ("en",), values)
    assert "REF0000001" in subject + text
    assert OFFICE.form_url in text
