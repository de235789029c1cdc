"""A state machine walks the form against a model: what "check your answers" shows is what arrives sealed, once."""

from __future__ import annotations

import asyncio
import html as entities
import re
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.stages.extract import from_form
from gateway.web import FormLimits
from tests.web.draft.test_journey import begin
from tests.web.site import Running, Visitor, running

T = TypeVar("T")

TEXT_FIELDS = {
    "cause": "suspected_cause",
    "carer": "carer_at_time",
    "circumstances": "circumstances",
    "actions": "actions_taken",
}
CHOICES = {"sex": ("sex", ("male", "female", "indeterminate")), "custody": ("custody_or_mha", ("yes", "no"))}
STATES = ("not_known", "to_follow", "not_asked", "not_applicable")
LIMITS = FormLimits(code_tries=1_000, posts_a_minute=10**6, pages_a_minute=10**6)
NO_ANSWERS = {"?", "nk", "na", "tbc", "tba", "n/a", "n/k", "n.k", "n.a"}  # words that are a state, not a text
TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
    .map(lambda text: text.strip() or "x")
    .filter(lambda text: text.casefold().rstrip(".") not in NO_ANSWERS)
)
ENTRY_IDS = st.sampled_from(["a" * 16, "b" * 16, "c" * 16])


Said = tuple[str, str]  # value and state
FIELDS, ENTRIES = "fields", "entries"


@dataclass
class Tab:
    """A page that is open in a tab: what it showed, and the hidden fields that it will post."""

    path: str
    page: str
    shown: Said | None
    csrf: str
    name: str
    saw: set[str]  # the tabs whose second answers it showed


def place(path: str) -> tuple[str, str]:
    """Return where the model keeps what a page asks."""
    last = path.rsplit("/", 1)[1]
    if path.startswith("/notify/list/"):
        return ENTRIES, last
    return FIELDS, TEXT_FIELDS.get(last) or CHOICES[last][0]


def said(path: str, values: dict[str, str]) -> Said | None:
    """Return what a post says, None where it says nothing."""
    field = "agency_person" if path.startswith("/notify/list/") else place(path)[1]
    text, state = values.get(field, ""), values.get(f"{field}-state", "")
    if text.startswith("state:"):
        return "", text[6:]
    return (text, "known") if text else ("", state) if state else None


