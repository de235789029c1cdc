"""What every page is like: no content where it may linger, nothing inline, words instead of codes."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest

from tests.console.conftest import Browser, Office
from tests.console.samples import FAMILY_NAME


def every_page(office: Office) -> list[str]:
    s = office.samples
    intakes = (s.held_notification, s.general_query, s.secure_query, s.wrapper, s.forwarded, s.passed, s.closed)
    paths = ["/", "/intakes", "/intakes?state=held", "/cases", "/cases?state=open", "/near-misses", "/keys"]
    paths += [f"/dispatches/{s.held_dispatch}"]
    paths += [f"/intakes/{intake}" for intake in intakes]
    paths += [f"/cases/{case}" for case in (s.held_case, s.forwarded_case, s.closed_case)]
    paths += [f"/intakes/{s.held_notification}/send-to-panel", f"/intakes/{s.general_query}/release"]
    paths += [f"/intakes/{s.secure_query}/{move}" for move in ("answer", "open-case", "keep", "close", "original")]
    return [*paths, f"/dispatches/{s.held_dispatch}/mend-dispatch", f"/cases/{s.held_case}/close"]


async def test_every_page_is_shown_without_a_cache_without_scripts_and_without_content_in_its_title(
    office: Office, ada: Browser
) -> None:
    for path in every_page(office):
        answer = await ada.get(path)
        assert answer.status == 200, path
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "<script" not in answer.text
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", answer.text), path
        title = answer.text.split("<title>")[1].split("</title>")[0]
        assert FAMILY_NAME not in title
        assert "Training" not in title
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', answer.text):
            assert FAMILY_NAME.lower() not in address.lower()
            assert not address.startswith(("http", "//", "javascript", "data")), address


async def test_every_form_has_a_label_for_each_field_and_one_heading(office: Office, ada: Browser) -> None:
    for path in every_page(office):
        text = (await ada.get(path)).text
        assert text.count("<h1") == 1, path
        fields = re.findall(r"<(?:input|textarea|select)\b([^>]*)>", text)
        for field in fields:
            if 'type="hidden"' in field:
                continue
            found = re.search(r'\bid="([^"]+)"', field)
            assert found, (path, field)
            assert f'for="{found[1]}"' in text, (path, field)
        identifiers = re.findall(r'\bid="([^"]+)"', text)
        assert len(identifiers) == len(set(identifiers)), path


async def test_nothing_confidential_reaches_a_log_or_the_database(
    office: Office, ada: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for path in every_page(office):
        await ada.get(path)
    release = f"/intakes/{office.samples.general_query}/release"
    await ada.post(release + "/unmasked")
    await ada.post(f"/intakes/{office.samples.general_query}/original")
    form = await ada.get(release)
    version = form.text.split('name="version" value="')[1].split('"')[0]
    fields = {"version": version, "reason": "CANARY-REASON about Quillfeather", "step": "post", "view": "masked"}
    assert (await ada.post(release, fields)).status == 303
    canaries = (FAMILY_NAME, "Perrin", "999 123 4560", "CANARY-REASON", "d.osei@infirmary.example", "01632 960145")
    logged = "\n".join(record.getMessage() for record in caplog.records)
    for canary in canaries:
        assert canary not in logged
        for kept in office.blobs.parent.rglob("*"):
            if kept.is_file():
                assert canary.encode() not in kept.read_bytes(), kept.name


async def test_the_queue_says_why_in_words_and_marks_what_is_overdue(office: Office, ada: Browser) -> None:
    text = (await ada.get("/")).text
    assert "It came in an encrypted wrapper that the gateway cannot open. Open it by hand." in text
    assert "A message to the general mailbox has confidential content." in text
    assert "The receiver&#39;s key has expired." in text
    assert "Past the 48 h for telling NCMD" in text
    assert "Past the local 24 h; NCMD within 17 h" in text
    assert '<span class="con-count__n">2</span> past their time' in text
    assert "was due 9 March 2026" in text
    references = [text.index(str(intake)) for intake in (office.samples.wrapper, office.samples.held_notification)]
    assert references == sorted(references)


async def test_times_are_those_of_the_clock_on_the_wall(office: Office, ada: Browser) -> None:
    office.clock.pass_by(timedelta(minutes=5))
    text = (await ada.get(f"/intakes/{office.samples.secure_query}")).text
    assert "1 h 11 min" in text


async def test_a_reference_or_case_number_is_found_however_it_is_typed(office: Office, ada: Browser) -> None:
    intake = await office.store.intake(office.samples.wrapper)
    case = await office.store.case(office.samples.held_case)
    assert intake is not None
    assert case is not None
    typed = f" {intake.reference[:5].lower()} {intake.reference[5:]} "
    assert (await ada.post("/find", {"reference": typed})).location == f"/intakes/{intake.id}"
    assert (await ada.post("/find", {"reference": case.number})).location == f"/cases/{case.id}"


async def test_what_is_not_found_is_not_repeated(ada: Browser) -> None:
    answer = await ada.post("/find", {"reference": "Quillfeather"})
    assert answer.status == 404
    assert "Quillfeather" not in answer.text.replace("placeholder", "")


@pytest.mark.parametrize(
    "path", ["/intakes/not-an-id", "/intakes/00000000-0000-7000-8000-000000000000", "/nowhere", "/cases/1/keep"]
)
async def test_what_is_not_there_is_404_with_a_fixed_text(ada: Browser, path: str) -> None:
    answer = await ada.get(path)
    assert answer.status == 404
    assert "There is nothing here" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_move_that_does_not_exist_or_does_not_fit_is_refused(office: Office, ada: Browser) -> None:
    assert (await ada.get(f"/intakes/{office.samples.passed}/frobnicate")).status == 404
    assert (await ada.get(f"/intakes/{office.samples.passed}/keep")).status == 409


async def test_the_page_shows_the_evidence_in_its_exact_words(office: Office, ada: Browser) -> None:
    text = (await ada.get(f"/intakes/{office.samples.held_notification}")).text
    assert "dmarc=pass header.from=infirmary.example" in text
    assert "TLSv1.3, TLS_AES_256_GCM_SHA384" in text
    assert "No residence is given in any field." in text
    assert "the place of death lies in its area" in text
    assert "Taken in and sealed" in text
    assert "It takes mail at mx.infirmary.example." in text
    assert "Its MTA-STS policy says testing: a sender may still fall back to clear text." in text


async def test_a_long_list_comes_in_pages(office: Office, ada: Browser) -> None:
    for odd in ("0", "-1", "x", "99999", "²"):
        assert (await ada.get(f"/intakes?page={odd}&state=held")).status == 200
