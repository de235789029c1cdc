"""A state machine walks the form against a model: what "check your answers" shows is what arrives sealed, once."""

from __future__ import annotations

import asyncio
import html as entities
import re
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.stages.extract import from_form
from gateway.web import Limits
from tests.web.site import Running, Visitor, running
from tests.web.test_journey import begin

T = TypeVar("T")

TEXT_FIELDS = {
    "cause": "suspected_cause",
    "carer": "carer_at_time",
    "circumstances": "circumstances",
    "actions": "actions_taken",
}
CHOICES = {"sex": ("sex", ("male", "female", "indeterminate")), "custody": ("custody_or_mha", ("yes", "no"))}
STATES = ("not_known", "to_follow", "not_asked", "not_applicable")
LIMITS = Limits(code_tries=1_000, posts_a_minute=10**6, pages_a_minute=10**6)
NO_ANSWERS = {"?", "nk", "na", "tbc", "tba", "n/a", "n/k", "n.k", "n.a"}  # words that are a state, not a text
TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
    .map(lambda text: text.strip() or "x")
    .filter(lambda text: text.casefold().rstrip(".") not in NO_ANSWERS)
)
ENTRY_IDS = st.sampled_from(["a" * 16, "b" * 16, "c" * 16])


class FormMachine(RuleBasedStateMachine):
    """One notifier with several tabs, who leaves, comes back, and sends more than once."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.stack = AsyncExitStack()
        self.form: Running = self.run(self.stack.enter_async_context(running(self.folder, LIMITS)))
        self.visitor: Visitor = self.run(self._visit())
        self.fields: dict[str, tuple[str, str]] = {}
        self.entries: dict[str, str] = {}
        self.old_tabs: list[
            tuple[str, str, dict[str, str], str]
        ] = []  # path, page, what was posted, cookie at the time
        self.sent = False

    async def _visit(self) -> Visitor:
        return await self.stack.enter_async_context(Visitor(self.form.url))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        self.reference, self.code = self.run(begin(self.visitor))

    def _post(self, path: str, values: dict[str, str]) -> None:
        self.run(self.visitor.get(path))
        if self.visitor.path == path:
            self.old_tabs.append((path, self.visitor.html, values, dict(self.visitor.hidden())["csrf"]))
        self.run(self.visitor.post(path, values))

    def _learn(self, path: str, values: dict[str, str]) -> None:
        if self.sent:
            return
        if path.startswith("/notify/list/"):
            self.entries[path.rsplit("/", 1)[1]] = values["agency_person"]
            return
        page = path.rsplit("/", 1)[1]
        field = TEXT_FIELDS.get(page) or CHOICES[page][0]
        if values.get(field, "").startswith("state:"):
            self.fields[field] = ("", values[field][6:])
        elif values.get(field):
            self.fields[field] = (values[field], "known")
        elif f"{field}-state" in values:
            self.fields[field] = ("", values[f"{field}-state"])
        else:
            self.fields.pop(field, None)

    @rule(page=st.sampled_from(sorted(TEXT_FIELDS)), text=TEXTS | st.just(""), state=st.sampled_from(("", *STATES)))
    def write(self, page: str, text: str, state: str) -> None:
        field = TEXT_FIELDS[page]
        values = {field: text} | ({f"{field}-state": state} if state else {})
        self._post(f"/notify/p/{page}", values)
        self._learn(f"/notify/p/{page}", values)

    @rule(page=st.sampled_from(sorted(CHOICES)), number=st.integers(0, 6))
    def choose(self, page: str, number: int) -> None:
        field, codes = CHOICES[page]
        options = (*codes, *(f"state:{state}" for state in STATES))
        values = {field: options[number % len(options)]}
        self._post(f"/notify/p/{page}", values)
        self._learn(f"/notify/p/{page}", values)

    @rule(entry=ENTRY_IDS, name=TEXTS)
    def add_or_change(self, entry: str, name: str) -> None:
        path = f"/notify/list/professionals/{entry}"
        self._post(path, {"agency_person": name})
        self._learn(path, {"agency_person": name})

    @rule(entry=ENTRY_IDS)
    def remove(self, entry: str) -> None:
        self.run(self.visitor.get("/notify/tasks"))
        self.run(self.visitor.post(f"/notify/list/professionals/{entry}/remove", {}))
        if not self.sent:
            self.entries.pop(entry, None)

    @precondition(lambda self: self.old_tabs)
    @rule(number=st.integers(0, 50))
    def resubmit_an_old_tab(self, number: int) -> None:
        path, page, values, csrf = self.old_tabs[number % len(self.old_tabs)]
        self.visitor.html = page
        self.run(self.visitor.post(path, values))
        self.run(self.visitor.get("/notify"))
        if dict(self.visitor.hidden())["csrf"] == csrf:  # else the tab belongs to a session that was left: refused
            self._learn(path, values)

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
        page = self.run(self.visitor.get("/notify/check"))
        shown = entities.unescape(page)
        for value, state in self.fields.values():
            if state == "known" and value not in ("male", "female", "indeterminate", "yes", "no"):
                assert value in shown
        assert page.count('class="cdop-entry"') == len(self.entries)

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
            assert sorted(names) == sorted(self.entries.values())

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
