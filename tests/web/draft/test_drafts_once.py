"""Two intake processes share the drafts: none writes over the other, and every try to send one is the same arrival."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.stages.extract.answers import known
from gateway.web.draft import drafts
from gateway.web.draft.draft import Draft
from gateway.web.draft.drafts import Gone, Opened
from gateway.web.services import FORM_SERVICES, FormServices
from tests.web.site import Running

TOKEN = "t" * 43


async def begun(services: FormServices) -> Opened:
    await drafts.begin(services, TOKEN, Draft())
    opened = await drafts.of_session(services, TOKEN)
    assert isinstance(opened, Opened)
    return opened


def named(name: str) -> Callable[[Draft], None]:
    return lambda draft: draft.fields.update(family_name=known(name))


async def test_a_draft_that_another_process_saved_meanwhile_is_not_written_over(
    form: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = form.app[FORM_SERVICES]
    opened = await begun(services)

    async def as_it_was(*_: object) -> Opened:
        return opened

    await drafts.save(services, opened, named("First"))
    with monkeypatch.context() as patched:
        patched.setattr(drafts, "newest", as_it_was)  # read before the other process wrote
        with pytest.raises(Gone):
            await drafts.save(services, opened, named("Second"))
    assert (await drafts.newest(services, opened)).draft.fields["family_name"].value.reveal() == "First"


async def test_the_same_answers_have_one_identity_and_others_another(form: Running) -> None:
    services = form.app[FORM_SERVICES]
    opened = await begun(services)
    first = await drafts.begin_sending(services, opened)
    assert first is not None
    assert await drafts.begin_sending(services, opened) == first
    await drafts.save(services, opened, named("Other"))
    changed = await drafts.begin_sending(services, opened)
    assert changed is not None
    assert changed.intake_id != first.intake_id


async def test_what_was_sent_has_no_further_identity_and_stays_for_an_hour(form: Running) -> None:
    services = form.app[FORM_SERVICES]
    opened = await begun(services)
    await drafts.mark_sent(services, opened, None)
    assert await drafts.begin_sending(services, opened) is None
    row = await services.form_store.read(lambda db: db.execute("SELECT expires_at FROM drafts").fetchone())
    left_s = row["expires_at"] - services.now().timestamp()
    assert 0 < left_s <= services.site.limits.sent_minutes * 60
