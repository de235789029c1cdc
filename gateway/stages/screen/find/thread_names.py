"""Whom a message names: what no later message of its thread may let out, however ordinary the word is by itself."""

from __future__ import annotations

import re

from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.screening import Screened
from gateway.model.form.notification import Notification
from gateway.model.kinds import ScreenOutcome

MOST_NAMES = 100
_WORD = re.compile(r"[^\W\d_]+")
_NEXT = re.compile(r"[ -]([^\W\d_]{3,40})")
_BEFORE = re.compile(r"[^.!?:\n] {0,2}\b([^\W\d_]{3,40})[ -]\Z")  # not the first word of a sentence
_CHILD = ("family_name", "given_names")
_TITLES = frozenset(["mrs", "miss", "mister", "prof", "professor", "doctor", "nurse", "sister"])


def named(record: IntakeRecord) -> tuple[ConfidentialText, ...]:
    """Return the names of a message that was held, or in which they became tokens, and the child of a notification.

    The author's own name is none of them: it is masked, or shown for a verified partner.
    """
    found: list[str] = [name for item in record.notifications for name in _of_child(item)]
    if record.screened is not None and record.screened.outcome is not ScreenOutcome.PASS:
        found += _found(record.screened)
    own = {word.lower() for word in _WORD.findall(record.author_name.reveal())}
    words = dict.fromkeys(word for name in found for word in _WORD.findall(name) if word.lower() not in own)
    return tuple(ConfidentialText(word) for word in list(words)[:MOST_NAMES])


def _of_child(notification: Notification) -> list[str]:
    return [notification.text(name) for name in _CHILD]


def _found(screened: Screened) -> list[str]:
    """Return what was found as a name, with a capital word beside it: "Hope" of "Hope Nettlecombe"."""
    found = []
    for finding in screened.findings:
        if finding.kind != "name" or not finding.strong:
            continue
        text = (screened.source_subject if finding.where == "subject" else screened.source).reveal()
        before = _BEFORE.search(text, max(0, finding.start - 48), finding.start)
        after = _NEXT.match(text, finding.end)
        beside = [match.group(1) for match in (before, after) if match is not None]
        found += [text[finding.start : finding.end], *(word for word in beside if _is_capital_name(word))]
    return found


def _is_capital_name(word: str) -> bool:
    return word[0].isupper() and word.lower() not in _TITLES
