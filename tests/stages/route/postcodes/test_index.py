from __future__ import annotations

import zlib
from datetime import date

import pytest

from gateway.model.residence.areas import UnitArea
from gateway.stages.route.postcodes.build import NO_GRID, IndexBuilder
from gateway.stages.route.postcodes.index import MAGIC, BadIndex, PostcodeIndex

ROWS = [
    ("AA1 1AB", "E06000060", 480_000, 200_000, False),
    ("AA1 1AD", "E06000060", 481_500, 200_000, False),
    ("AA1 1AE", "E06000042", 481_560, 200_080, False),  # 100 m from the one before
    ("AA1 1AF", "E06000042", 481_561, 200_081, True),  # 101.5 m
    ("AA112ZZ", "E07000177", NO_GRID, NO_GRID, False),
    ("AA1  3AA", "", NO_GRID, NO_GRID, False),
]


def build(rows: list[tuple[str, str, int, int, bool]] | None = None) -> bytes:
    builder = IndexBuilder()
    for postcode, authority, east, north, ended in ROWS if rows is None else rows:
        builder.add(postcode, authority, east, north, ended=ended)
    return builder.finish("TEST January 2026", date(2026, 1, 1))


def test_what_was_put_in_comes_out() -> None:
    index = PostcodeIndex(build())
    assert (index.edition, index.dated, index.units) == ("TEST January 2026", date(2026, 1, 1), 6)
    assert index.unit("AA1", "1AB") == UnitArea("E06000060")  # type: ignore[arg-type]
    assert index.unit("AA11", "2ZZ") == UnitArea("E07000177")  # type: ignore[arg-type]
    assert index.unit("AA1", "3AA") == UnitArea(None)
    assert index.unit("AA1", "1AG") is None
    assert index.unit("ZZ1", "1AA") is None
    assert index.unit("AA1", "1CI") is None


def test_a_unit_within_100_m_of_another_authority_knows_it_and_one_further_does_not() -> None:
    index = PostcodeIndex(build())
    assert index.unit("AA1", "1AD") == UnitArea("E06000060", ("E06000042",))  # type: ignore[arg-type]
    assert index.unit("AA1", "1AE") == UnitArea("E06000042", ("E06000060",))  # type: ignore[arg-type]
    assert index.unit("AA1", "1AF") == UnitArea("E06000042", (), ended=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("north", [10_000, 19_999, 20_000, 100_000, 1_000_000])
def test_nearness_is_seen_across_the_edges_of_squares_and_bands(north: int) -> None:
    rows = [("AA1 1AA", "E06000060", 99_990, north - 1, False), ("AA1 1AB", "E06000042", 100_010, north + 1, False)]
    index = PostcodeIndex(build(rows))
    near = [index.unit("AA1", inward) for inward in ("1AA", "1AB")]
    assert [area.near for area in near if area is not None] == [("E06000042",), ("E06000060",)]


def test_the_same_rows_in_any_order_give_the_same_bytes() -> None:
    assert build() == build(ROWS[::-1]) == build(ROWS + ROWS[:3])


def test_sectors_and_districts_list_their_authorities() -> None:
    index = PostcodeIndex(build())
    assert index.sector("AA1", "1") == ("E06000042", "E06000060")
    assert index.district("AA1") == ("E06000042", "E06000060")
    assert index.district("AA11") == ("E07000177",)
    assert index.sector("AA1", "9") == ()
    assert [f"{outward} {inward}" for outward, inward, _ in index.all_units()] == [
        "AA1 1AB",
        "AA1 1AD",
        "AA1 1AE",
        "AA1 1AF",
        "AA1 3AA",
        "AA11 2ZZ",
    ]


def test_rows_without_a_postcode_are_counted_not_taken() -> None:
    builder = IndexBuilder()
    for row in ("", "AA1", "AA1 XAA", "AA1 1CI", "A!1 1AA", "AAAAA1 1AA"):
        builder.add(row, "E06000060", NO_GRID, NO_GRID, ended=False)
    assert (builder.rows, builder.malformed) == (0, 6)


@pytest.mark.parametrize("place", [0, 5, 12, 200, -1])
def test_a_damaged_index_is_refused(place: int) -> None:
    content = bytearray(build())
    content[place] ^= 0x01
    with pytest.raises(BadIndex):
        PostcodeIndex(bytes(content))


def test_another_content_under_the_same_header_is_refused() -> None:
    """Deflated anew, so that only the header's own hash can tell."""
    header, _, payload = build().removeprefix(MAGIC).partition(b"\n")
    changed = zlib.decompress(payload).replace(b"E06000060", b"E06000061")
    with pytest.raises(BadIndex):
        PostcodeIndex(MAGIC + header + b"\n" + zlib.compress(changed))


def test_a_cut_off_index_is_refused() -> None:
    content = build()
    for end in (0, 9, 40, len(content) - 1):
        with pytest.raises(BadIndex):
            PostcodeIndex(content[:end])
