"""A question needs words and a way to answer; it is sent once, whatever the browser repeats."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.model.kinds import MailboxName
from tests.web.site import Running, Visitor

ASKED = {"message": "When is the meeting?", "enquirer_email": "a@home.example"}


async def test_a_question_arrives_at_the_general_mailbox(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    html = await visitor.post("/enquire", ASKED)
    ((arrival, post),) = form.deposit.posts
    assert (arrival.mailbox, post.form) == (MailboxName.GENERAL, "enquire")
    assert arrival.reference in html
    assert "When is the meeting?" not in html


@pytest.mark.parametrize("missing", [{"message": ""}, {"enquirer_email": ""}])
async def test_what_cannot_be_answered_comes_back_with_what_was_typed(
    form: Running, visitor: Visitor, missing: dict[str, Any]
) -> None:
    await visitor.get("/enquire")
    html = await visitor.post("/enquire", ASKED | missing)
    assert visitor.status == 422
    assert form.deposit.posts == []
    assert (ASKED | missing)["message"] in html


async def test_a_reload_sends_no_second(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    again = dict(visitor.hidden()) | ASKED
    await visitor.post("/enquire", again)
    await visitor.get("/enquire")
    await visitor.post("/enquire", again)
    assert len(form.deposit.posts) == 1


async def test_a_field_that_no_person_sees_is_filled_in_by_a_robot(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    await visitor.post("/enquire", ASKED | {"website": "https://spam.example"})
    assert (visitor.status, form.deposit.posts) == (400, [])
