"""The OpenPGP port: encrypted to the pinned key or not at all, opened whole or not at all."""

from __future__ import annotations

import pytest

from gateway.model.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature, DispatchHeldReason
from gateway.ports import Permanent
from gateway.stages.packets import dearmour, inspect
from tests.key_homes import Panels

TEXT = ConfidentialBytes(b"The content.\r\n")


async def test_a_message_is_encrypted_to_exactly_the_encryption_subkey_and_opens_there(panels: Panels) -> None:
    sealed = await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own])
    found = inspect(dearmour(sealed) or b"")
    (subkey,) = await panels.openpgp().encryption_subkeys([panels.there.own])
    assert found is not None
    assert found.recipients == (subkey[-16:],)
    assert found.integrity
    opened = await panels.openpgp_there().decrypt(ConfidentialBytes(sealed))
    assert opened.plaintext == TEXT
    assert opened.verdict.signature is ContentSignature.GOOD
    assert opened.verdict.signer == panels.here.own


async def test_a_key_that_is_not_pinned_is_never_encrypted_to(panels: Panels) -> None:
    with pytest.raises(Permanent) as refused:
        await panels.openpgp().encrypt_and_sign(TEXT, [panels.here.own])
    assert refused.value.code == DispatchHeldReason.KEY_NOT_PINNED
    assert await panels.openpgp().usable(Fingerprint("A" * 40)) is DispatchHeldReason.KEY_NOT_PINNED


async def test_a_message_with_one_byte_changed_gives_no_plaintext(panels: Panels) -> None:
    sealed = dearmour(await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own])) or b""
    changed = bytearray(sealed)
    changed[-30] ^= 1
    opened = await panels.openpgp_there().decrypt(ConfidentialBytes(bytes(changed)))
    assert opened.plaintext is None
    assert opened.code
