"""Screen one message for the general inbox: rebuilt whole, with contact details masked, or a card in its place.

Every doubt, limit and error is a card. The steps stand in order in :func:`_examined`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.content.message import Mail
from gateway.model.content.screening import EvidenceMark, Removed, ScreenContext, Screened, SenderClass, Topic
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import reasons
from gateway.stages.screen.excuse.allow import allowed_of, sender_words
from gateway.stages.screen.excuse.cues import FAMILY
from gateway.stages.screen.find.called import subject_is_somebody
from gateway.stages.screen.find.dated import is_only_a_date
from gateway.stages.screen.find.names import Allowed
from gateway.stages.screen.judge import classify
from gateway.stages.screen.judge.evidence import NOTHING_FOUND, REACH, Found, Item, collect
from gateway.stages.screen.judge.last_look import gate
from gateway.stages.screen.judge.lone import SURER, lone
from gateway.stages.screen.read.layout import closing_name, greeted, introduced
from gateway.stages.screen.read.lines import (
    EARLIER,
    SIGNATURE,
    STANDING,
    WRITING,
    Label,
    Line,
    count,
    has_postscript,
    label_lines,
    writing_only,
)
from gateway.stages.screen.read.source import Source, choose
from gateway.stages.screen.read.text import View, view
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.topics import topic
from gateway.stages.screen.write import card, mask
from gateway.stages.screen.write.signature import attested, who_writes

# What may stand in lines that are left out, by what they are. Anything else in them makes a card of the message.
_SIGNATURE_TEXT = "name phone email link postcode address initials reference email_hidden number"
_SIGNATURE_MAY_HOLD = frozenset(_SIGNATURE_TEXT.split())
_STANDING_TEXT = "date part_date letter_spaced person clinical death child"
_STANDING_MAY_HOLD = _SIGNATURE_MAY_HOLD | frozenset(_STANDING_TEXT.split())
_QUOTE_TEXT = (
    "name phone email link initials email_hidden date part_date person file_name address postcode letter_spaced"
)
_QUOTE_MAY_HOLD = frozenset(_QUOTE_TEXT.split())
_SPARE_LINES = re.compile(r"\n{3,}")


# Words of illness, death, a child: evidence, but of somebody only where the classifier does not say plainly that the
# message is routine (``Item.specific``). Everything else that is strong is a card whatever the classifier says.
MOST_SPECIFIC = 4  # of them in one message
MOST_MARKS = 0.3  # share of characters that are neither letters nor figures nor space
MOST_REPEATS = 12  # of a word, on average
FEWEST_WORDS_WITH_FORWARD = 10  # with fewer, what is forwarded is the message


_NEXT_WORD = re.compile(r"[ .]{0,3}(\w+)")


@dataclass(frozen=True, slots=True)
class _Task:
    """One message with all that is known beside it."""

    mail: Mail
    context: ScreenContext
    tables: ScreenTables
    sender: SenderClass = SenderClass.PUBLIC


@dataclass(frozen=True, slots=True)
class Read:
    """One message, read: what every later step looks at."""

    source: Source
    subject: View
    body: View
    lines: tuple[Line, ...]
    fresh: View  # the body with every line blanked that is not new writing: what is judged, and all that is shown
    allowed: Allowed
    own: frozenset[str]
    in_subject: Found
    in_fresh: Found
    in_left_out: Found


def screen(mail: Mail, context: ScreenContext, tables: ScreenTables) -> Screened:
    """Return exactly what the general inbox would get. Never raises, and never shows what it could not examine."""
    task = _Task(mail, context, tables)
    try:
        task = replace(task, sender=card.sender_class(mail, context, tables))
        source = choose(mail)
        if len(source.text) > tables.max_characters:
            return _card(task, source, None, ("too_long",))
        read = read_message(mail, source, context, tables)
        return _examined(task, read)
    except Exception:  # fail closed: whatever went wrong, a person looks at it
        return _card(task, None, None, ("screening_failed",))


def read_message(mail: Mail, source: Source, context: ScreenContext, tables: ScreenTables) -> Read:
    own = sender_words(mail, tables)
    subject, body = view(" ".join(mail.subject.reveal().split())), view(source.text)
    allowed = allowed_of(context.allowed)
    lines = label_lines(body.text, own | allowed.people, tables.lines)
    fresh = writing_only(body.text, lines)
    named = closing_name(fresh, own)
    if named:
        fresh = fresh[: named[0]] + "".join(char if char == "\n" else " " for char in fresh[named[0] :])
    left_out = "".join(
        char if char == "\n" or kept == " " else " " for char, kept in zip(body.text, fresh, strict=True)
    )
    shown = replace(body, text=fresh)
    return Read(
        source=source,
        subject=subject,
        body=body,
        lines=lines,
        fresh=shown,
        allowed=allowed,
        own=own,
        in_subject=collect(subject, tables, allowed),
        in_fresh=collect(shown, tables, allowed),
        in_left_out=collect(replace(body, text=left_out), tables, allowed) if left_out.strip() else NOTHING_FOUND,
    )


def _examined(task: _Task, read: Read) -> Screened:
    tables = task.tables
    codes = [*read.source.doubts, *_doubts(read)]
    evidence = evidence_of(read, tables)
    masked = own_details(read, tables)
    alone = [] if codes else _lone(read, evidence, tables)
    if alone:
        masked = [*(item for item in masked if not any(_overlap(item, one) for one in alone)), *alone]
    else:
        codes += () if _only_specific(evidence) else dict.fromkeys(kind for kind, _ in evidence)
    if len(masked) > mask.MAX_MASKS:
        codes.append("many_details")
    surer = SURER if alone else 0.0
    if not codes and not _reads_routine(read, masked, tables, specific=bool(evidence), surer=surer):
        codes += dict.fromkeys(kind for kind, _ in evidence) if evidence else ("not_routine",)
    if codes:
        return _card(task, read.source, read, tuple(codes))
    return _released(task, read, masked)


def _overlap(one: Item, other: Item) -> bool:
    return one.start < other.end and other.start < one.end


def _lone(read: Read, evidence: list[tuple[str, bool]], tables: ScreenTables) -> list[Item]:
    """Return the places of the one identifier in what is new, where there is no other evidence at all; else []."""
    if not evidence or _in_subject(read, tables):
        return []
    items = [item for item in read.in_fresh.items if item.strong and not _is_own(item, read.fresh, read, tables)]
    return lone(items, read.fresh.text, tables) if len(items) == len(evidence) else []


def _only_specific(evidence: list[tuple[str, bool]]) -> bool:
    return len(evidence) <= MOST_SPECIFIC and all(specific for _, specific in evidence)


def _doubts(read: Read) -> list[str]:
    codes = []
    if read.body.bidi or read.subject.bidi:
        codes.append("bidi")
    if read.body.other_script or read.subject.other_script:
        codes.append("other_script")
    fresh = read.fresh.text.split()
    forwarded = _is_forwarded(read) or read.subject.text.lower().startswith(("fw:", "fwd:"))
    if not fresh or (forwarded and len(fresh) < FEWEST_WORDS_WITH_FORWARD):
        codes.append("no_new_text")
    if has_postscript(read.lines):
        codes.append("postscript")
    if not _is_prose(read):
        codes.append("not_prose")
    return codes


def _is_prose(read: Read) -> bool:
    """Say whether it is writing at all: not marks for the most part, and not a few words over and over."""
    text = read.fresh.text.strip()
    marks = sum(not (char.isalnum() or char.isspace()) for char in text)
    words = read.in_fresh.words
    different = len({word.low for word in words})
    return marks <= MOST_MARKS * len(text) and different * MOST_REPEATS >= len(words)


def _is_forwarded(read: Read) -> bool:
    return any(line.label is Label.FORWARDED for line in read.lines)


def evidence_of(read: Read, tables: ScreenTables) -> list[tuple[str, bool]]:
    """Return the kind of every strong item that would be carried over or says something of a case.

    True beside it where it is a word that the classifier may weigh (``Item.specific``).
    """
    found = _in_subject(read, tables)
    found += [
        (item.kind, item.specific)
        for item in read.in_fresh.items
        if item.strong and not _is_own(item, read.fresh, read, tables)
    ]
    found += [(item.kind, item.specific) for item in read.in_left_out.items if item.strong and not _excused(item, read)]
    found += [("contact_of_family", False)] * _reaches_a_family(read)
    if any(_file_is_named(name, tables, read.allowed) for name in read.source.file_names):
        found.append(("file_name", False))
    return found


def _in_subject(read: Read, tables: ScreenTables) -> list[tuple[str, bool]]:
    general = read.in_fresh.general
    found = [
        (item.kind, item.specific)
        for item in read.in_subject.items
        if item.strong and not _is_own(item, read.subject, read, tables) and not (general and item.specific)
    ]
    return found + [("name", False)] * _subject_is_a_name(read, tables)


def _subject_is_a_name(read: Read, tables: ScreenTables) -> bool:
    """A subject that is nothing but a given name ("Re: Rose"), nothing but a number, or nothing but a day."""
    if is_only_a_date(read.subject.text) or subject_is_somebody(read.subject.text):
        return True
    words = [word for word in read.in_subject.words if word.low not in ("re", "fw", "fwd")]
    if not words:
        return any(char.isdigit() for char in read.subject.text)
    known = words[0].low in read.allowed.words or words[0].low in read.own
    return len(words) == 1 and words[0].capital and words[0].low in tables.given and not known


def _reaches_a_family(read: Read) -> bool:
    """Say whether somebody else's telephone number or address follows a family that is spoken of."""
    if any(own in read.fresh.text.lower() for own in ("my number", "my email", "my e-mail", "my mobile", "contact me")):
        return False
    for item in read.in_fresh.items:
        if item.kind in ("phone", "email"):
            before = read.subject.text + "\n" + read.fresh.text[max(0, item.start - REACH) : item.start]
            if FAMILY.search(before):
                return True
    return False


