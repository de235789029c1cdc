"""Everything in a text that counts against showing it. One pass of each detector, all of them linear."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from gateway.stages.screen.excuse import business
from gateway.stages.screen.excuse.cues import (
    ADULT,
    BIRTH,
    GENERIC,
    HE_OR_SHE,
    ILLNESS,
    PERSON,
    PROCESS,
    SOMEBODY_ELSE,
    STAFF_NOUN,
    TRADE,
    is_general,
)
from gateway.stages.screen.excuse.mentions import is_mention
from gateway.stages.screen.find import contacts, dates
from gateway.stages.screen.find.also_names import also_names
from gateway.stages.screen.find.called import called
from gateway.stages.screen.find.cases import cases
from gateway.stages.screen.find.childhood import somebodys, told_ages
from gateway.stages.screen.find.dated import is_day_of_a_file, is_of_a_file
from gateway.stages.screen.find.events import corrects, events
from gateway.stages.screen.find.names import Allowed, Token, initials, names, tokens
from gateway.stages.screen.find.places import homes, spaced_postcodes
from gateway.stages.screen.find.spelled import NHS_FIGURES, apart, like_figures, parts_of_one, spelled
from gateway.stages.screen.read.rejoin import BROKEN, rejoined, spaced_out
from gateway.stages.screen.read.sentences import Sentence, sentences
from gateway.stages.screen.read.text import View
from gateway.stages.screen.tables import Lexicon, ScreenTables


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence: its kind and its place in the normalised text."""

    kind: str
    start: int
    end: int
    strong: bool
    specific: bool = False  # for the classifier to weigh: strong only if no word near it speaks in general


