"""Which section a heading of the form opens. A sentence that begins like a heading is none."""

from __future__ import annotations

import re

from gateway.stages.extract.labels import MAX_LABEL, tidy

NEXT_CHILD = "next_child"  # "Child 2", "Second twin": another notification begins

# A heading is a short line made of these words only. Where two sections are named, the earlier in this table holds.
_CORES: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "agencies",
        frozenset(
            {
                "agencies",
                "agency",
                "gp",
                "hospital",
                "nursery",
                "practice",
                "professional",
                "professionals",
                "school",
                "services",
                "surgery",
            }
        ),
    ),
    ("safeguarding", frozenset({"disability", "safeguarding", "social"})),
    (
        "people",
        frozenset(
            {
                "carer",
                "carers",
                "family",
                "father",
                "household",
                "mother",
                "parent",
                "parents",
                "persons",
                "relatives",
                "sibling",
                "siblings",
            }
        ),
    ),
    ("death", frozenset({"death", "incident"})),
    ("residence", frozenset({"residence"})),
    ("child", frozenset({"baby", "baby's", "child", "child's", "deceased", "infant", "infant's"})),
    (
        "notifier",
        frozenset(
            {
                "completed",
                "completing",
                "notification",
                "notifier",
                "notifier's",
                "notifying",
                "referral",
                "referrer",
                "referrer's",
                "your",
            }
        ),
    ),
)
_FILLER = frozenset(
    {
        "&",
        "a",
        "about",
        "and",
        "background",
        "by",
        "care",
        "care's",
        "circumstances",
        "composition",
        "contact",
        "contacts",
        "detail",
        "details",
        "form",
        "in",
        "information",
        "involved",
        "is",
        "key",
        "knew",
        "known",
        "making",
        "members",
        "normal",
        "of",
        "or",
        "other",
        "others",
        "part",
        "people",
        "person",
        "place",
        "routing",
        "section",
        "significant",
        "the",
        "this",
        "to",
        "usual",
        "was",
        "were",
        "who",
        "with",
    }
)
_MAX_WORDS = 10
_NEXT_CHILD = re.compile(
    r"(second |third |2nd |3rd )(child|twin|baby|triplet)|(child|twin|baby|triplet) ?(number |no )?[2-9]"
)


def heading(line: str) -> str | None:
    """Return the section that a heading line opens, ``NEXT_CHILD``, or None for any other line."""
    text = tidy(line)
    if not text or len(text) > MAX_LABEL:
        return None
    if _NEXT_CHILD.fullmatch(text.removeprefix("details of ")):
        return NEXT_CHILD
    return _section([word for word in re.split(r"[\s,/]+", text) if word])


def _section(words: list[str]) -> str | None:
    """Return the section that a heading's words name; None for a sentence, or a title ("Notification of death")."""
    named = [next((section for section, core in _CORES if word in core), "") for word in words]
    cores = [section for section in named if section]
    stray = any(not section and word not in _FILLER for word, section in zip(words, named, strict=True))
    if not cores or stray or len(words) > _MAX_WORDS or {"notifier", "death"} <= set(cores):
        return None
    if cores[0] == "child" and cores[-1] == "people" and not words[named.index("child")].endswith("'s"):
        return "child"  # "Child and family"
    order = [section for section, _ in _CORES]
    return min(cores, key=order.index)
