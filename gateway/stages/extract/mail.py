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
from gateway.stages.extract.labels import MAX_LABEL, field_for
from gateway.stages.extract.owners import is_bare, is_childs, is_sign_off, speaks_of_child
from gateway.stages.extract.tables import Pair, pairs_of
from gateway.stages.extract.trade import FULL_NAME, INLINE, MOMENT_OF_DEATH

MAX_LINES = 5_000  # of one text
MAX_LINE = 2_000
MAX_CHILDREN = 10

_HALVES = {FULL_NAME: ("family_name", "given_names"), MOMENT_OF_DEATH: ("date_of_death", "time_of_death")}
_CLOCK = re.compile(
    r"[\s,T\-–]{0,3}(?:at|@)?\s{0,2}((?:[01]?\d|2[0-3])[:.]?[0-5]\d(?:\s?(?:am|pm|hrs|hours)\b)?)(?!\d)", re.I
)
_BEHIND_A_NAME = re.compile(
    r"\.\s|\s?[(\[|;/]|\s[-–—]\s|,?\s(?:m|f|male|female|boy|girl|dob|d\.o\.b\.?|born|aged?|nhs|also|aka|known|rip|died|deceased)\b|"
    r",?\s(?=\d)",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    {
        "de",
        "van",
        "der",
        "von",
        "el",
        "al",
        "bin",
        "bint",
        "ap",
        "ab",
        "o",
        "da",
        "dos",
        "la",
        "le",
        "of",
        "and",
        "twin",
    }
)
_NO_NAME = re.compile(
    r"\b(?:fwd?|re|hospital|notification|death|form|report|update|meeting|case|review|sad|news|urgent|confidential|child|"
    r"query|subject|details|attached|yes|no|none|the|this|is|was|are|see|below|above|please|school|ward|road|street)\b[:]?|[@\d:?!]",
    re.IGNORECASE,
)
_IDENTITY = ("family_name", "given_names", "date_of_birth", "nhs_number")
_GOES_ON = frozenset({Shape.LINES, Shape.ADDRESS})  # an answer of these may run over several lines
_RESIDENCE = ("home_address", "home_postcode")
_SEVERAL = re.compile(r"\t|\s{3,}|\s\|\s")
_COLON = re.compile(r"\s*(?:[:：=]|\.{3,60}|\s\.\.\s)\s*[*_]{0,2}\s*|\t+|\s+[-–—]\s+")
_STARS = re.compile(r"\*(?=[A-Za-z][^*\n]{1,40}\*\s)")
_GAP = re.compile(r"\s{2,}")
_WIDE = re.compile(r"[^\S\t]{4,}")  # shortened first: the patterns below look at every space again
_STARRED = re.compile(r"\*{1,2}([A-Za-z][^*:\n]{1,40}):?\*{1,2}\s(?=[^\n*]{1,200}\*)")  # bold labels in one line
_QUOTE = re.compile(r"^[>\s|*•·]{1,12}")


@dataclass(slots=True)
class Gathered:
    """One child's answers while they are gathered."""

    fields: dict[str, Answer] = field(default_factory=dict)
    groups: dict[str, list[dict[str, Answer]]] = field(default_factory=dict)


