"""Watch the keys in use: a gauge for each, and an alarm at 60, 30, 14, 7 and 1 days and once it has expired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.model.case.rows import KeyRow, Move
from gateway.model.ids import Fingerprint
from gateway.model.kinds import AlarmKind, MoveKind
from gateway.model.office.key_report import KeyReport
from gateway.ports import Metrics
from gateway.stages.openpgp.key_dates import days_left, warning
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import raise_alarm

NEVER_DAYS = 36_500.0  # what the gauge shows for a key that does not expire


@dataclass(slots=True)
class KeyWatch:
    """What was warned of already. After a restart it is said once more: better twice than not."""

    warned: dict[Fingerprint, str] = field(default_factory=dict)


async def watch_keys(tools: Tools, watch: KeyWatch, reports: Sequence[KeyReport]) -> None:
    """Look at every key once. The worker calls this at its start and then a few times a day."""
    await _keep(tools, reports)
    if look(tools.metrics, watch, reports, tools.clock.now()):
        await raise_alarm(tools, AlarmKind.KEY_EXPIRES)


async def _keep(tools: Tools, reports: Sequence[KeyReport]) -> None:
    """Write down what was seen, for the console. What is not reported any more is not in use."""
    now = tools.clock.now()
    known = {row.owner: row for row in await tools.store.watched_keys()}
    seen = {
        report.owner: KeyRow(
            report.owner, report.fingerprint, report.strength, report.expires_at, report.trouble, report.tried_at, now
        )
        for report in reports
    }
    added = tuple(row for owner, row in seen.items() if owner not in known)
    changed = [replace(row, version=known[owner].version) for owner, row in seen.items() if owner in known]
    changed += [replace(row, in_use=False) for owner, row in known.items() if owner not in seen and row.in_use]
    detail = {"keys": str(len(seen)), "troubled": str(sum(1 for row in seen.values() if row.trouble))}
    move = Move(MoveKind.KEYS, "worker", now, added=added, changed=tuple(changed), detail=detail)
    await tools.store.commit(move)  # False: another worker has just looked


def look(metrics: Metrics, watch: KeyWatch, reports: Sequence[KeyReport], now: datetime) -> bool:
    """Set the gauges; say whether a key has reached a warning day, or got into trouble, since the last look."""
    news = False
    for report in reports:
        left = days_left(report.expires_at, now)
        metrics.gauge("gateway_key_days_left", NEVER_DAYS if left is None else float(left), owner=report.owner)
        metrics.gauge("gateway_key_usable", 0.0 if report.trouble else 1.0, owner=report.owner)
        reached = warning(left)
        words = report.trouble or ("" if reached is None else str(reached))
        if words and watch.warned.get(report.fingerprint) != words:
            news = True
        watch.warned[report.fingerprint] = words
    return news