_OF_BIRTH = re.compile(
    r"\b(?:born|dob|d\.o\.b\.?|died|birth|death|dod|baby of|child of)\W{0,3}(?:on|at)?\W{0,3}$", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+")
_BROKEN = re.compile(r"[.?!]\s+[A-Z]|\d%|[£$€]\d")  # "knocked 5% off" is not what was knocked off
_COMPOUND = re.compile(r"-(?!in-law)(?:hand|class|year|floor|sitters?|changing|led|friendly|proofing|grows?|tests?)\b")
_SPENT = re.compile(
    r"\b(?:grants?|spent|spend|payments?|payable|warranty|insurance"
    r"|membership)\b",
    re.IGNORECASE,
)  # what a date may be of besides PROCESS, which is told to the classifier
_BOOKED_DATE = re.compile(r"\n?\W{0,3}date\s?:\s?$", re.IGNORECASE)
_BOOKED_TIME = re.compile(r"\s{0,3}\n\s{0,3}(?:time|room|venue|location|start)\s?:", re.IGNORECASE)
MAX_ITEMS = 250  # of one detector; with so many a message is a card whatever else it has
SENTENCES_OF_ONE = 3  # before the one with "he" or "she", in which a trade may be named
REACH = 160  # characters on either side in which a word can say what a date is of


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence in one text, with what the classifier needs: its words and sentences."""

    items: tuple[Item, ...]
    words: tuple[Token, ...]
    sentences: tuple[Sentence, ...]
    general: bool  # at least one sentence speaks of deaths or illnesses in general


NOTHING_FOUND = Found((), (), (), general=False)


def collect(view: View, tables: ScreenTables, allowed: Allowed) -> Found:
    """Return every item of evidence in one text; of a text with very many, enough of them for a card."""
    text = view.text
    words = tokens(_without_links(text))
    parts = sentences(text)
    shouted, titled = _capitals(words)
    ours = sorted(business.spans(_without_links(text)))
    kinds: list[Iterator[Item]] = [
        _exact(text, allowed, tables, ours),
        _lexical(text, words, parts, tables),
        _person(text, parts, allowed, words),
        (item for item in _names(words, tables, allowed, shouted) if not _inside(item.start, ours)),
        (Item("initials", start, end, strong=True) for start, end in initials(text) if not _inside(start, ours)),
        (Item("letter_spaced", start, end, strong=True) for start, end in spaced_out(text)),
        _joined(view, tables, allowed),
    ]
    items: list[Item] = [Item("capitals", 0, 0, strong=False)] if shouted or titled else []
    for kind in kinds:
        found = list(islice(kind, MAX_ITEMS))
        items += found
        if len(found) == MAX_ITEMS:
            items.append(Item("too_many", 0, 0, strong=True))
            break
    general = any(is_general(text[part.start : part.end]) for part in parts[:MAX_ITEMS])
    return Found(tuple(items), tuple(words), tuple(parts), general)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    number = bisect_right(spans, (place, place + MAX_ITEMS)) - 1
    return number >= 0 and spans[number][0] <= place < spans[number][1]


def _names(words: list[Token], tables: ScreenTables, allowed: Allowed, shouted: bool) -> Iterator[Item]:
    """What may be a name. A rare word of illness in small letters ("ketoacidosis") is weighed as one of illness."""
    spelling = {word.start: word.text for word in words}
    for start, end, kind, strong in names(words, tables, allowed, capitals_mean_nothing=shouted):
        if kind == "name" and ILLNESS.search(spelling[start]):
            yield Item("clinical", start, end, strong=True, specific=True)
        else:
            yield Item(kind, start, end, strong)


def _capitals(words: list[Token]) -> tuple[bool, bool]:
    """Say whether the text is written in capitals, and whether every word begins with one."""
    letters = [word.text for word in words if len(word.text) > 1]
    shouted = sum(word.isupper() for word in letters) > 0.6 * len(letters)
    return shouted, sum(word[0].isupper() for word in letters) > 0.8 * len(letters) and len(letters) > 4


def _joined(view: View, tables: ScreenTables, allowed: Allowed) -> Iterator[Item]:
    """What shows only once broken words and spoken numbers are put together."""
    again = rejoined(view)
    if again is None:
        return
    words = tokens(again.text)
    found = chain(_exact(again.text, allowed, tables), _lexical(again.text, words, sentences(again.text), tables))
    for item in found:
        start, end = again.place(item.start, item.end)
        if item.kind == "phone" and any(char.isalpha() for char in view.text[start:end]):
            yield Item("number", start, end, strong=True)  # in words: it cannot be masked
        else:
            yield Item(item.kind, start, end, item.strong, item.specific)
    for first, last, kind, strong in names(words, tables, allowed, capitals_mean_nothing=False):
        start, end = again.place(first, last)
        if BROKEN.search(view.text, start, end) and not _is_compound(
            again.text[first:last], view.text[start:end], tables
        ):
            yield Item(kind, start, end, strong)


def _is_compound(joined: str, broken: str, tables: ScreenTables) -> bool:
    """A word that has a hyphen of its own ("well-known") and was broken there: small letters, and no name's."""
    pieces = [piece.strip().lower() for piece in broken.split("-")]
    return (
        joined[1:].islower()
        and joined.lower() not in tables.always_names
        and all(piece in tables.words and piece not in tables.given for piece in pieces)
        and joined[0].islower()
    )


def _without_links(text: str) -> str:
    """Blank what is masked or allowed as a whole: the pieces of an address or a link are no words."""
    return _blank(text, [*contacts.links(text), *contacts.emails(text)])


def _blank(text: str, spans: list[tuple[int, int]], fill: str = " ") -> str:
    if not spans:
        return text
    letters = list(text)
    for start, end in spans:
        letters[start:end] = fill * (end - start)
    return "".join(letters)


def _exact(
    text: str, allowed: Allowed, tables: ScreenTables, ours: list[tuple[int, int]] | None = None
) -> Iterator[Item]:
    """What has a form: numbers, dates, postcodes, addresses. What one detector took, the next does not see.

    ``ours``: figures that are plainly of business; None: they are looked for here.
    """
    links = list(contacts.links(text))
    yield from (Item("link", start, end, strong=False) for start, end in links)
    rest = _blank(text, links)
    mails = list(contacts.emails(rest))
    for start, end in mails:
        if not _is_public(rest[start:end], allowed, tables):
            yield Item("email", start, end, strong=False)
    rest = _blank(rest, mails)
    yield from (Item("email_hidden", start, end, strong=True) for start, end in contacts.hidden_emails(rest))
    yield from (
        Item("file_name", start, end, strong=True)
        for start, end in contacts.files(rest)
        if _named(rest[start:end], tables, allowed)
    )
    yield from (Item("address", start, end, strong=True) for start, end in contacts.coordinates(rest))
    yield from (Item("nhs_number", start, end, strong=True) for start, end in contacts.groups_in_words(rest))
    ours = list(business.spans(rest)) if ours is None else ours
    for start, end in cases(_blank(rest, ours)):
        yield Item("reference", start, end, strong=not contacts.commercial(rest, start))
    rest = _blank(rest, [*contacts.benign(rest), *ours])
    yield from _ten_digits(rest)
    yield from _spelled(rest)
    yield from _told(rest, tables)
    yield from _numbers(rest, allowed)


def _ten_digits(text: str) -> Iterator[Item]:
    """Ten digits in any grouping, before a piece of them is taken for a day: but not dates one after the other."""
    full = list(dates.full_dates(text))
    without = _blank(text, list(dates.part_dates(text)))
    for start, end, digits in contacts.digit_runs(text):
        in_dates = any(first < end and start < last for first, last in full)
        beside_days = any(char.isdigit() for char in without[start:end])
        if len(digits) == 10 and beside_days and not in_dates and not contacts.is_telephone(text[start:end], digits):
            yield Item("nhs_number", start, end, strong=True)


def _spelled(text: str) -> Iterator[Item]:
    """Long numbers that words or letters are part of, or stand between."""
    rest = _blank(text, list(dates.full_dates(text)), "#")
    for start, end, figures in chain(spelled(rest), like_figures(rest)):
        yield Item("nhs_number" if figures == NHS_FIGURES else "number", start, end, strong=True)
    yield from (Item("nhs_number", start, end, strong=True) for start, end in apart(rest))
    yield from (Item("number", start, end, strong=True) for start, end in parts_of_one(rest))


def _told(text: str, tables: ScreenTables) -> Iterator[Item]:
    """A place, an age and a name that are told in ordinary words."""
    words = frozenset(_WORD.findall(text.lower()))
    found = (
        ("address", homes(text, words)),
        ("postcode", spaced_postcodes(text)),
        ("age", told_ages(text, words)),
        ("child", somebodys(text, words)),
        ("name", called(text, words, tables.family)),
        ("name", also_names(text)),
        ("circumstance", events(text)),
    )
    for kind, places in found:
        yield from (Item(kind, start, end, strong=True) for start, end in places)


def _is_public(address: str, allowed: Allowed, tables: ScreenTables) -> bool:
    local, _, domain = address.lower().replace(" ", "").rpartition("@")
    if any(domain == known or domain.endswith("." + known) for known in allowed.domains):
        return True
    return local in tables.offices


def _named(file_name: str, tables: ScreenTables, allowed: Allowed) -> bool:
    """A file name is evidence unless every word of it is ordinary and it bears no long number."""
    stem = file_name.rpartition(".")[0].replace("_", " ").replace("-", " ")
    if sum(char.isdigit() for char in stem) > 4:
        return True
    found = tokens(stem)
    strong = any(tables.strong.words.get(word.low) or tables.specific.words.get(word.low) for word in found)
    return strong or any(
        word.low not in tables.words and word.low not in tables.vocabulary and word.low not in allowed.words
        for word in found
    )


def _numbers(text: str, allowed: Allowed) -> Iterator[Item]:
    for start, end in dates.ages(text):
        limit = ADULT.search(text, start, end) is not None and is_general(_line_around(text, start, end))
        yield Item("age", start, end, strong=not limit and not business.is_nobodys_age(text, start, end))
    full = list(dates.full_dates(text))
    yield from (Item("date", start, end, _date_is_strong(text, start, end)) for start, end in full)
    rest = _blank(text, full, "#")
    part = list(dates.part_dates(rest))
    yield from (Item("part_date", start, end, _birth_near(text, start, end)) for start, end in part)
    yield from (Item("day", start, end, is_day_of_a_file(text, start, end)) for start, end in dates.named_days(rest))
    rest = _blank(rest, part, "#")
    for start, end in contacts.postcodes(rest):
        yield Item("postcode", start, end, strong=True)
    yield from (Item("address", start, end, strong=True) for start, end in contacts.addresses(rest))
    yield from (Item("reference", start, end, strong=True) for start, end in contacts.labelled(rest))
    for start, end, digits in contacts.digit_runs(rest):
        yield from _digits(rest, start, end, digits, allowed)
    for detector in (contacts.slashed, contacts.codes, contacts.part_postcodes):
        for start, end in detector(rest):
            yield Item("reference", start, end, strong=not contacts.commercial(rest, start))


def _digits(text: str, start: int, end: int, digits: str, allowed: Allowed) -> Iterator[Item]:
    if contacts.is_telephone(text[start:end], digits):
        national = "0" + digits[2:].lstrip("0") if digits.startswith("44") else digits
        known = national in allowed.phones or digits in allowed.phones
        if not known and not contacts.of_an_office(text, start, national):
            yield Item("phone", start, end, strong=False)
        return
    if len(digits) == 10:
        yield Item("nhs_number", start, end, strong=True)
    else:
        joined = start > 0 and (text[start - 1].isalpha() or text[start - 1] in "-/")
        yield Item(
            "number", start, end, strong=not contacts.commercial(text, start) or (len(digits) == 9 and not joined)
        )


def _line_around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - REACH), end + REACH
    opening = max(text.rfind("\n", first, start), text.rfind(". ", first, start), first)
    closing = min(
        (place for place in (text.find("\n", end, last), text.find(". ", end, last), last) if place >= 0), default=end
    )
    return text[max(0, opening) : closing]


