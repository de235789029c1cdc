"""The fixed texts: they hold nothing of a message, say this is no emergency line, and are filled strictly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.texts import load_texts
from gateway.ports import Permanent
from gateway.stages.answers.texts import LANGUAGES, PLACEHOLDERS, BadText, check_template, fill, placeholders

VALUES = {
    "reference": "34679CDFGH",
    "panel_name": "Somewhere CDOP",
    "form_url": "https://form.gateway.example/",
    "telephone": "01632 960123",
    "openpgp_fingerprint": "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567",
    "secure_mailbox": "secure-cdop@gateway.example",
    "answer_days": "5",
}
TEXTS = load_texts([packaged_config()])
ALL = [(language, name) for language in LANGUAGES for name in sorted(TEXTS.by_language[language])]
_OF_A_MESSAGE = ("{subject", "{author", "{sender", "{body", "{quote", "{child", "{case", "{name}", "> ", "your subject")


@pytest.mark.parametrize(("language", "name"), ALL)
def test_text_holds_nothing_of_a_message(language: str, name: str) -> None:
    template = TEXTS.by_language[language][name]
    assert placeholders(template) <= PLACEHOLDERS
    subject, body = fill(template, VALUES)
    assert not [mark for mark in _OF_A_MESSAGE if mark in template.lower()]
    left = body
    for value in VALUES.values():
        left = left.replace(value, "")
    assert "{" not in left
    assert subject == fill(template, VALUES)[0]
    assert not re.search(r"\b(known|exists|already have|on file)\b", left)  # never whether a child or case is known


@pytest.mark.parametrize(("language", "name"), ALL)
def test_text_says_that_it_is_no_emergency_line_and_where_to_ring(language: str, name: str) -> None:
    _, body = fill(TEXTS.by_language[language][name], VALUES)
    words = {"en": "not an emergency line", "cy": "nid llinell argyfwng"}
    assert words[language] in body.lower()
    assert "999" in body
    assert VALUES["telephone"] in body


@pytest.mark.parametrize("name", [name for language, name in ALL if language == "en" and name.startswith("advice_")])
def test_advice_gives_one_secure_way_and_scolds_nobody(name: str) -> None:
    for language in LANGUAGES:
        template = TEXTS.template(name, language)
        assert placeholders(template) & {"form_url", "secure_mailbox"}
        assert not re.search(
            r"must not|breach|policy|violat|complian|incident|blocked|rejected|unfortunately", template, re.I
        )


@pytest.mark.parametrize("name", ["receipt_parent", "receipt_public"])
def test_families_and_the_public_get_no_advice_about_channels(name: str) -> None:
    for language in LANGUAGES:
        template = TEXTS.template(name, language)
        assert not placeholders(template) & {"form_url", "secure_mailbox", "openpgp_fingerprint"}
        assert not re.search(r"secure|encrypt|protect|diogel|amgrypt", template, re.I)
        assert "answer_days" in placeholders(template)


def test_every_text_stands_in_both_languages_with_the_same_placeholders() -> None:
    english, welsh = (TEXTS.by_language[language] for language in LANGUAGES)
    assert set(english) == set(welsh)
    for name in english:
        assert placeholders(english[name]) == placeholders(welsh[name])
        assert english[name] != welsh[name]


def test_text_missing_in_a_language_is_the_english_one_and_an_unknown_one_is_a_fault() -> None:
    assert TEXTS.template("ack_secure", "fr") == TEXTS.template("ack_secure", "en")
    with pytest.raises(BadText):
        TEXTS.template("nothing")


@pytest.mark.parametrize(
    "template",
    ["Hello\nbody", "Subject: x", "Subject: x\n", "Subject: x\n{subject}\n", "Subject: {form_url}\nbody\n",
     "Subject: x\n{reference\n", "Subject: x\nreference}\n", "Subject: x\n{reference!r}\n", "Subject: x\n{}\n"],
)  # fmt: skip
def test_unfit_template_is_refused(template: str) -> None:
    with pytest.raises(BadText):
        check_template(template)


@pytest.mark.parametrize("value", ["", "two\nlines", "a\rb", "a\x00b", "x" * 301])
def test_unfit_value_is_refused(value: str) -> None:
    with pytest.raises(BadText):
        fill("Subject: x\nYour reference: {reference}\n", {"reference": value})


def test_missing_value_is_refused_and_a_value_is_never_filled_again() -> None:
    with pytest.raises(BadText):
        fill("Subject: x\n{reference}\n", {})
    assert fill("Subject: x\n{reference}\n", {"reference": "{telephone}", "telephone": "1"})[1] == "{telephone}\n"


def test_own_text_replaces_the_packaged_one_and_a_bad_one_stops_the_start(tmp_path: Path) -> None:
    own = tmp_path / "texts" / "en" / "ack_secure.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Subject: Ours\nOurs: {reference}\n")
    assert load_texts([packaged_config(), tmp_path]).template("ack_secure").startswith("Subject: Ours")
    own.write_text("Subject: Ours\n{subject}\n")
    with pytest.raises(Permanent):
        load_texts([packaged_config(), tmp_path])
