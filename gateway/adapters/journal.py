"""The log: JSON lines on standard error, a constant event name and listed fields only.

Whatever is not on the list is dropped, whatever a library logs is reduced to its name and level: an envelope,
an address or an exception's text cannot get in by accident.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

ALLOWED = frozenset(
    {
        "attempts",
        "case_id",
        "code",
        "count",
        "dispatch_id",
        "error",
        "grade",
        "instruction_id",
        "intake_id",
        "kind",
        "level",
        "logger",
        "mailbox",
        "outcome",
        "pid",
        "port",
        "reason",
        "role",
        "seconds",
        "size_bytes",
        "state",
    }
)
_OURS = "gateway"


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if record.name == _OURS:
            event = record.msg
            given = getattr(record, "fields", {})
        else:
            event = "library"
            given = {"logger": record.name, "level": record.levelname.lower()}
        fields = {name: value for name, value in given.items() if name in ALLOWED}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "event": event, **fields}, ensure_ascii=True)


def start_logging(role: str, stream: TextIO | None = None, level: int = logging.INFO) -> LogJournal:
    """Send everything through the one formatter; libraries speak from WARNING on, and only by name."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger(_OURS)
    ours.setLevel(level)
    logging.captureWarnings(capture=True)
    return LogJournal(role)


class LogJournal:
    """ports.Journal."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._logger = logging.getLogger(_OURS)

    def event(self, name: str, **fields: str | int | float) -> None:
        """Write one event. Fields that are not on the list are dropped."""
        self._logger.info(name, extra={"fields": {"role": self._role, **fields}})