def _file_is_named(name: str, tables: ScreenTables, allowed: Allowed) -> bool:
    shown = view(name)
    return bool(shown.other_script) or any(item.kind == "file_name" for item in collect(shown, tables, allowed).items)


def _excused(item: Item, read: Read) -> bool:
    """Say whether an item stands in a line that is left out, and is no more than such lines have."""
    label = _label_at(item.start, read)
    if label in EARLIER:
        return item.kind in _QUOTE_MAY_HOLD and not _is_forwarded(read)
    if label in SIGNATURE and item.specific:
        return True  # "Child Abuse Investigation Team": what the unit is for
    return item.kind in (_STANDING_MAY_HOLD if label in STANDING else _SIGNATURE_MAY_HOLD)


def _label_at(place: int, read: Read) -> Label:
    return read.lines[max(0, bisect_right(read.lines, place, key=lambda line: line.start) - 1)].label


def _is_own(item: Item, shown: View, read: Read, tables: ScreenTables) -> bool:
    """The sender's own name, or who is addressed in the first line: masked, not a reason for a card."""
    if item.kind != "name":
        return item.kind == "initials" and _before_own_name(item, shown, read)
    word = shown.text[item.start : item.end].lower().removesuffix("'s")
    if word in read.own:
        return True
    said = (greeted(shown.text), introduced(shown.text)) if shown is read.fresh else ()
    return any(place is not None and place[0] <= item.start and item.end <= place[1] for place in said)


