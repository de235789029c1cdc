from __future__ import annotations

import pytest

from gateway.model.residence.named import Named, NamedPlace, Owner, PlaceKind, Remark, Tense, Zone
from gateway.stages.route.named import read_message

CHILD = "Name of child: Example Sample\nDate of birth: 03/02/2024\nDate of death: 28/11/2026\n"


def postcode(named: Named, said: str) -> NamedPlace:
    (found,) = [each for each in named.places if each.kind is PlaceKind.POSTCODE and each.said.reveal() == said]
    return found


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("Home address: 12 Example Road, Aylesbury HP20 1UY", Owner.CHILD),
        ("Pt home addr: 12 Example Road, Aylesbury HP20 1UY", Owner.CHILD),
        ("Address: 12 Example Road, Aylesbury HP20 1UY", Owner.CHILD),
        ("The family live at 12 Example Road, Aylesbury HP20 1UY", Owner.CHILD),
        ("Mother's address: 12 Example Road, Aylesbury HP20 1UY", Owner.MOTHER),
        ("Mum lives in Aylesbury, HP20 1UY", Owner.MOTHER),
        ("Father: Fred Sample\nAddress: 4 Old Road, HP20 1UY", Owner.RELATIVE),
        ("GP: Dr Test, The Surgery HP20 1UY", Owner.GP),
        ("GP is Dr Test at the Surgery, HP20 1UY", Owner.GP),
        ("School: Example Primary\nPostcode: HP20 1UY", Owner.SCHOOL),
        ("HP20 1UY is the school", Owner.SCHOOL),
        ("Place of death: Example Hospital HP20 1UY", Owner.HOSPITAL),
        ("She died at HP20 1UY", Owner.HOSPITAL),
        ("Coroner: HP20 1UY", Owner.OTHER),
        ("Reported by: Dr Test\nAddress: HP20 1UY", Owner.NOTIFIER),
        ("\nKind regards\nDr Test\nAddress: HP20 1UY", Owner.NOTIFIER),
        ("\nThe Surgery\nAddress: HP20 1UY", Owner.UNKNOWN),
    ],
)
def test_whose_a_place_is(line: str, owner: Owner) -> None:
    assert postcode(read_message([CHILD + line]), "HP20 1UY").owner is owner


@pytest.mark.parametrize(
    ("line", "tense"),
    [
        ("Home address: 12 Example Road HP20 1UY", Tense.NOW),
        ("Previous address: 12 Example Road HP20 1UY", Tense.FORMER),
        ("Home address: used to live at HP20 1UY", Tense.FORMER),
        ("Home address: 12 Example Road HP20 1UY (moved out in October)", Tense.FORMER),
        ("Temporary address: 12 Example Road HP20 1UY", Tense.TEMPORARY),
        ("Home address: not HP20 1UY", Tense.DENIED),
    ],
)
def test_of_what_time_a_place_is(line: str, tense: Tense) -> None:
    assert postcode(read_message([CHILD + line]), "HP20 1UY").tense is tense


def test_a_place_in_an_earlier_mail_is_told_apart() -> None:
    named = read_message([CHILD + "On 27 Nov 2026 Dr Other wrote:\n> Home address: 4 Old Road LU1 2AA\n"])
    assert postcode(named, "LU1 2AA").zone is Zone.QUOTED
    assert named.child_in_body
    assert not read_message(["See below.\n> Name of child: Example\n> Home address: LU1 2AA"]).child_in_body


@pytest.mark.parametrize(
    ("said", "remark"),
    [
        ("in foster care, placed by Example Council under a care order", Remark.IN_CARE),
        ("LAC: Y (Bucks)", Remark.IN_CARE),
        ("on holiday, family home is in Aylesbury", Remark.VISITING),
        ("every other week with father, weekend contact", Remark.SHARED),
        ("never left the neonatal unit", Remark.NEVER_DISCHARGED),
        ("The family live in Poland and were visiting relatives", Remark.ABROAD),
        ("they were staying in a refuge at this address", Remark.PROTECTED),
        ("The adopters' address will be given by telephone only", Remark.PROTECTED),
        ("moved last month", Remark.MOVED),
        ("boarder at the school", Remark.BOARDING),
        ("no fixed abode", Remark.NO_ABODE),
        ("live birth after termination of pregnancy", Remark.TERMINATION),
    ],
)
def test_what_is_remarked_beside_an_address(said: str, remark: Remark) -> None:
    assert read_message([f"{CHILD}{said}"]).has(remark)


@pytest.mark.parametrize(
    "said",
    ["Looked after: No", "was not looked after", "moved to the ward", "termination of resuscitation at 04:10"],
)
def test_what_remarks_nothing(said: str) -> None:
    assert read_message([f"{CHILD}{said}"]).remarks == ()


def test_who_looks_after_the_child_is_a_candidate_of_its_own_kind() -> None:
    for line in ("Looked after by: Buckinghamshire Council", "Legal status: full care order to Buckinghamshire"):
        kinds = {each.kind for each in read_message([CHILD + line]).places}
        assert PlaceKind.PLACING_AUTHORITY in kinds
