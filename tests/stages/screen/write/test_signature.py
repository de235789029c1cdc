"""Of a proved sender's signature nothing shows that is not of a closed form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables
from gateway.stages.screen.write.signature import attested, who_writes
from tests.screening.score import mail_of

OWN = frozenset(("jo", "barker"))


@pytest.mark.parametrize(
    "line",
    [
        "Jo Barker", "Dr Jo Barker (she/her)", "Service Manager", "Designated Doctor for Child Deaths",
        "Jo Barker, Named Nurse", "Fenwater Hospitals", "Service Manager | Fenwater Hospitals",
    ],
)  # fmt: skip
def test_the_own_name_a_role_and_a_known_organisation_are_shown(
    line: str, tables: ScreenTables, known: AllowList
) -> None:
    assert who_writes([line], OWN, known, tables) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Kieron Maddox", "Nurse to Kieron", "Key worker for Archie Windmere", "PS ring the Manager", "service manager",
        "Service Manager 01632 960111", "Bed 4", "Sister to the boy", "Manager, Tern Close", "She/Her", "Child",
        "Service Manager: he died", "Quillfeather Trust",
    ],
)  # fmt: skip
def test_nothing_else_is(line: str, tables: ScreenTables, known: AllowList) -> None:
    assert who_writes([line], OWN, known, tables) == []


@pytest.mark.parametrize(
    ("address", "borne_out"),
    [
        ("jo.barker@x.example", {"jo", "barker"}),
        ("jbarker@x.example", {"jo", "barker"}),
        ("j.barker2@x.example", {"jo", "barker"}),
        ("safeguarding@x.example", set()),
        ("barker@x.example", {"barker"}),
    ],
)
def test_of_a_display_name_only_what_the_address_bears_out_is_proved(address: str, borne_out: set[str]) -> None:
    mail = mail_of({"from_name": "Jo Barker", "subject": "", "body": "x"})
    assert attested(replace(mail, authors=(Confidential(address),)), OWN) == borne_out
