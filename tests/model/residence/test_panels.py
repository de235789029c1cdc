"""The register: which panel, by which address, on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.model.ids import Fingerprint, GssCode, PanelId
from gateway.model.residence.panels import Contact, Outside, Panel, PanelRegister, PanelStatus, Shared

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
KENT, ESSEX = PanelId("kent"), PanelId("essex")
PANEL = Panel(
    KENT,
    "Kent",
    (GssCode("E10000016"),),
    PanelStatus.CONFIRMED,
    contacts=(Contact("old@kent.example", valid_to=MARCH), Contact("new@kent.example", valid_from=APRIL)),
    fingerprint=Fingerprint("A" * 40),
)


def register(**changes: object) -> PanelRegister:
    return PanelRegister({KENT: replace(PANEL, **changes)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "email"),
    [(MARCH, "old@kent.example"), (date(2026, 3, 2), None), (APRIL, "new@kent.example")],
)
def test_an_address_is_used_from_its_first_to_its_last_day(day: date, email: str | None) -> None:
    contact = PANEL.contact(day)
    assert (contact.email if contact is not None else None) == email


def test_an_answer_is_encrypted_to_the_panel_whose_address_it_goes_to() -> None:
    assert register().with_key_at(" OLD@kent.example ", MARCH) == KENT
    assert register().with_key_at("old@kent.example", APRIL) is None
    assert register().with_key_at("other@kent.example", MARCH) is None


@pytest.mark.parametrize(
    "changes", [{"status": PanelStatus.UNCONFIRMED}, {"status": PanelStatus.SUSPENDED}, {"fingerprint": None}]
)
def test_a_panel_that_is_not_confirmed_or_has_no_key_has_no_address_to_encrypt_to(changes: dict[str, object]) -> None:
    assert register(**changes).with_key_at("old@kent.example", MARCH) is None


def test_an_authority_has_its_panel_or_several_that_share_it() -> None:
    code, shared = GssCode("E10000016"), GssCode("E06000001")
    made = PanelRegister({KENT: PANEL}, shared=(Shared(shared, (KENT, ESSEX)), Shared(code, (KENT, ESSEX))))
    assert made.of_authority(code) == (KENT, ESSEX)
    assert made.of_authority(shared) == (KENT, ESSEX)
    assert made.of_authority(GssCode("E06000002")) == ()


def test_a_place_outside_is_found_by_its_id() -> None:
    wales = Outside("wales", "Wales", "PRUDiC", "tell them")
    made = PanelRegister({}, outside=(wales,))
    assert (made.outside_of("wales"), made.outside_of("Wales"), made.panel(KENT)) == (wales, None, None)
