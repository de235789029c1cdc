from __future__ import annotations

import pytest

from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.read.names import name_index

SHARED = {"E08000034", "E06000010"}  # Kirklees, Kingston upon Hull


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("RBWM", "E06000040"),
        ("LB Hillingdon", "E09000017"),
        ("London Borough of Hillingdon", "E09000017"),
        ("Kingston upon Hull, City of", "E06000010"),
        ("Herefordshire, County of", "E06000019"),
        ("King's Lynn & West Norfolk", "E07000146"),
        ("St. Albans City and District Council", "E07000240"),
        ("N Yorks", "E06000065"),
        ("LBTH", "E09000030"),
        ("Hertfordshire County Council (HCC)", "E10000015"),
        ("IoW Council", "E06000046"),
        ("BwD", "E06000008"),
        ("NW Leics", "E07000134"),
        ("Hunts DC", "E07000011"),
        ("Cheshire West", "E06000050"),
        ("Cornwall and the Isles of Scilly", "E06000052"),
        ("Middlesborough", "E06000002"),
        ("City of Bradford MDC", "E08000032"),
        ("Newcastle City Council", "E08000021"),
        ("Mid Beds DC", "E06000056"),
        ("e06000060", "E06000060"),
        ("City of London", "E09000001"),
    ],
)
def test_an_authority_is_known_however_it_is_written(packaged: RoutingTables, said: str, code: str) -> None:
    named = name_index(packaged.authorities).match(said)
    assert named is not None
    assert code in named.codes
    assert named.county is None


@pytest.mark.parametrize("said", ["Richmond", "Newcastle", "Kingston", "city of", "Council", "", "E99999999"])
def test_a_name_that_is_nobodys_or_several_is_not_an_authority(packaged: RoutingTables, said: str) -> None:
    assert name_index(packaged.authorities).match(said) is None


def test_london_is_a_region_and_not_the_city_of_london(packaged: RoutingTables) -> None:
    named = name_index(packaged.authorities).match("London")
    assert named is not None
    assert named.county is not None
    assert len(named.codes) == 33


def test_no_name_of_two_authorities_leads_to_two_panels(packaged: RoutingTables) -> None:
    index, register = name_index(packaged.authorities), packaged.authorities
    for authority in register.authorities.values():
        for name in (authority.name, authority.official, *authority.aliases):
            named = index.match(name) if authority.is_local else None
            if named is None or named.county is not None:
                continue
            upper = [{each.gss for each in register.upper_tier(code)} for code in named.codes]
            panels = {panel for each in upper for code in each for panel in packaged.panels.of_authority(code)}
            assert len(panels) <= 1 or SHARED & set(named.codes), name


def test_every_english_authority_past_or_present_leads_to_one_panel_or_is_shared(packaged: RoutingTables) -> None:
    for authority in packaged.authorities.authorities.values():
        if authority.nation != "England" or not authority.is_local:
            continue
        upper = packaged.authorities.upper_tier(authority.gss)
        panels = {panel for each in upper for panel in packaged.panels.of_authority(each.gss)}
        assert len(panels) == (2 if authority.gss in SHARED else 1), authority.name
