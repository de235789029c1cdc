"""What a card may say a message is about: one of a closed list, by the words in it."""

from __future__ import annotations

import re

from gateway.model.content.screening import Topic

_RULES: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        Topic.NOTIFICATION,
        re.compile(r"\bnotif(?:y|ication|ying)\b|\bform a\b|\bdate of death\b|\bdied (?:on|at|in|this)\b"),
    ),
    (
        Topic.PRESS,
        re.compile(r"\b(?:journalist|reporter|newspaper|press (?:office|enquiry|query)|broadcast|newsroom)\b"),
    ),
    (Topic.INFORMATION_REQUEST, re.compile(r"\b(?:foi|freedom of information|subject access|information request)\b")),
    (Topic.TRAINING, re.compile(r"\b(?:training|course|webinar|e-?learning|induction|workshop)\b")),
    (
        Topic.FAMILY,
        re.compile(r"\b(?:my|our) (?:\w+ )?(?:son|daughter|baby|child|grandson|granddaughter|boy|girl|twins?)\b"),
    ),
    (Topic.CASE, re.compile(r"\b(?:case|inquest|coroner|post-?mortem|chronology|safeguarding|nhs (?:no|number))\b")),
    (Topic.MEETING, re.compile(r"\b(?:meeting|agenda|minutes|panel on|diary|attend)\b")),
)


def topic(text: str) -> Topic:
    """Return the topic of a text that stays held."""
    low = text.lower()
    return next((found for found, rule in _RULES if rule.search(low)), Topic.OTHER)
