"""Whose a bare label is. "Address:" and "Postcode:" say nothing themselves: what stands before them does."""

from __future__ import annotations

import re

from gateway.model.form.fields import BY_ID
from gateway.stages.extract.labels import tidy
from gateway.stages.extract.trade import FULL_NAME, MOMENT_OF_DEATH

BARE = frozenset({"address", "full address", "addr", "postcode", "post code", "postal code", "address and postcode"})
_OF_THE_CHILD = frozenset({"child", "residence"})  # sections
_IDENTITY = frozenset({FULL_NAME, MOMENT_OF_DEATH, "date_of_death", "time_of_death"})

_SIGN_OFF = re.compile(
    r"(?:--|__+|(?:(?:with |very |many |kind |kindest |best |warm )*(?:regards|wishes|thanks)|thank you|"
    r"yours (?:sincerely|faithfully|truly)|sincerely|rgds|cheers|sent from my)\b.{0,60})",
    re.IGNORECASE,
)


def is_sign_off(line: str) -> bool:
    """Say whether a line ends a letter: what follows is the writer's, or another mail's."""
    return _SIGN_OFF.fullmatch(line.strip(" \t,.!")) is not None


def is_bare(label: str) -> bool:
    """Say whether a label names an address or a postcode and nobody whose it is."""
    return tidy(label) in BARE


def speaks_of_child(field_id: str) -> bool:
    """Say whether a field is about the child itself: what follows it in the same block is the child's too."""
    return field_id in _IDENTITY or (field_id in BY_ID and BY_ID[field_id].section in _OF_THE_CHILD)


def is_childs(section: str | None, after_child: bool) -> bool:
    """Say whether a bare label is the child's, by its section or by the line before it. Nothing at all is no proof."""
    return after_child and section in (None, *_OF_THE_CHILD)
