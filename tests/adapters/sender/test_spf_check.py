"""SPF against the public suite for RFC 7208 (tests/adapters/sender/rfc7208, with its licence), through our own DNS."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.adapters.sender.spf_check import SpfChecker
from gateway.ports import DnsAnswer, DnsStatus

SUITE = Path(__file__).parent / "rfc7208" / "rfc7208-tests.yml"
CASES = 203


class SuiteResolver:
    """The zone data of one scenario as a resolver. ``TIMEOUT`` is a temporary fault for the types not listed."""

    def __init__(self, zone: dict[str, list[Any]]) -> None:
        self._zone = {name.lower().rstrip("."): records for name, records in zone.items()}

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        wanted = name.lower().rstrip(".")
        for _ in range(12):
            records = self._zone.get(wanted)
            if records is None:
                return DnsAnswer(DnsStatus.NONE, name_exists=False)
            found = [_text(record_type, record[record_type]) for record in records if _has(record, record_type)]
            if found:
                return DnsAnswer(DnsStatus.FOUND, tuple(found))
            if "TIMEOUT" in records:
                return DnsAnswer(DnsStatus.TEMPORARY)
            if record_type == "TXT" and not any(isinstance(record, dict) and "TXT" in record for record in records):
                copied = [_text("TXT", record["SPF"]) for record in records if _has(record, "SPF")]
                if copied:
                    return DnsAnswer(DnsStatus.FOUND, tuple(copied))
            alias = [record["CNAME"] for record in records if _has(record, "CNAME")]
            if not alias:
                return DnsAnswer(DnsStatus.NONE)
            wanted = str(alias[0]).lower().rstrip(".")
        return DnsAnswer(DnsStatus.TEMPORARY)


def _has(record: Any, record_type: str) -> bool:
    return isinstance(record, dict) and record_type in record and record[record_type] != "NONE"


def _text(record_type: str, value: Any) -> str:
    if record_type == "MX":
        return f"{value[0]} {value[1]}"
    if record_type in ("TXT", "SPF"):
        return "".join(value) if isinstance(value, list) else str(value)
    return str(value)


def _scenarios() -> Iterator[Any]:
    for scenario in yaml.safe_load_all(SUITE.read_text("utf-8")):
        if scenario:
            for name, case in scenario["tests"].items():
                yield pytest.param(scenario["zonedata"], case, id=name)


async def test_every_case_of_the_public_suite_has_the_result_the_rfc_asks_for() -> None:
    wrong = []
    cases = list(_scenarios())
    for parameters in cases:
        zone, case = parameters.values
        checker = SpfChecker(SuiteResolver(zone))
        result = await checker.check(str(case["host"]), case["mailfrom"], case["helo"])
        allowed = case["result"] if isinstance(case["result"], list) else [case["result"]]
        if result not in allowed:
            wrong.append((parameters.id, result, allowed))
    assert wrong == [], wrong
    assert len(cases) == CASES


class SilentResolver:
    """Never answers, and counts how many wait."""

    def __init__(self) -> None:
        self.inside = 0

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        self.inside += 1
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_check_without_an_answer_ends_within_its_limit_as_a_temporary_error() -> None:
    checker = SpfChecker(SilentResolver(), limit_s=0.01)
    assert await checker.check("192.0.2.1", "a@slow.example", "h.slow.example") == "temperror"


async def test_however_many_wait_for_silent_servers_another_is_answered() -> None:
    silent = SilentResolver()
    checks = [asyncio.ensure_future(SpfChecker(silent).check("192.0.2.1", "a@d.example", "h")) for _ in range(300)]
    answered = SpfChecker(SuiteResolver({"d.example": [{"SPF": "v=spf1 +all"}]}))
    assert await answered.check("192.0.2.1", "a@d.example", "h.example") == "pass"
    await asyncio.sleep(0)
    assert silent.inside == 300
    for check in checks:
        check.cancel()
    await asyncio.gather(*checks, return_exceptions=True)


def test_a_check_by_itself_has_the_twenty_seconds_that_the_rfc_asks_for() -> None:
    """RFC 7208 section 4.6.4. At arrival every look-up of a message shares less: silence is asked about again later."""
    assert SpfChecker(SilentResolver())._limit_s == 20.0


class NoPointers:
    """DNS that gives no answer for the peer's own name."""

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        if record_type == "PTR":
            return DnsAnswer(DnsStatus.TEMPORARY)
        return DnsAnswer(DnsStatus.FOUND, ("v=spf1 ptr -all",)) if record_type == "TXT" else DnsAnswer(DnsStatus.NONE)


async def test_a_peers_name_that_cannot_be_asked_is_no_match_and_no_error() -> None:
    """RFC 7208 section 5.5. The suite has the fault behind the name only (ptr-cname-loop)."""
    checker = SpfChecker(NoPointers())
    assert await checker.check("192.0.2.1", "a@d.example", "h.example") == "fail"
