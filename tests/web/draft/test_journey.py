"""The journey, without JavaScript: from the start page to one sealed arrival, whatever happens on the way."""

from __future__ import annotations

import asyncio
import html as entities
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.model.form.notification import AnswerState, Notification
from gateway.ports import Temporary
from gateway.stages.extract import from_form, residence
from gateway.web.draft import drafts
from gateway.web.draft.journey import LISTINGS, PAGES
from gateway.web.services import FORM_SERVICES
from tests.web.site import Running, Visitor, running

HOME = {"home_address": "1 High Street", "home_postcode": "OX1 1AA"}


async def begin(visitor: Visitor) -> tuple[str, str]:
    """Start a draft; return its reference and return code."""
    await visitor.get("/notify")
    html = await visitor.post("/notify/start", {})
    reference, code = re.findall(r'cdop-code">([^<]+)<', html)
    return reference, code


async def answer(visitor: Visitor, page: str, values: dict[str, Any]) -> str:
    await visitor.get(f"/notify/p/{page}")
    return await visitor.post(f"/notify/p/{page}", values)


async def send(visitor: Visitor) -> str:
    html = await visitor.get("/notify/check")
    version = re.search(r"version=(\d+)", html)
    assert version is not None
    await visitor.get(f"/notify/declaration?version={version[1]}")
    return await visitor.post("/notify/send", {})


def arrived(form: Running) -> Notification:
    ((_, post),) = form.deposit.posts
    return from_form(post.values)


async def test_the_journey_ends_in_one_sealed_arrival_with_what_was_checked(form: Running, visitor: Visitor) -> None:
    reference, _ = await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Canary-Family", "given_names-state": "not_asked"})
    assert visitor.path == "/notify/p/date-of-birth"
    await answer(visitor, "date-of-birth", {"date_of_birth-month": "March", "date_of_birth-year": "2026"})
    await answer(visitor, "home", HOME)
    assert "Neighbourshire CDOP" in visitor.html
    await visitor.get("/notify/list/professionals/0123456789abcdef")
    await visitor.post("/notify/list/professionals/0123456789abcdef", {"agency_kind": "gp", "agency_person": "Dr O"})
    assert visitor.path == "/notify/list/professionals"
    html = await visitor.get("/notify/check")
    assert "Canary-Family" in html
    assert "March 2026" in html
    html = await send(visitor)
    assert visitor.path == "/notify/sent"
    assert reference in html
    assert "Canary" not in html
    ((arrival, _),) = form.deposit.posts
    assert arrival.reference == reference
    found = arrived(form)
    assert found.text("family_name") == "Canary-Family"
    assert found.fields["given_names"].state is AnswerState.NOT_ASKED
    assert found.text("date_of_birth") == "2026-03"
    assert found.text("notification_datetime")
    assert residence(found).postcode.reveal() == "OX1 1AA"
    assert [entry["agency_kind"].value.reveal() for entry in found.groups["agency_contacts"]] == ["gp"]


