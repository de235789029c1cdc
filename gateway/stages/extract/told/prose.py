"""What prose says of a child: dates by the words before them, names by what stands beside them, a home, a number.

Every proposal is a stretch of the text. Where two stretches disagree, the first holds, and a person sees both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.stages.extract import dates
from gateway.stages.extract.told.zones import Line, Zone

_BIRTH = re.compile(
    r"\b(?:dob|d\.o\.b\.?|d o b|born(?: on)?|date of birth|birthday|birth date|birth|b\.|delivered|ganwyd|"
    r"stated dob)(?=\W|$)",
    re.I,
)
_DEATH = re.compile(
    r"\b(?:dod|d\.o\.d\.?|died|dies|death|date of death|rip|passed away|passed|pronounced|declared|deceased|d\.|dead|"
    r"killed|tod|rle|role|life extinct|extinct|slipped away|drowned|drowning|fatal|fatality|fatally|collision|lost|"
    r"collapsed|resuscitation was stopped|farw|perished|succumbed|verified|taken (?:his|her|their) (?:own )?life|"
    r"took (?:his|her|their) (?:own )?life|cardiac arrest|withdrawn|incident|found|arrest|officers "
    r"were called|attended)"
    r"(?=\W|$)",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:sent|admitted|admission|discharged|registered|transferred|readmitted|referred|seen|booked|arrived|meeting|"
    r"review|notified|order|placed|moved|since|from|until|received|dated|reported|appointment|vaccin\w+|funeral|"
    r"post.?mortem|pm|inquest|diagnosed|adoption|report|form|subject|expires|updated|scan|opened|issued|printed)"
    r"(?=\W|$)",
    re.I,
)
_NAME = (
    r"(?:(?:Master|Miss|Mr|Ms)\s)?"
    r"(?:[A-Z][\w'’.-]{1,30}|[A-Z]['’][A-Z][\w-]{1,20}|[A-Z]{2,30})"
    r"(?:\s(?:(?:de|van|der|von|el|al|bin|bint|ap|o|da|dos|la|le|ul|ur)\s)?"
    r"(?:[A-Z][\w'’-]{1,40}|[A-Z]['’]?[A-Z'’-]{1,40})){1,3}"
)
_BEFORE_NAME = re.compile(
    r"(?:death of(?: the)?(?: above named)?(?: child)?(?: \w{3,12} old)?(?: baby| infant| child| boy| girl| pupil)?|"
    r"[Nn]otif\w+ (?:you )?that|[Ii]nform you that|tell you(?: that)?|(?:[Oo]ur|a) (?:patient|pupil|"
    r"student|daughter|son|"
    r"grandson|granddaughter|nephew|niece|resident)|[Pp]upil of ours|"
    r"[Hh](?:is|er) (?:full )?name (?:was|is)|[Tt]heir (?:full )?name (?:was|is)|[Ff]ull name|[Nn]amed|[Cc]alled|"
    r"[Kk]nown as|report that|sixth formers|that|lost|received|of our \w+|[Cc]hild,?(?: who lived.{0,40}:)?|"
    r"[Dd]aughter|[Ss]on|girl|boy|[Pp]assenger|[Rr]e:?|ID from school pass:|year old|yo|yr old|concerning|[Bb]aby|"
    r"[Tt]he patient|[Nn]ame|[Dd]eceased|(?:month|week|day)s?.old|bu farw|[Pp]t|[Pp]atient|"
    r"[Ss]tudent|[Pp]upil|[Ii]nfant)[,:]?\s{1,2}"
    rf"(?P<name>{_NAME})"
)
_AFTER_NAME = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?=\s?[,;(–-]{0,2}\s?(?:\(|\[)?(?:d\.?o\.?b|DOB|born|b\.|date of birth|D\.O\.B|DoB|Dob|"
    r"aged?\s\d|ganwyd|d\.\s|\(?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|"
    r"\(?\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec) \d{2,4}|\d{1,2},\s|"
    r"who (?:came|attended|had|lived|was|is|sadly)|has (?:sadly )?|brought in|is deceased|sadly|"
    r"\(?\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}|"
    r"\(?\d{1,2}\)?,? (?:years|yrs|months|weeks|days|died|was)|who died|has died|died|passed away|"
    r"sadly (?:died|passed)|"
    r"was (?:found|pronounced|killed|declared|taken|brought|struck)|RIP|deceased|collapsed|drowned|NHS))"
)
_NOT_NAMES = re.compile(
    r"\b(?:Hospital|Infirmary|School|Primary|Academy|Ward|Unit|Road|Street|Lane|Close|Police|Council|Court|Team|Dear|CDOP|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|"
    r"September|October|November|December|Sister|Dr|PC|DC|DS|DI|Mr|Mrs|Ms|Nurse|Consultant|Children|Form|Notification|"
    r"Death|Child|The|This|Coroner|Registrar|Accident|Emergency|NHS|DOB|DOD|Care|Service|Trust|Centre|Officer|Please|"
    r"Sudden|Family|Home|Hospice|Date|Kind|Regards|Safeguarding|General|Royal|Station|Died|Born|Parents|Mother|Father|"
    r"University|University's|County|Surgery|Practice|Baby's|Name|Both|Sadly|He|She|They|His|Her|If|In|At|On|My|Our|We|"
    r"Reg|Part|Section|Act|Ref|ED|GP|ICU|PICU|NICU|HM|JAR|SUDI|RTC|Op|Reference|Unfortunately|Following|Just|Hello|Hi|"
    r"Paed|Paeds|ROLE|RLE|SUDIC|SUDC|Pt|Patient|Subject|T1|T2|Twin|Entry|FW|RE|Deceased|RIP|Infant|Boy|Girl|Re|"
    r"Thank|Thanks|Good|Morning|Afternoon|Sir|Madam|Colleague|Colleagues|Great|North|South|East|West)\b"
)
_COMMA_NAME = re.compile(r"(?P<name>\b[A-Z][A-Z'’-]{1,30},\s[A-Z][a-z'’-]{1,30}(?:\s[A-Z][a-z'’-]{1,30})?)\b")
_FIRST_WORD = re.compile(r"([\w'’.-]{1,40})\s{1,2}")
_NAME_BEFORE = re.compile(rf"(?P<name>{_NAME}|[A-Z][A-Z'’-]{{1,30}},\s[A-Z][a-z'’-]{{1,30}})\s?[,(/|]{{0,2}}\s?$")
_NAME_ALONE = re.compile(_NAME)
_BEGINS = re.compile(r"(?:dob|d\.o\.b|born|date of birth|died|dod|aged?)\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.I)
_NUMBER = re.compile(r"(?<![\d+])(?:\d{3}[ .-]?\d{3}[ .-]?\d{4})(?![\d])")
_LIVED = re.compile(
    r"\b(?:(?:[Tt]he (?:family |usual |home )?|[Hh](?:is|er) (?:usual |home |family )?|[Tt]heir (?:home |usual )?|"
    r"[Pp]t |[Uu]sual |[Ff]amily |[Hh]ome |[Nn]ormal |[Mm]um's |[Pp]arents' )"
    r"(?:home|address|residence)(?: address)?(?: on our system| on the pass| held)?(?: is| was|,|:)?"
    r"|PLE|[Uu]sual [Aa]ddress|[Aa]ddr|[Hh]ome [Aa]ddress|[Pp]t home addr|[Rr]esidence(?= [0-9])|"
    r"[Ll]ive[sd]?(?: with .{0,40}?)? at|[Rr]esid(?:es|ed|ing)(?: at)?|[Rr]esident at|[Aa]ddress(?: is| was|:)?|"
    r"[Ff]amily (?:are )?(?:live|lived) at|[Ll]ived|[Ll]ives|[Ll]ate of|[Hh]ome:?|(?:,|\))\s?of|"
    r"[Bb]oth of|[Ff]ound (?:dead )?at home at|"
    r"[Ff]amily of|[Ff]amily from|[Hh]ome)\s?[:,-]?\s{1,2}"
    r"(?=(?P<home>(?:(?:Flat|Apartment|Unit|Room|The|No\.?)\s)?(?:[0-9]{1,4}[A-Za-z]?[,]?\s)?[A-Z][^\n;|]{4,140}))"
)
_HOME_ENDS = re.compile(
    r"(?<=[A-Z0-9][A-Z0-9]\s[0-9][A-Z]{2})|(?<=[0-9][A-Z]{2})(?=[\s,.;)]|$)|[.;!?](?:\s|$)|\s(?:with|and|where|who|when|"
    r"on|by|from|to|but|since|has|had|was|is|which|after|before)\s|\s\(|\)|\s[-–]\s|,\s(?:on|who|where|and|with|aged|dob|DOB|"
    r"found|in|at|NHS|GP|mum|died|born|declared|a)\s"
)
_WORD = r"[A-Z][a-z'’][\w'’-]{0,25}"
_ADDRESS = re.compile(
    rf"(?<![\w/])(?:(?:Flat|Apartment|Unit|Room) \w{{1,4}},? "
    rf")?[0-9]{{1,4}}[A-Za-z]?,?\s{_WORD}(?:\s{_WORD}){{0,3}},?\s{_WORD}"
    rf"(?:,?\s{_WORD}){{0,4}}(?:,?\s[A-Z]{{1,2}}[0-9][A-Z0-9]?\s?[0-9][A-Z]{{2}})?"
)
_NOT_HOMES = re.compile(
    r"\b(?:hospital|infirmary|school|surgery|practice|council|trust|cdop|office|mortuary|gp|nursery|"
    r"registered|suite|house,? \w+ road)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}\b")


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One stretch: the field that it answers, and where it stands. Not sure: nothing says that it is the child's."""

    field: str
    value: str
    text: int
    start: int
    end: int
    is_sure: bool = True


