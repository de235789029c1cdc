"""The outcome of each arrival, read from the store and from what the sinks received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.adapters.openpgp import GnuPG
from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.store import SqlStore, open_engine
from gateway.model.case.rows import DispatchRow, IntakeRow
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import IntakeRecord, unpack_record
from gateway.model.kinds import DispatchState, IntakeState
from gateway.roles.demo.sinks import Received
from gateway.roles.demo.world import World
from gateway.stages.openpgp.pgp_mime import read_entity, unwrap


@dataclass(frozen=True, slots=True)
class Outcome:
    """One intake with what left for it."""

    row: IntakeRow
    record: IntakeRecord | None
    dispatches: tuple[DispatchRow, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """What left, as KIND:TO."""
        return tuple(f"{row.kind.value}:{row.to}" for row in self.dispatches)

    @property
    def is_settled(self) -> bool:
        """True once nothing more happens without a person."""
        decided = self.row.state in (IntakeState.DECIDED, IntakeState.HELD, IntakeState.CLOSED)
        return decided and all(row.state is not DispatchState.QUEUED for row in self.dispatches)


async def outcomes(world: World) -> list[Outcome]:
    """Return what the store has, oldest first. Records are opened with the console's case key."""
    engine = open_engine(world.folders.database_url(""))
    store = SqlStore(engine)
    opener = BlobOpener(world.folders.blobs, KeyRing.load(world.folders.console_keys, "case"))
    found = []
    try:
        for row in await store.intakes():
            record = None
            blob = await store.blob(row.record_blob) if row.record_blob is not None else None
            if blob is not None:
                record, _ = unpack_record(await opener.open(blob))
            found.append(Outcome(row, record, tuple(await store.dispatches(intake_id=row.id))))
    finally:
        await engine.dispose()
    return found


async def decrypted(world: World, panel: str, received: Received) -> ConfidentialBytes | None:
    """Open what a neighbour received with the neighbour's own key; None if it does not open with a good signature."""
    neighbour = world.neighbours[panel]
    entity = read_entity(received.content)
    wrapped = unwrap(entity) if entity is not None else None
    if wrapped is None or wrapped.ciphertext is None:
        return None
    gnupg = GnuPG(neighbour.keys.home, neighbour.keys.own, [world.own])
    try:
        opened = await gnupg.decrypt(wrapped.ciphertext)
    finally:
        gnupg.close()
    return opened.plaintext if opened.verdict.signer == world.own else None


def by_message_id(received: Mapping[str, list[Received]]) -> dict[str, tuple[str, Received]]:
    """Return what the sinks have, by Message-ID: the sink's name and the message."""
    found = {}
    for name, messages in received.items():
        for message in messages:
            entity = read_entity(message.content)
            for value in entity.values("message-id") if entity is not None else ():
                found[value] = (name, message)
    return found