def from_mail(texts: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> tuple[Notification, ...]:
    """Return the notifications in these texts and tables (rows of cells); none where there are none.

    ``texts`` are the body and each attachment's text; a table that was also read as text does no harm.
    """
    return tuple(finished(draft) for draft in gathered(texts, tables) if is_notification(draft))


def gathered(texts: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> tuple[Gathered, ...]:
    """Return each child's answers as labels give them, whether or not that is enough for a notification."""
    gatherer = _Gatherer()
    for text in texts:
        gatherer.section, gatherer.last = None, None
        for pair in _lines(text):
            gatherer.take(pair)
    for table in tables:
        gatherer.last = None
        for pair in pairs_of(table, gatherer.section):
            gatherer.take(pair)
    return tuple(gatherer.children())


def _lines(text: str) -> Iterator[Pair]:
    """Yield headings, labelled values and loose lines, in order."""
    for raw in text.splitlines()[:MAX_LINES]:
        line = raw[:MAX_LINE]
        if "*" in line:
            line = _STARRED.sub(r"    \1: ", line)
        if "    " in line:
            line = _WIDE.sub("    ", line)
        line = _QUOTE.sub("", line).strip().strip("*_")
        if not line:
            yield Pair.gap()
            continue
        yield from _pairs_in(line)


def _pairs_in(line: str) -> Iterator[Pair]:
    split = tuple(_named_together(line)) or tuple(_inline(line))
    if split:
        yield from split
        return
    several = "\t" in line or "   " in line or "|" in line
    pieces = [piece for piece in _SEVERAL.split(line) if piece.strip()] if several else [line]
    labelled = [_COLON.split(piece, maxsplit=1) for piece in pieces]
    if len(pieces) > 1 and all(len(halves) == 2 for halves in labelled):
        for label, value in labelled:
            yield Pair.labelled(label, value)
        return
    if len(pieces) == 2 and field_for(pieces[0].strip(), None) is not None:
        yield Pair.labelled(pieces[0], pieces[1].strip(" |"), whole=line)
        return
    halves = _COLON.split(line, maxsplit=1)
    if len(halves) == 2:
        yield Pair.labelled(halves[0], halves[1].strip(" |"), whole=line)
    else:
        yield Pair.loose(line)


def _date_stretch(value: str) -> str:
    """Return the date of a value that says much more, with a short remark behind it; a short value as it is."""
    found = next(dates.find(value), None)
    if found is None or len(value) <= 45:
        return value
    rest = re.match(r"[^.;|]{0,30}?(?=\s[-–—]\s|[.;|]|$)", value[found.end :])
    return value[found.start : found.end + (rest.end() if rest is not None else 0)]


def _address_stretch(value: str) -> str:
    """Return an address without the sentence that follows it."""
    end = _SENTENCE.search(value)
    return value[: end.start()] if end is not None else value


_SENTENCE = re.compile(
    r"(?<=[0-9][A-Z]{2})\.(?:\s|$)|"
    r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.\s(?=[A-Z][a-z]*\s|NHS|GP)|(?<=[0-9][A-Z]{2})\.?\s(?=[A-Z][a-z]+\s[a-z])"
)
_STRETCHES = {Shape.DATE: _date_stretch, Shape.ADDRESS: _address_stretch}


def _like_an_address(line: str) -> bool:
    """Say whether a line may go on with an address: short, no sentence, no label of its own."""
    words = line.split()
    small = sum(word[:1].islower() for word in words)
    return (
        len(words) <= 9 and small <= 2 and ":" not in line and not line.endswith(".") and not _NOT_STREETS.search(line)
    )


_NOT_STREETS = re.compile(
    r"\b(?:Dr|Sister|Nurse|PC|DC|DS|Consultant|Regards|Thanks|Sent|Kind|Team|Officer|Registrar|dob|DOB|NHS|tel|phone|MCCD|GP|"
    r"Hospital|died|born|Mother|Father|Parents|Coroner|Mum|Dad|School)\b|\d{5} ?\d{6}|@",
    re.IGNORECASE,
)


def _named_together(line: str) -> Iterator[Pair]:
    """Yield the pairs of "Name/DOB/DOD: Jo Doe / 1.2.2020 / 3.4.2026"."""
    before, colon, after = line.partition(":")
    if not colon or len(before) > MAX_LABEL or not any(mark in before for mark in "/,&"):
        return
    labels = [label.strip() for label in re.split(r"[/,&]", before)]
    values = [value.strip() for value in re.split(r"\s/\s|\s\|\s|,\s|;\s", after)]
    if colon and 2 <= len(labels) == len(values) and all(field_for(label, None) for label in labels):
        for label, value in zip(labels, values, strict=True):
            yield Pair.labelled(label, value)


def _inline(line: str) -> Iterator[Pair]:
    """Yield the pairs of "Name: Jo Doe, DOB 1.2.2020, DOD 3.4.2026, home 6 Mill Lane": labels without a colon."""
    if not any(mark in line for mark in ",;|./(-–") or not _HINTS.search(line):
        return
    starts = [found for found in INLINE.finditer(line) if field_for(found["label"], None) is not None]
    dated = [found for found in starts if dates.read(line[found.end() : found.end() + 12].strip(" ,;.|)")) is not None]
    if len(starts) < 2 or not dated:
        return
    head = line[: starts[0].start()].strip(" ,;|(-")
    label, _, value = head.partition(":")
    if value and field_for(label, None) is not None:
        yield Pair.labelled(label, value.strip(" ,;|("), whole=head)
    elif head:
        yield Pair.labelled("name", head) if _LIKE_A_NAME.fullmatch(head) else Pair.loose(head)
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        end = following.start() if following is not None else len(line)
        yield Pair.labelled(found["label"], line[found.end() : end].strip(" ,;|()-"))


_HINTS = re.compile(r"(?:b|n|d|rip|died|deceased)\.?[:\s]{1,2}[0-9(]", re.IGNORECASE)  # what INLINE may find begins so
_LIKE_A_NAME = re.compile(r"(?:[0-9a-z][.)]\s{0,2})?[A-Z][\w'’-]{1,40}(?:,?\s[A-Z][\w'’-]{1,40}){1,3}")


class _Gatherer:
    """Puts pairs where they belong: a section, a field, a child."""

    def __init__(self) -> None:
        self.section: str | None = None
        self.last: str | None = None  # the field whose value may go on, or whose value is still to come
        self.after_child = False  # the last label was the child's: a bare "Address:" that follows is too
        self._drafts: list[Gathered] = [Gathered()]

    def children(self) -> Iterator[Gathered]:
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
        elif (
            self.last is not None
            and not self._is_whole(self.last)
            and (pair.kind == "loose" or not self._is_address(self.last))
        ):
            self._more(self.last, pair.whole)
        elif self.last is not None:
            self.last = None  # a label that is not known ends an address

    def _is_address(self, field_id: str) -> bool:
        return field_id in BY_ID and BY_ID[field_id].shape is Shape.ADDRESS

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
            self._drafts.append(Gathered())

    def _put(self, field_id: str, value: str) -> None:
        if not value.strip():
            self.last = field_id
            return
        if field_id in (FULL_NAME, MOMENT_OF_DEATH):
            if field_id == FULL_NAME and not is_like_a_name(value):
                self.last = None
                return
            halves = name_parts(value) if field_id == FULL_NAME else _moment_parts(value)
            for name, half in zip(_HALVES[field_id], halves, strict=True):
                if half:
                    self._put(name, half)
            self.last = None
            return
        declared = BY_ID[field_id]
        if declared.shape in _STRETCHES:
            value = _STRETCHES[declared.shape](value)
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
        ended = declared.shape is Shape.ADDRESS and postcode_at_end(value) is not None
        self.last = field_id if declared.shape in _GOES_ON and not ended else None

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
        elif BY_ID[field_id].shape is Shape.ADDRESS and not _like_an_address(line):
            self.last = None
        elif BY_ID[field_id].shape in _GOES_ON and fields[field_id].state is AnswerState.KNOWN:
            self.last = None if BY_ID[field_id].shape is Shape.ADDRESS and postcode_at_end(line) else field_id
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


def name_parts(name: str) -> tuple[str, str]:
    """Return family and given names. "SMITH, Jo" and "Jo Smith" are told apart; "Baby of Smith" keeps its words."""
    name = _BEHIND_A_NAME.split(name, maxsplit=1)[0].strip(" ,;.-")
    if "," in name:
        family, given = name.split(",", 1)
        return family.strip(), given.strip()
    words = name.split()
    if len(words) > 1 and words[0].isupper() and len(words[0]) > 2 and not words[-1].isupper():
        return words[0], " ".join(words[1:])  # "SMITH Jo"
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def is_like_a_name(text: str) -> bool:
    """Say whether a label's value may name a child, and is no sentence or subject line."""
    name = _BEHIND_A_NAME.split(text.strip(), maxsplit=1)[0].strip(" ,;.-")
    words = name.replace(",", " ").split()
    small = sum(word[0].islower() and word not in _PARTICLES for word in words)
    return (
        0 < len(words) <= 8 and not _NO_NAME.search(name) and (small == 0 or (len(words) <= 4 and small == len(words)))
    )


def _moment_parts(text: str) -> tuple[str, str]:
    """Return date and time of "14/11/2026 at 03:40 in resus"; the time is "" where none is given."""
    text = text.strip()
    day = next(dates.find(text), None)
    clock = _CLOCK.match(text, day.end) if day is not None else None
    if day is None or clock is None:
        return text, ""
    rest = text[clock.end() :].strip(" .,")
    return (text[: clock.start()] if not rest and not text[: day.start].strip() else text), clock[1]


def _share(first: Gathered, draft: Gathered) -> None:
    same = "family_name" in draft.fields and draft.fields["family_name"] == first.fields.get("family_name")
    at_home = any(
        BY_ID[name].section == "residence" and found.state is AnswerState.KNOWN for name, found in draft.fields.items()
    )
    for name, found in first.fields.items():
        section = BY_ID[name].section
        if section == "notifier" or (section == "residence" and same and not at_home):
            draft.fields.setdefault(name, found)


def _has_identity(draft: Gathered) -> bool:
    return any(name in draft.fields for name in _IDENTITY)


def is_notification(draft: Gathered) -> bool:
    """A child is named or numbered, and enough is said for it to be the form and not a signature."""
    sections = [BY_ID[name].section for name in draft.fields]
    about = sum(section in ("child", "residence", "death") for section in sections)
    return _has_identity(draft) and (about >= 4 or (about >= 3 and "death" in sections))


def finished(draft: Gathered) -> Notification:
    fields = dict(draft.fields)
    address = fields.get("home_address")
    if address is not None and "home_postcode" not in fields:
        found = postcode_at_end(address.value.reveal())
        if found is not None:
            fields["home_postcode"] = known(found)
    return Notification(fields, {name: tuple(e) for name, e in draft.groups.items()}, missing(frozenset(fields)))