def _date_is_strong(text: str, start: int, end: int) -> bool:
    if _OF_BIRTH.search(text, max(0, start - 24), start) or is_of_a_file(text, start, end):
        return True
    if _BOOKED_DATE.search(text, max(0, start - 12), start) and _BOOKED_TIME.match(text, end):
        return False
    around = _line_around(text, start, end)
    return bool(BIRTH.search(around) or PERSON.search(around)) or not (PROCESS.search(around) or _SPENT.search(around))


def _birth_near(text: str, start: int, end: int) -> bool:
    if _OF_BIRTH.search(text, max(0, start - 24), start) or is_of_a_file(text, start, end):
        return True
    if _BOOKED_DATE.search(text, max(0, start - 12), start) and _BOOKED_TIME.match(text, end):
        return False
    around = _line_around(text, start, end)
    return bool(BIRTH.search(around)) and not GENERIC.search(around)


def _lexical(text: str, words: list[Token], parts: list[Sentence], tables: ScreenTables) -> Iterator[Item]:
    for kind, start, end in _look_up(text, words, tables.strong):
        sentence = _sentence_of(text, parts, start)
        yield Item(kind, start, end, strong=True, specific=is_mention(text, start, end, sentence))
    general = [(part.start, part.end) for part in parts if is_general(text[part.start : part.end])]
    for kind, start, end in _look_up(text, words, tables.specific):
        place = bisect_right(general, (start, len(text))) - 1
        inside = place >= 0 and general[place][0] <= start < general[place][1]
        corrected = corrects(_sentence_of(text, parts, start))
        yield Item(kind, start, end, strong=corrected or not inside, specific=not corrected)


