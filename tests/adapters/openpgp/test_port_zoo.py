"""The key zoo through every path that sends or verifies."""

from __future__ import annotations

import pytest

from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.kinds import ContentSignature, DispatchHeldReason
from gateway.ports import Permanent
from gateway.stages.openpgp.packets import dearmour, inspect
from tests.adapters.conftest import Visit
from tests.adapters.openpgp.zoo import TEXT

SIGNED = ConfidentialBytes(TEXT)

# Whether it can be sent to (None: it can), and what its signature is worth.
EXPECTED = {
    "expired": (DispatchHeldReason.KEY_EXPIRED, ContentSignature.UNVERIFIABLE),
    "expiring": (None, ContentSignature.GOOD),
    "partly_expired": (DispatchHeldReason.KEY_EXPIRED, ContentSignature.GOOD),
    "revoked": (DispatchHeldReason.KEY_REVOKED, ContentSignature.UNVERIFIABLE),
    "sign_only": (DispatchHeldReason.NO_KEY, ContentSignature.GOOD),
    "missing": (DispatchHeldReason.NO_KEY, ContentSignature.UNKNOWN),
    "impostor": (DispatchHeldReason.KEY_NOT_PINNED, ContentSignature.UNKNOWN),
    "two_user_ids": (None, ContentSignature.GOOD),
    "broken_utf8": (None, ContentSignature.GOOD),
    "sha1_bound": (DispatchHeldReason.NO_KEY, ContentSignature.UNVERIFIABLE),
    "weak_rsa": (DispatchHeldReason.NO_KEY, ContentSignature.UNVERIFIABLE),
    "forged_status": (DispatchHeldReason.KEY_NOT_PINNED, ContentSignature.UNKNOWN),
}


def test_the_table_names_every_animal(visit: Visit) -> None:
    assert set(EXPECTED) == set(visit.animals)


@pytest.mark.parametrize("name", EXPECTED)
async def test_usable_says_why_a_key_is_not_sent_to(visit: Visit, name: str) -> None:
    assert await visit.openpgp().usable(visit.animals[name].own) is EXPECTED[name][0]


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_message_goes_to_a_good_key_or_nowhere(visit: Visit, name: str) -> None:
    own, refusal = visit.animals[name].own, EXPECTED[name][0]
    if refusal is None:
        sealed = await visit.openpgp().encrypt_and_sign(SIGNED, [own])
        found = inspect(dearmour(sealed) or b"")
        assert found is not None
        assert found.recipients == tuple(key[-16:] for key in await visit.openpgp().encryption_subkeys([own]))
        return
    for recipients in ([own], [visit.panels.there.own, own]):  # one bad key stops the whole message
        with pytest.raises(Permanent) as refused:
            await visit.openpgp().encrypt_and_sign(SIGNED, recipients)
        assert refused.value.code == refusal


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_detached_signature_is_worth_what_its_key_is(visit: Visit, name: str) -> None:
    animal, expected = visit.animals[name], EXPECTED[name][1]
    verdict = await visit.openpgp().verify(SIGNED, animal.signature)
    assert verdict.signature is expected
    assert verdict.signer == (animal.own if expected is ContentSignature.GOOD else None)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "expired"])
async def test_a_signature_inside_the_encryption_is_worth_the_same(visit: Visit, name: str) -> None:
    animal, expected = visit.animals[name], EXPECTED[name][1]
    opened = await visit.openpgp().decrypt(ConfidentialBytes(animal.message))
    assert opened.plaintext == SIGNED
    assert opened.verdict.signature is expected
    assert opened.verdict.signer == (animal.own if expected is ContentSignature.GOOD else None)


async def test_an_impostor_with_the_same_address_and_a_newer_key_gets_nothing(visit: Visit) -> None:
    there, impostor = visit.panels.there.own, visit.animals["impostor"].own
    sealed = await visit.openpgp().encrypt_and_sign(SIGNED, [there])
    found = inspect(dearmour(sealed) or b"")
    listed = {certificate.primary.fingerprint: certificate for certificate in await visit.openpgp().certificates()}
    assert found is not None
    assert len(found.recipients) == 1
    assert found.recipients[0] in {key.fingerprint[-16:] for key in listed[there].keys}
    assert found.recipients[0] not in {key.fingerprint[-16:] for key in listed[impostor].keys}


async def test_status_lines_in_a_user_id_never_make_somebody_elses_signature(visit: Visit) -> None:
    """The user id carries U+0085 and U+2028 before whole GOODSIG and VALIDSIG lines of a pinned key."""
    animal = visit.animals["forged_status"]
    listed = {certificate.primary.fingerprint: certificate for certificate in await visit.openpgp().certificates()}
    assert any("VALIDSIG" in user_id for user_id in listed[animal.own].user_ids)
    opened = await visit.openpgp().decrypt(ConfidentialBytes(animal.message))
    assert opened.verdict.signature is ContentSignature.UNKNOWN
    assert opened.verdict.signer is None


async def test_a_changed_text_is_a_bad_signature(visit: Visit) -> None:
    verdict = await visit.openpgp().verify(ConfidentialBytes(TEXT + b"x"), visit.animals["two_user_ids"].signature)
    assert verdict.signature is ContentSignature.BAD


async def test_two_signatures_are_unverifiable_though_each_is_good(visit: Visit) -> None:
    two = b"".join(
        dearmour(visit.animals[name].signature, b"SIGNATURE") or b"" for name in ("two_user_ids", "expiring")
    )
    verdict = await visit.openpgp().verify(SIGNED, two)
    assert verdict.signature is ContentSignature.UNVERIFIABLE


async def test_a_sha1_signature_by_a_good_key_proves_nothing(visit: Visit) -> None:
    own = visit.animals["two_user_ids"].own
    signature, message = visit.zoo.signed(own, "", "--digest-algo", "SHA1")
    verdict = await visit.openpgp().verify(SIGNED, signature)
    opened = await visit.openpgp().decrypt(ConfidentialBytes(message))
    assert verdict.signature is ContentSignature.UNVERIFIABLE
    assert opened.verdict.signature is ContentSignature.UNVERIFIABLE


async def test_a_key_in_an_attachment_or_a_signature_is_never_imported(visit: Visit) -> None:
    before = {certificate.primary.fingerprint for certificate in await visit.openpgp().certificates()}
    missing = visit.animals["missing"]
    await visit.openpgp().verify(SIGNED, missing.signature)
    await visit.openpgp().verify(ConfidentialBytes(missing.certificate), missing.signature)
    opened = await visit.openpgp().decrypt(ConfidentialBytes(missing.certificate))
    assert opened.code == "not_encrypted"
    after = {certificate.primary.fingerprint for certificate in await visit.openpgp().certificates()}
    assert after == before
