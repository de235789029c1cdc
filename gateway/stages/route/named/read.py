"""Read a whole message: all its places and remarks, never one winner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gateway.model.content.confidential import Confidential
from gateway.model.residence.named import Named, NamedPlace, Owner, PlaceKind, Remark, Remarked, Tense, Zone
from gateway.stages.route.named.owners import is_doubted, of_clause, tense_of
from gateway.stages.route.named.remarks import remarks_in, wanted
from gateway.stages.route.named.stretches import Stretch, stretches
from gateway.stages.route.postcodes.normalise import unit_matches

MAX_PLACES = 200
MAX_REMARKS = 50

_HOME_PHRASE = re.compile(
    r"\b(?:(?:home|usual|normal|family|permanent)(?: home)?(?: address| residence)?(?: is| was|:)?|"
    r"(?:usually |normally |currently )?(?:lives?|lived|living|reside[sd]?|residing|resident)|address is|address was)"
    r"\s*(?:at|in|of|with (?:her|his|their|both)? ?(?:parents?|mum|mother|family)(?: and \w+)? (?:at|in))?\s+",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:placed by|looked after by|care orders? (?:to|with|from)|in the care of|under the care of|"
    r"responsible authority|"
    r"accommodated by|child of|placing authority)\s*(?:is |was |:)?\s*(?:the )?([A-Z][\w&' -]{2,60})"
)
_PLACING_WORDS = ("laced", "ooked", "care", "ccommodated", "child of", "uthority")
_HOME_WORDS = ("ome", "iv", "esid", "ddress", "sual", "ormal", "amily", "ermanent")
_COUNCIL = re.compile(
    r"(?:\bin the area of|\bin the borough of|\(|\bcouncil area of)\s*(?:the )?"
    r"([A-Z][\w'& -]{2,50}?(?: Council| Borough| County)?)\s*(?:[).,;]|$)"
)
_CHILD = re.compile(r"\b(?:dob|born|died|date of (?:birth|death)|death of|nhs)\b", re.IGNORECASE)
_OF_CHILD = frozenset({Owner.CHILD, None})
_SILENT = frozenset(
    {Owner.NOTIFIER, Owner.GP, Owner.SCHOOL}
)  # what they say of themselves is no remark about the child


def read_message(texts: Sequence[str], subject: str = "") -> Named:
    """Return every place that a message names, and what it remarks. The subject is read for remarks only."""
    places: list[NamedPlace] = []
    remarks: dict[Remark, str] = {}
    child_in_body = False
    patterns = wanted([*texts, subject])
    for each in stretches(texts):
        if each.zone is Zone.BODY and (each.identity or (not each.label and _CHILD.search(each.text))):
            child_in_body = True
        if len(places) < MAX_PLACES:
            places.extend(_places(each))
        if each.zone is not Zone.SIGNATURE and each.owner not in _SILENT:
            for remark in remarks_in(each.label, each.text, patterns):
                remarks.setdefault(remark, f"{each.label}: {each.text}" if each.label else each.text)
    for remark in remarks_in("", subject, patterns):
        remarks.setdefault(remark, subject)
    found = tuple(Remarked(remark, Confidential(said[:500])) for remark, said in remarks.items())
    return Named(tuple(places), found[:MAX_REMARKS], child_in_body, was_read=True)


def read_remarks(texts: Sequence[str]) -> Named:
    """Return what the free words of a form name and remark. Its home stands in a field of its own."""
    return replace(read_message(texts), was_read=False)


def _places(stretch: Stretch) -> list[NamedPlace]:
    found = [_placing(stretch)] if stretch.placing else _placed(stretch)
    units = unit_matches(stretch.text)
    for postcode, start, end in units:
        found.append(_postcode(stretch, str(postcode), start, end))
    home = _home(stretch)
    if home is not None:
        found.append(home)
        council = _COUNCIL.search(stretch.text)
        if council is not None:
            found.append(replace(home, kind=PlaceKind.AUTHORITY, said=Confidential(council[1].strip())))
    return found


def _sentence(stretch: Stretch) -> Confidential[str]:
    return Confidential((f"{stretch.label}: {stretch.text}" if stretch.label else stretch.text)[:300])


def _postcode(stretch: Stretch, said: str, start: int, end: int) -> NamedPlace:
    owner, tense, labelled = stretch.owner, stretch.tense, stretch.owner is Owner.CHILD
    text = stretch.text
    if owner is None or stretch.zone is Zone.SIGNATURE:
        owner, labelled = of_clause(text, start, end)
        if stretch.zone is Zone.SIGNATURE:
            owner, labelled = Owner.NOTIFIER, False
    elif owner is Owner.CHILD:
        beside, _ = of_clause(text, start, end)
        owner = beside if beside not in (Owner.UNKNOWN, Owner.CHILD, Owner.HOSPITAL) else owner
    if tense is Tense.NOW:
        tense = tense_of(text)
    return NamedPlace(
        PlaceKind.POSTCODE, Confidential(said), owner, tense, labelled, is_doubted(text), _sentence(stretch),
        stretch.zone, (start, end),
    )  # fmt: skip


def _home(stretch: Stretch) -> NamedPlace | None:
    """Return the whole address that a label or a plain phrase gives as the child's home."""
    text, start = stretch.text, 0
    if stretch.owner is None and stretch.zone is not Zone.SIGNATURE and not stretch.identity:
        phrase = _HOME_PHRASE.search(text) if any(word in text for word in _HOME_WORDS) else None
        if phrase is None or of_clause(text, phrase.end(), phrase.end())[0] is not Owner.CHILD:
            return None
        start = phrase.end()
        while (more := _HOME_PHRASE.match(text, start)) is not None:  # "the family" "live at"
            start = more.end()
        text = _to_end(text[start:])
    elif stretch.owner is not Owner.CHILD or stretch.tense is not Tense.NOW:
        return None
    if not any(char.isalpha() for char in text):
        return None
    return NamedPlace(
        PlaceKind.ADDRESS, Confidential(text[:500]), Owner.CHILD, tense_of(stretch.text), True, is_doubted(text),
        _sentence(stretch), stretch.zone, (start, start + len(text)),
    )  # fmt: skip


_END = re.compile(
    r"(?:,? (?:and (?:was|is|attended|went|died|had)|where|who|which|with|when|but|since|after|until|having|has|had|"
    r"was|"
    r"were)\b|\s[-–—]\s|\(|, (?:gp|school|nhs|dob|tel|died|who|and|where|in the area of)\b)",
    re.IGNORECASE,
)


def _to_end(text: str) -> str:
    """Cut the rest of a sentence behind an address."""
    end = _END.search(text)
    return text[: end.start()] if end is not None else text


def _placing(stretch: Stretch) -> NamedPlace:
    return NamedPlace(
        PlaceKind.PLACING_AUTHORITY, Confidential(stretch.text[:200]), Owner.OTHER, labelled=True,
        sentence=_sentence(stretch), zone=stretch.zone,
    )  # fmt: skip


def _placed(stretch: Stretch) -> list[NamedPlace]:
    match = _PLACED.search(stretch.text) if any(word in stretch.text for word in _PLACING_WORDS) else None
    if match is None:
        return []
    return [
        NamedPlace(
            PlaceKind.PLACING_AUTHORITY, Confidential(match[1].strip()), Owner.OTHER, labelled=True,
            sentence=_sentence(stretch), zone=stretch.zone, span=match.span(1),
        )
    ]  # fmt: skip
