"""The last look: the exact strings about to be sent are examined again, with the names known in the thread."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.model.content.screening import ScreenContext
from gateway.stages.screen.find.names import Allowed
from gateway.stages.screen.judge.evidence import collect
from gateway.stages.screen.read.text import view
from gateway.stages.screen.tables import ScreenTables

_WORD = re.compile(r"\w+")


def gate(
    subject: str,
    body: str,
    context: ScreenContext,
    tables: ScreenTables,
    allowed: Allowed,
    *,
    weighed: bool = False,
    own: frozenset[str] = frozenset(),
    tokens: Iterable[str] = (),
) -> tuple[str, ...]:
    """Return the codes of everything that must not be sent; () to let it go.

    ``weighed``: what the classifier may weigh (``Item.specific``) was weighed, and is no reason by itself. ``own``: the
    words of the name that a proved sender's address bears out. ``tokens``: those that stand for a masked detail.
    """
    whole = subject + "\n\n" + body
    for token in tokens:
        whole = whole.replace(token, " ")
    shown = view(whole)
    codes = [] if not (shown.bidi or shown.other_script) else ["gate"]
    for item in collect(shown, tables, allowed).items:
        if item.specific and weighed:
            continue
        if item.kind == "name" and shown.text[item.start : item.end].lower().removesuffix("'s") in own:
            continue
        if item.strong or item.kind in ("phone", "email", "link"):
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
