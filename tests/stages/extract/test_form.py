"""A notification from a form post, whatever the intake that packed it has become."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.stages.extract import from_form
from gateway.stages.extract.form import to_form


def test_answers_and_groups_come_back_and_missing_is_named() -> None:
    values = {
        "fields": {
            "family_name": {"value": "Testcase", "state": "known"},
            "given_names": {"value": "", "state": "not_known"},
            "sex": {"value": "not_known", "state": "known"},
        },
        "groups": {"agency_contacts": [{"agency_kind": {"value": "gp", "state": "known"}}]},
    }
    found = from_form(values)
    assert found.text("family_name") == "Testcase"
    assert found.fields["given_names"].state == "not_known"
    assert found.fields["sex"].state == "not_known"
    assert "date_of_birth" in found.missing
    assert "given_names" not in found.missing
    assert from_form(to_form(found)) == found


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"fields": []},
        {"fields": {"family_name": "Testcase"}},
        {"fields": {"family_name": {"value": 1, "state": "known"}}},
        {"fields": {"family_name": {"value": "x", "state": "invented"}}},
        {"fields": {"family_name": {"value": "x", "state": []}}},
        {"fields": {"no_such_field": {"value": "x", "state": "known"}}},
        {"fields": {"agency_kind": []}, "groups": {"agency_contacts": [1, None, {}], "other": [{}]}},
    ],
)
def test_wrong_shapes_give_no_answer_and_no_error(values: dict[str, Any]) -> None:
    found = from_form(values)
    assert found.fields == {}
    assert found.groups == {}
