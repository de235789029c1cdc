"""The OpenPGP port: encrypted to the pinned key or not at all, opened whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.adapters.openpgp import GnuPG, GpgLimits
from gateway.adapters.openpgp.key_home import create_key_home, import_pinned
from gateway.adapters.openpgp.process import CappedGPG
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature, DispatchHeldReason
from gateway.ports import Permanent, Temporary
from gateway.stages.openpgp.packets import dearmour, inspect
from tests.key_homes import Panels, short_folder

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


async def test_sixteen_at_once_make_no_error(panels: Panels) -> None:
    here, there = panels.openpgp(), panels.openpgp_there()
    texts = [ConfidentialBytes(b"Message %d\r\n" % number) for number in range(16)]
    sealed = await asyncio.gather(*(here.encrypt_and_sign(text, [panels.there.own]) for text in texts))
    opened = await asyncio.gather(*(there.decrypt(ConfidentialBytes(message)) for message in sealed))
    assert [found.plaintext for found in opened] == texts
    assert {found.verdict.signer for found in opened} == {panels.here.own}
    here.close()
    there.close()


async def test_sixteen_rsa_decryptions_at_once_make_no_error() -> None:
    """gpg-agent runs out of locked memory here without auto-expand-secmem."""
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "RSA CDOP", "secure@rsa.example").home
        unlocked = ["--pinentry-mode", "loopback", "--passphrase", ""]
        made = CappedGPG(home, GpgLimits()).run(
            [*unlocked, "--quick-generate-key", "R <r@rsa.example>", "rsa3072", "default"]
        )
        own = Fingerprint(made.all("KEY_CREATED")[0].fields[1])
        added = CappedGPG(home, GpgLimits()).run([*unlocked, "--quick-add-key", own, "rsa3072", "encr", "1y"])
        assert added.returncode == 0
        openpgp = GnuPG(home, own, [own])
        sealed = ConfidentialBytes(await openpgp.encrypt_and_sign(TEXT, [own]))
        opened = await asyncio.gather(*(openpgp.decrypt(sealed) for _ in range(16)))
        assert [found.plaintext for found in opened] == [TEXT] * 16
        openpgp.close()


async def test_a_session_key_that_our_key_cannot_open_is_tried_again_and_gives_nothing(panels: Panels) -> None:
    """It is the same to see as a gpg-agent that does not work: the worker tries, then holds it for a person."""
    sealed = bytearray(dearmour(await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own])) or b"")
    sealed[60] ^= 1
    with pytest.raises(Temporary) as stopped:
        await panels.openpgp_there().decrypt(ConfidentialBytes(bytes(sealed)))
    assert stopped.value.code == "secret_key_failed"


async def test_a_revocation_or_change_of_the_ring_is_seen_at_once(panels: Panels) -> None:
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "Other CDOP", "secure@other.example")
        openpgp = GnuPG(home.home, home.own, [panels.there.own, home.own])
        assert await openpgp.usable(panels.there.own) is DispatchHeldReason.NO_KEY
        import_pinned(home.home, {panels.there.own: panels.there.certificate})
        assert await openpgp.usable(panels.there.own) is None
        revocation = (home.home / "openpgp-revocs.d" / f"{home.own}.rev").read_bytes()
        CappedGPG(home.home, GpgLimits()).run(["--import"], revocation.replace(b":-----BEGIN", b"-----BEGIN"))
        assert await openpgp.usable(home.own) is DispatchHeldReason.KEY_REVOKED
        openpgp.close()


def listing(home: Path) -> bytes:
    return CappedGPG(home, GpgLimits()).run(["--with-colons", "--list-keys"]).data


async def test_a_key_that_expires_while_the_ring_is_known_is_refused_with_that_reason(panels: Panels) -> None:
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "Short CDOP", "secure@short.example")
        openpgp = GnuPG(home.home, home.own, [home.own])
        await openpgp.encrypt_and_sign(TEXT, [home.own])
        ring = home.home / "pubring.kbx"
        before = ring.stat()
        subkey = (await openpgp.encryption_subkeys([home.own]))[0]
        unlocked = ["--pinentry-mode", "loopback", "--passphrase", ""]
        CappedGPG(home.home, GpgLimits()).run([*unlocked, "--quick-set-expire", home.own, "seconds=1", subkey])
        async with asyncio.timeout(60):
            while b"\nsub:e:" not in listing(home.home):  # noqa: ASYNC110 - gpg sets no event
                await asyncio.sleep(0.1)
        # The list that was kept knows nothing of it: only gpg does.
        openpgp._ring._stamp = (ring.stat().st_ino, ring.stat().st_mtime_ns, ring.stat().st_size)
        assert before.st_mtime_ns != ring.stat().st_mtime_ns
        with pytest.raises(Permanent) as refused:
            await openpgp.encrypt_and_sign(TEXT, [home.own])
        assert refused.value.code == DispatchHeldReason.KEY_EXPIRED
        openpgp.close()
