"""What the form takes as an answer: whatever the notifier honestly has. Odd answers warn and pass; nothing rejects."""

from __future__ import annotations

import html as entities
from typing import Any

import pytest

from gateway.model.form.field import Field, Shape
from gateway.model.form.fields import GROUPS
from gateway.model.ids import ALPHABET
from gateway.web.draft.controls import NO_ANSWER
from gateway.web.draft.draft import CODE_LENGTH
from gateway.web.draft.journey import LISTINGS, PAGES
from tests.web.draft.test_journey import answer, arrived, begin, send
from tests.web.pages.test_files import PDF, upload
from tests.web.site import Running, Visitor

SIGNS = ("yes", "no", "state:not_known", "state:not_asked", "state:not_applicable", "state:to_follow")


def unanswered(field: Field, state: str) -> dict[str, Any]:
    """Return what a browser posts where one of the rarer answers is chosen for a field."""
    return {field.id: f"state:{state}"} if field.shape is Shape.CHOICE else {f"{field.id}-state": state}


@pytest.mark.parametrize("state", list(NO_ANSWER))
async def test_every_field_takes_each_honest_answer_and_it_arrives_as_that(
    form: Running, visitor: Visitor, state: str
) -> None:
    await begin(visitor)
    for page in PAGES:
        await visitor.get(f"/notify/p/{page.id}")
        values = {name: value for field in page.fields for name, value in unanswered(field, state).items()}
        for name, value in values.items():
            assert f'name="{name}"' in visitor.html, name
            assert f'value="{value}"' in visitor.html, name
        await visitor.post(f"/notify/p/{page.id}", values)
        assert visitor.status == 200
    for listing in LISTINGS:
        path = f"/notify/list/{listing.slug}/{'a' * 16}"
        await visitor.get(path)
        await visitor.post(path, {n: v for one in GROUPS[listing.group] for n, v in unanswered(one, state).items()})
    await send(visitor)
    found = arrived(form)
    asked = {field.id for page in PAGES for field in page.fields}
    assert {name: found.fields[name].state for name in asked} == dict.fromkeys(asked, state)
    for listing in LISTINGS:
        (entry,) = found.groups[listing.group]
        assert {one.state for one in entry.values()} == {state}
        assert set(entry) == {one.id for one in GROUPS[listing.group]}


async def test_a_missing_nhs_number_is_asked_for_in_the_two_reasons_of_ncmd(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    html = await visitor.get("/notify/p/nhs-number")
    assert "Child non-resident in England" in html
    assert "NHS number not currently available" in html
    await visitor.post("/notify/p/nhs-number", {"nhs_number_missing_reason": "non_resident"})
    await send(visitor)
    assert arrived(form).text("nhs_number_missing_reason")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("3", "3", "2026"), "2026-03-03"),
        (("3", "Mar", "2026"), "2026-03-03"),
        (("03", "march", "2026"), "2026-03-03"),
        (("3", "Sept", "2025"), "2025-09-03"),
        (("", "Sep", "2025"), "2025-09"),
        (("", "", "2025"), "2025"),
        (("3", "Mawrth", "2026"), "2026-03-03"),
    ],
)
async def test_dates_are_taken_as_people_write_them_and_as_far_as_they_know_them(
    form: Running, visitor: Visitor, typed: tuple[str, str, str], kept: str
) -> None:
    await begin(visitor)
    parts = dict(zip(("date_of_birth-day", "date_of_birth-month", "date_of_birth-year"), typed, strict=True))
    await answer(visitor, "date-of-birth", parts)
    assert visitor.path != "/notify/p/date-of-birth"
    await send(visitor)
    assert arrived(form).text("date_of_birth") == kept


