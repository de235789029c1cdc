"""A key speaks for the addresses it was enrolled for, and for no other."""

from __future__ import annotations

import pytest

from gateway.model.ids import PanelId
from gateway.model.office.enrolled import Enrolled


@pytest.mark.parametrize(
    ("address", "speaks"),
    [
        ("cdop@kent.example", True),
        ("CDOP@Kent.example", True),
        ("other@kent.example", False),
        ("cdop@kent.example.evil.example", False),
        ("", False),
    ],
)
def test_only_an_enrolled_address_is_spoken_for(address: str, speaks: bool) -> None:
    assert Enrolled(PanelId("kent"), frozenset({"cdop@kent.example"})).speaks_for(address) is speaks
