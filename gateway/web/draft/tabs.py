"""Two tabs on one page. What each of them changed is kept; if both changed one answer, neither is lost.

A page carries a digest of every answer that it showed. A post is compared with the digest and with what is saved now:
an answer that only this tab changed is saved, one that only the other changed stays. If both did, the first saved
stays, the later one is kept beside it, and the notifier sees both.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.model.form.notification import Answer
from gateway.web.draft.draft import Draft

MAX_TABS = 10  # tabs whose second answers are kept for one page
_MARK = re.compile(r"([a-z0-9_]{1,80})-([0-9a-f]{16})")
_TAB = re.compile(r"[0-9a-f]{16}")

Posted = Mapping[str, list[str]]
Answers = dict[str, Answer]
MaybeAnswers = dict[str, Answer | None]


@dataclass(frozen=True, slots=True, repr=False)
class TakenAnswers:
    """The result of a posted page: ``changes`` are to be saved (None: emptied), ``both`` were changed twice."""

    changes: dict[str, Answer | None]
    both: tuple[str, ...] = ()


def mark_of(field_ids: Iterable[str], answers: Answers) -> str:
    """Return the mark of the answers that a page shows: "family_name-0123456789abcdef.given_names-..."."""
    return ".".join(f"{field_id}-{_digest(answers.get(field_id))}" for field_id in field_ids)


def _digest(answer: Answer | None) -> str:
    text = "" if answer is None else f"{answer.state} {answer.value.reveal()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def take(draft: Draft, key: str, stored: Answers | None, posted: MaybeAnswers, values: Posted) -> TakenAnswers:
    """Compare a posted page with what is saved, and note in the draft which tab wrote what.

    ``key`` names the page or entry, ``stored`` are its answers, None where the entry was removed. A post without mark,
    as a program sends it, is saved as it is.
    """
    shown, tab = dict(_MARK.findall(_one(values, "shown"))), tab_of(values)
    if not shown or not tab:
        return TakenAnswers({name: mine for name, mine in posted.items() if mine != (stored or {}).get(name)})
    touched = {name for name, mine in posted.items() if name in shown and shown[name] != _digest(mine)}
    gone = stored is None and bool(touched) and any(mark != _digest(None) for mark in shown.values())
    changes: dict[str, Answer | None] = {}
    both = []
    for name, mine in posted.items():
        saved = (stored or {}).get(name)
        if mine == saved or not (name in touched or (gone and name in shown)):
            continue
        if shown[name] == _digest(saved) or draft.writers.get(f"{key}/{name}") == tab:
            changes[name] = mine
        else:
            both.append(name)
    _note(draft, key, tab, changes, {name: mine for name in both if (mine := posted[name]) is not None}, values)
    return TakenAnswers(changes, tuple(both))


def _note(draft: Draft, key: str, tab: str, changes: Iterable[str], second: dict[str, Answer], values: Posted) -> None:
    draft.writers.update({f"{key}/{name}": tab for name in changes})
    kept = draft.second.setdefault(key, {})
    if _one(values, "autosave") != "1":
        for settled in _TAB.findall(_one(values, "settles")):  # this page showed them
            kept.pop(settled, None)
    kept.pop(tab, None)
    if second and len(kept) < MAX_TABS:
        kept[tab] = second
    if not kept:
        del draft.second[key]


@dataclass(frozen=True, slots=True, repr=False)
class TabView:
    """A page as a tab is to show it. ``others`` are the answers of other tabs, None if one left nothing."""

    answers: Answers
    others: Mapping[str, list[Answer | None]]
    shown: str
    settles: str
    tab: str


def view(draft: Draft, key: str, field_ids: Iterable[str], stored: Answers, posted: MaybeAnswers, tab: str) -> TabView:
    """Return what a page shows. ``posted`` are the answers of ``tab`` to fields that another tab changed too."""
    kept = draft.second.get(key, {})
    others: dict[str, list[Answer | None]] = {name: [stored.get(name)] for name in posted}
    for one, found in kept.items():
        for name, answer in found.items():
            if one != tab or name not in posted:
                others.setdefault(name, []).append(answer)
    answers = {name: answer for name, answer in {**stored, **posted}.items() if answer is not None}
    return TabView(answers, others, mark_of(field_ids, stored), " ".join(kept), secrets.token_hex(8))


def forget(draft: Draft, key: str) -> None:
    """Forget what is noted of an entry that is removed on purpose."""
    draft.second.pop(key, None)
    draft.writers = {name: tab for name, tab in draft.writers.items() if not name.startswith(f"{key}/")}


def _one(values: Posted, name: str) -> str:
    return next(iter(values.get(name, [])), "")[:10_000]


def tab_of(values: Posted) -> str:
    """Return the name of the tab that posted, "" if it gave none."""
    found = _one(values, "tab")
    return found if _TAB.fullmatch(found) else ""
