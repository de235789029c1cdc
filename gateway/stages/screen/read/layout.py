"""Cut a text into what is new, what is quoted, and the block of the sender's own details at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ATTRIBUTION = re.compile(
    r"^(?:on|ar|le|am|el)\s.{4,200}(?:wrote|ysgrifennodd|a écrit|schrieb)\s?:?\s*$"
    r"|^-{2,}\s?(?:original|forwarded) (?:message|appointment)\s?-{2,}|^begin forwarded message"
    r"|^_{10,}\s*$|^-{5,}\s?forwarded",
    re.IGNORECASE,
)
_SPLIT_ATTRIBUTION = re.compile(r"^on\s.{4,120}$", re.IGNORECASE)
_WROTE = re.compile(r"^.{0,120}\bwrote\s?:\s*$", re.IGNORECASE)
_HEADER = re.compile(r"^\*?(?:from|sent|to|cc|subject|date|oddi wrth)\s?:\*?\s?\S", re.IGNORECASE)
_FORWARD = re.compile(r"forward|fwd?:", re.IGNORECASE)
_CLOSING_WORDS = (
    r"(?:with )?(?:many |kind(?:est)? |best |warm(?:est)? |good )?(?:regards|wishes|thanks)|thank you(?: (?:so"
    r"|very) much)?"
    r"(?: in advance| for your (?:help|time|assistance))?|thanks(?: (?:again|very much|so much|a lot|in advance"
    r"|all|both))*"
    r"|yours(?: (?:sincerely|faithfully|truly|ever))?|sincerely|faithfully|cheers|all the best|best|bw|kr|br|ta"
    r"|many thanks(?: (?:in advance|again|and (?:kind|best) (?:regards|wishes)))?|diolch(?: yn fawr)?"
    r"|cofion(?: gorau)?"
    r"|(?:(?:with |lots of |much |big |all my )?love)|thank(?:s| you|ing you) (?:kindly|muchly|most kindly|all|both)"
    r"|thanking you(?: in advance)?|yours (?:in \w+|\w+ly)|with respect|see you (?:then|there|soon|all)|god bless"
    r"|grateful for (?:your|any) \w+|warmly|fondly|hugs|xx?x?"
    r"|(?:look(?:ing)? forward to (?:hearing from you|your reply|your response))|speak soon|take care|respectfully"
)
_CLOSING = re.compile(rf"^(?:{_CLOSING_WORDS})\s?[,.!]?$", re.IGNORECASE)
_PARTING = re.compile(  # a closing in words of one's own: "Yours crossly", "Grateful for your kindness"
    r"(?:yours|grateful|gratefully|kind|best|warm(?:est|ly)?|with|love|lots|thanks?|thanking|many|very|hope)\b.{0,40}$",
    re.IGNORECASE,
)
_ROLE_LINE = re.compile(  # "Practice manager, Cobbleside Federation", "Clerk to Nether Fosse Parish Council"
    r"(?:[A-Za-z][a-z\-]{1,20} ){0,3}(?i:manager|clerk|bursar|head|secretary|secretariat|team|office|officer|desk|unit"
    r"|coordinator|administrator|midwife|nurse|registrar|lead|chair|treasurer|librarian|editor|chaplain|control"
    r"|partnership|department|liaison|governance|communications|reception)"
    r"(?:, | - | to (?=[A-Z])|, for )[A-Z][^.?!:\d]{2,60}$"
)
_NAME_WORD = r"[A-Z](?:\.|[\w'\-]{0,20})"
_CLOSING_AND_NAME = re.compile(
    rf"(?:^|(?<=[.?!,] ))(?i:{_CLOSING_WORDS})\s?[,.!\-]?\s"
    rf"(?P<name>(?:the\s(?:[a-z]{{2,20}}\s){{0,3}})?{_NAME_WORD}(?:\s(?:[a-z]{{2,3}}\s)?{_NAME_WORD}){{0,4}}"
    rf"(?:,\s{_NAME_WORD}(?:\s(?:[a-z]{{2,3}}\s)?{_NAME_WORD}){{0,4}}){{0,2}})\.?(?:\sx{{1,3}})?$"
)
_LAST_PIECE = re.compile(  # "... Kindly mend it. Cllr D. Prewett, Monkton Parva"
    rf"(?<=[.?!] )(?:[A-Z][a-z]{{1,4}}\.? )?(?P<name>{_NAME_WORD}(?: {_NAME_WORD}){{1,3}})(?:, [^.?!:\d]{{2,50}})?$"
)
_GREETING = re.compile(
    r"\s*(?i:dear|hi|hello|hiya|hey|morning|afternoon|good (?:morning|afternoon|evening))\s(?:"
    r"(?P<alone>\S{1,40}(?: \S{1,40}){0,2})[ \t]*(?=\n|$)"
    r"|(?P<who>[A-Z][\w'.\-]{0,24}(?: (?:and|&|both|all|[A-Z][\w'.\-]{0,24})){0,2}),(?=\s))"
)
_INTRODUCED = re.compile(r"\b(?i:my name(?:'s| is))\s{1,2}(?P<name>[^\W\d_][\w'\-]{1,24}(?:\s[A-Z][\w'\-]{1,24}){0,2})")
FIRST_WORDS = 200  # characters in which somebody says who they are
_DELIMITER = re.compile(r"^(?:--|_{3,}|-{3,}|\*{3,}|={3,})$")
_FOOTER = re.compile(
    r"intended (?:only )?(?:for|recipient)|disclaimer|in error|consider the environment|computer virus"
    r"|registered (?:office|charity"
    r"|in england|number)|opinions expressed|legally privileged|monitored|^sent from (?:my|outlook)"
    r"|get outlook for|secure e-?mail service"
    r"|freedom of information act.{0,80}disclos|this (?:e-?mail|message) (?:is|may|and)|scanned by|follow us on"
    r"|working days?:",
    re.IGNORECASE,
)
_FORM_LINE = re.compile(  # "Family name: ..." is a form's; "Direct line: ..." is a signature's
    r"(?!(?:t|m|e|w|tel|telephone|phone|mob|mobile|cell|direct|ddi|ext|extension|fax|e-?mail|web|website|site|https?|teams"
    r"|twitter|linkedin|facebook|office|address|hours|opening hours|(?:my )?working (?:days|hours|pattern)|days"
    r"|pronouns|gmc|nmc|hcpc|pin|vat|company no|charity no|ref|our ref|po|order|ticket|job|p\.?s|n\.?b|on behalf of"
    r"|please note|switchboard|main line|secretary|pa|bleep|ffôn|symudol)\b[^:]{0,20}:)"
    r"[A-Za-z][^:]{1,40}:\s*\S",
    re.IGNORECASE,
)
_LIST_LINE = re.compile(r"(?:[\-*•]\s{0,2})?(?:[A-Z]{1,5}[\-/ ]?)?\d{2,4}[\-/]\d{2,}")  # "CD-25-017 / ..." is a case's
_SENTENCE_END = re.compile(r"[.?!]$")
MAX_SIGNATURE_LINES = 14


@dataclass(frozen=True, slots=True)
class TextLayout:
    """Three stretches of one text, as (start, end): ``fresh`` is what the sender wrote now."""

    fresh: tuple[int, int]
    signature: tuple[int, int]
    quoted: tuple[tuple[int, int], ...]
    forwarded: bool


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    end: int  # without the line end


def lay_out(text: str, sender_words: frozenset[str]) -> TextLayout:
    """Find the quoted part and the signature of a message. Linear."""
    lines = _lines(text)
    first_quoted, quoted = _quoted(lines)
    own = [line for line in lines[:first_quoted] if not line.text.startswith(">")]
    forwarded = any(_FORWARD.search(line.text) for line in lines[first_quoted : first_quoted + 2])
    cut = _signature_start(own, sender_words)
    fresh_end = own[cut - 1].end if cut else 0
    start = own[cut].start if cut < len(own) else fresh_end
    end = own[-1].end if own else 0
    return TextLayout((0, fresh_end), (max(start, fresh_end), max(end, fresh_end)), quoted, forwarded)


def _lines(text: str) -> list[_Line]:
    found, position = [], 0
    for line in text.split("\n"):
        found.append(_Line(line.strip(), position, position + len(line)))
        position += len(line) + 1
    return found


def _quoted(lines: list[_Line]) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Return the number of the line where what follows is all quoted, and every quoted stretch."""
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if _starts_quote(lines, number):
            spans.append((line.start, lines[-1].end))
            return number, tuple(spans)
        if line.text.startswith(">"):
            spans.append((line.start, line.end))
    return len(lines), tuple(spans)


