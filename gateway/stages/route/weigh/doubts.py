"""The checks that a route must pass, each a pure function that returns a doubt or None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gateway.model.ids import PanelId
from gateway.model.kinds import RouteGrade
from gateway.model.residence.areas import Authority
from gateway.model.residence.panels import Outside, PanelStatus
from gateway.model.residence.routing import Residence, RoutingTables
from gateway.stages.route.postcodes.normalise import compact, find_units, parse_unit
from gateway.stages.route.read.names import fold
from gateway.stages.route.read.prose import is_institution, says_more
from gateway.stages.route.read.words import says_nothing
from gateway.stages.route.weigh.agreement import agreeing, beside, disagrees, slip_elsewhere, town_agrees
from gateway.stages.route.weigh.evidence import Evidence
from gateway.stages.route.weigh.message import doubts_of_message
from gateway.stages.route.weigh.places import Place


@dataclass(frozen=True, slots=True)
class RouteDoubt:
    """Why a person is asked. ``suggests``: the place found still is a fair suggestion."""

    grade: RouteGrade
    code: str
    suggests: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """All that the checks look at."""

    residence: Residence
    tables: RoutingTables
    evidence: Evidence
    main: Place | None  # the strongest place of residence
    outside: Outside | None  # a place outside England that something names
    age_days: int  # of the postcode table
    on: date  # the day of the decision

    @property
    def english_panels(self) -> tuple[PanelId, ...]:
        """The panels that surer evidence of residence leads to: whole postcodes and authorities."""
        places = [place for _, place in self.evidence.units]
        if self.evidence.authority is not None:
            places.append(self.evidence.authority)
        return tuple(panel for place in places for panel in place.panels)

    @property
    def is_outside(self) -> bool:
        """True where everything that is known of the residence lies outside England."""
        here = self.english_panels or self.evidence.is_repaired or self.evidence.country == "england"
        return self.outside is not None and not here


def is_confirmed(panel_id: PanelId, tables: RoutingTables) -> bool:
    """Say whether a case may go to a panel without a person. The office's own panel is sure of itself."""
    panel = tables.panels.panel(panel_id)
    if panel is None or panel.status is PanelStatus.SUSPENDED:
        return False
    return panel.status is PanelStatus.CONFIRMED or panel_id == tables.home_panel or tables.assume_confirmed


def _table_age(weighed: Weighed) -> RouteDoubt | None:
    too_old = weighed.age_days > weighed.tables.max_age_days
    return (
        RouteDoubt(weighed.main.grade if weighed.main else RouteGrade.NONE, "table_too_old", suggests=True)
        if too_old
        else None
    )


def _nothing_known(weighed: Weighed) -> RouteDoubt | None:
    if weighed.evidence.no_abode:
        return RouteDoubt(RouteGrade.NONE, "no_fixed_abode")
    if weighed.main is not None or weighed.outside is not None:
        return None
    residence, evidence = weighed.residence, weighed.evidence
    if evidence.mentions or not says_nothing(residence.address.reveal()):
        return RouteDoubt(RouteGrade.TOWN, "place_only")
    if evidence.unread_postcode or evidence.unknown_authority:
        return RouteDoubt(RouteGrade.NONE, "not_recognised")
    only_death = not says_nothing(residence.place_of_death.reveal())
    return RouteDoubt(RouteGrade.NONE, "only_place_of_death" if only_death else "no_residence")


def _country(weighed: Weighed) -> RouteDoubt | None:
    if weighed.outside is not None and (weighed.english_panels or weighed.evidence.country == "england"):
        return RouteDoubt(RouteGrade.CONFLICT, "country_disagrees")
    return (
        RouteDoubt(RouteGrade.CONFLICT, "country_not_recognised", suggests=True)
        if weighed.evidence.unknown_country
        else None
    )


def _two_places(weighed: Weighed) -> RouteDoubt | None:
    """Two postcodes of residence that do not lead to one and the same panel."""
    places = [place for _, place in weighed.evidence.units]
    if len(places) < 2:
        return None
    same = all(place.panel is not None and place.panel == places[0].panel and not place.code for place in places)
    return None if same else RouteDoubt(RouteGrade.CONFLICT, "two_residences")


def _authority(weighed: Weighed) -> RouteDoubt | None:
    evidence, main = weighed.evidence, weighed.main
    if evidence.unknown_authority:
        return RouteDoubt(RouteGrade.CONFLICT if main else RouteGrade.NONE, "authority_not_recognised", suggests=True)
    if evidence.authority is None or main is None:
        return None
    if main is evidence.authority:
        return _beside_authority(weighed)
    agrees = set(main.panels) & set(evidence.authority.panels) if main.panels else not evidence.authority.panels
    if agrees:
        return None
    return RouteDoubt(
        RouteGrade.TERMINATED if main.ended else RouteGrade.CONFLICT, "authority_disagrees", suggests=main.ended
    )