def _before_own_name(item: Item, shown: View, read: Read) -> bool:
    """Say whether initials are the sender's, before the own surname: "E. Marchbanks" of Edwina Marchbanks."""
    following = _NEXT_WORD.match(shown.text, item.end)
    if following is None or following[1].lower() not in read.own:
        return False
    others = read.own - {following[1].lower()}
    letter = shown.text[item.start].lower()
    return not others or any(word.startswith(letter) for word in others)


def own_details(read: Read, tables: ScreenTables) -> list[Item]:
    """Return the ways to reach the sender, and the own name, in what was written new: they become tokens."""
    found = []
    for item in read.in_fresh.items:
        if item.kind in ("phone", "email", "link"):
            found.append(item)
        elif item.kind in ("name", "initials") and _is_own(item, read.fresh, read, tables):
            found.append(replace(item, kind="own_name"))
    taken = {(item.start, item.end) for item in found}
    for word in read.in_fresh.words:
        if word.low in read.own and word.capital and (word.start, word.end) not in taken:
            found.append(Item("own_name", word.start, word.end, strong=False))
    return found


def _reads_routine(read: Read, masked: list[Item], tables: ScreenTables, *, specific: bool, surer: float) -> bool:
    weights = tables.weights
    if weights is None:
        return False
    text = read.fresh.text
    hidden = frozenset(text[item.start : item.end].lower() for item in masked)
    people, subject = read.allowed.people, read.subject.text
    judged = classify.stretches(text, read.in_fresh, people=people, end=len(text), masked=hidden)
    if classify.least_routine(judged, weights, specific=specific) < surer:
        return False
    if not subject.strip():
        return True
    headed = classify.headed(subject, read.in_subject, people=people, masked=hidden)
    return classify.least_routine([headed], weights, specific=specific) >= surer