def said(lines: Sequence[Line]) -> Iterator[Said]:
    """Yield what the lines say of the child, in order, the sender's own and forwarded lines before quoted ones."""
    own = [line for line in lines if line.zone in (Zone.OWN, Zone.FORWARDED)]
    quoted = [line for line in lines if line.zone is Zone.QUOTED]
    for part in (own, quoted):
        before, weak = "", list[Said]()
        for line, after in zip(part, [*(line.words for line in part[1:]), None], strict=False):
            found = list(_dates(line, before))
            weak.extend(one for one in found if not one.is_sure)
            yield from (one for one in found if one.is_sure)
            yield from _names(line)
            alone = _NAME_ALONE.fullmatch(line.words) is not None and not _NOT_NAMES.search(line.words)
            if alone and after is not None and _BEGINS.match(after):
                yield _of(line, "full_name", 0, len(line.words))
            yield from _numbers(line)
            yield from _homes(line)
            weak.extend(_addresses(line))
            before = line.words if len(line.words) < 60 else ""
        yield from _two_dates(part)
        yield from weak


def _two_dates(part: Sequence[Line]) -> Iterator[Said]:
    """Yield birth and death of "DOE, Jo | F | 1/2/2020 | 3/4/2026": a name, then two dates in order."""
    for line in part:
        found = list(dates.find(line.words))
        name = next(_names(line), None)
        if name is None or len(found) != 2 or found[0].start < name.start - line.start:
            continue
        first, second = (one.date.whole() for one in found)
        if first is not None and second is not None and first <= second and not _kind_of(line.words[: found[0].start]):
            yield _of(line, "date_of_birth", found[0].start, found[0].end)
            yield _of(line, "date_of_death", found[1].start, found[1].end)


