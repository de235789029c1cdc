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
from gateway.stages.screen.judge.evidence import REACH, Found, Item, collect
from gateway.stages.screen.judge.last_look import gate
from gateway.stages.screen.read.layout import TextLayout, closing_name, greeted, introduced, lay_out
from gateway.stages.screen.read.source import Source, choose
from gateway.stages.screen.read.text import View, view
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.topics import topic
from gateway.stages.screen.write import card, mask

_SIGNATURE_MAY_HOLD = frozenset(
    (
        "name",
        "phone",
        "email",
        "link",
        "postcode",
        "address",
        "initials",
        "reference",
        "file_name",
        "email_hidden",
        "number",
    )
)
_QUOTE_MAY_HOLD = frozenset(
    (
        "name",
        "phone",
        "email",
        "link",
        "initials",
        "email_hidden",
        "date",
        "part_date",
        "person",
        "file_name",
        "address",
        "postcode",
        "letter_spaced",
    )
)


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
    layout: TextLayout
    fresh_end: int
    allowed: Allowed
    own: frozenset[str]
    in_subject: Found
    in_body: Found


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
    layout = lay_out(body.text, own | allowed.people)
    fresh_end = layout.fresh[1]
    named = closing_name(body.text[:fresh_end], own)
    return Read(
        source=source,
        subject=subject,
        body=body,
        layout=layout,
        fresh_end=named[0] if named else fresh_end,
        allowed=allowed,
        own=own,
        in_subject=collect(subject, tables, allowed),
        in_body=collect(body, tables, allowed),
    )


def _examined(task: _Task, read: Read) -> Screened:
    tables = task.tables
    codes = [*read.source.doubts, *_doubts(read)]
    evidence = evidence_of(read, tables)
    codes += () if _only_specific(evidence) else dict.fromkeys(kind for kind, _ in evidence)
    masked = [item for item in own_details(read, tables) if item.end <= read.fresh_end]
    if len(masked) > mask.MAX_MASKS:
        codes.append("many_details")
    if not codes and not _reads_routine(read, masked, tables, specific=bool(evidence)):
        codes += dict.fromkeys(kind for kind, _ in evidence) if evidence else ("not_routine",)
    if codes:
        return _card(task, read.source, read, tuple(codes))
    return _released(task, read, masked)


def _only_specific(evidence: list[tuple[str, bool]]) -> bool:
    return len(evidence) <= MOST_SPECIFIC and all(specific for _, specific in evidence)


def _doubts(read: Read) -> list[str]:
    codes = []
    if read.body.bidi or read.subject.bidi:
        codes.append("bidi")
    if read.body.other_script or read.subject.other_script:
        codes.append("other_script")
    fresh = read.body.text[: read.fresh_end].split()
    forwarded = read.layout.forwarded or read.subject.text.lower().startswith(("fw:", "fwd:"))
    if not fresh or (forwarded and len(fresh) < FEWEST_WORDS_WITH_FORWARD):
        codes.append("no_new_text")
    if not _is_prose(read):
        codes.append("not_prose")
    return codes


def _is_prose(read: Read) -> bool:
    """Say whether it is writing at all: not marks for the most part, and not a few words over and over."""
    text = read.body.text
    marks = sum(not (char.isalnum() or char.isspace()) for char in text)
    different = len({word.low for word in read.in_body.words})
    return marks <= MOST_MARKS * len(text) and different * MOST_REPEATS >= len(read.in_body.words)


def evidence_of(read: Read, tables: ScreenTables) -> list[tuple[str, bool]]:
    """Return the kind of every strong item that would be carried over or says something of a case.

    True beside it where it is a word that the classifier may weigh (``Item.specific``).
    """
    general = read.in_body.general
    found = [
        (item.kind, item.specific)
        for item in read.in_subject.items
        if item.strong and not _is_own(item, read.subject, read, tables) and not (general and item.specific)
    ]
    found += [("name", False)] * _subject_is_a_name(read, tables)
    for item in read.in_body.items:
        if item.strong and not _excused(item, read, tables):
            found.append((item.kind, item.specific))
    found += [("contact_of_family", False)] * _reaches_a_family(read)
    if any(_file_is_named(name, tables, read.allowed) for name in read.source.file_names):
        found.append(("file_name", False))
    return found


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
    if any(own in read.body.text.lower() for own in ("my number", "my email", "my e-mail", "my mobile", "contact me")):
        return False
    for item in read.in_body.items:
        if item.kind in ("phone", "email") and item.end <= read.fresh_end and not _is_quoted(item, read):
            before = read.subject.text + "\n" + read.body.text[max(0, item.start - REACH) : item.start]
            if FAMILY.search(before):
                return True
    return False


def _file_is_named(name: str, tables: ScreenTables, allowed: Allowed) -> bool:
    shown = view(name)
    return bool(shown.other_script) or any(item.kind == "file_name" for item in collect(shown, tables, allowed).items)


def _excused(item: Item, read: Read, tables: ScreenTables) -> bool:
    """Say whether an item stands where it is not carried over and says nothing of a case."""
    if _is_quoted(item, read):
        return item.kind in _QUOTE_MAY_HOLD and not read.layout.forwarded
    if item.start >= read.fresh_end:
        return item.kind in _SIGNATURE_MAY_HOLD
    return _is_own(item, read.body, read, tables)