def _starts_quote(lines: list[_Line], number: int) -> bool:
    text = lines[number].text
    following = [line.text for line in lines[number + 1 : number + 5]]
    return (
        is_attribution(text)
        or (is_header(text) and is_header_block(following))
        or is_split_attribution(text, following)
    )


def is_attribution(row: str) -> bool:
    """Say whether a line opens an earlier message: "On Friday Sam wrote:"."""
    return _ATTRIBUTION.match(row) is not None


def is_split_attribution(row: str, following: Sequence[str]) -> bool:
    """The same over two lines."""
    return bool(_SPLIT_ATTRIBUTION.match(row)) and bool(following) and bool(_WROTE.match(following[0]))


def is_header(row: str) -> bool:
    """Say whether a line is one of an earlier message's headers ("From: ...")."""
    return _HEADER.match(row) is not None


def is_header_block(following: Sequence[str]) -> bool:
    """Say whether enough of the lines that follow a header are headers too."""
    return sum(map(is_header, following)) >= 2


def is_forward(row: str) -> bool:
    """Say whether a line says that what follows is forwarded."""
    return _FORWARD.search(row) is not None


def is_closing(row: str) -> bool:
    """Say whether a line is a closing and no more: "Kind regards"."""
    return _CLOSING.match(row) is not None


