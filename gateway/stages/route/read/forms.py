"""Read a form given as JSON: field names as forms and people write them, turned into a residence.

A field that is not known and says something that could matter becomes a second address, so that a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.residence.routing import Residence
from gateway.stages.route.postcodes.normalise import MAX_TEXT
from gateway.stages.route.read import words
from gateway.stages.route.read.names import fold


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_POSTCODE = _names(
    """
    postcode home_postcode residence_postcode normal_residence_postcode child_postcode childs_postcode
    usual_postcode usual_residence_postcode usual_address_postcode home_address_postcode address_postcode
    residential_postcode permanent_postcode postcode_of_residence postcode_of_normal_residence
    postcode_of_usual_residence child_home_postcode childs_home_postcode
    """
)
_ADDRESS = _names(
    """
    address home_address residence normal_residence residence_address child_address childs_address
    home usual_address usual_residence place_of_residence residential_address permanent_address
    child_home_address childs_home_address address_of_child
    """
)
_TOWN = _names(
    """
    town post_town city county postal_county village locality street address_line_1 address_line_2
    address_line_3 address_line_4 address_1 address_2 address_3 address_4 line_1 line_2 line_3
    """
)
_OTHER = _names(
    """
    alternative_address second_address other_address second_home second_postcode other_postcode
    second_home_postcode alternative_postcode previous_address previous_postcode father_postcode
    father_address fathers_address placement_address placement_postcode term_address term_postcode
    term_time_address temporary_address
    """
)
_AUTHORITY = _names(
    """
    local_authority authority council la la_name la_gss gss gss_code residence_la_gss residence_authority
    local_authority_of_residence residence_la la_code lad lad_code utla utla_code local_authority_gss
    local_authority_code local_authority_name home_local_authority home_authority
    residence_local_authority
    """
)
_RESPONSIBLE = _names(
    """
    responsible_authority responsible_la responsible_la_gss responsible_local_authority placing_authority
    corporate_parent care_authority
    """
)
_COUNTRY = _names(
    """
    country country_of_residence nation home_country
    """
)
_MOTHER = _names(
    """
    mother_postcode mothers_postcode mother_home_postcode mother_address mothers_address mothers_home_postcode
    maternal_postcode
    """
)
_DEATH = _names(
    """
    place_of_death death_place place_name_address died_at death_postcode place_of_death_postcode hospital
    place_of_death_address country_of_death hospital_postcode hospital_address hospital_name
    death_address
    """
)
_BASIS = _names(
    """
    residence_basis basis basis_of_residence residence_type type_of_residence accommodation accommodation_type
    """
)
_LOOKED_AFTER = _names(
    """
    looked_after looked_after_child lac in_care care_status child_looked_after
    """
)
_NEVER_DISCHARGED = _names(
    """
    never_discharged baby_never_discharged never_left_hospital inpatient_since_birth not_discharged
    """
)
_FLAGS = {
    "no_fixed_abode": "no_fixed_address",
    "no_fixed_address": "no_fixed_address",
    "homeless": "no_fixed_address",
    "boarding": "boarding_school",
    "boarding_school": "boarding_school",
    "temporary": "temporary_in_england",
    "visitor": "temporary_in_england",
}
_HARMLESS = frozenset(
    _names(
        """
        id name forename forenames surname first_name last_name sex gender date_of_birth dob date_of_death
        died_on nhs_number reference note notes notifier notifier_name place_category
        place_of_death_category event_place ethnicity age notification_datetime gp gp_practice school
        time_of_death child_protection_plan expected expectedness cause cause_of_death place_of_birth
        country_of_birth nationality religion language born_in died_abroad telephone phone mobile email
        mother mother_name mothers_name father father_name fathers_name hospital_number ward icb uprn
        """
    )
)
# Whose address, postcode or telephone these are: never the child's.
_OTHERS_OWN = re.compile(
    r"(?:notifier|notifiers|reporter|referrer|informant|gp|gps|gp_practice|school|nursery|consultant|paediatrician|"
    r"midwife|health_visitor|social_worker|coroner|coroners|registrar|police|funeral_director|undertaker)_"
    r"(?:name|role|organisation|agency|address|postcode|telephone|phone|mobile|email|details)"
)
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WRAPPERS = frozenset(("child", "patient", "deceased", "notification", "form", "data"))
_NO = frozenset(
    (
        "",
        "no",
        "n",
        "false",
        "none",
        "0",
        "not looked after",
        "never",
        "na",
        "n a",
        "not applicable",
        "previously",
        "lives with parents",
        "at home with parents",
        "lives at home",
        "lives with family",
    )
)
_BASES = frozenset(
    _names(
        """
        childs_home mothers_home looked_after_placement boarding_school no_fixed_address
        temporary_in_england resident_wales resident_scotland resident_ni resident_crown_dependency
        resident_abroad not_known
        """
    )
)
_HOMES = ("childs_home", "mothers_home", "not_known")
_BASIS_WORDS = {
    "boarding": "boarding_school",
    "looked after": "looked_after_placement",
    "foster": "looked_after_placement",
    "placement": "looked_after_placement",
    "no fixed": "no_fixed_address",
    "homeless": "no_fixed_address",
    "temporary": "temporary_in_england",
    "mother": "mothers_home",
}


def read_form(form: Mapping[str, Any]) -> Residence:
    """Return the residence that a form describes."""
    fields = _fields(form)
    mother = _texts(fields, _MOTHER)
    never_discharged = _is_any(fields, _NEVER_DISCHARGED)
    basis, premises = _basis(fields)
    postcode, address = _texts(fields, _POSTCODE), _texts(fields, _ADDRESS + _TOWN)
    others = _texts(fields, _OTHER) + _unexplained(fields)
    if mother and never_discharged:  # the mother's normal residence counts; what else is given is the hospital
        postcode, address, basis = mother, [], "mothers_home"
    else:
        others += mother
    return Residence(
        postcode=_joined(postcode),
        address=_joined(premises + address),
        alternative_address=Confidential("; ".join(others)),
        authority=_joined(_texts(fields, _AUTHORITY)),
        responsible_authority=_joined(_texts(fields, _RESPONSIBLE)),
        country=_joined(_texts(fields, _COUNTRY)),
        basis=basis,
        looked_after=_is_any(fields, _LOOKED_AFTER),
        never_discharged=never_discharged,
        place_of_death=_joined(_texts(fields, _DEATH)),
        died_on=_day(fields.get("date_of_death", fields.get("died_on"))),
    )


def _fields(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filled fields by their plain names; where two spellings of a name are given, both answers count."""
    fields: dict[str, Any] = {}
    for name, value in form.items():
        key = _key(name)
        inner = _fields(value) if key in _WRAPPERS and isinstance(value, Mapping) else {key: value}
        for each, said in inner.items():
            if not _is_empty(said):
                fields[each] = [fields[each], said] if each in fields and fields[each] != said else said
    return fields


