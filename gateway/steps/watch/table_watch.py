"""Watch the register of authorities: an alarm a day while one ends within 90 days and no panel follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.model.kinds import AlarmKind
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.soundness import unready
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import raise_alarm


@dataclass(slots=True)
class TableWatch:
    """The day of the last alarm. After a restart it is said once more: better twice than not."""

    told_on: date | None = None


async def watch_tables(tools: Tools, watch: TableWatch, tables: RoutingTables) -> None:
    """Look at the days to come. The worker calls this a few times a day."""
    today = tools.clock.now().date()
    late = unready(tables, today)
    tools.metrics.gauge("gateway_vestings_without_panel", float(len(late)))
    if late and watch.told_on != today:
        watch.told_on = today
        await raise_alarm(tools, AlarmKind.REGISTER_DUE)