async def test_every_page_is_shown_and_takes_an_empty_answer(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    for page in PAGES:
        html = await visitor.get(f"/notify/p/{page.id}")
        assert visitor.status == 200, page.id
        assert html.count("<h1") == 1, page.id
        await visitor.post(f"/notify/p/{page.id}", {})
        assert visitor.status == 200, page.id
    assert form.deposit.calls == 0


async def test_send_what_you_know_is_there_from_the_start(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Only"})
    html = await visitor.get("/notify/tasks")
    assert "Check and send what you know" in html
    assert "Still missing" in html
    await send(visitor)
    assert arrived(form).text("family_name") == "Only"


async def test_a_postcode_without_a_sure_panel_says_that_a_person_finds_it(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    html = await answer(visitor, "home", {"home_postcode": "EH16 4SA"})
    assert visitor.path == "/notify/p/residence-basis"
    assert "finds the right panel" in html
    html = await answer(visitor, "home", {"home_postcode": "OX1 1AA"})
    assert "finds the right panel" not in html


async def test_the_council_of_care_is_asked_after_whether_there_was_one(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    html = await visitor.get("/notify/p/looked-after")
    assert 0 < html.index("Was the child looked after by a council?") < html.index("Which council was responsible")


@pytest.mark.parametrize("path", ["/", "/notify", "/notify/p/abuse-or-neglect"])
async def test_one_number_for_day_and_night_is_given_once(tmp_path: Path, path: str) -> None:
    one_number = {"social_care_night_phone": "01632 960111"}
    async with running(tmp_path, site=one_number) as form, Visitor(form.url) as visitor:
        await begin(visitor)
        main = (await visitor.get(path)).partition("<main")[2].partition("</main")[0]
        assert main.count("01632 960111") == 1


@pytest.mark.parametrize(
    ("page", "values", "word"),
    [
        ("nhs-number", {"nhs_number": "943 476 5918"}, "not a valid NHS number"),
        ("nhs-number", {"nhs_number": "12"}, "10 digits"),
        (
            "date-of-birth",
            {"date_of_birth-day": "31", "date_of_birth-month": "Feb", "date_of_birth-year": "2024"},
            "read this",
        ),
        ("date-of-death", {"date_of_death-year": "2199"}, "in the future"),
        ("home", {"home_postcode": "NOT A CODE"}, "not a whole UK postcode"),
        ("joint-agency-response", {"jar_triggered": "no", "jar_triggers": ["suspicion"]}, "ring the police"),
    ],
)
async def test_odd_answers_warn_once_and_then_pass_as_they_are(
    form: Running, visitor: Visitor, page: str, values: dict[str, Any], word: str
) -> None:
    await begin(visitor)
    html = await answer(visitor, page, values)
    assert visitor.path == f"/notify/p/{page}"
    assert "Please check this" in html
    assert word in html
    await visitor.post(f"/notify/p/{page}", values)
    assert visitor.path != f"/notify/p/{page}"
    await send(visitor)
    sent = arrived(form)
    assert any(answer.value for name, answer in sent.fields.items() if name != "notification_datetime")


async def test_sending_twice_back_and_two_tabs_is_one_notification(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Once"})
    await visitor.get("/notify/check")
    version = re.search(r"version=(\d+)", visitor.html)
    assert version is not None
    await visitor.get(f"/notify/declaration?version={version[1]}")
    page = visitor.html
    inside, gate = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        inside.set()
        await gate.wait()

    form.deposit.before = slowly
    fields = dict(visitor.hidden())
    own = {"Sec-Fetch-Site": "same-origin", "Origin": form.url}
    both = [
        asyncio.create_task(visitor.session.post(form.url + "/notify/send", data=fields, headers=own)) for _ in range(2)
    ]
    await inside.wait()
    answered, _ = await asyncio.wait(both, timeout=0.2)
    assert not answered
    gate.set()
    assert {(await one).url.path for one in both} == {"/notify/sent"}
    visitor.html = page
    await visitor.post("/notify/send", {})
    assert visitor.path == "/notify/sent"
    await visitor.get("/notify/p/child-name")
    assert visitor.path == "/notify/sent"
    assert (len(form.deposit.posts), form.deposit.calls) == (1, 1)


async def test_a_connection_lost_while_sending_still_sends_once(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Once"})
    await visitor.get("/notify/check")
    version = re.search(r"version=(\d+)", visitor.html)
    assert version is not None
    await visitor.get(f"/notify/declaration?version={version[1]}")
    page, gate = visitor.html, asyncio.Event()
    form.deposit.before = gate.wait
    own = {"Sec-Fetch-Site": "same-origin", "Origin": form.url}
    lost = asyncio.create_task(
        visitor.session.post(form.url + "/notify/send", data=dict(visitor.hidden()), headers=own)
    )
    await form.deposit.called.wait()
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    gate.set()
    visitor.html = page
    await visitor.post("/notify/send", {})
    assert visitor.path == "/notify/sent"
    assert len(form.deposit.posts) == 1


async def test_a_change_in_another_tab_after_the_check_page_is_shown_before_anything_is_sent(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "First"})
    await visitor.get("/notify/check")
    version = re.search(r"version=(\d+)", visitor.html)
    assert version is not None
    await visitor.get(f"/notify/declaration?version={version[1]}")
    page = visitor.html
    await answer(visitor, "child-name", {"family_name": "Second"})
    visitor.html = page
    html = await visitor.post("/notify/send", {})
    assert visitor.path == "/notify/check"
    assert "changed in another tab" in html
    assert form.deposit.calls == 0
    await send(visitor)
    assert arrived(form).text("family_name") == "Second"


async def test_full_disk_keeps_the_form_and_the_next_try_is_the_same_arrival(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Kept"})
    form.deposit.fail = True
    html = await send(visitor)
    assert visitor.status == 503
    assert "01632 960100" in html
    assert "saved on earlier pages is kept" in html
    form.deposit.fail = False
    await send(visitor)
    assert visitor.path == "/notify/sent"
    assert arrived(form).text("family_name") == "Kept"


async def test_lists_change_and_remove(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    for listing in LISTINGS:
        assert "/notify/list/" in await visitor.get(f"/notify/list/{listing.slug}")
    base = "/notify/list/household/"
    for entry, name in (("a" * 16, "Mary"), ("b" * 16, "Mo")):
        await visitor.get(base + entry)
        await visitor.post(base + entry, {"person_name": name, "person_relationship": "mother"})
    await visitor.get(base + "a" * 16)
    assert 'value="Mary"' in visitor.html
    html = await visitor.post(base + "a" * 16, {"person_name": "Maria"})
    assert "Maria" in html
    await visitor.get(base + "b" * 16 + "/remove")
    html = await visitor.post(base + "b" * 16 + "/remove", {})
    assert "Mo" not in re.findall(r'summary-list__key">([^<]*)<', html)
    await visitor.get(base + "not-an-id")
    assert visitor.status == 404
    await send(visitor)
    names = [entry["person_name"].value.reveal() for entry in arrived(form).groups["significant_persons"]]
    assert names == ["Maria"]


async def test_a_twin_needs_no_retyping_of_what_both_share(form: Running, visitor: Visitor) -> None:
    first, _ = await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Twins", "given_names": "One"})
    await answer(visitor, "home", HOME)
    await answer(visitor, "circumstances", {"circumstances": "of the first"})
    await send(visitor)
    html = await visitor.post("/notify/next-child", {})
    second = re.findall(r'cdop-code">([^<]+)<', html)[0]
    assert second != first
    await answer(visitor, "child-name", {"family_name": "Twins", "given_names": "Two"})
    await send(visitor)
    found = {str(a.reference): from_form(p.values) for a, p in form.deposit.posts}
    assert found[second].text("given_names") == "Two"
    assert found[second].text("home_postcode") == "OX1 1AA"
    assert found[second].text("circumstances") == ""
    assert found[first].text("given_names") == "One"


async def test_return_code_opens_the_draft_in_another_browser_and_nothing_else_does(
    form: Running, visitor: Visitor
) -> None:
    reference, code = await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Returned"})
    async with Visitor(form.url) as other:
        await other.get("/notify/p/child-name")
        assert other.path == "/notify/return"
        wrong = []
        for tried in ((reference, "3" * 20), ("3" * 10, code), (reference, ""), ("nonsense", code)):
            wrong.append(await other.post("/notify/return", {"reference": tried[0], "code": tried[1]}))
            assert other.status == 403
        problems = {re.sub(r'value="[^"]*"', "", html) for html in wrong}
        assert len(problems) == 1  # whatever was wrong, the answer is the same
        await other.post("/notify/return", {"reference": reference.lower(), "code": code.lower().replace("-", " ")})
        assert other.path == "/notify/tasks"
        assert "Returned" in await other.get("/notify/p/child-name")


async def test_too_many_wrong_codes_lock_a_reference_for_an_hour(tmp_path: Path) -> None:
    time = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    clock = [time]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        reference, code = await begin(visitor)
        async with Visitor(form.url) as other:
            await other.get("/notify/return")
            for _ in range(5):
                await other.post("/notify/return", {"reference": reference, "code": "3" * 20})
            html = await other.post("/notify/return", {"reference": reference, "code": code})
            assert "Too many tries" in html
            clock[0] = time + timedelta(hours=1, minutes=1)
            await other.post("/notify/return", {"reference": reference, "code": code})
            assert other.path == "/notify/tasks"


async def test_after_a_time_out_what_was_typed_is_carried_to_the_return_page_and_saved(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 23, 3, 0, tzinfo=UTC)]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        reference, code = await begin(visitor)
        await visitor.get("/notify/p/circumstances")
        clock[0] += timedelta(minutes=31)
        page = await visitor.post("/notify/p/circumstances", {"circumstances": 'typed for a "long" time\nof night'})
        assert visitor.status == 401
        assert "will be saved when you open the form again" in page
        carried = {name: entities.unescape(value) for name, value in visitor.hidden()}
        await visitor.post("/notify/return", carried | {"reference": reference, "code": code})
        assert visitor.path == "/notify/p/circumstances"
        assert "of night" in visitor.html
        await send(visitor)
        assert arrived(form).text("circumstances") == 'typed for a "long" time\nof night'


async def test_the_server_keeps_only_ciphertext_and_hashes(form: Running, visitor: Visitor) -> None:
    _, code = await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Canary-In-The-File"})
    cookie = next(iter(visitor.session.cookie_jar)).value
    for file in form.folder.rglob("*"):
        if file.is_file() and file.suffix != ".pem":
            content = file.read_bytes()
            for secret in (b"Canary-In-The-File", cookie.encode(), code.encode(), code.replace("-", "").encode()):
                assert secret not in content, file


async def test_leaving_ends_the_session_and_says_that_nothing_was_sent(form: Running, visitor: Visitor) -> None:
    reference, _ = await begin(visitor)
    await visitor.get("/notify/tasks")
    html = await visitor.post("/notify/leave", {})
    assert "It has not been sent" in html
    assert reference in html
    await visitor.get("/notify/tasks")
    assert visitor.path == "/notify/return"


async def test_expired_drafts_are_deleted_with_their_files(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 23, 3, 0, tzinfo=UTC)]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        reference, code = await begin(visitor)
        clock[0] += timedelta(days=15)
        await visitor.get("/notify/return")
        await visitor.post("/notify/return", {"reference": reference, "code": code})
        assert visitor.status == 403


async def test_autosave_keeps_a_page_without_leaving_it(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await visitor.get("/notify/p/child-name")
    page = visitor.html
    await visitor.post("/notify/p/child-name", {"family_name": "Saved", "autosave": "1"})
    assert visitor.status == 204
    visitor.html = page
    assert 'value="Saved"' in await visitor.get("/notify/p/child-name")


async def test_copy_is_a_tagged_pdf_only_after_sending_and_only_for_the_notifier(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Copied"})
    await visitor.get("/notify/copy.pdf")
    assert visitor.path == "/notify/tasks"
    await send(visitor)
    async with visitor.session.get(form.url + "/notify/copy.pdf") as response:
        content = await response.read()
        assert response.content_type == "application/pdf"
        assert response.headers["Cache-Control"] == "no-store"
    reader = PdfReader(io.BytesIO(content))
    assert "Copied" in "".join(page.extract_text() for page in reader.pages)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    async with Visitor(form.url) as other:
        await other.get("/notify/copy.pdf")
        assert other.path == "/notify/return"


async def test_words_beside_a_choice_that_was_not_made_are_kept(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "looked-after", {"looked_after-words": "perhaps: ask the council"})
    await visitor.get("/notify/p/looked-after")
    assert 'value="perhaps: ask the council"' in visitor.html
    await answer(visitor, "looked-after", {"looked_after": "previously", "looked_after-words": "section 20"})
    await visitor.get("/notify/p/looked-after")
    assert 'value="section 20"' in visitor.html
    await answer(
        visitor, "joint-agency-response", {"jar_triggers-state": "to_follow", "jar_triggered": "state:not_known"}
    )
    html = await visitor.get("/notify/p/joint-agency-response")
    assert len(re.findall(r'value="(?:to_follow|state:not_known)"[^>]* checked', html)) == 2
    await send(visitor)
    found = arrived(form)
    assert found.text("looked_after") == "previously: section 20"
    assert (found.fields["jar_triggers"].state, found.fields["jar_triggered"].state) == ("to_follow", "not_known")


async def test_killed_between_sealed_and_marked_the_next_try_is_the_same_arrival(
    form: Running, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*anything: object) -> None:
        raise Temporary("form_store")

    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Once"})
    with monkeypatch.context() as patched:
        patched.setattr(drafts, "mark_sent", killed)
        await send(visitor)
        assert visitor.status == 503
    assert len(form.deposit.posts) == 1
    await send(visitor)
    assert visitor.path == "/notify/sent"
    assert (len(form.deposit.posts), form.deposit.calls) == (1, 2)


async def test_the_sweep_deletes_expired_drafts_and_their_files_from_disk(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 23, 3, 0, tzinfo=UTC)]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        reference, _ = await begin(visitor)
        at = form.app[FORM_SERVICES]
        stray = tmp_path / "form" / "files" / ("f" * 32)
        stray.write_bytes(b"sealed")
        await at.form_store.run(
            lambda db: db.execute(
                "INSERT INTO files VALUES (?, ?, ?)", (stray.name, reference, clock[0].timestamp() + 9e9)
            )
        )
        assert await at.form_store.forget(clock[0].timestamp()) == []
        later = (clock[0] + timedelta(days=15)).timestamp()
        gone = await at.form_store.forget(later)
        await at.files.remove(gone)
        assert not stray.exists()
        count = await at.form_store.read(lambda db: db.execute("SELECT count(*) FROM drafts").fetchone()[0])
        assert count == 0
        for file in (tmp_path / "form").glob("form.db*"):
            assert reference.encode() not in file.read_bytes()