async def test_a_baby_without_a_name_who_lived_for_minutes_is_notified_without_a_warning(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Testcase", "given_names": "Baby of Mary"})
    day = {"day": "20", "month": "11", "year": "2026"}
    born = {f"date_of_birth-{part}": value for part, value in day.items()} | {"time_of_birth": "03:40"}
    died = {f"date_of_death-{part}": value for part, value in day.items()} | {"time_of_death": "03:52"}
    await answer(visitor, "date-of-birth", born)
    await answer(visitor, "date-of-death", died)
    await answer(visitor, "birth", {"time_of_birth": "03:40"})
    await answer(visitor, "sex", {"sex": "indeterminate"})
    assert "Did the baby show signs of life" in await visitor.get("/notify/p/signs-of-life")
    await visitor.get("/notify/check")
    assert "Worth a second look" not in visitor.html
    await send(visitor)
    found = arrived(form)
    assert found.text("given_names") == "Baby of Mary"
    assert (found.text("time_of_birth"), found.text("time_of_death")) == ("03:40", "03:52")
    assert found.text("sex") == "indeterminate"


@pytest.mark.parametrize("signs", SIGNS)
async def test_no_answer_to_a_question_of_scope_rejects(form: Running, visitor: Visitor, signs: str) -> None:
    await begin(visitor)
    said = "planned ending of the pregnancy, at 23 weeks"
    html = await answer(visitor, "signs-of-life", {"signs_of_life": signs, "signs_of_life-words": said})
    assert visitor.status == 200
    assert "There is a problem" not in html
    await answer(visitor, "joint-agency-response", {"jar_triggers": "unattended_stillbirth", "jar_triggered": "yes"})
    await send(visitor)
    assert visitor.path == "/notify/sent"
    assert said in arrived(form).text("signs_of_life")


async def test_the_joint_agency_response_is_asked_in_the_statutory_words_and_says_what_to_do_now(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    html = entities.unescape(await visitor.get("/notify/p/joint-agency-response"))
    for words in (
        "due to external causes",
        "Sudden with no immediately apparent cause (including SUDI/C)",
        "In custody, or detained under the Mental Health Act",
        "raise any suspicion that the death may not be natural",
        "Stillbirth with no healthcare professional in attendance",
        "None of these",
        "ring the police now (999, or 101)",
        "This form does not start one",
    ):
        assert words in html
    html = entities.unescape(await visitor.get("/notify/p/abuse-or-neglect"))
    assert "01632 960111" in html
    assert "This form does not do it" in html
    html = await answer(visitor, "joint-agency-response", {"jar_triggers": "suspicion", "jar_triggered": "no"})
    assert "If none has begun, ring the police now." in html
    await answer(visitor, "joint-agency-response", {"jar_triggers": "state:not_applicable", "jar_triggered": "no"})
    assert visitor.path != "/notify/p/joint-agency-response"
    await send(visitor)
    assert arrived(form).fields["jar_triggers"].state == "not_applicable"


async def test_the_postcode_says_at_once_which_panel_and_why_and_the_place_of_death_says_nothing(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await answer(visitor, "place-of-death", {"place_name_address": "General Hospital, HP20 1UA"})
    assert "Testshire CDOP" not in visitor.html
    html = await answer(visitor, "home", {"home_postcode": "ox11aa"})
    assert "<strong>Neighbourshire CDOP</strong>, the panel of the area where the child lived" in html


async def test_a_file_stays_when_another_answer_is_odd_and_when_sending_fails(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await upload(visitor, ("report.pdf", PDF))
    await answer(visitor, "nhs-number", {"nhs_number": "1"})
    assert "An NHS number has 10 digits" in visitor.html
    form.deposit.fail = True
    await send(visitor)
    assert visitor.status == 503
    assert "report.pdf" in await visitor.get("/notify/files")
    form.deposit.fail = False
    await send(visitor)
    ((_, post),) = form.deposit.posts
    assert [one.name.reveal() for one in post.files] == ["report.pdf"]


async def test_reference_and_return_code_have_no_look_alikes_and_enough_bits(form: Running, visitor: Visitor) -> None:
    reference, code = await begin(visitor)
    assert not set("0O1IL2Z5S8BUV") & set(ALPHABET)
    assert set(reference + code.replace("-", "")) <= set(ALPHABET)
    assert len(ALPHABET) ** CODE_LENGTH > 2**80


@pytest.mark.parametrize(
    ("page", "action"),
    [("/notify", "/notify/start"), ("/notify/one-page", "/notify/one-page"), ("/enquire", "/enquire")],
)
async def test_whoever_fills_in_the_honeypot_begins_and_sends_nothing(
    form: Running, visitor: Visitor, page: str, action: str
) -> None:
    await visitor.get(page)
    values = {"website": "https://spam.example", "family_name": "x", "message": "x", "enquirer_email": "a@b.example"}
    await visitor.post(action, values)
    assert visitor.status == 400
    assert form.deposit.calls == 0
    await visitor.get("/notify/tasks")
    assert visitor.path == "/notify/return"


async def test_a_wrong_return_code_keeps_the_reference_that_was_typed(form: Running, visitor: Visitor) -> None:
    await visitor.get("/notify/return")
    html = await visitor.post("/notify/return", {"reference": "34679CDFGH", "code": "wrong"})
    assert 'value="34679CDFGH"' in html
    assert 'value="wrong"' not in html
    assert html.count("do not open a form") == 2  # in the summary, and beside the field
