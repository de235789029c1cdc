from __future__ import annotations

from gateway.model.residence.named import Remark
from gateway.stages.route.named.remarks import names_country, remarks_in, wanted


def found(label: str, text: str) -> tuple[Remark, ...]:
    return remarks_in(label, text, wanted([label, text]))


def test_a_label_answered_with_no_remarks_nothing() -> None:
    assert found("Looked after child", "No") == ()
    assert found("Looked after child", "Yes, by Example Council") == (Remark.IN_CARE,)


def test_what_is_denied_is_not_remarked_but_never_discharged_is() -> None:
    assert found("", "was never in foster care") == ()
    assert found("", "was never discharged home") == (Remark.NEVER_DISCHARGED,)


def test_a_message_is_asked_only_for_what_it_can_hold() -> None:
    assert wanted(["Name: Example Sample"]) == ()


def test_a_country_counts_where_somebody_lives_there() -> None:
    assert names_country("The family live in Poland")
    assert not names_country("Mother speaks Polish; born in Poland")
