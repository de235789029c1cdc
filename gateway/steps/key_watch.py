"""Watch the keys in use: a gauge for each, and an alarm at 60, 30, 14, 7 and 1 days and once it has expired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.ids import Fingerprint
from gateway.model.key_report import KeyReport
from gateway.model.kinds import AlarmKind
from gateway.ports import Metrics
from gateway.stages.key_dates import days_left, warning
from gateway.steps.alarms import raise_alarm
from gateway.steps.tools import Tools

NEVER_DAYS = 36_500.0  # what the gauge shows for a key that does not expire


@dataclass(slots=True)
class KeyWatch:
    """What was warned of already. After a restart it is said once more: better twice than not."""

    warned: dict[Fingerprint, str] = field(default_factory=dict)


async def watch_keys(tools: Tools, watch: KeyWatch, reports: Sequence[KeyReport]) -> None:
    """Look at every key once. The worker calls this at its start and then a few times a day."""
    if look(tools.metrics, watch, reports, tools.clock.now()):
        await raise_alarm(tools, AlarmKind.KEY_EXPIRES)


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
