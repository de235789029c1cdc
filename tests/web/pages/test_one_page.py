"""The essentials on one page, and a general question: posted, sealed once, confirmed without content."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.model.ids import is_reference
from gateway.model.kinds import Channel, MailboxName
from gateway.stages.extract import from_form, residence
from tests.web.site import Running, Visitor

CHILD: dict[str, Any] = {
    "family_name": "Testcase-Canary",
    "given_names": "Jo",
    "date_of_birth-day": "3",
    "date_of_birth-month": "Sept",
    "date_of_birth-year": "2024",
    "nhs_number": "999 000 0018",
    "sex": "indeterminate",
    "home_postcode": "ox1 1aa",
    "ethnicity": "state:to_follow",
    "circumstances-state": "not_known",
    "looked_after": "current",
    "looked_after-words": "section 20",
}


def reference_in(html: str) -> str:
    found = re.search(r'cdop-reference">([^<]+)<', html)
    assert found is not None
    return found[1]


async def test_one_page_notification_arrives_with_its_answers_and_the_page_shows_no_content(
    form: Running, visitor: Visitor
) -> None:
    await visitor.get("/notify/one-page")
    html = await visitor.insist("/notify/one-page", CHILD)
    assert visitor.status == 200
    ((arrival, post),) = form.deposit.posts
    assert is_reference(reference_in(html))
    assert arrival.reference == reference_in(html)
    assert (arrival.mailbox, arrival.channel) == (MailboxName.SECURE, Channel.FORM)
    assert arrival.web is not None
    assert arrival.web.tls is not None
    assert arrival.web.tls.version == "TLSv1.3"
    assert "Canary" not in html
    assert "Neighbourshire CDOP" in html
    notification = from_form(post.values)
    assert notification.text("date_of_birth") == "2024-09-03"
    assert notification.text("notification_datetime") == arrival.received_at.strftime("%Y-%m-%d %H:%M UTC")
    assert notification.text("nhs_number") == "9990000018"
    assert notification.fields["ethnicity"].state == "to_follow"
    assert notification.fields["circumstances"].state == "not_known"
    assert notification.text("looked_after") == "current: section 20"
    assert residence(notification).postcode.reveal() == "OX1 1AA"
    assert residence(notification).looked_after


async def test_the_same_page_sent_twice_is_one_arrival_and_changed_answers_are_another(
    form: Running, visitor: Visitor
) -> None:
    await visitor.get("/notify/one-page")
    page = visitor.html
    first = reference_in(await visitor.insist("/notify/one-page", CHILD))
    visitor.html = page
    assert reference_in(await visitor.insist("/notify/one-page", CHILD)) == first
    assert len(form.deposit.posts) == 1
    visitor.html = page
    assert reference_in(await visitor.insist("/notify/one-page", CHILD | {"sex": "female"})) != first
    assert len(form.deposit.posts) == 2


async def test_nothing_filled_in_asks_again_and_sends_nothing(form: Running, visitor: Visitor) -> None:
    await visitor.get("/notify/one-page")
    html = await visitor.post("/notify/one-page", {})
    assert visitor.status == 422
    assert "There is a problem" in html
    assert form.deposit.calls == 0


async def test_full_disk_is_503_and_says_what_was_kept_and_whom_to_ring(form: Running, visitor: Visitor) -> None:
    form.deposit.fail = True
    await visitor.get("/notify/one-page")
    page = visitor.html
    html = await visitor.insist("/notify/one-page", CHILD)
    assert visitor.status == 503
    assert "was not kept" in html
    assert "01632 960100" in html
    form.deposit.fail = False
    visitor.html = page
    await visitor.insist("/notify/one-page", CHILD)
    assert visitor.status == 200
    assert len(form.deposit.posts) == 1


async def test_a_question_goes_to_the_general_mailbox(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    html = await visitor.post(
        "/enquire", {"enquirer_who": "family", "enquirer_email": "a@b.example", "message": "When do you meet?"}
    )
    ((arrival, post),) = form.deposit.posts
    assert arrival.mailbox is MailboxName.GENERAL
    assert post.form == "enquire"
    assert post.values["fields"]["message"] == {"value": "When do you meet?", "state": "known"}
    assert "When do you meet" not in html


async def test_a_question_without_a_way_to_answer_keeps_what_was_written(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    html = await visitor.post("/enquire", {"message": "When <b>do</b> you meet?"})
    assert visitor.status == 422
    assert 'href="#enquirer_email"' in html
    assert "When &lt;b&gt;do&lt;/b&gt; you meet?" in html
    assert form.deposit.calls == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/notify",
        "/notify/one-page",
        "/enquire",
        "/families",
        "/emergency",
        "/privacy",
        "/cookies",
        "/accessibility",
    ],
)
async def test_every_page_has_one_heading_a_title_and_names_no_other_host(
    form: Running, visitor: Visitor, path: str
) -> None:
    html = await visitor.get(path)
    assert visitor.status == 200
    assert html.count("<h1") == 1
    assert "– Testshire Child Death Overview Panel</title>" in html
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", html)
    assert "{site." not in html


async def test_a_birth_to_come_and_a_death_long_ago_are_shown_once_before_they_are_sent(
    form: Running, visitor: Visitor
) -> None:
    odd = {"family_name": "Testcase", "date_of_birth-day": "3", "date_of_birth-month": "3"}
    odd |= {"date_of_birth-year": "2030", "date_of_death-day": "3", "date_of_death-month": "3"}
    odd |= {"date_of_death-year": "1990"}
    await visitor.get("/notify/one-page")
    html = await visitor.post("/notify/one-page", odd)
    assert "This date is in the future" in html
    assert "more than two years ago" in html
    assert not form.deposit.posts
    await visitor.post("/notify/one-page", odd)
    ((_, post),) = form.deposit.posts
    assert from_form(post.values).text("date_of_birth") == "2030-03-03"


async def test_boxes_that_are_no_date_come_back_and_arrive_as_they_were_typed(form: Running, visitor: Visitor) -> None:
    typed = {"date_of_death-day": "10/11", "date_of_death-month": "12", "date_of_death-year": "2025"}
    await visitor.get("/notify/one-page")
    html = await visitor.post("/notify/one-page", typed)
    assert "We cannot read this date" in html
    assert all(f'name="{name}" type="text" value="{value}"' in html for name, value in typed.items())
    await visitor.post("/notify/one-page", typed)
    ((_, post),) = form.deposit.posts
    answer = from_form(post.values).fields["date_of_death"]
    assert answer.typed.reveal() == "10/11\n12\n2025"
    assert answer.reading is None