class FormMachine(RuleBasedStateMachine):
    """One notifier with several tabs, who leaves, comes back, and sends more than once."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.stack = AsyncExitStack()
        self.form: Running = self.run(self.stack.enter_async_context(running(self.folder, LIMITS)))
        self.visitor: Visitor = self.run(self._visit())
        self.saved: dict[str, dict[str, Said]] = {FIELDS: {}, ENTRIES: {}}
        self.second: dict[tuple[str, str], dict[str, Said]] = {}  # (kind, name): tab: what it said, not settled yet
        self.writers: dict[tuple[str, str], str] = {}
        self.old_tabs: list[Tab] = []
        self.sent = False

    @property
    def fields(self) -> dict[str, Said]:
        return self.saved[FIELDS]

    @property
    def entries(self) -> dict[str, Said]:
        return self.saved[ENTRIES]

    async def _visit(self) -> Visitor:
        return await self.stack.enter_async_context(Visitor(self.form.url))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        self.reference, self.code = self.run(begin(self.visitor))

    def _open(self, path: str) -> Tab | None:
        """Open a page in a tab; None where it is not shown any more."""
        page = self.run(self.visitor.get(path))
        if self.visitor.path != path:
            return None
        kind, name = place(path)
        hidden = dict(self.visitor.hidden())
        shown = self.saved[kind].get(name)
        tab = Tab(path, page, shown, hidden["csrf"], hidden["tab"], set(self.second.get((kind, name), {})))
        self.old_tabs.append(tab)
        return tab

    def _post(self, path: str, values: dict[str, str]) -> None:
        tab = self._open(path)
        if tab is not None:
            self._send(tab, values)

    def _send(self, tab: Tab, values: dict[str, str], autosave: bool = False) -> None:
        """Post a tab's page, and check what it says of other tabs against the model."""
        self.visitor.html = tab.page
        page = entities.unescape(
            self.run(self.visitor.post(tab.path, values | ({"autosave": "1"} if autosave else {})))
        )
        status = self.visitor.status
        self.run(self.visitor.get("/notify"))
        if dict(self.visitor.hidden())["csrf"] != tab.csrf or self.sent:
            return  # a session that was left, or a form that was sent: refused, and nothing changes
        both = self._learn(tab, said(tab.path, values), autosave)
        if autosave:
            assert status == (409 if both else 204)
        else:
            assert ("The other is: " in page or "removed in another tab" in page) == both
        if both:
            self._check_page_is_the_model()

    def _learn(self, tab: Tab, mine: Said | None, autosave: bool) -> bool:
        """Merge into the model; True where two tabs gave two answers."""
        kind, name = place(tab.path)
        key, stored = (kind, name), self.saved[kind].get(name)
        kept = self.second.setdefault(key, {})
        for one in tab.saw if not autosave else ():
            kept.pop(one, None)
        kept.pop(tab.name, None)
        if mine in (stored, tab.shown):
            return False
        if stored != tab.shown and self.writers.get(key) != tab.name:
            if mine is not None:
                kept[tab.name] = mine
            return True
        self.writers[key] = tab.name
        if mine is None:
            self.saved[kind].pop(name, None)
        else:
            self.saved[kind][name] = mine
        return False

    @rule(page=st.sampled_from(sorted(TEXT_FIELDS)), text=TEXTS | st.just(""), state=st.sampled_from(("", *STATES)))
    def write(self, page: str, text: str, state: str) -> None:
        field = TEXT_FIELDS[page]
        self._post(f"/notify/p/{page}", {field: text} | ({f"{field}-state": state} if state else {}))

    @rule(page=st.sampled_from(sorted(CHOICES)), number=st.integers(0, 6))
    def choose(self, page: str, number: int) -> None:
        field, codes = CHOICES[page]
        options = (*codes, *(f"state:{state}" for state in STATES))
        self._post(f"/notify/p/{page}", {field: options[number % len(options)]})

    @rule(entry=ENTRY_IDS, name=TEXTS)
    def add_or_change(self, entry: str, name: str) -> None:
        self._post(f"/notify/list/professionals/{entry}", {"agency_person": name})

    @rule(entry=ENTRY_IDS)
    def remove(self, entry: str) -> None:
        self.run(self.visitor.get("/notify/tasks"))
        self.run(self.visitor.post(f"/notify/list/professionals/{entry}/remove", {}))
        if not self.sent:
            self.entries.pop(entry, None)
            self.second.pop((ENTRIES, entry), None)
            self.writers.pop((ENTRIES, entry), None)

    @rule(page=st.sampled_from(sorted(TEXT_FIELDS)))
    def open_another_tab(self, page: str) -> None:
        self._open(f"/notify/p/{page}")

    @precondition(lambda self: not self.sent)
    @rule(page=st.sampled_from(sorted(TEXT_FIELDS)), one=TEXTS, two=TEXTS, autosave=st.booleans())
    def two_tabs_answer_one_question(self, page: str, one: str, two: str, autosave: bool) -> None:
        path = f"/notify/p/{page}"
        first, second = self._open(path), self._open(path)
        if first is not None and second is not None:
            self._send(first, {TEXT_FIELDS[page]: one})
            self._send(second, {TEXT_FIELDS[page]: two}, autosave)

    @precondition(lambda self: self.old_tabs)
    @rule(number=st.integers(0, 50), text=TEXTS, autosave=st.booleans())
    def go_on_in_an_old_tab(self, number: int, text: str, autosave: bool) -> None:
        tab = self.old_tabs[number % len(self.old_tabs)]
        field = "agency_person" if place(tab.path)[0] == ENTRIES else place(tab.path)[1]
        if field not in dict(CHOICES.values()):
            self._send(tab, {field: text}, autosave)

    @precondition(lambda self: not self.sent)
    @rule()
    def leave_and_come_back(self) -> None:
        self.run(self.visitor.get("/notify/tasks"))
        self.run(self.visitor.post("/notify/leave", {}))
        self.run(self.visitor.get("/notify/return"))
        self.run(self.visitor.post("/notify/return", {"reference": self.reference, "code": self.code}))
        assert self.visitor.path == "/notify/tasks"

    @precondition(lambda self: not self.sent)
    @rule()
    def check_shows_the_model(self) -> None:
        self._check_page_is_the_model()

    def _check_page_is_the_model(self) -> None:
        page = self.run(self.visitor.get("/notify/check"))
        shown = entities.unescape(page)
        for value, state in self.fields.values():
            if state == "known" and value not in ("male", "female", "indeterminate", "yes", "no"):
                assert value in shown
        assert page.count('class="cdop-entry"') == len(self.entries)
        for kept in self.second.values():
            for value, state in kept.values():
                assert state != "known" or f"This one is not sent: {value}" in shown

    @rule()
    def send(self) -> None:
        page = self.run(self.visitor.get("/notify/check"))
        version = re.search(r"version=(\d+)", page)
        if version is not None:
            self.run(self.visitor.get(f"/notify/declaration?version={version[1]}"))
        self.run(self.visitor.post("/notify/send", {"version": version[1] if version is not None else "1"}))
        if self.fields or self.entries:
            assert self.visitor.path == "/notify/sent"
            self.sent = True

    @invariant()
    def what_arrived_is_the_model_once(self) -> None:
        posts = self.form.deposit.posts
        assert len(posts) == (1 if self.sent else 0)
        assert self.form.deposit.calls == len(posts)
        if self.sent:
            arrival, post = posts[0]
            found = from_form(post.values)
            answers = {
                name: (answer.value.reveal(), answer.state.value)
                for name, answer in found.fields.items()
                if name != "notification_datetime"
            }
            assert arrival.reference == self.reference
            assert answers == self.fields
            names = [entry["agency_person"].value.reveal() for entry in found.groups.get("agency_contacts", ())]
            assert sorted(names) == sorted(value for value, _ in self.entries.values())

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.run(asyncio.sleep(0.01))
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


TestFormMachine = FormMachine.TestCase
TestFormMachine.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a walk over real sockets takes minutes
    suppress_health_check=list(HealthCheck),
)
