"""Every place that a message names, each with whose it is and of what time; and what is said about the living there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.content.confidential import NOTHING, ConfidentialText


class PlaceKind(StrEnum):
    """What is named. A placing authority is a kind of its own: it does not say where the child lived."""

    POSTCODE = "postcode"
    ADDRESS = "address"
    AUTHORITY = "authority"
    PLACING_AUTHORITY = "placing_authority"
    TOWN = "town"
    COUNTRY = "country"


class Owner(StrEnum):
    """Whose place it is. UNKNOWN is never taken for the child's."""

    CHILD = "child"
    MOTHER = "mother"  # or another carer
    RELATIVE = "relative"  # a father elsewhere, grandparents, an aunt
    NOTIFIER = "notifier"
    HOSPITAL = "hospital"  # where the child died, was treated or was found
    GP = "gp"
    SCHOOL = "school"
    OTHER = "other"  # coroner, police, social worker, funeral director
    UNKNOWN = "unknown"


class Tense(StrEnum):
    """Of what time a place is."""

    NOW = "now"
    FORMER = "former"
    TEMPORARY = "temporary"
    TO_COME = "to_come"
    DENIED = "denied"


class Zone(StrEnum):
    """In which part of a message a place stands."""

    BODY = "body"
    SIGNATURE = "signature"
    QUOTED = "quoted"  # an earlier or a forwarded mail


class Remark(StrEnum):
    """What a message says of the living there that only a person can weigh."""

    IN_CARE = "in_care"
    NEVER_DISCHARGED = "never_discharged"
    VISITING = "visiting"
    ABROAD = "abroad"
    MOVED = "moved"
    SHARED = "shared"
    BOARDING = "boarding"
    CUSTODY = "custody"
    NO_ABODE = "no_abode"
    PROTECTED = "protected"
    TERMINATION = "termination"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One place, the words for it, and the sentence or label that says whose it is."""

    kind: PlaceKind
    said: ConfidentialText
    owner: Owner
    tense: Tense = Tense.NOW
    labelled: bool = False  # a label, a form field or a plain sentence gives it to its owner
    doubted: bool = False  # "possibly", "near", "?"
    sentence: ConfidentialText = NOTHING
    zone: Zone = Zone.BODY
    span: tuple[int, int] = (0, 0)  # in the sentence


@dataclass(frozen=True, slots=True)
class Remarked:
    """One remark and the sentence that makes it."""

    remark: Remark
    sentence: ConfidentialText


@dataclass(frozen=True, slots=True)
class Named:
    """What a whole message names. ``child_in_body``: its own text tells of the child, not only a quoted one."""

    places: tuple[NamedPlace, ...] = ()
    remarks: tuple[Remarked, ...] = ()
    child_in_body: bool = False
    was_read: bool = False  # False: there is no message, only the fields of a form or a bare text

    def has(self, remark: Remark) -> bool:
        """Say whether a remark was made."""
        return any(each.remark is remark for each in self.remarks)
