"""The stretches of a message: a label with its value, or a clause of free text, each with the part it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.model.residence.named import Owner, Tense, Zone
from gateway.stages.extract.labels import field_for
from gateway.stages.route.named.owners import is_bare, is_identity, is_placing, of_label
from gateway.stages.route.postcodes.normalise import unit_matches
from gateway.stages.route.read.prose import says_more
from gateway.stages.route.read.words import says_nothing

MAX_LINES = 4_000
MAX_LINE = 2_000
MAX_LABEL = 60

_QUOTED = re.compile(r"\s*>")
_FORWARDED = re.compile(
    r"\s*(?:-{2,}\s*(?:original|forwarded|earlier|begin forwarded)?.{0,20}message|begin forwarded message|"
    r"on .{4,80} wrote:|from:\s.{0,120}$|_{10,})",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"\s*(?:--\s*$|(?:(?:with |very |many |kind |kindest |best |warm )*(?:regards|wishes|thanks)|thank you|"
    r"yours (?:sincerely|faithfully|truly)|sincerely|rgds|sent from my)\b.{0,60}$)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*([^:：=\t|]{1,60}?)\s*(?:[:：=]|\t+|\s\|\s|\.{3,}|\s[-–—]\s|\s\.\.\s)\s*(.*)$")
_CELLS = re.compile(r"\t+|\s{3,}|\s\|\s")
_GAP_LABEL = re.compile(r"(\S.{0,58}?)\s{2,}(\S.*)$")
_CLAUSES = re.compile(r"(?<=[a-z0-9)\"])[.;!]\s+|(?<=[A-Z]{2})[.;]\s+|;\s*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One label with its value, or one clause. ``owner`` None: the clause itself must say whose its places are."""

    text: str
    zone: Zone
    label: str = ""
    owner: Owner | None = None
    tense: Tense = Tense.NOW
    placing: bool = False  # its label asks for the authority that looks after the child
    identity: bool = False  # its label speaks of the child itself
    goes_on: bool = False  # a further line of the stretch before


@dataclass(slots=True)
class _Reader:
    zone: Zone = Zone.BODY
    block: Owner = Owner.UNKNOWN  # whose a bare "Address:" would be
    begun: Stretch | None = None  # a labelled place whose value may go on
    waiting: str = ""  # a label that stood alone on its line

    def line(self, raw: str) -> Iterator[Stretch]:
        text = raw.strip()
        quoted = _QUOTED.match(raw) is not None
        text = text.lstrip("> ").strip() if quoted else text
        zone = Zone.QUOTED if quoted else self.zone
        if not text:
            self.begun, self.waiting = None, ""
            self.block = self.block if self.block is Owner.CHILD else Owner.UNKNOWN
        elif not quoted and _FORWARDED.match(raw) and self._starts_quote(raw):
            self.zone, self.block, self.begun = Zone.QUOTED, Owner.UNKNOWN, None
        elif _SIGN_OFF.match(text):
            self.zone = self.zone if self.zone is Zone.QUOTED else Zone.SIGNATURE
            self.block, self.begun = Owner.UNKNOWN, None
        else:
            yield from self._pieces(text, zone)

    def _starts_quote(self, raw: str) -> bool:
        """ "From: Dr Test" at the head of a form is a label; behind a body it starts an earlier mail."""
        return not raw.lstrip().lower().startswith("from:") or self.block is not Owner.UNKNOWN

    def _pieces(self, text: str, zone: Zone) -> Iterator[Stretch]:
        cells = [cell for cell in _CELLS.split(text) if cell.strip()]
        split = [_LABEL.match(cell) for cell in cells]
        if len(cells) > 1 and all(split):
            for match in split:
                if match is not None:
                    yield from self._labelled(match[1], match[2], zone)
            return
        match = _LABEL.match(text)
        if match is None and (gap := _GAP_LABEL.match(text)) is not None and _is_label(gap[1]):
            match = gap
        if match is not None and len(match[1].split()) <= (6 if _is_label(match[1]) else 4):
            yield from self._labelled(match[1], match[2], zone)
        elif _stands_alone(text):
            self.waiting, self.begun = text, None  # its value is on the next line
            self._enter(text)
        else:
            yield from self._loose(text, zone)

    def _labelled(self, label: str, value: str, zone: Zone) -> Iterator[Stretch]:
        self.waiting, self.begun = "", None
        if not value.strip():
            self.waiting = label
            self._enter(label)
            return
        owner, tense = self._owner(label)
        identity = is_identity(label)
        if identity and zone is Zone.SIGNATURE and self.zone is Zone.SIGNATURE:
            self.zone = zone = Zone.BODY  # a form under a covering letter
        self._enter(label)
        stretch = Stretch(value, zone, label, owner, tense, is_placing(label), identity)
        self.begun = stretch if _goes_on(value) else None
        yield stretch

    def _owner(self, label: str) -> tuple[Owner | None, Tense]:
        if is_bare(label):
            return self.block, Tense.NOW
        if is_identity(label):
            return None, Tense.NOW
        return of_label(label) or (None, Tense.NOW)

    def _enter(self, label: str) -> None:
        """Take whose block this is from a label; a bare one changes nothing."""
        if is_bare(label):
            return
        found = of_label(label)
        if is_identity(label):
            self.block = Owner.CHILD
        elif found is not None and found[1] is Tense.NOW:
            self.block = found[0]
        elif found is None:
            self.block = Owner.UNKNOWN

    def _loose(self, text: str, zone: Zone) -> Iterator[Stretch]:
        if self.waiting:
            label, self.waiting = self.waiting, ""
            yield from self._labelled(label, text, zone)
            return
        going = self.begun
        if going is not None and going.owner is not None and going.zone is zone and _may_go_on(text):
            yield Stretch(text, zone, going.label, going.owner, going.tense, going.placing, goes_on=True)
            self.begun = going if _goes_on(text) else None
            return
        self.block, self.begun = Owner.UNKNOWN, None
        for clause in _CLAUSES.split(text):
            if clause.strip():
                yield Stretch(clause, zone)


def _is_label(text: str) -> bool:
    return is_bare(text) or is_identity(text) or is_placing(text) or of_label(text) is not None


def _may_go_on(line: str) -> bool:
    """Say whether a line may be more of an address: short, and no sentence."""
    return len(line) <= 80 and not says_more(line)


def _goes_on(value: str) -> bool:
    """Say whether an address may go on on the next line: not behind its postcode, nor where it is not known."""
    units = unit_matches(value)
    return not says_nothing(value) and not (units and units[-1][2] >= len(value.rstrip(" .,")))


def _stands_alone(text: str) -> bool:
    """Say whether a line is a printed label whose value is on the next line. A sentence is none."""
    return len(text) <= MAX_LABEL and (is_bare(text) or is_identity(text) or field_for(text, None) is not None)


def stretches(texts: Sequence[str]) -> Iterator[Stretch]:
    """Yield the stretches of the texts of a message, in order. Every text starts anew; lines that go on are joined."""
    for text in texts:
        reader = _Reader()
        held: Stretch | None = None
        for raw in text.split("\n")[:MAX_LINES]:
            for each in reader.line(raw[:MAX_LINE].rstrip("\r")):
                if each.goes_on and held is not None:
                    held = replace(held, text=f"{held.text}, {each.text}")
                    continue
                if held is not None:
                    yield held
                held = each
        if held is not None:
            yield held
