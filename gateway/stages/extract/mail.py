"""Notifications from the lines and tables of a mail or an attached form, old (Form A) or new, whatever its layout.

Several children are several notifications. What is not clearly a label is left alone: the original stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.model.form.field import Shape
from gateway.model.form.fields import BY_ID, missing
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.form.value_sets import code_of
from gateway.stages.extract import dates
from gateway.stages.extract.answers import answer, known, postcode_at_end
from gateway.stages.extract.headings import NEXT_CHILD, heading
from gateway.stages.extract.labels import FULL_NAME, MOMENT_OF_DEATH, field_for
from gateway.stages.extract.owners import is_bare, is_childs, is_sign_off, speaks_of_child
from gateway.stages.extract.tables import Pair, pairs_of

MAX_LINES = 5_000  # of one text
MAX_LINE = 2_000
MAX_CHILDREN = 10

_HALVES = {FULL_NAME: ("family_name", "given_names"), MOMENT_OF_DEATH: ("date_of_death", "time_of_death")}
_CLOCK = re.compile(r"(?:\bat\b|[\s,T])\s?((?:[01]?\d|2[0-3])[:.]?[0-5]\d(?:\s?(?:am|pm|hrs|hours))?)\s?$", re.I)
_IDENTITY = ("family_name", "given_names", "date_of_birth", "nhs_number")
_GOES_ON = frozenset({Shape.LINES, Shape.ADDRESS})  # an answer of these may run over several lines
_RESIDENCE = ("home_address", "home_postcode")
_SEVERAL = re.compile(r"\t|\s{3,}|\s\|\s")
_COLON = re.compile(r"\s*[:：=]\s*[*_]{0,2}\s*|\t+|\s+[-–—]\s+")
_GAP = re.compile(r"\s{2,}")
_WIDE = re.compile(r"[^\S\t]{4,}")  # shortened first: the patterns below look at every space again
_QUOTE = re.compile(r"^[>\s|*•·]{1,12}")


@dataclass(slots=True)
class _Gathered:
    """One child's answers while they are gathered."""

    fields: dict[str, Answer] = field(default_factory=dict)
    groups: dict[str, list[dict[str, Answer]]] = field(default_factory=dict)


