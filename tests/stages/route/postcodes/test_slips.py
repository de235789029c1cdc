from __future__ import annotations

from gateway.adapters.config.areas import load_routing
from gateway.stages.route.postcodes.normalise import Postcode
from gateway.stages.route.postcodes.slips import slips

TABLE = load_routing().postcodes


def test_every_slip_is_one_character_away_and_in_the_table() -> None:
    found = list(slips(Postcode("HP20", "1UY"), TABLE, lambda codes: True))
    assert found
    for other in found:
        assert TABLE.unit(other.outward, other.inward) is not None
        written, meant = "HP201UY", f"{other.outward}{other.inward}"
        apart = [place for place in range(7) if len(meant) == 7 and written[place] != meant[place]]
        assert len(apart) in (1, 2)


def test_districts_of_no_interest_are_passed_over() -> None:
    found = list(slips(Postcode("HP20", "1UY"), TABLE, lambda codes: False))
    assert all(other.outward != "HP20" for other in found)
