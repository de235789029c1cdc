"""Zones that do not answer are left alone for a while, and what is asked for one message ends together."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gateway.adapters.sender import dns as dns_module
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.deadline import Deadline
from gateway.adapters.sender.dns import DnsResolver
from gateway.adapters.sender.silence import LONGEST_REST_S, MAX_ZONES, Silence, zone_of
from gateway.model.content.confidential import Confidential
from gateway.ports import DnsAnswer, DnsStatus
from tests.adapters.channel_kit import FixedClock, arrival, message, parse


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("_dmarc.mail.lame.example", "lame.example"),
        ("lame.example.", "lame.example"),
        ("a.b.council.gov.uk", "council.gov.uk"),
        ("x.met.police.uk", "met.police.uk"),
        ("5.113.0.203.in-addr.arpa", "113.0.203.in-addr.arpa"),
        ("example", "example"),
    ],
)
def test_what_is_likely_to_be_served_together_is_one_zone(name: str, zone: str) -> None:
    assert zone_of(name) == zone


def test_one_question_without_an_answer_is_no_silence_and_two_are_for_longer_each_time() -> None:
    watch = Watch()
    silence = Silence(watch)
    silence.unanswered("a.lame.example")
    assert not silence.rests("b.lame.example")
    rests = []
    for _ in range(8):
        silence.unanswered("a.lame.example")
        before = watch.now
        while silence.rests("b.lame.example"):
            watch.now += 1
        rests.append(watch.now - before)
    assert rests == sorted(rests)
    assert 5 < rests[0] < rests[-1] <= LONGEST_REST_S
    assert not silence.rests("honest.example")
    silence.answered("lame.example")
    silence.unanswered("lame.example")
    assert not silence.rests("lame.example")


def test_the_memory_of_silence_is_bounded() -> None:
    silence = Silence(Watch())
    for number in range(MAX_ZONES + 50):
        silence.unanswered(f"d{number}.example")
    assert len(silence._zones) == MAX_ZONES


async def test_a_silent_zone_is_not_asked_again_at_once_and_another_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        made = DnsResolver(("127.0.0.1",), port=deaf.getsockname()[1], timeout_s=0.05)
        asked: list[str] = []
        really = made._ask

        async def ask(name: str, record_type: str) -> tuple[DnsAnswer, float]:
            asked.append(name)
            return await really(name, record_type)

        monkeypatch.setattr(made, "_ask", ask)
        for name in ("a.lame.example", "b.lame.example", "c.lame.example", "d.lame.example", "a.other.example"):
            assert (await made.query(name, "TXT")).status is DnsStatus.TEMPORARY
    assert asked == ["a.lame.example", "b.lame.example", "a.other.example"]


async def test_who_had_hardly_any_time_left_does_not_make_a_zone_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_module, "FAIR_S", 1000.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        made = DnsResolver(("127.0.0.1",), port=deaf.getsockname()[1], timeout_s=60)
        for _ in range(3):
            assert (await Deadline(made, 0.01).query("a.lame.example", "TXT")).status is DnsStatus.TEMPORARY
    assert not made._silence.rests("a.lame.example")


class Silent:
    """Every server is silent; counts what is waited for at once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        self.asked.append((name, record_type))
        await asyncio.Event().wait()
        raise AssertionError


async def test_everything_that_is_asked_for_one_message_ends_together() -> None:
    silent = Silent()
    made = SenderAuthenticator(silent, FixedClock(), authserv_id="gateway.example", processes=1, lookups_s=0.05)
    raw = message()
    evidence = await asyncio.wait_for(made.gather(arrival(), parse(raw), Confidential(raw)), 20)
    await made.close()
    assert evidence.dmarc.result == "temperror"
    assert evidence.incomplete
    assert {kind for _, kind in silent.asked} >= {"TXT", "PTR", "MX"}, "side by side, not one after another"


async def test_after_the_deadline_nothing_is_asked() -> None:
    silent = Silent()
    deadline = Deadline(silent, 0.0)
    assert (await deadline.query("a.example", "A")).status is DnsStatus.TEMPORARY
    assert silent.asked == []
    assert deadline.within(5).left_s() == 0.0
