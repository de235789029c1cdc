"""Case numbers and operations in the forms that panels, coroners and the police give them."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.find.cases import cases
from tests.screening.score import context, mail_of

ASKED = "Please could you move {} to the end of the agenda on Thursday? I need to leave the meeting early."


@pytest.mark.parametrize(
    "form",
    [
        "CDOP 2024/17", "2024/17", "2019/033", "2024-017", "CDOP/2024/17", "CDOP 2024/25", "17/2024", "case 12/24",
        "case no. 12", "case 9", "cases 12 and 14", "item 33 of 2019", "33 of 2019", "no. 17", "number 17", "#17",
        "No 17/24", "CDOP 24-17", "cdop24/17", "child 3/24", "Op Larkspur", "Operation Larkspur", "op larkspur",
        "OP LARKSPUR", "operation larkspur", "case ref 1180", "review 14/23", "file no. 88",
    ],
)  # fmt: skip
def test_what_a_case_goes_by_is_a_card_in_a_routine_request(form: str, tables: ScreenTables, known: AllowList) -> None:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": "Agenda", "body": ASKED.format(form)})
    screened = screen(mail, context(known), tables)
    assert screened.outcome is ScreenOutcome.CARD
    assert "reference" in {reason.code for reason in screened.reasons} | {found.kind for found in screened.findings}


@pytest.mark.parametrize(
    "text",
    [
        "the annual report for 2024/25", "the 2023-24 figures", "2024-2025", "since 06/2024", "form no. 3",
        "question number 4", "the number 4 bus", "invoice no. 17", "room no. 2", "the Operations Manager",
        "Operation Encompass", "the operation of the panel", "post op leaflets", "the case of the missing chairs",
        "in 9 of 12 areas", "review 12 months later", "number of places", "case studies", "CDOP 2024 report",
    ],
)  # fmt: skip
def test_figures_of_business_are_no_case(text: str) -> None:
    assert list(cases(text)) == []