def _is_quoted(item: Item, read: Read) -> bool:
    place = bisect_right(read.layout.quoted, (item.start, len(read.body.text))) - 1
    return place >= 0 and read.layout.quoted[place][0] <= item.start < read.layout.quoted[place][1]


def _is_own(item: Item, shown: View, read: Read, tables: ScreenTables) -> bool:
    """The sender's own name, or who is addressed in the first line: masked, not a reason for a card."""
    if item.kind != "name":
        return item.kind == "initials" and _before_own_name(item, shown, read)
    word = shown.text[item.start : item.end].lower().removesuffix("'s")
    if word in read.own:
        return True
    said = (greeted(shown.text), introduced(shown.text)) if shown is read.body else ()
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
    found = []
    for item in read.in_body.items:
        if item.kind in ("phone", "email", "link"):
            found.append(item)
        elif item.kind in ("name", "initials") and _is_own(item, read.body, read, tables):
            found.append(replace(item, kind="own_name"))
    taken = {(item.start, item.end) for item in found}
    for word in read.in_body.words:
        if word.low in read.own and word.capital and (word.start, word.end) not in taken:
            found.append(Item("own_name", word.start, word.end, strong=False))
    return [item for item in found if not _is_quoted(item, read)]


def _reads_routine(read: Read, masked: list[Item], tables: ScreenTables, *, specific: bool) -> bool:
    weights = tables.weights
    if weights is None:
        return False
    hidden = frozenset(read.body.text[item.start : item.end].lower() for item in masked)
    people, subject = read.allowed.people, read.subject.text
    judged = classify.stretches(read.body.text, read.in_body, people=people, end=read.fresh_end, masked=hidden)
    if classify.least_routine(judged, weights, specific=specific) < 0:
        return False
    if not subject.strip():
        return True
    headed = classify.headed(subject, read.in_subject, people=people, masked=hidden)
    return classify.least_routine([headed], weights, specific=specific) >= 0


def _released(task: _Task, read: Read, masked: list[Item]) -> Screened:
    context, tables, sender = task.context, task.tables, task.sender
    masks = mask.Masks(context.masks)
    shown = sender in (SenderClass.PARTNER, SenderClass.STAFF) and _only_says_who_writes(read, tables)
    if shown:
        masked = [item for item in masked if item.kind != "own_name"]
    body = _carried(read.body, read.fresh_end, masked, masks, read)
    if shown and read.layout.signature[1] > read.layout.signature[0]:
        body += "\n\n" + read.body.text[read.layout.signature[0] : read.layout.signature[1]].strip()
    subject_masks = [item for item in read.in_subject.items if item.kind in ("phone", "email", "link")]
    subject_masks += [
        replace(item, kind="own_name") for item in read.in_subject.items if _is_own(item, read.subject, read, tables)
    ]
    subject = _carried(read.subject, len(read.subject.text), subject_masks, masks, read).strip()
    removed = _removed(read, masked, subject_masks)
    refused = gate(subject, body, context, tables, read.allowed, weighed=True, signature_shown=shown)
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


def _only_says_who_writes(read: Read, tables: ScreenTables) -> bool:
    """Say whether a signature names nobody but the sender, and nobody's child, relative or illness."""
    first, last = read.layout.signature
    for item in read.in_body.items:
        if first <= item.start < last and item.strong:
            if item.kind == "name" and not _is_own(item, read.body, read, tables):
                return False
            if item.kind not in _SIGNATURE_MAY_HOLD:
                return False
    return True


def _carried(shown: View, end: int, items: list[Item], masks: mask.Masks, read: Read) -> str:
    """Return a stretch of the normalised text without quoted lines, details replaced by tokens."""
    text = shown.text[:end]
    if shown is read.body:
        places = [(item.start, item.end, item) for item in items]
        for first, last in reversed(read.layout.quoted):
            if first < end:
                text = text[:first] + " " * (min(last, end) - first) + text[min(last, end) :]
        return "\n".join(line.rstrip() for line in mask.apply(text, places, masks).split("\n")).strip()
    return mask.apply(text, [(item.start, item.end, item) for item in items], masks)


def _removed(read: Read, masked: list[Item], subject_masks: list[Item]) -> tuple[Removed, ...]:
    found = list(read.source.removed)
    if read.layout.quoted:
        found.append(Removed("quoted_text", "body", len(read.layout.quoted)))
    if read.layout.signature[1] > read.layout.signature[0] or read.fresh_end < read.layout.fresh[1]:
        found.append(Removed("signature", "body", 1))
    found += [Removed(kind, "body", count) for kind, count in sorted(Counter(item.kind for item in masked).items())]
    found += [Removed(kind, "subject", count) for kind, count in sorted(Counter(i.kind for i in subject_masks).items())]
    return tuple(found)


def _findings(read: Read) -> tuple[EvidenceMark, ...]:
    found = []
    for where, shown, items in (
        ("subject", read.subject, read.in_subject.items),
        ("body", read.body, read.in_body.items),
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
        counts.update((item.kind, "body") for item in read.in_body.items if item.strong)
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
