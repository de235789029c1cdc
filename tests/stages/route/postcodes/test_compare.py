from __future__ import annotations

from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.compare import NOT_THERE, Change, changed_units
from gateway.stages.route.postcodes.index import PostcodeIndex
from tests.stages.route.postcodes.test_index import build

OLD = [
    ("AA1 1AA", "E06000060", -1, -1, False),
    ("AA1 1AB", "E07000177", -1, -1, False),
    ("AA1 1AD", "E06000060", -1, -1, False),
    ("AA2 1AA", "E08000016", -1, -1, False),
    ("AA3 1AA", "W06000015", -1, -1, False),
]
NEW = [
    ("AA1 1AA", "E06000060", -1, -1, True),  # ended, still there
    ("AA1 1AB", "E06000060", -1, -1, False),
    ("AA1 1AE", "E06000042", -1, -1, False),
    ("AA2 1AA", "E08000038", -1, -1, False),  # Barnsley under its new code
    ("AA3 1AA", "E06000051", -1, -1, False),
]


def test_only_units_that_lead_to_another_panel_are_listed(packaged: RoutingTables) -> None:
    old, new = PostcodeIndex(build(OLD)), PostcodeIndex(build(NEW))
    assert list(changed_units(old, new, packaged)) == [
        Change("AA1 1AB", "oxfordshire", "buckinghamshire"),
        Change("AA1 1AD", "buckinghamshire", NOT_THERE),
        Change("AA1 1AE", NOT_THERE, "milton-keynes"),
        Change("AA3 1AA", "wales", "shropshire-telford"),
    ]
    assert list(changed_units(old, old, packaged)) == []