def _beside_authority(weighed: Weighed) -> RouteDoubt | None:
    """An authority without a whole postcode: whatever else is said must not disagree."""
    evidence, panel = weighed.evidence, weighed.main.panel if weighed.main is not None else None
    partly = [place.panels for _, place in evidence.weaker]
    if any(panel not in panels for panels in partly) or any(panel not in place.panels for place in evidence.mentions):
        return RouteDoubt(RouteGrade.CONFLICT, "authority_disagrees")
    if evidence.is_repaired:
        return RouteDoubt(RouteGrade.REPAIRED, "repaired", suggests=True)
    return RouteDoubt(RouteGrade.AUTHORITY, "postcode_not_read", suggests=True) if evidence.unread_postcode else None


def _says_more(weighed: Weighed) -> RouteDoubt | None:
    """Words in the home address that take it back, or put it into another time or somebody else's hands."""
    address = weighed.residence.address.reveal()
    if _premises(weighed) is not None or weighed.evidence.no_abode:
        return None  # said already
    told = [text for text in (address, weighed.residence.authority.reveal()) if not says_nothing(text)]
    if any(says_more(text) for text in told):
        return RouteDoubt(RouteGrade.CONFLICT, "address_says_more", suggests=True)
    return RouteDoubt(RouteGrade.NONE, "home_is_institution") if is_institution(address) else None


def _message(weighed: Weighed) -> RouteDoubt | None:
    """What the rest of the message says; the first of it. The others are told beside it."""
    found = doubts_of_message(weighed.residence, weighed.main, weighed.tables)
    return RouteDoubt(*found[0]) if found else None


def _agreement(weighed: Weighed) -> RouteDoubt | None:
    """A second agreement: town, county or authority that goes with the postcode, or the basis that a form gives."""
    main, tables, residence = weighed.main, weighed.tables, weighed.residence
    if main is None or not main.panels or main.code:
        return None
    names = beside(residence, tables)
    agreed = agreeing(main, names, tables)
    if not agreed and disagrees(main, names):
        return RouteDoubt(RouteGrade.CONFLICT, "town_disagrees")
    if residence.is_bare:
        return None
    if not agreed or (main.grade is RouteGrade.AUTHORITY and not town_agrees(main, agreed, tables)):
        by_form = residence.basis in _HOMES and not residence.named.was_read and parse_unit(main.said) is not None
        return None if by_form else RouteDoubt(main.grade, "no_second_agreement", suggests=True)
    if slip_elsewhere(main, agreed, tables):
        return RouteDoubt(main.grade, "slip_elsewhere", suggests=True)
    return None


def _home_of_death(weighed: Weighed) -> RouteDoubt | None:
    """The home's postcode is that of the place of death, and nobody says that the child died at home."""
    residence = weighed.residence
    died = residence.place_of_death.reveal()
    if residence.place_category == "home" or "home" in fold(died).split():
        return None
    own = set(find_units(f"{residence.postcode.reveal()}\n{residence.address.reveal()}"))
    return RouteDoubt(RouteGrade.NONE, "home_is_place_of_death") if own & set(find_units(died)) else None


def _looked_after(weighed: Weighed) -> RouteDoubt | None:
    residence, evidence = weighed.residence, weighed.evidence
    responsible = evidence.responsible
    is_said = residence.looked_after or residence.basis == "looked_after_placement" or "care" in evidence.premises
    if not is_said and responsible is None and not evidence.unknown_responsible:
        return None
    if responsible is None:
        return RouteDoubt(RouteGrade.CONFLICT, "looked_after_unknown_authority", suggests=True)
    agrees = weighed.main is not None and responsible.panel is not None and responsible.panel == weighed.main.panel
    return None if agrees else RouteDoubt(RouteGrade.CONFLICT, "looked_after_elsewhere")


_BASIS_DOUBTS = {
    "boarding_school": "boarding",
    "no_fixed_address": "no_fixed_abode",
    "temporary_in_england": "temporary_in_england",
}
_HOMES = ("childs_home", "mothers_home")


def _basis(weighed: Weighed) -> RouteDoubt | None:
    code = _BASIS_DOUBTS.get(weighed.residence.basis)
    if code is None and weighed.evidence.boarding:
        code = "boarding"
    if code is None and weighed.residence.never_discharged and weighed.residence.basis != "mothers_home":
        code = "never_discharged"
    return RouteDoubt(RouteGrade.NONE, code) if code is not None else None


def _premises(weighed: Weighed) -> RouteDoubt | None:
    """An institution as home. A school's name in the address of what is stated to be a home is only its name."""
    kinds = [kind for kind in weighed.evidence.premises if kind != "care"]
    if weighed.residence.basis in _HOMES:
        kinds = [kind for kind in kinds if kind != "school"]
    return RouteDoubt(RouteGrade.NONE, f"home_is_{kinds[0]}") if kinds else None