def is_parting(row: str) -> bool:
    """Say whether a line begins as a closing in words of one's own does: "Love to ..."."""
    return _PARTING.match(row) is not None


def is_form_line(row: str) -> bool:
    """Say whether a line is one of a form or a list, and no contact detail: "Family name: ...", "CD-25-017 / ..."."""
    return bool(_FORM_LINE.match(row) or _LIST_LINE.match(row))


def is_footer(row: str) -> bool:
    """Say whether a line has the words of a disclaimer or a standing notice."""
    return _FOOTER.search(row) is not None


def _signature_start(lines: list[_Line], sender_words: frozenset[str]) -> int:
    """Return the number of the first line of the signature; ``len(lines)`` if there is none."""
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    end = _before_footers(lines, end)
    lowest = max(0, end - MAX_SIGNATURE_LINES)
    for number in range(end - 1, lowest - 1, -1):
        if _DELIMITER.match(lines[number].text) or _CLOSING.match(lines[number].text):
            if all(_is_detail(line.text) for line in lines[number + 1 : end]):
                return number + (0 if _DELIMITER.match(lines[number].text) else 1)
            break
    number = end
    while number > lowest and lines[number - 1].text:
        number -= 1
    block = lines[number:end]
    while block and not _is_detail(block[0].text):
        block = block[1:]
        number += 1
    if block and number and _is_name_line(block[0].text, sender_words) and all(_is_detail(line.text) for line in block):
        return number
    if number and len(block) == 1 and _ROLE_LINE.match(block[0].text):
        return number
    if len(block) > 1 and _PARTING.match(block[0].text) and _is_own_line(block[1].text, sender_words):
        return number + 1
    return end


def _is_own_line(line: str, sender_words: frozenset[str]) -> bool:
    """A line that begins with the sender's own name, with a title or initials before it."""
    words = [word.strip(".,()").lower() for word in line.split()]
    while words and (len(words[0]) == 1 or words[0] in ("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "rev", "cllr")):
        words = words[1:]
    return bool(words) and words[0] in sender_words and len(words) <= 12


def _before_footers(lines: list[_Line], end: int) -> int:
    """Step back over disclaimers, a paragraph at a time."""
    while True:
        start = end
        while start and lines[start - 1].text:
            start -= 1
        paragraph = " ".join(line.text for line in lines[start:end])
        if start == 0 or not paragraph or len(paragraph) > 3000 or not _FOOTER.search(paragraph):
            return end
        end = start
        while end and not lines[end - 1].text:
            end -= 1


def _is_detail(line: str) -> bool:
    """A line of a signature: short, not a sentence, not a question."""
    words = line.split()
    if not words:
        return True
    if _FOOTER.search(line):
        return True
    if _FORM_LINE.match(line) or _LIST_LINE.match(line):
        return False
    return len(words) <= 12 and not line.endswith("?") and not (_SENTENCE_END.search(line) and len(words) > 4)


def _is_name_line(line: str, sender_words: frozenset[str]) -> bool:
    words = [word.strip(".,()").lower() for word in line.split()]
    if any(piece in sender_words for word in words for piece in re.split(r"[\-']", word) if piece):
        return len(words) <= 12
    capitals = [word for word in line.replace("-", " ").split() if word[:1].isalpha()]
    return 1 <= len(capitals) <= 5 and all(
        word[0].isupper() or word in ("of", "and", "the", "for") for word in capitals
    )


def closing_name(text: str, sender_words: frozenset[str]) -> tuple[int, int] | None:
    """Return the place of the name in a last line like "Thanks, Sam" or "... different ones. Thanks, Sam"."""
    start = text.rstrip().rfind("\n") + 1
    line = text[start:].rstrip()
    found = _CLOSING_AND_NAME.search(line)
    if found:
        return start + found.start("name"), start + found.end("name")
    piece = _LAST_PIECE.search(line, max(0, len(line) - 100))
    if piece and piece["name"].split()[-1].lower() in sender_words:
        return start + piece.start(), start + piece.end()
    return None


def greeted(text: str) -> tuple[int, int] | None:
    """Return the place of who is greeted first: alone in the first line, or before a comma ("Hi Sam, I noticed")."""
    found = _GREETING.match(text)
    return found.span("alone" if found["who"] is None else "who") if found else None


def introduced(text: str) -> tuple[int, int] | None:
    """Return the place of the name by which the sender gives their own: "my name is alfie", "My name is Wu Lin"."""
    found = _INTRODUCED.search(text, 0, FIRST_WORDS)
    return found.span("name") if found else None
