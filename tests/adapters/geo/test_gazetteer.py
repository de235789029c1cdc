from __future__ import annotations

from gateway.adapters.config.areas import load_routing
from gateway.adapters.geo.gazetteer import gazetteer, to_grid
from gateway.stages.route.postcodes.normalise import Postcode

TOWN = {"name": "Aylesbury", "countrycode": "GB", "latitude": 51.8168, "longitude": -0.8124, "population": 60_000}


def test_grid_references_are_those_of_the_survey() -> None:
    east, north = to_grid(51.501009, -0.141588)
    assert (round(east, -2), round(north, -2)) == (529_100, 179_600)


def test_a_town_goes_with_the_authorities_and_areas_around_it() -> None:
    east, north = (int(each) for each in to_grid(51.8168, -0.8124))
    near = [(Postcode("HP20", "1UY"), east, north), (Postcode("OX9", "3RY"), east + 1_500, north)]
    town = {**TOWN, "admin1code": "ENG", "alternatenames": ["Not Used"]}
    content = gazetteer([town, {**town, "countrycode": "FR"}], near, load_routing().postcodes)
    assert content == "aylesbury\tE06000060\tHP OX\n"
