"""The last look: the exact strings about to be sent are examined again, with the names known in the thread."""

from __future__ import annotations

import re

from gateway.model.content.screening import ScreenContext
from gateway.stages.screen.find.names import Allowed
from gateway.stages.screen.judge.evidence import collect
from gateway.stages.screen.read.text import view
from gateway.stages.screen.tables import ScreenTables

_TOKEN = re.compile(r"\[(?:NAME|PHONE|EMAIL|LINK) \d{1,3}\]")
_WORD = re.compile(r"\w+")


def gate(
    subject: str,
    body: str,
    context: ScreenContext,
    tables: ScreenTables,
    allowed: Allowed,
    *,
    weighed: bool = False,
    signature_shown: bool = False,
) -> tuple[str, ...]:
    """Return the codes of everything that must not be sent; () to let it go.

    ``weighed``: what the classifier may weigh (``Item.specific``) was weighed, and is no reason by itself.
    """
    shown = view(_TOKEN.sub(" ", subject + "\n\n" + body))
    codes = [] if not (shown.bidi or shown.other_script) else ["gate"]
    tolerated = ("name", "initials", "phone", "email", "link", "address", "postcode") if signature_shown else ()
    for item in collect(shown, tables, allowed).items:
        if item.specific and weighed:
            continue
        if (item.strong or item.kind in ("phone", "email", "link")) and item.kind not in tolerated:
            codes += ["gate", item.kind]
    if _known(shown.text, context):
        codes += ["gate", "known_name"]
    return tuple(dict.fromkeys(codes))


def _known(text: str, context: ScreenContext) -> bool:
    present = {word.lower() for word in _WORD.findall(text)}
    staff = {word.lower() for name in context.allowed.staff for word in _WORD.findall(name)}
    for name in context.known_names:
        words = {word.lower() for word in _WORD.findall(view(name.reveal()).text) if len(word) > 1}
        if any(word in present or word + "s" in present for word in words - staff):
            return True
    return False
