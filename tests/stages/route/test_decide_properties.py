from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.config.areas import load_routing
from gateway.model.content.confidential import Confidential
from gateway.model.kinds import RouteOutcome
from gateway.model.residence.areas import UnitArea
from gateway.model.residence.routing import Residence
from gateway.stages.route import route
from gateway.stages.route.read.lines import read_line
from gateway.stages.route.read.names import name_index
from tests.stages.route.conftest import NOW

TABLES = load_routing(assume_confirmed=True)
UNITS = [
    *["HP27 9QF", "OX9 3RY", "SL0 0RL", "MK9 3EJ", "EC1A 1BB", "W1A 1AA", "E1 4NS", "HD1 2TA", "CF10 4UW", "RG9 6RP"],
    *["IM1 1AA", "BT1 5GS", "ZZ99 3VZ", "MK46 4ZL", "TD15 1AA", "HP12 4TH"],
]
TOWNS = ["Slough", "Milton Keynes", "Buckinghamshire", "Wales", "USA", "1 School Lane", "HMP X", "Richmond", "MK17"]
SEPARATORS = st.sampled_from(["", " ", "  ", "-", ".", "\u00a0", "\u2009", "\u2013", "\u200b", "\ufeff", " - "])
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})

texts = (
    st.text(max_size=60)
    | st.sampled_from([*UNITS, *TOWNS])
    | st.lists(st.sampled_from([*UNITS, *TOWNS])).map(", ".join)
)
secrets = texts.map(Confidential)
residences = st.builds(
    Residence,
    postcode=secrets,
    address=secrets,
    alternative_address=secrets,
    authority=secrets,
    responsible_authority=secrets,
    country=secrets,
    basis=st.sampled_from(["", "childs_home", "mothers_home", "boarding_school", "resident_wales", "nonsense"]),
    looked_after=st.booleans(),
    never_discharged=st.booleans(),
    place_of_death=secrets,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=6,
)
names = st.sampled_from(["postcode", "home_postcode", "address", "authority", "country", "looked_after", "basis", "x"])


@given(residences)
@settings(max_examples=300, deadline=None)
def test_no_residence_raises_and_every_decision_is_whole(residence: Residence) -> None:
    decision = route(residence, TABLES, NOW)
    assert decision.reasons
    if decision.outcome is RouteOutcome.ROUTE:
        assert decision.panel in TABLES.panels.panels
        assert decision.path.reveal()


@given(texts | st.dictionaries(names | texts, values, max_size=5).map(json.dumps))
@settings(max_examples=300, deadline=None)
def test_no_line_raises(line: str) -> None:
    assert route(read_line(line, TABLES.authorities), TABLES, NOW).reasons


@given(st.sampled_from(UNITS), SEPARATORS, SEPARATORS, st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_formatting_of_a_postcode_never_changes_the_outcome(
    unit: str, between: str, around: str, lower: bool, full_width: bool
) -> None:
    outward, inward = unit.split(" ")
    written = f"{around}{outward}{between}{inward}{around}"
    written = written.lower() if lower else written
    written = written.translate(FULL_WIDTH) if full_width else written
    plain = route(Residence(postcode=Confidential(unit), is_bare=True), TABLES, NOW)
    formatted = route(Residence(postcode=Confidential(written), is_bare=True), TABLES, NOW)
    assert formatted == plain
    line = route(read_line(written, TABLES.authorities), TABLES, NOW)
    assert (line.outcome, line.panel, line.grade) == (plain.outcome, plain.panel, plain.grade)


maybe = st.sampled_from(["", *UNITS])
authorities = st.sampled_from(
    ["", "Buckinghamshire", "Milton Keynes", "Kirklees", "Cardiff", "Oxfordshire", "Yorkshire"]
)


def leads_to(unit: str) -> set[str]:
    """The panels of a unit by the table and the register alone, past every rule of routing."""
    outward, inward = unit.split(" ")
    area = TABLES.postcodes.unit(outward, inward)
    upper = TABLES.authorities.upper_tier(area.authority) if area is not None and area.authority else ()
    return {panel for authority in upper for panel in TABLES.panels.of_authority(authority.gss)}


@given(maybe, maybe, maybe, authorities, st.sampled_from(["", "England", "Wales", "UK"]))
@settings(max_examples=500, deadline=None)
def test_whatever_is_routed_agrees_with_every_postcode_and_authority_given(
    postcode: str, address: str, other: str, authority: str, country: str
) -> None:
    residence = Residence(
        postcode=Confidential(postcode),
        address=Confidential(f"1 The Street, Slough, {address}"),
        alternative_address=Confidential(other),
        authority=Confidential(authority),
        country=Confidential(country),
    )
    decision = route(residence, TABLES, NOW)
    if decision.outcome is RouteOutcome.ROUTE:
        assert country != "Wales"
        for unit in (postcode, address, other):
            assert not unit or leads_to(unit) == {decision.panel}
        named = name_index(TABLES.authorities).match(authority)
        codes = named.codes if named is not None else ()
        upper = [each.gss for code in codes for each in TABLES.authorities.upper_tier(code)]
        assert not upper or decision.panel in {panel for each in upper for panel in TABLES.panels.of_authority(each)}


@given(st.sampled_from(UNITS), st.sampled_from(TOWNS))
@settings(deadline=None)
def test_the_place_of_death_never_changes_the_panel(unit: str, place: str) -> None:
    said = Residence(postcode=Confidential(unit))
    plain = route(said, TABLES, NOW)
    died = route(Residence(postcode=Confidential(unit), place_of_death=Confidential(f"{place}, OX3 9DU")), TABLES, NOW)
    assert (died.outcome, died.panel, died.grade) == (plain.outcome, plain.panel, plain.grade)


def test_every_english_unit_of_the_table_routes_or_is_held_and_none_falls_through() -> None:
    """One unit of each distinct area stands for all: the decision of a bare unit depends on its area alone."""
    index = TABLES.postcodes
    seen: dict[UnitArea, str] = {}
    english = 0
    for outward, inward, area in index.all_units():  # type: ignore[attr-defined]
        seen.setdefault(area, f"{outward} {inward}")
        english += area.authority is not None and area.authority.startswith("E")
    assert english > 2_200_000
    for area, unit in seen.items():
        decision = route(Residence(postcode=Confidential(unit)), TABLES, NOW)
        if area.authority is not None and area.authority.startswith("E"):
            assert decision.outcome in (RouteOutcome.ROUTE, RouteOutcome.HOLD), unit
            assert decision.outcome is RouteOutcome.ROUTE or decision.panel or decision.alternatives, unit
        else:
            assert decision.outcome in (RouteOutcome.OUTSIDE, RouteOutcome.HOLD), unit
