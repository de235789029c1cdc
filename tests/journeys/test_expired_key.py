"""The neighbour's key has expired: held with an alarm, nothing in clear, and sent once after the key is mended."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.model.kinds import DispatchHeldReason, DispatchKind, DispatchState
from gateway.roles.demo.messages import CHILDREN
from gateway.roles.demo.world import OPERATOR, World, certificate_of
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

CHILD = CHILDREN["stevenage"]


def with_expiry(world: World, when: str) -> bytes:
    """Have the neighbour change the expiry of its own key; return the new public key."""
    keys = world.neighbours["hertfordshire"].keys
    listing = gpg(keys.home, "--with-colons", "--with-subkey-fingerprint", "--list-keys", keys.own)
    fingerprints = [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr")]
    for subkey in ([], fingerprints[1:]):  # "*" would leave out a subkey that has expired
        gpg(keys.home, "--quick-set-expire", keys.own, when, *subkey)
    return certificate_of(keys)


@dataclass(frozen=True)
class Certificates:
    """The neighbour's public key when it had run out, and when it was mended."""

    expired: bytes
    mended: bytes


_MADE: dict[Path, Certificates] = {}


async def certificates(world: World) -> Certificates:
    """Have the neighbour let its key run out and mend it: once for each world, because it takes seconds."""
    if world.root not in _MADE:
        keys = world.neighbours["hertfordshire"].keys
        expired = with_expiry(world, "seconds=1")
        async with asyncio.timeout(60):
            while "[expired" not in gpg(keys.home, "--list-keys", keys.own):  # noqa: ASYNC110 - gpg sets no event
                await asyncio.sleep(0.1)
        _MADE[world.root] = Certificates(expired, with_expiry(world, "2y"))
    return _MADE[world.root]


def gpg(home: Path, *words: str) -> str:
    command = ["gpg", "--batch", "--homedir", str(home), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def until_usable(walk: Walk, *, usable: bool) -> None:
    """Wait until the worker sees the key so: a new self-signature may be dated a second ahead."""
    own = walk.world.neighbours["hertfordshire"].keys.own
    for _ in range(600):
        if (await walk.heavy.keys.usable(own) is None) == usable:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the key did not change")


async def take(walk: Walk, certificate: bytes, *, usable: bool) -> None:
    """Give the worker the neighbour's public key as it is now."""
    own = walk.world.neighbours["hertfordshire"].keys.own
    (walk.world.folders.peers / f"{own}.asc").write_bytes(certificate)
    await walk.heavy.keys.refresh()
    await until_usable(walk, usable=usable)


async def key_expires(walk: Walk) -> None:
    own = walk.world.neighbours["hertfordshire"].keys.own
    gpg(walk.world.folders.gnupg, "--yes", "--delete-keys", own)  # an earlier walk may have left a younger one
    await take(walk, (await certificates(walk.world)).expired, usable=False)
    await walk.mail(sample("Form A as Word file, lives in Stevenage"))


async def key_is_mended(walk: Walk) -> None:
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert forward.state is DispatchState.HELD
    assert forward.held_reason is DispatchHeldReason.KEY_EXPIRED
    assert not walk.received("hertfordshire")
    alarms = [message for message in walk.received("relay") if message.forward_paths == (OPERATOR,)]
    assert alarms
    assert all(CHILD.family.encode() not in alarm.content for alarm in alarms)
    await take(walk, (await certificates(walk.world)).mended, usable=True)


async def sent_once(walk: Walk) -> None:
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert forward.state is DispatchState.SENT
    assert await walk.decrypted("hertfordshire")
    assert await walk.left() == ["acknowledgement:sender", "alarm:operator", "forward:panel:hertfordshire"]


JOURNEY = Journey(
    "expired key", (key_expires, key_is_mended), sent_once, (CHILD.family, CHILD.given), ("hertfordshire",)
)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_expired_key_holds_the_forward_until_it_is_mended(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
    assert len(walk.received("hertfordshire")) == 1
