"""The key home: made right, refused where it is wrong, and tried before work begins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.openpgp import GnuPG
from gateway.adapters.openpgp.key_home import (
    KeyHome,
    create_key_home,
    import_pinned,
    open_key_home,
    own_fingerprint,
    own_report,
    rotate,
    use,
)
from gateway.adapters.openpgp.listing import certificates
from gateway.adapters.openpgp.process import CappedGPG, GpgLimits
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.ports import Permanent
from tests.adapters.conftest import Visit
from tests.key_homes import Panels, short_folder

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def made() -> Iterator[KeyHome]:
    with short_folder() as folder:
        yield create_key_home(folder / "keys" / "worker" / "gnupg", "Here CDOP", "secure@here.example")


async def refused(home: Path) -> str:
    try:
        (await open_key_home(home, {})).close()
    except Permanent as refusal:
        return refusal.code
    return ""


async def test_a_fresh_home_is_opened(made: KeyHome) -> None:
    assert await refused(made.home) == ""


async def test_a_home_that_others_can_read_is_refused(made: KeyHome) -> None:
    made.home.chmod(0o750)
    assert await refused(made.home) == "key_home_mode"


async def test_a_home_with_too_long_a_path_is_refused_before_a_key_is_made(made: KeyHome) -> None:
    long = made.home / ("x" * 80)
    assert await refused(long) == "key_home_path_too_long"
    with pytest.raises(Permanent):
        create_key_home(long, "Here CDOP", "secure@here.example")
    assert not long.exists()


async def test_a_missing_home_or_own_key_is_refused(made: KeyHome) -> None:
    assert await refused(made.home.parent / "elsewhere") == "key_home_missing"
    (made.home.parent / "own-fingerprint").unlink()
    assert await refused(made.home) == "own_key_not_set"


async def test_a_secret_key_that_cannot_decrypt_its_own_test_is_refused(made: KeyHome) -> None:
    """The encryption subkey's secret is gone; the signing key is still there."""
    for path in sorted((made.home / "private-keys-v1.d").iterdir(), key=lambda path: path.stat().st_mtime_ns)[1:]:
        path.unlink()
    assert await refused(made.home) == "own_key_fails"


async def test_an_own_fingerprint_of_a_key_that_is_not_here_is_refused(made: KeyHome, panels: Panels) -> None:
    use(made.home, panels.there.own)
    assert await refused(made.home) in {"own_key_fails", "no_key"}


async def test_an_existing_home_is_never_written_over(made: KeyHome) -> None:
    with pytest.raises(Permanent) as stopped:
        create_key_home(made.home, "Here CDOP", "secure@here.example")
    assert stopped.value.code == "key_home_exists"


async def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_opens(made: KeyHome, panels: Panels) -> None:
    neighbour = panels.openpgp_there()
    import_pinned(panels.there.home, {made.own: made.certificate})
    to_old = GnuPG(panels.there.home, panels.there.own, [made.own])
    sealed = await to_old.encrypt_and_sign(ConfidentialBytes(b"to the old key"), [made.own])
    fresh = rotate(made.home)
    assert own_fingerprint(made.home) == fresh.own != made.own
    openpgp = await open_key_home(made.home, {panels.there.own: panels.there.certificate})
    opened = await openpgp.decrypt(ConfidentialBytes(sealed))
    assert opened.plaintext == ConfidentialBytes(b"to the old key")
    openpgp.close()
    neighbour.close()


async def test_the_own_report_says_days_strength_and_trial(made: KeyHome) -> None:
    found = await own_report(made.home, NOW)
    assert found.fingerprint == made.own
    assert found.strength == "cv25519"
    assert found.expires_at is not None
    assert found.tried_at == NOW
    assert found.trouble == ""


def test_a_certificate_under_another_keys_name_is_not_imported(visit: Visit) -> None:
    animals = visit.animals
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "Here CDOP", "secure@here.example").home
        two, impostor, sha1 = (animals[name] for name in ("two_user_ids", "impostor", "sha1_bound"))
        both = two.certificate + impostor.certificate
        for pinned in ({two.own: impostor.certificate}, {two.own: both}, {sha1.own: sha1.certificate}):
            assert import_pinned(home, pinned) == tuple(pinned)
        assert import_pinned(home, {two.own: two.certificate}) == ()
        assert ring(home) == {two.own} | {own_fingerprint(home)}


def ring(home: Path) -> set[Fingerprint]:
    listed = CappedGPG(home, GpgLimits()).run(["--with-colons", "--list-keys"]).data
    return {found.primary.fingerprint for found in certificates(listed)}


def test_an_expired_or_revoked_neighbour_does_not_stop_the_worker(visit: Visit) -> None:
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "Here CDOP", "secure@here.example").home
        pinned = {visit.animals[name].own: visit.animals[name].certificate for name in ("expired", "revoked")}
        assert import_pinned(home, pinned) == ()
        asyncio.run(open_key_home(home, pinned)).close()


def test_twenty_imports_at_once_lose_no_key(visit: Visit) -> None:
    good = [visit.animals[name] for name in ("two_user_ids", "expiring", "sign_only", "broken_utf8")]
    with short_folder() as folder:
        home = create_key_home(folder / "gnupg", "Here CDOP", "secure@here.example").home
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda animal: import_pinned(home, {animal.own: animal.certificate}), good * 5))
        assert {animal.own for animal in good} <= ring(home)
