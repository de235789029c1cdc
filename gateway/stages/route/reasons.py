"""The sentences of routing: one for each code. None holds anything of a case."""

from __future__ import annotations

from gateway.model.channel.assurance import Reason

SENTENCES = {
    "unit_in_table": "The postcode is in the table, in one authority, and that authority has one confirmed panel.",
    "authority_in_one_panel": "One authority is named, it lies wholly in one confirmed panel, and nothing disagrees.",
    "override": "This office's own rule decides this place.",
    "no_residence": "Nothing is said about where the child was normally resident.",
    "not_recognised": "What is said about the residence leads to no authority.",
    "place_only": "Only a place is named. The name of a town or a postal county never decides.",
    "postcode_not_read": "The postcode field says something that is no postcode.",
    "postcode_doubted": "The postcode is given with a question mark.",
    "postcode_with_remark": "The postcode field says more than a postcode; a person reads what.",
    "only_place_of_death": "Only the place of death is known, and the place of death never decides.",
    "no_fixed_abode": "The child had no fixed abode.",
    "outside_england": "The child was normally resident outside England. No English panel is chosen without a person.",
    "country_disagrees": "The country and the place given disagree.",
    "country_not_recognised": "The country given is not recognised.",
    "two_residences": "Two residences are given that do not lead to one panel.",
    "second_home_unknown": "A second address is given whose panel is not known.",
    "only_second_address": "Only a second address is given; whether the child normally lived there is open.",
    "authority_disagrees": "The authority named and the postcode disagree.",
    "authority_not_recognised": "The authority named is not in the register.",
    "looked_after_elsewhere": "The child was looked after, and the responsible authority lies in another panel's area.",
    "looked_after_unknown_authority": "The child was looked after, and the responsible authority is not known.",
    "boarding": "A boarding place is given; the normal residence is open.",
    "temporary_in_england": "The child was in England for a time only.",
    "never_discharged": "The baby never left hospital: the mother's normal residence counts and is not given as such.",
    "home_is_hospital": "A hospital, hospice or nursing home is given as the home.",
    "home_is_prison": "A prison or secure place is given as the home.",
    "home_is_refuge": "A refuge, hostel or emergency accommodation is given as the home.",
    "home_is_hotel": "A hotel or holiday place is given as the home.",
    "home_is_school": "A school or college is given as the home.",
    "repaired": "The postcode is misspelt. The candidates are postcodes of the table that it may stand for.",
    "shared_authority": "Two panels share this authority, so a person decides.",
    "border": "A postcode of another panel, or of another nation, lies within 100 metres.",
    "unknown_unit": "The postcode is not in the table; others of the same sector are.",
    "partial_postcode": "Only a part of a postcode is given.",
    "not_in_table": "There is no such postcode in the table.",
    "unit_without_authority": "The postcode is in the directory without an authority.",
    "pseudo_postcode": "A ZZ99 code stands in place of a postcode: it names no address.",
    "county_only": "A county or region is named that is not an authority.",
    "no_panel": "The register has no panel for this authority.",
    "table_too_old": "The postcode table is too old to be relied on.",
    "panel_unconfirmed": "The panel has not been confirmed by this office yet.",
    "panel_suspended": "The panel is suspended in the register.",
}


def reason(code: str) -> Reason:
    """Return the reason of a code."""
    return Reason(code, SENTENCES[code])