def _addresses(line: Line) -> Iterator[Said]:
    """Yield what looks like an address, whosever it is: a number, a street, a town."""
    for found in _ADDRESS.finditer(line.words):
        if _NOT_HOMES.search(line.words[max(0, found.start() - 45) : found.end()]):
            continue
        yield replace(_of(line, "home_address", found.start(), found.end()), is_sure=False)


def _of(line: Line, field: str, start: int, end: int) -> Said:
    return Said(field, line.words[start:end], line.text, line.start + start, line.start + end)


def _dates(line: Line, before: str) -> Iterator[Said]:
    at = 0
    for found in dates.find(line.words):
        gap = line.words[at : found.start]
        kind = "date_of_birth" if _behind_a_name(gap) else _kind_of(gap)
        if not kind and re.search(r"\bon\s$", gap) and not _OTHER.search(gap):
            yield replace(_of(line, "date_of_death", found.start, found.end), is_sure=False)
        if not kind and not gap.strip(" :([-–.,") and at == 0:
            kind = _kind_of(before) if not any(dates.find(before)) else ""
        if kind:
            yield _of(line, kind, found.start, found.end)
            if kind == "date_of_death":
                clock = re.match(
                    r"[\s,]{0,2}(?:at|@)?\s?((?:[01]?\d|2[0-3])[:.]?[0-5]\d)(?!\d)", line.words[found.end :]
                )
                if clock is not None:
                    yield _of(line, "time_of_death", found.end + clock.start(1), found.end + clock.end(1))
        at = found.end


