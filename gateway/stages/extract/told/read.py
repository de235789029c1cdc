"""Read a message: does it tell of a child's death, and what does it say of it? Every answer is "
"a stretch of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.model.form.answer import Answer, AnswerState, Extent, Place, Reading
from gateway.model.form.fields import BY_ID, missing
from gateway.model.form.notification import Notification
from gateway.stages.extract.answers import known, postcode_at_end, read, typed
from gateway.stages.extract.mail import Gathered, gathered, is_notification, name_parts
from gateway.stages.extract.told.prose import Said, said
from gateway.stages.extract.told.recognise import Weights, score
from gateway.stages.extract.told.zones import Line, Zone, lines

_REPLY = re.compile(r"\s{0,3}(?:\[[^\]]{1,30}\]\s?)?(?:re|aw|atb)\s{0,2}:", re.IGNORECASE)
_SUBJECT = -1  # the number of the subject among the texts
_ABOUT = ("date_of_birth", "nhs_number", "date_of_death", "home_address")


class Told(StrEnum):
    """Whether a message tells of a child's death that was not told before."""

    NO = "no"
    POSSIBLY = "possibly"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message tells. ``notifications`` are empty where it tells of no death; ``score`` is for ``explain``."""

    told: Told
    notifications: tuple[Notification, ...] = ()
    score: float = 0.0


def from_message(
    subject: str, texts: Sequence[str], tables: Sequence[Sequence[Sequence[str]]], weights: Weights
) -> Heard:
    """Return what a message tells of a child's death. ``texts`` are the body and what the attachments hold."""
    is_reply = _REPLY.match(subject) is not None
    read_lines = tuple(lines(texts, is_reply))
    odds = score(subject, read_lines, weights)
    drafts = gathered(texts, tables)
    by_form = [draft for draft in drafts if is_notification(draft)]
    told = _told(odds, weights, by_form, read_lines, is_reply)
    if told is Told.NO:
        return Heard(told, score=odds)
    kept = by_form or [drafts[0]]
    if len(kept) == 1:
        _fill(kept[0], said((*read_lines, *_subject(subject))))
    notifications = tuple(_placed(draft, (*texts, *_cells(tables)), subject) for draft in kept)
    if told is Told.YES and not any(_identified(one) for one in notifications):
        told = Told.POSSIBLY
    return Heard(told, notifications, odds)


def _told(
    odds: float, weights: Weights, by_form: Sequence[Gathered], read_lines: Sequence[Line], is_reply: bool
) -> Told:
    """Weigh what the words say and what the labels gave. What stands only in a quotation is told before, perhaps."""
    own = any(line.zone is not Zone.QUOTED and _is_form_line(line.words) for line in read_lines)
    if by_form and (own or not is_reply):
        return Told.YES if odds >= weights.form else Told.POSSIBLY
    if odds >= weights.sure:
        return Told.YES if not is_reply else Told.POSSIBLY
    return Told.POSSIBLY if odds >= weights.possible else Told.NO


def _is_form_line(words: str) -> bool:
    return re.match(r"[A-Za-z][^:]{1,60}:\s", words) is not None


def _identified(notification: Notification) -> bool:
    """Say whether a child is named, and something tells this child from another."""
    fields = notification.fields
    return "family_name" in fields and any(name in fields for name in _ABOUT)


def _subject(subject: str) -> tuple[Line, ...]:
    return (Line(_SUBJECT, 0, len(subject), subject, Zone.OWN),) if subject else ()


def _cells(tables: Sequence[Sequence[Sequence[str]]]) -> tuple[str, ...]:
    return tuple("\n".join("\t".join(row) for row in table) for table in tables)


def _fill(draft: Gathered, stretches: Iterable[Said]) -> None:
    """Add what prose says to what labels gave; a label is the better witness."""
    for stretch in stretches:
        place = Place(stretch.text, stretch.start, stretch.end)
        if stretch.field == "full_name":
            if "family_name" in draft.fields or "given_names" in draft.fields:
                continue
            family, given = name_parts(stretch.value)
            draft.fields["family_name"] = replace(known(family), place=place)
            if given:
                draft.fields["given_names"] = replace(known(given), place=place)
            continue
        before = draft.fields.get(stretch.field)
        if before is not None and before.state is AnswerState.KNOWN and (before.reading or not _needs(stretch.field)):
            continue
        found = typed(BY_ID[stretch.field], stretch.value)
        if found is None or (before is not None and not stretch.is_sure):
            continue
        if not stretch.is_sure:
            value = found.reading.value if found.reading is not None else found.typed
            found = replace(found, reading=Reading(value, Extent.PART))
        draft.fields[stretch.field] = replace(found, place=place)


def _needs(field_id: str) -> bool:
    """Say whether an answer without a reading is none: a date that cannot be read is better found elsewhere."""
    return field_id in ("date_of_birth", "date_of_death", "nhs_number")


def _placed(draft: Gathered, texts: Sequence[str], subject: str) -> Notification:
    """Return the notification with each answer's stretch; the postcode of the home stands in its address."""
    fields = {name: _with_place(answer, texts) for name, answer in draft.fields.items()}
    address = fields.get("home_address")
    if address is not None and address.is_certain and "home_postcode" not in fields:
        found = postcode_at_end(address.typed.reveal())
        if found is not None:
            fields["home_postcode"] = Answer(
                known(found).typed, AnswerState.KNOWN, read(BY_ID["home_postcode"], found), address.place
            )
    groups: Mapping[str, tuple[Mapping[str, Answer], ...]] = {
        name: tuple({key: _with_place(answer, texts) for key, answer in entry.items()} for entry in entries)
        for name, entries in draft.groups.items()
    }
    return Notification(fields, groups, missing(frozenset(fields)))


def _with_place(answer: Answer, texts: Sequence[str]) -> Answer:
    if answer.place is not None or answer.state is not AnswerState.KNOWN:
        return answer
    wanted = answer.typed.reveal().split("\n", 1)[0]
    for number, text in enumerate(texts):
        at = text.find(wanted)
        if at >= 0:
            return replace(answer, place=Place(number, at, at + len(wanted)))
    return answer