def _sentence_of(text: str, parts: list[Sentence], place: int) -> str:
    number = bisect_right(parts, place, key=lambda part: part.start) - 1
    return text[parts[number].start : parts[number].end][: 4 * REACH] if number >= 0 else ""


def _look_up(text: str, words: list[Token], lexicon: Lexicon) -> Iterator[tuple[str, int, int]]:
    for number, word in enumerate(words):
        spelling = word.text.lower()
        kind = lexicon.words.get(word.low) or lexicon.words.get(spelling)
        if kind:
            yield kind, word.start, word.end
        for rest, phrase_kind in lexicon.phrases.get(spelling, ()) or lexicon.phrases.get(word.low, ()):
            following = words[number + 1 : number + 1 + len(rest)]
            if len(following) == len(rest) and all(
                token.low == piece or token.text.lower() == piece for token, piece in zip(following, rest, strict=True)
            ):
                end = following[-1].end if following else word.end
                if not _BROKEN.search(text, word.start, end) and not _COMPOUND.match(text, end):
                    yield phrase_kind, word.start, end


def _of_one_at_work(text: str, start: int, end: int) -> bool:
    """Say whether somebody is spoken of by a trade, and nobody who may be of a family or a patient."""
    first = max(start, end - 4 * REACH)
    return bool(TRADE.search(text, first, end)) and not SOMEBODY_ELSE.search(text, first, end)


def _person(text: str, parts: list[Sentence], allowed: Allowed, words: list[Token]) -> Iterator[Item]:
    """He or she is somebody: evidence, unless one of the staff or a colleague was spoken of just before."""
    cleared = HE_OR_SHE.sub(lambda match: " " * len(match.group()), text)
    staff = [word.start for word in words if word.low in allowed.people]
    for number, part in enumerate(parts):
        previous = parts[max(0, number - 1)].start
        known = bool(STAFF_NOUN.search(text, previous, part.end))
        known = known or bisect_left(staff, part.end) > bisect_left(staff, previous)
        known = known or _of_one_at_work(text, part.start, part.end)
        known = known or _of_one_at_work(text, parts[max(0, number - SENTENCES_OF_ONE)].start, part.end)
        for match in PERSON.finditer(cleared, part.start, part.end):
            yield Item("person", match.start(), match.end(), strong=not known)
