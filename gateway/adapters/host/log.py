"""The log: JSON lines on standard error, a constant event name and listed fields only.

Anything not on the list is dropped, and whatever a library logs is reduced to its name and level: an envelope, an
address or an exception's text cannot get in by accident.
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
        "bytes",
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
    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        if record.name == _OURS or record.name.startswith(f"{_OURS}."):
            event = record.msg
            given = {**vars(record), **getattr(record, "fields", {})}
        else:
            event = "library"
            given = {"logger": record.name, "level": record.levelname.lower()}
        given["role"] = self._role
        fields = {name: given[name] for name in sorted(ALLOWED & given.keys())}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "event": event, **fields}, ensure_ascii=True)


def start_logging(role: str, stream: TextIO | None = None, level: int = logging.INFO) -> LogJournal:
    """Send everything through one formatter; libraries are logged from WARNING up, and only by name."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(role))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger(_OURS)
    ours.setLevel(level)
    logging.captureWarnings(capture=True)
    return LogJournal()


class LogJournal:
    """ports.Journal."""

    def __init__(self) -> None:
        self._logger = logging.getLogger(_OURS)

    def event(self, name: str, **fields: str | int | float) -> None:
        """Write one event. Fields that are not on the list are dropped."""
        self._logger.info(name, extra={"fields": fields})
