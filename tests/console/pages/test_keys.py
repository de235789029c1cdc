"""The console lists every key in use and warns of those that run out or cannot be used."""

from __future__ import annotations

from datetime import timedelta

from gateway.model.case.rows import KeyRow, Move
from gateway.model.kinds import MoveKind
from tests.console.conftest import NOW, Browser, Office

ATTENTION = "Keys that want attention"


def key(owner: str, days: int | None, trouble: str = "") -> KeyRow:
    expires_at = NOW + timedelta(days=days, hours=1) if days is not None else None
    return KeyRow(owner, "AB" * 20, "cv25519", expires_at, trouble, NOW - timedelta(hours=3), NOW - timedelta(hours=1))


async def keep(office: Office, *rows: KeyRow) -> None:
    assert await office.store.commit(Move(MoveKind.KEYS, "worker", NOW, added=rows))


async def test_keys_that_run_out_or_are_in_trouble_stand_on_the_first_page_and_others_do_not(
    office: Office, ada: Browser
) -> None:
    await keep(office, key("own", 400), key("eastmere", 61), key("seal", None))
    assert ATTENTION not in (await ada.get("/")).text
    await keep(office, key("highvale", 14), key("smime northwater", 200, "no_certificate"))
    text = (await ada.get("/")).text
    listed = text[text.index(ATTENTION) :]
    assert "Highvale: OpenPGP" in listed
    assert "14 days left. Ask for the new one in time." in listed
    assert "Northwater: S/MIME" in listed
    assert "The certificate that was confirmed is not there." in listed
    assert "Eastmere" not in listed
    office.clock.pass_by(timedelta(days=2))
    await ada.sign_in("ada")
    assert "Eastmere and the Fens: OpenPGP" in (await ada.get("/")).text, "days are counted from today"


async def test_the_page_of_keys_has_owner_days_strength_trial_and_fingerprint(office: Office, ada: Browser) -> None:
    assert "has not looked at them yet" in (await ada.get("/keys")).text
    await keep(office, key("own", 400), key("eastmere", -2), key("seal", None))
    text = (await ada.get("/keys")).text
    for words in ("This office: OpenPGP", "400 days left", "cv25519", "11 Mar, 06:30", "AB" * 20, "Never expires"):
        assert words in text
    assert text.index("Eastmere and the Fens: OpenPGP") < text.index("This office: OpenPGP"), "trouble comes first"
    assert "Expired" in text
    assert "11 March 2026, 08:30" in text
