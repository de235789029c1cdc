"""One thing that is wrong beside every proof keeps a channel from being called secure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.channel.assurance import Arc, ContentState, Dmarc, Evidence
from gateway.model.kinds import ContentEncryption, ContentSignature, Grade
from gateway.stages.assess.grade import grade
from tests.stages.assess.test_grade import NOW, POLICY, PROVED, of


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (replace(PROVED, author=replace(PROVED.author, reply_domains=("elsewhere.example",))), "reply_to_differs"),
        (replace(PROVED, author=replace(PROVED.author, display_domains=("gov.uk",))), "display_name_address"),
    ],
)
def test_an_answer_or_a_name_that_leads_elsewhere_is_told(spoiled: Evidence, code: str) -> None:
    assurance = grade(spoiled, POLICY, ContentState(), NOW)
    assert assurance.grade is not Grade.SECURE
    assert code in [one.code for one in assurance.reasons]


def test_answers_within_the_senders_own_organisation_spoil_nothing() -> None:
    assert of(replace(PROVED, author=replace(PROVED.author, reply_domains=("clinic.nhs.net",)))) is Grade.SECURE


def test_a_list_that_is_too_old_proves_nothing() -> None:
    assurance = grade(PROVED, POLICY, ContentState(), NOW + timedelta(days=400))
    assert assurance.grade is Grade.CLAIMED
    assert "list_stale" in [one.code for one in assurance.reasons]


@pytest.mark.parametrize(
    ("sealers", "expected"),
    [
        (("sealer.example",), Grade.SECURE),
        (("sealer.example", "stranger.example"), Grade.CLAIMED),
        (("stranger.example", "sealer.example"), Grade.CLAIMED),
        ((), Grade.CLAIMED),
    ],
)
def test_every_sealer_of_a_chain_is_a_named_one(sealers: tuple[str, ...], expected: Grade) -> None:
    forwarded = replace(PROVED, dmarc=Dmarc("fail", "nhs.net"), arc=Arc("pass", sealers, True))
    assert of(forwarded) is expected


def test_encrypted_and_signed_by_nobody_enrolled_is_not_end_to_end() -> None:
    content = ContentState(ContentEncryption.OPENPGP, True, ContentSignature.GOOD, signer=None)
    assert of(PROVED, content) is not Grade.END_TO_END
    assert of(PROVED, replace(content, signer="oxfordshire")) is Grade.END_TO_END
