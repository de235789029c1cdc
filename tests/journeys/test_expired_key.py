"""The neighbour's key has expired: held with an alarm, nothing in clear, and sent once after the key is mended."""

from __future__ import annotations

import subprocess

import pytest

from gateway.model.kinds import DispatchHeldReason, DispatchKind, DispatchState
from gateway.roles.demo.messages import CHILDREN
from gateway.roles.demo.world import OPERATOR, World, certificate_of
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

CHILD = CHILDREN["stevenage"]


def set_expiry(world: World, when: str) -> None:
    """Have the neighbour change the expiry of its own key, and give us the new public key."""
    keys = world.neighbours["hertfordshire"].keys
    for subkeys in ([], ["*"]):
        subprocess.run(
            ["gpg", "--batch", "--homedir", str(keys.home), "--quick-set-expire", keys.own, when, *subkeys],
            check=True,
            capture_output=True,
        )
    (world.layout.peers / f"{keys.own}.asc").write_bytes(certificate_of(keys))


async def key_expires(walk: Walk) -> None:
    set_expiry(walk.world, "seconds=1")
    await walk.heavy.keys.refresh()
    await walk.mail(sample("Form A as Word file, lives in Stevenage"))


async def key_is_mended(walk: Walk) -> None:
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert forward.state is DispatchState.HELD
    assert forward.held_reason is DispatchHeldReason.KEY_EXPIRED
    assert not walk.received("hertfordshire")
    alarms = [message for message in walk.received("relay") if message.forward_paths == (OPERATOR,)]
    assert alarms
    assert all(CHILD.family.encode() not in alarm.content for alarm in alarms)
    set_expiry(walk.world, "2y")
    await walk.heavy.keys.refresh()


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
