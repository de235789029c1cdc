from __future__ import annotations

import pytest

from gateway.model.form.notification import Notification
from gateway.stages.extract import from_mail

CHILD = "Name of child: Example Sample\nDate of birth: 03/02/2024\nDate of death: 28/11/2026\n"
SURGERY = "Address: 1 Surgery Lane, Thame OX9 3JZ\n"


def read(text: str) -> Notification:
    (found,) = from_mail([text], [])
    return found


@pytest.mark.parametrize(
    "before",
    [
        "\nKind regards\nDr Test\n",
        "GP: Dr Test\n",
        "Reported by: Dr Test\n",
        "Form completed by: Dr Test\n",
        "Coroner: A Coroner\n",
        "Father: Fred Sample\n",
        "School: Example Primary\n",
        "Place of death: Example Hospital\n",
        "Funeral director: Sample and Sons\n",
        "\n-- \nDr Test\n",
    ],
)
def test_a_bare_address_behind_somebody_else_is_not_the_childs(before: str) -> None:
    assert "Surgery" not in read(CHILD + before + SURGERY).text("home_address")
    assert "OX9" not in read(CHILD + before + "Postcode: OX9 3JZ\n").text("home_postcode")


def test_a_letterheads_address_before_the_child_leaves_the_home_alone() -> None:
    found = read(SURGERY + "Tel: 01632 960001\n\n" + CHILD + "Home address: 12 Example Road, Aylesbury HP20 1UY\n")
    assert found.text("home_address") == "12 Example Road, Aylesbury HP20 1UY"
    assert found.text("alternative_address") == ""


def test_a_bare_address_in_the_childs_own_block_is_the_childs() -> None:
    assert read(CHILD + "Address: 12 Example Road\nPostcode: HP20 1UY\n").text("home_postcode") == "HP20 1UY"


def test_a_home_on_several_lines_keeps_its_postcode_and_ends_at_the_sign_off() -> None:
    home = CHILD + "Home address:\n12 Example Road\nAylesbury\n"
    assert read(home + "Postcode: HP20 1UY\n").text("home_postcode") == "HP20 1UY"
    signed = read(home + "Kind regards,\nDr Test\nPostcode: OX9 3JZ\n")
    assert (signed.text("home_address"), signed.text("home_postcode")) == ("12 Example Road\nAylesbury", "")


def test_a_different_second_home_is_kept_beside_the_first() -> None:
    found = read(CHILD + "Home address: 12 Example Road HP20 1UY\nHome address: 4 Old Road LU1 2AA\n")
    assert found.text("home_address") == "12 Example Road HP20 1UY"
    assert found.text("alternative_address") == "4 Old Road LU1 2AA"
    same = read(CHILD + "Home address: 12 Example Road\nHome address: 12 Example Road\n")
    assert same.text("alternative_address") == ""
