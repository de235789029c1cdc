"""gpg away, hanging, killed, or with a full disk: nothing leaves, and all is as before once it is mended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.adapters.openpgp import GnuPG, GpgLimits
from gateway.model.content.confidential import ConfidentialBytes
from gateway.ports import Permanent, Temporary
from tests.key_homes import Panels

TEXT = ConfidentialBytes(b"The content.\r\n")
QUICK = GpgLimits(timeout_s=0.5)


def limits(name: str) -> GpgLimits:
    """Return a short time for the one that hangs, and for the others more than a busy machine takes."""
    return QUICK if name.startswith("hanging") else GpgLimits(timeout_s=60)


BROKEN = {
    "hanging": ("sleep 60 & wait", "gpg_timeout"),
    "hanging_after_output": ('gpg "$@"; sleep 60', "gpg_timeout"),
    "killed": ("kill -9 $$", "gpg_failed"),
    "not_running": ("exit 2", "encryption_failed"),
    "silent": ("exit 0", "encryption_failed"),
    "output_lost": ('exec gpg "$@" > /dev/full', "encryption_failed"),
    "status_lost": ('exec gpg "$@" 2>/dev/null --status-fd 2', "encryption_failed"),
    "plain_text_out": ("cat", "encryption_failed"),
}


def wrapper(panels: Panels, body: str, name: str) -> str:
    path: Path = panels.folder / f"gpg-{name}"
    # Only what encrypts is broken: the listing before it works, so that the last step is the one that fails.
    path.write_text(f'#!/bin/sh\ncase "$*" in *--list-keys*) exec gpg "$@";; esac\n{body}\n', encoding="ascii")
    path.chmod(0o700)
    return str(path)


async def failure(openpgp: GnuPG, panels: Panels) -> str:
    try:
        await openpgp.encrypt_and_sign(TEXT, [panels.there.own])
    except (Temporary, Permanent) as stopped:
        return stopped.code
    return "sent"


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_gpg_sends_nothing_and_says_why(panels: Panels, name: str) -> None:
    body, expected = BROKEN[name]
    broken = GnuPG(panels.here.home, panels.here.own, [panels.there.own], limits(name), wrapper(panels, body, name))
    assert await failure(broken, panels) == expected
    mended = await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own])
    assert (await panels.openpgp_there().decrypt(ConfidentialBytes(mended))).plaintext == TEXT


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_gpg_opens_nothing(panels: Panels, name: str) -> None:
    body, _ = BROKEN[name]
    sealed = ConfidentialBytes(await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own]))
    broken = GnuPG(panels.there.home, panels.there.own, [], limits(name), wrapper(panels, body, f"open-{name}"))
    try:
        opened = await broken.decrypt(sealed)
    except Temporary:
        return
    assert opened.plaintext is None
    assert opened.code


async def test_gpg_renamed_away_is_temporary(panels: Panels) -> None:
    away = GnuPG(panels.here.home, panels.here.own, [panels.there.own], gpg=str(panels.folder / "no-such-gpg"))
    for call in (
        away.encrypt_and_sign(TEXT, [panels.there.own]),
        away.decrypt(ConfidentialBytes(await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own]))),
        away.verify(TEXT, bytes([0xC2, 1, 4])),
        away.usable(panels.there.own),
    ):
        with pytest.raises(Temporary) as stopped:
            await call
        assert stopped.value.code == "gpg_missing"


async def test_a_disk_that_takes_no_byte_is_temporary_and_all_works_after_it(panels: Panels) -> None:
    script = wrapper(panels, 'ulimit -f 0; exec gpg "$@"', "full-disk")
    full = GnuPG(panels.here.home, panels.here.own, [panels.there.own], gpg=script)
    with pytest.raises(Temporary) as stopped:
        await full.encrypt_and_sign(TEXT, [panels.there.own])
    assert stopped.value.code == "gpg_failed"
    mended = await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own])
    assert (await panels.openpgp_there().decrypt(ConfidentialBytes(mended))).plaintext == TEXT


async def test_a_secret_key_that_is_away_is_temporary_and_the_message_is_opened_after_it(panels: Panels) -> None:
    sealed = ConfidentialBytes(await panels.openpgp().encrypt_and_sign(TEXT, [panels.there.own]))
    keys, away = panels.there.home / "private-keys-v1.d", panels.there.home / "away"
    keys.rename(away)
    try:
        with pytest.raises(Temporary) as stopped:
            await panels.openpgp_there().decrypt(sealed)
    finally:
        away.rename(keys)
    assert stopped.value.code == "secret_key_failed"
    assert (await panels.openpgp_there().decrypt(sealed)).plaintext == TEXT


async def test_no_process_of_a_hanging_gpg_is_left(panels: Panels) -> None:
    marker = f"61.{os.getpid()}"  # of this process alone: others may run the same test
    script = wrapper(panels, f"sleep {marker} & wait", "left")
    broken = GnuPG(panels.here.home, panels.here.own, [panels.there.own], QUICK, script)
    with pytest.raises(Temporary):
        await broken.encrypt_and_sign(TEXT, [panels.there.own])
    assert not sleeping(marker)


def sleeping(marker: str) -> list[Path]:
    return [process for process in Path("/proc").iterdir() if process.name.isdigit() and _sleeps(process, marker)]


def _sleeps(process: Path, marker: str) -> bool:
    try:
        return (process / "cmdline").read_bytes().split(b"\0")[:2] == [b"sleep", marker.encode()]
    except OSError:
        return False
