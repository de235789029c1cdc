"""The log names events and listed fields. What a library says stays out of it."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.adapters.host.log import LogJournal, start_logging

SECRET = "Zoe Testchild, secure@cdop.example"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("gateway")
    before = (list(root.handlers), root.level, ours.level)
    stream = io.StringIO()
    start_logging("worker", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, ours.level = before


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize("name", ["smtplib", "aiohttp.server", "gatewayed", "asyncio"])  # mail.log is switched off
def test_a_librarys_line_is_its_name_and_level_and_nothing_it_says(log: io.StringIO, name: str) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger(name).exception("failed for %s", SECRET, extra={"code": SECRET, "state": SECRET})
    [line] = lines(log)
    assert SECRET not in log.getvalue()
    assert {key: line[key] for key in line if key != "at"} == {
        "event": "library",
        "logger": name,
        "level": "error",
        "role": "worker",
    }


def test_a_library_is_silent_below_warnings(log: io.StringIO) -> None:
    logging.getLogger("mail.log").info("%s", SECRET)
    logging.getLogger("mail.log").debug("%s", SECRET)
    assert log.getvalue() == ""


def test_a_warning_of_python_says_nothing_of_its_text(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    [line] = lines(log)
    assert (line["event"], line["logger"]) == ("library", "py.warnings")
    assert SECRET not in log.getvalue()


def test_our_own_event_has_its_listed_fields_and_no_other(log: io.StringIO) -> None:
    LogJournal().event("intake_fault", intake_id="1", error="ValueError", subject=SECRET, address=SECRET)
    [line] = lines(log)
    assert line == {
        "at": line["at"],
        "event": "intake_fault",
        "intake_id": "1",
        "error": "ValueError",
        "role": "worker",
    }


def test_an_exception_of_ours_is_not_written_out(log: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("gateway.web").exception("page_fault")
    [line] = lines(log)
    assert line["event"] == "page_fault"
    assert SECRET not in log.getvalue()