def _released(task: _Task, read: Read, masked: list[Item]) -> Screened:
    context, tables, sender = task.context, task.tables, task.sender
    masks = mask.Masks(context.masks)
    proved = sender in (SenderClass.PARTNER, SenderClass.STAFF)
    own = attested(task.mail, read.own) if proved else frozenset()
    masked = [
        item for item in masked if item.kind != "own_name" or read.fresh.text[item.start : item.end].lower() not in own
    ]
    body = _carried(read.fresh, masked, masks)
    signed = [read.body.text[line.start : line.end] for line in read.lines if line.label is Label.WHO] if proved else []
    signed = who_writes(signed, own, context.allowed, tables)
    body = "\n\n".join(filter(None, (body, "\n".join(signed))))
    subject_masks = [item for item in read.in_subject.items if item.kind in ("phone", "email", "link")]
    subject_masks += [
        replace(item, kind="own_name") for item in read.in_subject.items if _is_own(item, read.subject, read, tables)
    ]
    subject = _carried(read.subject, subject_masks, masks)
    removed = _removed(read, masked, subject_masks, len(signed))
    given = [token for _, token in masks.pairs()]
    refused = gate(subject, body, context, tables, read.allowed, weighed=True, own=own, tokens=given)
    if refused:
        return _card(task, read.source, read, refused)
    text = card.rebuilt(context, tables.texts, tables.texts.senders[sender.value], body, removed)
    return Screened(
        outcome=ScreenOutcome.MASKED if masked or subject_masks else ScreenOutcome.PASS,
        subject=Confidential(subject or tables.texts.no_subject),
        text=Confidential(text),
        sender_class=sender,
        removed=removed,
        reasons=(Reason("routine", reasons.SENTENCES["routine"]),),
        findings=_findings(read),
        source=Confidential(read.source.text),
        source_subject=task.mail.subject,
        masks=masks.pairs(),
    )


def _carried(shown: View, items: list[Item], masks: mask.Masks) -> str:
    """Return the normalised text with details replaced by tokens, and a token that somebody typed told from ours."""
    text = mask.apply(shown.text, [(item.start, item.end, item) for item in items], masks)
    return _SPARE_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _removed(read: Read, masked: list[Item], subject_masks: list[Item], signed: int) -> tuple[Removed, ...]:
    """Count everything that is not carried over: whatever line is left out is said."""
    found = list(read.source.removed)
    cut = sum(line.label in WRITING and not read.fresh.text[line.start : line.end].strip() for line in read.lines)
    for kind, number in (
        ("quoted_text", count(read.lines, EARLIER)),
        ("signature", count(read.lines, SIGNATURE) + cut - signed),
        ("footer", count(read.lines, STANDING)),
    ):
        if number > 0:
            found.append(Removed(kind, "body", number))
    found += [Removed(kind, "body", count) for kind, count in sorted(Counter(item.kind for item in masked).items())]
    found += [Removed(kind, "subject", count) for kind, count in sorted(Counter(i.kind for i in subject_masks).items())]
    return tuple(found)


def _findings(read: Read) -> tuple[EvidenceMark, ...]:
    found = []
    for where, shown, items in (
        ("subject", read.subject, read.in_subject.items),
        ("body", read.body, read.in_fresh.items),
        ("body", read.body, read.in_left_out.items),
    ):
        for item in items:
            if item.end > item.start:
                start, end = shown.place(item.start, item.end)
                found.append(EvidenceMark(item.kind, where, start, end, item.strong))
    return tuple(sorted(set(found), key=lambda finding: (finding.where, finding.start, finding.end)))


def _card(task: _Task, source: Source | None, read: Read | None, codes: tuple[str, ...]) -> Screened:
    """Return the card. It must not fail: it uses nothing of the message but counts and a topic of the list."""
    attachments = source.attachments if source is not None else len(task.mail.parts)
    about = topic(read.subject.text + "\n" + read.body.text) if read is not None else Topic.OTHER
    subject, text = card.card(task.context, task.tables.texts, task.sender, about, attachments)
    counts: Counter[tuple[str, str]] = Counter()
    if read is not None:
        counts.update((item.kind, "subject") for item in read.in_subject.items if item.strong)
        counts.update((i.kind, "body") for i in (*read.in_fresh.items, *read.in_left_out.items) if i.strong)
    removed = (
        *(source.removed if source is not None else ()),
        *(Removed(k, w, n) for (k, w), n in sorted(counts.items())),
    )
    return Screened(
        outcome=ScreenOutcome.CARD,
        subject=Confidential(subject),
        text=Confidential(text),
        topic=about,
        sender_class=task.sender,
        removed=removed,
        reasons=tuple(Reason(code, reasons.sentence(code)) for code in codes),
        findings=_findings(read) if read is not None else (),
        source=Confidential(source.text) if source is not None else NOTHING,
        source_subject=task.mail.subject,
    )
