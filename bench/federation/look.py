"""Compare what every pair of panels holds of their hand-overs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.federation.deaths import Death
from gateway.adapters.store import SqlStore
from gateway.model.case.rows import HandoverRow, TransferRow
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.kinds import DispatchKind, DispatchState, HeldReason, IntakeState


@dataclass(frozen=True)
class Figures:
    """What came of a run."""

    deaths: int
    cases: int
    forwards: int
    acknowledged: int
    taken: int
    receipts: int
    told: int  # panels of the area of death that were only told
    repeats: int
    kills: int
    faults: tuple[str, ...]


_Key = tuple[str, str, str]  # who sent, who took, the transfer


async def look(stores: Mapping[str, SqlStore], deaths: Sequence[Death], kills: int) -> Figures:
    """Compare what every pair of panels holds of their hand-overs."""
    sent: dict[_Key, HandoverRow] = {}
    got: dict[_Key, TransferRow] = {}
    told: Counter[tuple[str, str]] = Counter()
    faults: list[str] = []
    cases = receipts = repeats = 0
    for panel, store in stores.items():
        own_cases = await store.cases()
        cases += len(own_cases)
        wanted = sum(1 for death in deaths if panel in (death.residence, death.to))
        if len(own_cases) != wanted:
            faults.append(f"{panel}: {len(own_cases)} cases for {wanted} deaths")
        for handover in await store.handovers():
            sent[panel, handover.panel, str(handover.dispatch_id)] = handover
        for row in await store.all_transfers():
            if row.kind is TransferKind.FORWARD:
                got[row.sender, panel, str(row.transfer)] = row
            else:
                told[row.sender, panel] += 1
        rows = await store.intakes()
        repeats += sum(1 for row in rows if row.duplicate_of is not None)
        held = [row.held_reason for row in rows if row.state is IntakeState.HELD]
        faults += [f"{panel}: {reason}" for reason in held if reason is not HeldReason.TOLD_OF_DEATH]
        dispatches = await store.dispatches()
        receipts += sum(1 for row in dispatches if row.kind is DispatchKind.TRANSFER_RECEIPT)
        faults += [f"{panel}: {row.kind} {row.state}" for row in dispatches if row.state is not DispatchState.SENT]
    faults += _disagreements(sent, got, deaths)
    faults += _differ(Counter((death.to, death.informed) for death in deaths if death.informed), told, "told")
    acknowledged = sum(1 for row in sent.values() if row.acknowledged_at is not None)
    return Figures(
        len(deaths), cases, len(sent), acknowledged, len(got), receipts, told.total(), repeats, kills, tuple(faults)
    )


def _disagreements(
    sent: Mapping[_Key, HandoverRow], got: Mapping[_Key, TransferRow], deaths: Sequence[Death]
) -> list[str]:
    faults = [f"only sent: {key}" for key in sent.keys() - got.keys()]
    faults += [f"only taken: {key}" for key in got.keys() - sent.keys()]
    for key in sent.keys() & got.keys():
        if sent[key].acknowledged_at is None:
            faults.append(f"not acknowledged: {key}")
        if sent[key].content_hash != got[key].manifest_sha256 or got[key].case_id is None:
            faults.append(f"the records differ: {key}")
    wanted = Counter((death.to, death.residence) for death in deaths if death.to != death.residence)
    faults += _differ(wanted, Counter(key[:2] for key in got), "taken")
    if len({row.case_id for row in got.values()}) != len(got):
        faults.append("two transfers in one case")
    return faults


def _differ(wanted: Counter[tuple[str, str]], found: Counter[tuple[str, str]], what: str) -> list[str]:
    pairs = sorted(wanted.keys() | found.keys())
    return [f"{what} {pair}: {found[pair]} for {wanted[pair]}" for pair in pairs if found[pair] != wanted[pair]]