def _behind_a_name(gap: str) -> bool:
    found = _NAME_BEFORE.search(gap[-100:])
    if found is None or not _bare_name(found["name"])[0]:
        return False
    return gap.rstrip().endswith(("(", ",", "/", "|")) or not _DEATH.search(gap)


def _bare_name(text: str) -> tuple[str, int]:
    """Return a name without the words before it that are none, and how many characters those take; or ""."""
    at = 0
    while (word := _FIRST_WORD.match(text, at)) is not None and _NOT_NAMES.fullmatch(word[1]):
        at = word.end()
    name = text[at:]
    good = len(name.replace(",", " ").split()) >= 2 and not _NOT_NAMES.search(name)
    return (name if good else ""), at


def _kind_of(gap: str) -> str:
    """Return what the last word before a date says of it, or ""."""
    last = {
        name: max((found.end() for found in pattern.finditer(gap)), default=0)
        for name, pattern in (("date_of_birth", _BIRTH), ("date_of_death", _DEATH), ("", _OTHER))
    }
    best = max(last, key=lambda name: last[name])
    return best if last[best] and len(gap) - last[best] < 90 else ""


def _names(line: Line) -> Iterator[Said]:
    for pattern in (_AFTER_NAME, _BEFORE_NAME, _COMMA_NAME):
        for found in pattern.finditer(line.words):
            name, at = _bare_name(found["name"])
            if name:
                yield _of(line, "full_name", found.start("name") + at, found.end("name"))


def _numbers(line: Line) -> Iterator[Said]:
    for found in _NUMBER.finditer(line.words):
        before = line.words[max(0, found.start() - 40) : found.start()].casefold()
        digits = re.sub(r"\D", "", found[0])
        spaced = re.fullmatch(r"\d{3}[ .-]\d{3}[ .-]\d{4}", found[0]) is not None
        if digits[0] == "0" or re.search(r"\b(?:mother|mum|maternal|tel|mob|phone|fax)", before):
            continue
        if spaced or "nhs" in before:
            yield _of(line, "nhs_number", found.start(), found.end())


def _homes(line: Line) -> Iterator[Said]:
    for found in _LIVED.finditer(line.words):
        home = found["home"]
        end = next((stop.start() for stop in _HOME_ENDS.finditer(home) if stop.start() > 6), len(home))
        home = home[:end].rstrip(" ,.;")
        if not (re.search(r"\d", home) or "," in home):
            continue
        yield _of(line, "home_address", found.start("home"), found.start("home") + len(home))