def from_mail(texts: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> tuple[Notification, ...]:
    """Return the notifications in these texts and tables (rows of cells); none where there are none.

    ``texts`` are the body and each attachment's text; a table that was also read as text does no harm.
    """
    gatherer = _Gatherer()
    for text in texts:
        gatherer.section, gatherer.last = None, None
        for pair in _lines(text):
            gatherer.take(pair)
    for table in tables:
        gatherer.last = None
        for pair in pairs_of(table, gatherer.section):
            gatherer.take(pair)
    return tuple(_finished(draft) for draft in gatherer.children() if _is_notification(draft))


def _lines(text: str) -> Iterator[Pair]:
    """Yield headings, labelled values and loose lines, in order."""
    for raw in text.splitlines()[:MAX_LINES]:
        line = _QUOTE.sub("", _WIDE.sub("    ", raw[:MAX_LINE])).strip().strip("*_")
        if not line:
            yield Pair.gap()
            continue
        yield from _pairs_in(line)


def _pairs_in(line: str) -> Iterator[Pair]:
    pieces = [piece for piece in _SEVERAL.split(line) if piece.strip()]
    labelled = [_COLON.split(piece, maxsplit=1) for piece in pieces]
    if len(pieces) > 1 and all(len(halves) == 2 for halves in labelled):
        for label, value in labelled:
            yield Pair.labelled(label, value)
        return
    halves = _COLON.split(line, maxsplit=1)
    if len(halves) == 2:
        yield Pair.labelled(halves[0], halves[1].strip(" |"), whole=line)
    else:
        yield Pair.loose(line)


class _Gatherer:
    """Puts pairs where they belong: a section, a field, a child."""

    def __init__(self) -> None:
        self.section: str | None = None
        self.last: str | None = None  # the field whose value may go on, or whose value is still to come
        self.after_child = False  # the last label was the child's: a bare "Address:" that follows is too
        self._drafts: list[_Gathered] = [_Gathered()]

    def children(self) -> Iterator[_Gathered]:
        """Yield the children; the later ones share who notified, and the home where they share the family name."""
        first = self._drafts[0]
        for draft in self._drafts:
            if draft is not first:
                _share(first, draft)
            yield draft

    def take(self, pair: Pair) -> None:
        if pair.kind == "loose":
            pair = self._as_row(pair)
        if pair.kind == "gap":
            if self.last in self._drafts[-1].fields:
                self.last = None
            return
        if pair.kind == "entry":
            self._drafts[-1].groups.setdefault(pair.label, []).append(_entry(pair.cells))
            return
        wanted = self._wanted(pair)
        relation = code_of("relationship", pair.label) if self.section == "people" and pair.value else None
        if wanted is None and relation is not None:
            self._put_in_group("person_name", pair.value)
            self._put_in_group("person_relationship", relation)
        elif wanted is None:
            self._heading_or_more(pair)
        elif wanted == "":
            self.last = None
        elif wanted in BY_ID and BY_ID[wanted].repeat is not None:
            self._put_in_group(wanted, pair.value)
        else:
            self._put(wanted, pair.value)

    def _wanted(self, pair: Pair) -> str | None:
        """Return the field of a label. A bare "Address:" behind somebody else's name is not the child's."""
        label = pair.label if pair.kind == "labelled" else pair.whole
        wanted = field_for(label, self.section)
        if is_bare(label) and wanted in _RESIDENCE:
            return wanted if is_childs(self.section, self.after_child) else ""
        self.after_child = wanted is not None and speaks_of_child(wanted)
        if is_sign_off(pair.whole):
            self.last = None
        elif wanted is None and self.last is not None and pair.kind == "loose":
            self.after_child = speaks_of_child(self.last) and self._is_said(
                self.last
            )  # a value on the lines below its label
        return wanted

    def _as_row(self, pair: Pair) -> Pair:
        """Return the row of a table that was printed as a line: a label that is known, a gap, a value."""
        halves = _GAP.split(pair.whole, maxsplit=1)
        if len(halves) == 2 and field_for(halves[0], self.section) is not None:
            return Pair.labelled(halves[0], halves[1], pair.whole)
        return pair

    def _put_in_group(self, field_id: str, value: str) -> None:
        """Add to the entry in hand; a field that it has already starts the next entry."""
        declared = BY_ID[field_id]
        found = answer(declared, value)
        self.last = None
        if found is None or declared.repeat is None:
            return
        entries = self._drafts[-1].groups.setdefault(declared.repeat, [])
        if not entries or field_id in entries[-1]:
            entries.append({})
        entries[-1][field_id] = found

    def _heading_or_more(self, pair: Pair) -> None:
        opened = heading(pair.whole if pair.kind == "loose" else pair.label)
        if opened is not None and (pair.kind == "loose" or not pair.value):
            self.last = None
            if opened == NEXT_CHILD:
                self._next_child()
            else:
                self.section = opened
            self.after_child = self.section in ("child", "residence")
        elif self.last is not None and not self._is_whole(self.last):
            self._more(self.last, pair.whole)

    def _is_said(self, field_id: str) -> bool:
        """Say whether a field's value has begun, or is still to come; "not known" does not go on."""
        found = self._drafts[-1].fields.get(field_id)
        return found is None or found.state is AnswerState.KNOWN

    def _is_whole(self, field_id: str) -> bool:
        """Say whether an address ends with its postcode: what stands on the next line is another matter."""
        found = self._drafts[-1].fields.get(field_id)
        is_address = BY_ID[field_id].shape is Shape.ADDRESS if field_id in BY_ID else False
        return is_address and found is not None and postcode_at_end(found.value.reveal()) is not None

    def _next_child(self) -> None:
        self.section = "child"
        if _has_identity(self._drafts[-1]) and len(self._drafts) < MAX_CHILDREN:
            self._drafts.append(_Gathered())

    def _put(self, field_id: str, value: str) -> None:
        if not value.strip():
            self.last = field_id
            return
        if field_id in (FULL_NAME, MOMENT_OF_DEATH):
            halves = _name_parts(value) if field_id == FULL_NAME else _moment_parts(value)
            for name, half in zip(_HALVES[field_id], halves, strict=True):
                if half:
                    self._put(name, half)
            self.last = None
            return
        declared = BY_ID[field_id]
        found = answer(declared, value)
        if found is None:
            return
        fields = self._drafts[-1].fields
        if self._another_child(field_id, found):
            self._next_child()
            fields = self._drafts[-1].fields
        if field_id in fields and field_id in _RESIDENCE and fields[field_id].state is not AnswerState.KNOWN:
            _also(fields, found)  # "not known", and then an address: a person says which holds
        elif field_id not in fields or fields[field_id].state is not AnswerState.KNOWN:
            fields[field_id] = found
        elif field_id in _RESIDENCE and found.value.reveal().casefold() != fields[field_id].value.reveal().casefold():
            _also(fields, found)
        self.last = field_id if declared.shape in _GOES_ON else None

    def _another_child(self, field_id: str, found: Answer) -> bool:
        """A second given name, or NHS number, in the child's section that contradicts the first."""
        before = self._drafts[-1].fields.get(field_id)
        if field_id not in ("family_name", "given_names", "nhs_number") or before is None:
            return False
        both = before.state is AnswerState.KNOWN and found.state is AnswerState.KNOWN
        apart = before.value.reveal().casefold() != found.value.reveal().casefold()
        # The family name alone may come again for a parent; with a given name already there it starts a child.
        return both and apart and self.section in (None, "child")

    def _more(self, field_id: str, line: str) -> None:
        fields = self._drafts[-1].fields
        if field_id not in fields:
            self._put(field_id, line)
        elif BY_ID[field_id].shape in _GOES_ON and fields[field_id].state is AnswerState.KNOWN:
            fields[field_id] = known(fields[field_id].value.reveal() + "\n" + line)


def _also(fields: dict[str, Answer], found: Answer) -> None:
    """Keep a second, different residence beside the first: which of them counts is for a person to say."""
    before = fields.get("alternative_address")
    said = [before.value.reveal()] if before is not None and before.state is AnswerState.KNOWN else []
    if found.state is AnswerState.KNOWN and found.value.reveal() not in said:
        fields["alternative_address"] = known("; ".join([*said, found.value.reveal()]))


def _entry(cells: tuple[tuple[str, str], ...]) -> dict[str, Answer]:
    answers = {}
    for field_id, text in cells:
        found = answer(BY_ID[field_id], text)
        if found is not None:
            answers[field_id] = found
    return answers


def _name_parts(name: str) -> tuple[str, str]:
    """Return family and given names. "SMITH, Jo" and "Jo Smith" are told apart; "Baby of Smith" keeps its words."""
    if "," in name:
        family, given = name.split(",", 1)
        return family.strip(), given.strip()
    words = name.split()
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def _moment_parts(text: str) -> tuple[str, str]:
    """Return date and time of "14/11/2026 at 03:40"; the time is "" where none is given."""
    text = text.strip()[-60:]
    found = _CLOCK.search(text)
    if found is None or dates.parse(text[: found.start()]) is None:
        return text, ""
    return text[: found.start()], found[1]


def _share(first: _Gathered, draft: _Gathered) -> None:
    same = "family_name" in draft.fields and draft.fields["family_name"] == first.fields.get("family_name")
    at_home = any(
        BY_ID[name].section == "residence" and found.state is AnswerState.KNOWN for name, found in draft.fields.items()
    )
    for name, found in first.fields.items():
        section = BY_ID[name].section
        if section == "notifier" or (section == "residence" and same and not at_home):
            draft.fields.setdefault(name, found)


def _has_identity(draft: _Gathered) -> bool:
    return any(name in draft.fields for name in _IDENTITY)


def _is_notification(draft: _Gathered) -> bool:
    """A child is named or numbered, and enough is said for it to be the form and not a signature."""
    sections = [BY_ID[name].section for name in draft.fields]
    about = sum(section in ("child", "residence", "death") for section in sections)
    return _has_identity(draft) and (about >= 4 or (about >= 3 and "death" in sections))


def _finished(draft: _Gathered) -> Notification:
    fields = dict(draft.fields)
    address = fields.get("home_address")
    if address is not None and "home_postcode" not in fields:
        found = postcode_at_end(address.value.reveal())
        if found is not None:
            fields["home_postcode"] = known(found)
    return Notification(fields, {name: tuple(e) for name, e in draft.groups.items()}, missing(frozenset(fields)))
