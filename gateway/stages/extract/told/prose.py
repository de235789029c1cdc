"""What prose says of a child: dates by the words before them, names by what stands beside them, a home, a number.

Every proposal is a stretch of the text. Where two stretches disagree, the first holds and stays a proposal for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    r"took (?:his|her|their) (?:own )?life|cardiac arrest|withdrawn|incident|found|arrest|officers were called|attended)"
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
    r"[Nn]otif\w+ (?:you )?that|[Ii]nform you that|tell you(?: that)?|(?:[Oo]ur|a) (?:patient|pupil|student|daughter|son|"
    r"grandson|granddaughter|nephew|niece|resident)|[Pp]upil of ours|"
    r"[Hh](?:is|er) (?:full )?name (?:was|is)|[Tt]heir (?:full )?name (?:was|is)|[Ff]ull name|[Nn]amed|[Cc]alled|"
    r"[Kk]nown as|report that|sixth formers|that|lost|received|of our \w+|[Cc]hild,?(?: who lived.{0,40}:)?|"
    r"[Dd]aughter|[Ss]on|girl|boy|[Pp]assenger|[Rr]e:?|ID from school pass:|year old|yo|yr old|concerning|[Bb]aby|"
    r"[Tt]he patient|[Pp]t|[Pp]atient|[Ss]tudent|[Pp]upil|[Ii]nfant)[,:]?\s{1,2}"
    rf"(?P<name>{_NAME})"
)
_AFTER_NAME = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?=\s?[,;(–-]{0,2}\s?(?:\(|\[)?(?:d\.?o\.?b|DOB|born|b\.|date of birth|D\.O\.B|DoB|Dob|aged?\s\d|\(?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|"
    r"\(?\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}|"
    r"\(?\d{1,2}\)?,? (?:years|yrs|months|weeks|days|died|was)|who died|has died|died|passed away|sadly (?:died|passed)|"
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
    r"Thank|Thanks|Good|Morning|Afternoon|Sir|Madam|Colleague|Colleagues|Great|North|South|East|West)\b"
)
_NAME_ALONE = re.compile(_NAME)
_BEGINS = re.compile(r"(?:dob|d\.o\.b|born|date of birth|died|dod|aged?)\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.I)
_NUMBER = re.compile(r"(?<![\d+])(?:\d{3}[ .-]?\d{3}[ .-]?\d{4})(?![\d])")
_LIVED = re.compile(
    r"\b(?:(?:[Tt]he (?:family |usual |home )?|[Hh](?:is|er) (?:usual |home |family )?|[Tt]heir (?:home |usual )?|"
    r"[Pp]t |[Uu]sual |[Ff]amily |[Hh]ome |[Nn]ormal |[Mm]um's |[Pp]arents' )"
    r"(?:home|address|residence)(?: address)?(?: on our system| on the pass| held)?(?: is| was|,|:)?"
    r"|[Ll]ive[sd]?(?: with .{0,40}?)? at|[Rr]esid(?:es|ed|ing)(?: at)?|[Rr]esident at|[Aa]ddress(?: is| was|:)?|"
    r"[Ff]amily (?:are )?(?:live|lived) at|[Ll]ived|[Ll]ives|[Ll]ate of|[Hh]ome:?|(?:,|\))\s?of|[Bb]oth of|[Ff]ound (?:dead )?at home at|"
    r"[Ff]amily of|[Ff]amily from|[Hh]ome)\s?[:,-]?\s{1,2}"
    r"(?=(?P<home>(?:(?:Flat|Apartment|Unit|Room|The|No\.?)\s)?(?:[0-9]{1,4}[A-Za-z]?[,]?\s)?[A-Z][^\n;|]{4,140}))"
)
_HOME_ENDS = re.compile(
    r"(?<=[A-Z0-9][A-Z0-9]\s[0-9][A-Z]{2})|(?<=[0-9][A-Z]{2})(?=[\s,.;)]|$)|[.;!?](?:\s|$)|\s(?:with|and|where|who|when|"
    r"on|by|from|to|but|since|has|had|was|is|which|after|before)\s|\s\(|\)|\s[-–]\s|,\s(?:on|who|where|and|with|aged|dob|DOB|"
    r"found|in|at|NHS|GP|mum|died|born|declared|a)\s"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}\b")


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One stretch: the field that it answers, and where it stands."""

    field: str
    value: str
    text: int
    start: int
    end: int


def said(lines: Sequence[Line]) -> Iterator[Said]:
    """Yield what the lines say of the child, in order, the sender's own and forwarded lines before quoted ones."""
    own = [line for line in lines if line.zone in (Zone.OWN, Zone.FORWARDED)]
    quoted = [line for line in lines if line.zone is Zone.QUOTED]
    for part in (own, quoted):
        before = ""
        for line, after in zip(part, [*(line.words for line in part[1:]), None], strict=False):
            yield from _dates(line, before)
            yield from _names(line)
            if after is not None and _NAME_ALONE.fullmatch(line.words) and _BEGINS.match(after):
                if not _NOT_NAMES.search(line.words):
                    yield _of(line, "full_name", 0, len(line.words))
            yield from _numbers(line)
            yield from _homes(line)
            before = line.words if len(line.words) < 60 else ""


def _of(line: Line, field: str, start: int, end: int) -> Said:
    return Said(field, line.words[start:end], line.text, line.start + start, line.start + end)


def _dates(line: Line, before: str) -> Iterator[Said]:
    at = 0
    for found in dates.find(line.words):
        gap = line.words[at : found.start]
        kind = _kind_of(gap)
        if not kind and not gap.strip(" :([-–.,") and at == 0:
            kind = _kind_of(before) if not any(dates.find(before)) else ""
        if not kind and re.search(rf"{_NAME}\s?[,(]{{0,2}}\s?$", gap):
            kind = "date_of_birth"
        if kind:
            yield _of(line, kind, found.start, found.end)
            if kind == "date_of_death":
                clock = re.match(
                    r"[\s,]{0,2}(?:at|@)?\s?((?:[01]?\d|2[0-3])[:.]?[0-5]\d)(?!\d)", line.words[found.end :]
                )
                if clock is not None:
                    yield _of(line, "time_of_death", found.end + clock.start(1), found.end + clock.end(1))
        at = found.end


def _kind_of(gap: str) -> str:
    """Return what the last word before a date says that it is the date of."""
    last = {
        name: max((found.end() for found in pattern.finditer(gap)), default=0)
        for name, pattern in (("date_of_birth", _BIRTH), ("date_of_death", _DEATH), ("", _OTHER))
    }
    best = max(last, key=lambda name: last[name])
    return best if last[best] and len(gap) - last[best] < 90 else ""


def _names(line: Line) -> Iterator[Said]:
    for pattern in (_AFTER_NAME, _BEFORE_NAME):
        for found in pattern.finditer(line.words):
            if not _NOT_NAMES.search(found["name"]):
                yield _of(line, "full_name", found.start("name"), found.end("name"))


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
