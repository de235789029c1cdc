"""The neighbour's page: shows all visitors the same, acts on a POST only, and keeps what was typed sealed."""

from __future__ import annotations

import re

import pytest

from gateway.model.kinds import Channel, MailboxName
from gateway.stages.cases.neighbour_link import Choice, make, read
from tests.web.site import Running, Visitor

LINK = make(bytes(range(32)), bytes(range(16)))
PAGE = f"/handover/{LINK.token}"
OTHER = f"/handover/{make(bytes(32), bytes(16)).token}"


async def test_a_get_shows_the_page_and_does_nothing(form: Running, visitor: Visitor) -> None:
    for _ in range(3):
        await visitor.get(PAGE)
        assert visitor.status == 200
    assert "Answer a hand-over" in visitor.html
    assert form.deposit.calls == 0


async def test_a_head_request_does_nothing(form: Running, visitor: Visitor) -> None:
    async with visitor.session.head(form.url + PAGE) as response:
        assert response.status == 200
    assert form.deposit.calls == 0


@pytest.mark.parametrize("choice", list(Choice))
async def test_a_post_is_deposited_like_any_other(form: Running, visitor: Visitor, choice: Choice) -> None:
    await visitor.get(PAGE)
    await visitor.post(PAGE, {"code": LINK.shown_code.lower(), "choice": choice.value, "declined_to": "Kent"})
    assert visitor.status == 200
    ((arrival, post),) = form.deposit.posts
    assert (arrival.channel, arrival.mailbox) == (Channel.NEIGHBOUR_PAGE, MailboxName.SECURE)
    answer = read(post.values)
    assert answer is not None
    assert (answer.token, answer.code, answer.choice) == (LINK.token, LINK.code, choice)
    assert answer.declined_to.reveal() == "Kent"
    assert arrival.reference in visitor.html


async def test_a_right_and_a_wrong_link_cannot_be_told_apart(form: Running, visitor: Visitor) -> None:
    pages = []
    for path in (PAGE, OTHER):
        shown = (await visitor.get(path)).replace(path, "")
        await visitor.post(path, {"code": LINK.code, "choice": "accept"})
        sent = visitor.html.replace(path, "")
        pages.append((visitor.status, shown, re.sub(r'cdop-reference">\w+<', "", sent)))
    assert pages[0] == pages[1]
    assert form.deposit.calls == 2


@pytest.mark.parametrize(
    "values",
    [
        {"code": "", "choice": "accept"},
        {"code": "ABCD-EFGH", "choice": "accept"},
        {"code": "3333333", "choice": "accept"},
        {"code": "33333333", "choice": ""},
        {"code": "33333333", "choice": "agree"},
    ],
)
async def test_what_is_not_filled_in_is_asked_again_and_nothing_is_sent(
    form: Running, visitor: Visitor, values: dict[str, str]
) -> None:
    await visitor.get(PAGE)
    await visitor.post(PAGE, values)
    assert visitor.status == 422
    assert "There is a problem" in visitor.html
    assert form.deposit.calls == 0


async def test_a_post_by_a_scanner_or_from_another_site_is_refused(form: Running, visitor: Visitor) -> None:
    right = {"code": LINK.code, "choice": "accept"}
    await visitor.post(PAGE, right)  # without the page's token
    assert visitor.status == 403
    await visitor.get(PAGE)
    page = visitor.html
    await visitor.post(PAGE, right, {"Sec-Fetch-Site": "cross-site"})
    assert visitor.status == 403
    visitor.html = page
    await visitor.post(PAGE, right | {"website": "https://x.example"})
    assert visitor.status == 400
    assert form.deposit.calls == 0


@pytest.mark.parametrize("path", ["/handover", "/handover/", "/handover/short", PAGE + "x", PAGE + "/accept"])
async def test_any_other_address_is_not_found(form: Running, visitor: Visitor, path: str) -> None:
    await visitor.get(path)
    assert visitor.status == 404


async def test_an_answer_that_could_not_be_kept_is_said_to_be_so(form: Running, visitor: Visitor) -> None:
    form.deposit.fail = True
    await visitor.get(PAGE)
    await visitor.post(PAGE, {"code": LINK.code, "choice": "accept"})
    assert visitor.status == 503
    assert "We have your answer" not in visitor.html


async def test_the_link_goes_to_no_other_host_and_is_not_kept_by_caches(form: Running, visitor: Visitor) -> None:
    html = await visitor.get(PAGE)
    assert visitor.headers["Referrer-Policy"] == "same-origin"
    assert visitor.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
