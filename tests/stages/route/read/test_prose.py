from __future__ import annotations

import pytest

from gateway.stages.route.read.prose import is_institution, says_more


@pytest.mark.parametrize(
    "address",
    [
        "used to live at 12 Example Road, HP20 1UY",
        "evicted from HP20 1UY",
        "12 Example Road (unconfirmed)",
        "near HP20 1UY",
        "c/o Mrs Friend, 12 Example Road",
        "P.O. Box 99, HP20 1UY",
        "grandparents: HP20 1UY",
        "HP20 1UY?",
    ],
)
def test_words_that_no_address_is_made_of_are_seen(address: str) -> None:
    assert says_more(address)


@pytest.mark.parametrize(
    "address",
    [
        "Home address: 12 Example Road, Aylesbury HP20 1UY",
        "Rising Sun House, Sun Street, Waltham Abbey",
        "1 Wells-next-the-Sea Road, Stow-on-the-Wold",
        "Old Police House, Ward Close",
        "HP27 9QF (home)",
    ],
)
def test_names_of_streets_and_houses_are_not(address: str) -> None:
    assert not says_more(address)


def test_institutions_are_told_from_streets_named_after_them() -> None:
    assert is_institution("MBU, Oxford OX3 9DU")
    assert is_institution("detention centre HP20 1UY")
    assert not is_institution("1 Hospital Road, Aylesbury")
