from __future__ import annotations

import pytest

from gateway.stages.route.postcodes.normalise import (
    Partial,
    Postcode,
    find_partials,
    find_units,
    foreign_code,
    has_bfpo,
    parse_partial,
    parse_unit,
    tidy,
)

HP27_9QF = Postcode("HP27", "9QF")


@pytest.mark.parametrize(
    "written",
    [
        "HP27 9QF",
        "hp279qf",
        "hp27-9qf",
        "HP27.9QF",
        "HP27–9QF",
        "H P 2 7 9 Q F",
        "  HP27\u00a09QF ",
        "HP27\u200b9QF",
        "ＨＰ２７ ９ＱＦ",
        "НР27 9QF",  # Cyrillic
        '"HP27 9QF".',
        "𝐇𝐏𝟐𝟕 𝟗𝐐𝐅",
    ],
)
def test_every_way_of_writing_a_postcode_is_the_same_postcode(written: str) -> None:
    assert parse_unit(written) == HP27_9QF
    assert find_units(f"at {written}, Bucks") in ((HP27_9QF,), ())


@pytest.mark.parametrize("written", ["999 999", "HP20 1UAA", "HP15 GDW", "HP27", "", "Slough", "HP27 9QF X"])
def test_what_is_no_postcode_is_none(written: str) -> None:
    assert parse_unit(written) is None


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("MK17 8", (Partial("MK17", "8"),)),
        ("MK178", (Partial("MK17", "8"),)),
        ("MK19", (Partial("MK19"), Partial("MK1", "9"))),
        ("MK1 9", (Partial("MK1", "9"),)),
        ("E1", (Partial("E1"),)),
        ("HP27 9QF", ()),
        ("nothing", ()),
    ],
)
def test_a_part_of_a_postcode_may_be_read_in_more_than_one_way(written: str, parts: tuple[Partial, ...]) -> None:
    assert parse_partial(written) == parts


def test_postcodes_are_found_in_running_text_each_once() -> None:
    assert find_units("Home hp27 9qf / hospital OX3 9DU (HP27-9QF)") == (HP27_9QF, Postcode("OX3", "9DU"))


@pytest.mark.parametrize("text", ["Block W1 2nd Floor", "reference AHP27 9QFX", "Flat N1 4th floor"])
def test_what_only_looks_like_a_postcode_is_not_found(text: str) -> None:
    assert find_units(text) == ()


def test_a_postcode_whose_letters_are_an_ordinal_is_found_where_it_is_one() -> None:
    assert find_units("1 The Street, HP12 4TH") == (Postcode("HP12", "4TH"),)
    assert find_units("1 the street, hp12 4th") == (Postcode("HP12", "4TH"),)


def test_a_district_is_found_where_no_unit_is() -> None:
    assert find_partials("Princes Risborough, HP27") == (Partial("HP27"),)
    assert find_partials("Princes Risborough, HP27 9QF") == ()


def test_foreign_codes_of_a_british_look_are_told_apart() -> None:
    assert foreign_code("D02 X285") == "abroad"
    assert foreign_code("KY1-1201") == "overseas-territory"
    assert foreign_code("HP27 9QF") is None


def test_forces_numbers_are_found() -> None:
    assert has_bfpo("Barracks, B.F.P.O. 36")
    assert not has_bfpo("HP27 9QF")


def test_tidy_bounds_what_it_looks_at() -> None:
    assert len(tidy("x" * 1_000_000)) <= 20_000
