"""Nobody says in a mail in what language they read: the office chooses in which ones its answers are written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.settings import SettingsError, load_settings
from gateway.adapters.config.texts import load_texts
from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import TO_SENDER, PlannedDispatch
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import Channel, DispatchKind, Grade, MailboxName
from gateway.roles.wiring import document_layout
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject, Writing
from tests.steps.world import World, world

ENGLISH, WELSH = "not an emergency line", "nid llinell argyfwng"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


async def answer(office: World, languages: tuple[str, ...], template: str) -> tuple[str, str]:
    """Return subject and text of the answer to one sender."""
    _, arrival = await office.arrive(Channel.SMTP, MailboxName.SECURE, reverse_path="a@b.example")
    assurance = Assurance(Grade.NOT_SECURE, ())
    record = IntakeRecord(arrival, assurance, ContentState(), author=ConfidentialText("a@b.example"))
    texts = load_texts([packaged_config()])
    writing = replace(Writing(texts, document_layout(), dict, 1_000_000), answer_languages=languages)
    await draft(office.tools, writing, PlannedDispatch(DispatchKind.ADVICE, TO_SENDER, template), Subject(record))
    _, content = unpack_payload(ConfidentialBytes(office.outbox.sealed[-1]))
    parsed = message_from_bytes(content.reveal(), policy=SMTP)
    return str(parsed["Subject"]), parsed.get_content().replace("\n", " ").replace("\r", "").lower()


@pytest.mark.parametrize(
    ("languages", "english", "welsh"),
    [(("en",), True, False), (("cy",), False, True), (("cy", "en"), True, True), (("en", "cy"), True, True)],
)
async def test_an_answer_is_written_in_each_language_of_the_office_the_first_one_above(
    office: World, languages: tuple[str, ...], english: bool, welsh: bool
) -> None:
    subject, text = await answer(office, languages, "advice_form")
    assert (ENGLISH in text, WELSH in text) == (english, welsh)
    if english and welsh:
        assert (text.index(ENGLISH) < text.index(WELSH)) == (languages[0] == "en")
    assert ("Received" in subject) == english


def test_the_languages_are_a_setting_english_by_default_and_never_none(tmp_path: Path) -> None:
    assert load_settings(None).panel.answer_languages == ("en",)
    path = tmp_path / "gateway.toml"
    path.write_text('[panel]\nanswer_languages = ["cy", "en"]\n')
    assert load_settings(tmp_path).panel.answer_languages == ("cy", "en")
    for wrong in ("[]", '["fr"]', '["en", "en"]'):
        path.write_text(f"[panel]\nanswer_languages = {wrong}\n")
        with pytest.raises(SettingsError, match=r"panel\.answer_languages"):
            load_settings(tmp_path)