def _key(name: str) -> str:
    """Return a field's name as the lists have it: "Home post code", "home.postcode" and "homePostcode" are one."""
    words = _WORD_STARTS.sub(" ", name).replace("_", " ").replace(".", " ")
    return fold(words).replace(" ", "_").replace("post_code", "postcode")


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def _texts(fields: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return what the fields of a list say, each different text once."""
    found = [_text(fields[name]) for name in names if name in fields]
    return list(dict.fromkeys(text for text in found if text))


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_text(part) for part in value.values() if part)[:MAX_TEXT]
    if isinstance(value, list):
        return "\n".join(_text(part) for part in value)[:MAX_TEXT]
    return str(value)[:MAX_TEXT]


def _joined(texts: list[str]) -> Confidential[str]:
    return Confidential("\n".join(texts)) if texts else NOTHING


def _is_any(fields: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Say whether any of the flags is set."""
    return any(_is_true(fields.get(name)) for name in names)


def _is_true(value: object) -> bool:
    """Say whether a flag is set; any word that is not a plain no counts as yes."""
    if isinstance(value, list):
        return any(_is_true(each) for each in value)
    return fold(str(value)) not in _NO if value is not None else False


def _basis(fields: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the basis of residence, and what kind of premises a form names in its place."""
    flag = next((_FLAGS[name] for name, value in fields.items() if name in _FLAGS and _is_true(value)), "")
    said = _texts(fields, _BASIS)
    bases = [(_basis_of(text), text) for text in said]
    found = [basis for basis, _ in bases if basis]
    premises = [text for basis, text in bases if not basis]
    if flag or not found:
        return flag, said if flag else premises
    away = next((basis for basis in found if basis not in _HOMES), "")
    return away or ("" if premises else found[0]), premises


def _basis_of(said: str) -> str:
    word = _key(said)
    if word in _BASES:
        return word
    return next((basis for clue, basis in _BASIS_WORDS.items() if clue in fold(said)), "")


def _unexplained(fields: Mapping[str, Any]) -> list[str]:
    """Return what fields say that this module does not know: never passed over."""
    lists = (_POSTCODE, _ADDRESS, _TOWN, _OTHER, _AUTHORITY, _RESPONSIBLE, _COUNTRY, _MOTHER, _DEATH, _BASIS)
    known = {name for names in (*lists, _LOOKED_AFTER, _NEVER_DISCHARGED) for name in names}
    known |= _HARMLESS | _FLAGS.keys()
    said = (_text(value) for name, value in fields.items() if name not in known and not _OTHERS_OWN.fullmatch(name))
    return [text for text in said if not words.says_nothing(text)]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value is not None else None
    except ValueError:
        return None