def _second_home(weighed: Weighed) -> RouteDoubt | None:
    """A second address whose panel is not known, or one that stands alone: it never decides by itself."""
    if weighed.evidence.units and weighed.evidence.units[0][0] == "alternative_address":
        return RouteDoubt(RouteGrade.CONFLICT, "only_second_address")
    return (
        RouteDoubt(RouteGrade.CONFLICT, "second_home_unknown", suggests=True) if weighed.evidence.second_home else None
    )


def _weak_place(weighed: Weighed) -> RouteDoubt | None:
    """Grades that are suggestions only, and authorities that a code cannot decide."""
    main = weighed.main
    if main is None or weighed.is_outside:
        return None
    if weighed.evidence.is_repaired and main is not weighed.evidence.authority:
        one = len({place.panels for _, place in weighed.evidence.weaker}) == 1 and _same_sector(weighed)
        return RouteDoubt(RouteGrade.REPAIRED, "repaired", suggests=one)
    if main.grade is RouteGrade.SHARED:
        return RouteDoubt(RouteGrade.SHARED, "shared_authority")
    if main.grade is RouteGrade.BORDER:
        return RouteDoubt(RouteGrade.BORDER, "border", suggests=True)
    if main.code:
        several = len({place.panels for _, place in weighed.evidence.weaker}) > 1
        return RouteDoubt(main.grade, main.code, suggests=not several)
    return RouteDoubt(RouteGrade.NONE, "no_panel") if not main.panels else None


def _same_sector(weighed: Weighed) -> bool:
    """Say whether every candidate of a misspelt postcode is in its own sector, or goes with what stands beside it."""
    written = compact(weighed.residence.postcode.reveal())
    places = [place for _, place in weighed.evidence.weaker]
    names = beside(weighed.residence, weighed.tables)
    near = all(written.startswith(compact(place.said)[:-2]) for place in places)
    agrees = [place for place in places if names and agreeing(place, names, weighed.tables)]
    return near or len(agrees) == len(places) == 1 or _is_look_alike(written, places)


def _is_look_alike(written: str, places: list[Place]) -> bool:
    """Say whether letters and digits were only taken for one another: nothing was swapped, lost or added."""
    meant = [compact(place.said) for place in places]
    return all(len(each) == len(written) and _only_kinds_differ(written, each) for each in meant)


def _only_kinds_differ(written: str, meant: str) -> bool:
    return all(a == b or a.isdigit() != b.isdigit() for a, b in zip(written, meant, strict=True))


def _doubted(weighed: Weighed) -> RouteDoubt | None:
    return (
        RouteDoubt(RouteGrade.CONFLICT, "postcode_doubted", suggests=True)
        if weighed.evidence.doubted_postcode
        else None
    )


def _remark(weighed: Weighed) -> RouteDoubt | None:
    """A postcode field that says more than a postcode ("not OX4 1AB, that is the ward")."""
    return RouteDoubt(RouteGrade.CONFLICT, "postcode_with_remark") if weighed.evidence.remark else None


def _upper(weighed: Weighed) -> list[Authority]:
    main, authorities = weighed.main, weighed.tables.authorities
    return [above for each in main.authorities for above in authorities.upper_tier(each.gss)] if main else []


def _vesting(weighed: Weighed) -> RouteDoubt | None:
    """The authority has ended, and the register does not know yet who follows."""
    ended = any(weighed.tables.authorities.vesting_of(each.gss, weighed.on) for each in _upper(weighed))
    return RouteDoubt(RouteGrade.UNCONFIRMED, "authority_ended", suggests=True) if ended else None


def _footprint(weighed: Weighed) -> RouteDoubt | None:
    """Only authorities that the panel said it reviews are routed to it by themselves; a rule of this office is one."""
    main, tables = weighed.main, weighed.tables
    panel = tables.panels.panel(main.panel) if main is not None and main.panel is not None else None
    if main is None or panel is None or main.override is not None or panel.id == tables.home_panel:
        return None
    if tables.assume_confirmed or panel.status is not PanelStatus.CONFIRMED:
        return None
    sure = all(panel.is_sure_of(each.gss) for each in _upper(weighed))
    return None if sure else RouteDoubt(RouteGrade.UNCONFIRMED, "authority_unconfirmed", suggests=True)


def _unconfirmed(weighed: Weighed) -> RouteDoubt | None:
    panel_id = weighed.main.panel if weighed.main is not None else None
    if panel_id is None or is_confirmed(panel_id, weighed.tables):
        return None
    panel = weighed.tables.panels.panel(panel_id)
    suspended = panel is not None and panel.status is PanelStatus.SUSPENDED
    return RouteDoubt(RouteGrade.UNCONFIRMED, "panel_suspended" if suspended else "panel_unconfirmed", suggests=True)


CHECKS: tuple[Callable[[Weighed], RouteDoubt | None], ...] = (
    _nothing_known,
    _country,
    _two_places,
    _authority,
    _looked_after,
    _basis,
    _premises,
    _says_more,
    _home_of_death,
    _message,
    _second_home,
    _doubted,
    _remark,
    _weak_place,
    _agreement,
    _table_age,
    _vesting,
    _unconfirmed,
    _footprint,
)
