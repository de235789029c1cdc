from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.adapters.smtp_out import DirectSettings, NextHops, OutboundSettings
from gateway.adapters.smtp_out.direct import DirectDelivery
from gateway.adapters.smtp_out.policies import Policies
from gateway.ports import Delivery, DeliveryOutcome, DnsAnswer, DnsStatus
from gateway.stages.policies.mta_sts import Fault
from tests.adapters.smtp_out.peers import Issued, Sink, issue, serve, server_context
from tests.adapters.smtp_out.test_next_hops import mail

HOST = "mx1.panel.example"
DOMAIN = "panel.example"


class Zone:
    """DNS as a table. A name that is not in it does not exist."""

    def __init__(self, records: Mapping[tuple[str, str], tuple[str, ...]], *, signed: bool = False) -> None:
        self.records = dict(records)
        self.signed = signed
        self.failing: set[tuple[str, str]] = set()

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        if (name, record_type) in self.failing:
            return DnsAnswer(DnsStatus.TEMPORARY)
        found = self.records.get((name, record_type))
        if found:
            return DnsAnswer(DnsStatus.FOUND, found, self.signed)
        exists = any(known == name for known, _ in self.records)
        return DnsAnswer(DnsStatus.NONE, (), self.signed, exists)


class Files:
    """HTTPS as a table of addresses."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | Fault:
        self.asked.append(url)
        return self.files.get(url, Fault.STATUS)


class Now:
    def __init__(self) -> None:
        self.instant = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.instant


POLICY_URL = f"https://mta-sts.{DOMAIN}/.well-known/mta-sts.txt"


def policy(mode: str = "enforce", mx: str = "*.panel.example") -> bytes:
    return f"version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: 86400\r\n".encode()


def zone(*, signed: bool = False, mx: tuple[str, ...] = (f"10 {HOST}.",)) -> Zone:
    return Zone({(DOMAIN, "MX"): mx, (HOST, "A"): ("127.0.0.1",)}, signed=signed)


def direct(
    names: Zone, port: int, ca_file: Path, files: Files | None = None, now: Now | None = None, *, strict: bool = False
) -> NextHops:
    clock = now or Now()
    policies = Policies(names, files or Files({}), clock)
    settings = OutboundSettings(
        "cdop.example", DirectSettings(port, ca_file, needs_policy=strict), {}, 10.0, 10.0, 10.0, 20.0
    )
    return NextHops(settings, DirectDelivery(names, policies, clock))


def key_record(issued: Issued, usage: int = 3) -> str:
    der = issued.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"{usage} 1 1 {hashlib.sha256(der).hexdigest()}"


async def test_the_exchanger_of_the_domain_is_found_and_its_certificate_checked(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    sink = Sink()
    async with serve(sink, server_context(issue(HOST, authority), tmp_path)) as port:
        delivery = await direct(zone(), port, ca_file).send(mail())
    assert delivery.outcome is DeliveryOutcome.SENT
    assert len(sink.messages) == 1


async def test_no_opportunistic_tls_a_wrong_name_is_a_delay(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    sink = Sink()
    async with serve(sink, server_context(issue("mx.elsewhere.example", authority), tmp_path)) as port:
        delivery = await direct(zone(), port, ca_file).send(mail())
    assert delivery == Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "certificate_name")
    assert sink.senders == []


async def test_the_implicit_exchanger_is_the_domain_itself(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    sink = Sink()
    names = Zone({(DOMAIN, "A"): ("127.0.0.1",)})
    async with serve(sink, server_context(issue(DOMAIN, authority), tmp_path)) as port:
        assert (await direct(names, port, ca_file).send(mail())).outcome is DeliveryOutcome.SENT


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (Zone({}), Delivery(DeliveryOutcome.PERMANENT, "no_such_domain")),
        (zone(mx=("0 .",)), Delivery(DeliveryOutcome.PERMANENT, "null_mx")),
        (Zone({(DOMAIN, "MX"): (f"10 {HOST}.",)}), Delivery(DeliveryOutcome.TEMPORARY, "no_address")),
    ],
)
async def test_what_dns_says_decides(names: Zone, expected: Delivery, ca_file: Path) -> None:
    assert await direct(names, 9, ca_file).send(mail()) == expected


@pytest.mark.parametrize(
    ("failing", "code"), [((DOMAIN, "MX"), "dns"), ((HOST, "A"), "dns"), (("_9._tcp." + HOST, "TLSA"), "dns_tlsa")]
)
async def test_dns_that_does_not_answer_is_a_delay_never_a_no(
    failing: tuple[str, str], code: str, ca_file: Path
) -> None:
    names = zone(signed=True)
    names.failing.add(failing)
    assert await direct(names, 9, ca_file).send(mail()) == Delivery(DeliveryOutcome.TEMPORARY, code)


async def test_the_next_exchanger_is_tried_when_the_first_is_down(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    names = zone(mx=("5 mx0.panel.example.", f"10 {HOST}."))
    names.records["mx0.panel.example", "A"] = ("127.0.0.2",)  # nothing listens there
    sink = Sink()
    async with serve(sink, server_context(issue(HOST, authority), tmp_path)) as port:
        assert (await direct(names, port, ca_file).send(mail())).outcome is DeliveryOutcome.SENT
    assert len(sink.messages) == 1


async def test_a_refusal_for_good_ends_it_at_the_first_exchanger(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    names = zone(mx=(f"5 {HOST}.", "10 mx0.panel.example."))
    sink = Sink(replies={"RCPT": "550 5.1.1 no"})
    async with serve(sink, server_context(issue(HOST, authority), tmp_path)) as port:
        assert await direct(names, port, ca_file).send(mail()) == Delivery(DeliveryOutcome.PERMANENT, "550 5.1.1")


# MTA-STS (RFC 8461)


def with_policy(names: Zone, record: str = "v=STSv1; id=20260302;") -> Zone:
    names.records[f"_mta-sts.{DOMAIN}", "TXT"] = (record,)
    return names


async def test_an_exchanger_that_the_policy_does_not_name_gets_nothing(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    sink = Sink()
    files = Files({POLICY_URL: policy(mx="mx9.panel.example")})
    async with serve(sink, server_context(issue(HOST, authority), tmp_path)) as port:
        delivery = await direct(with_policy(zone()), port, ca_file, files).send(mail())
    assert delivery == Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "mta_sts_host")
    assert sink.senders == []


@pytest.mark.parametrize(
    ("mode", "mx"), [("enforce", "*.panel.example"), ("testing", "mx9.panel.example"), ("none", "x.y")]
)
async def test_a_policy_that_allows_the_exchanger_lets_it_through(
    authority: Issued, ca_file: Path, tmp_path: Path, mode: str, mx: str
) -> None:
    files = Files({POLICY_URL: policy(mode, mx)})
    async with serve(Sink(), server_context(issue(HOST, authority), tmp_path)) as port:
        delivery = await direct(with_policy(zone()), port, ca_file, files).send(mail())
    assert delivery.outcome is DeliveryOutcome.SENT


async def test_a_policy_stays_in_force_while_dns_and_https_are_suppressed(ca_file: Path) -> None:
    now, files = Now(), Files({POLICY_URL: policy(mx="mx9.panel.example")})
    names = with_policy(zone())
    hops = direct(names, 9, ca_file, files, now)
    refused = Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "mta_sts_host")
    assert await hops.send(mail()) == refused
    assert await hops.send(mail()) == refused
    assert files.asked == [POLICY_URL]  # the same id is not fetched again
    files.files.clear()
    names.records[f"_mta-sts.{DOMAIN}", "TXT"] = ("v=STSv1; id=20260303;",)
    assert await hops.send(mail()) == refused
    del names.records[f"_mta-sts.{DOMAIN}", "TXT"]
    assert await hops.send(mail()) == refused
    now.instant += timedelta(days=1)
    assert await hops.send(mail()) == Delivery(DeliveryOutcome.TEMPORARY, "connection")


async def test_a_new_policy_id_replaces_the_policy(ca_file: Path) -> None:
    files = Files({POLICY_URL: policy(mx="mx9.panel.example")})
    names = with_policy(zone())
    hops = direct(names, 9, ca_file, files)
    assert (await hops.send(mail())).code == "mta_sts_host"
    files.files[POLICY_URL] = policy()
    names.records[f"_mta-sts.{DOMAIN}", "TXT"] = ("v=STSv1; id=20260303;",)
    assert (await hops.send(mail())).code == "connection"


async def test_where_a_policy_is_asked_for_a_domain_without_one_waits(ca_file: Path) -> None:
    delivery = await direct(zone(), 9, ca_file, strict=True).send(mail())
    assert delivery == Delivery(DeliveryOutcome.TEMPORARY, "no_policy")


# DANE (RFC 7672)


async def test_a_key_that_dnssec_names_needs_no_authority_name_or_time(ca_file: Path, tmp_path: Path) -> None:
    own = issue("anything.example", days=(-20, -10))
    sink = Sink()
    names = zone(signed=True)
    async with serve(sink, server_context(own, tmp_path)) as port:
        names.records[f"_{port}._tcp.{HOST}", "TLSA"] = (key_record(own),)
        delivery = await direct(names, port, ca_file, strict=True).send(mail())
    assert delivery.outcome is DeliveryOutcome.SENT
    assert len(sink.messages) == 1


async def test_a_key_that_dnssec_does_not_name_gets_nothing_even_from_a_known_authority(
    authority: Issued, ca_file: Path, tmp_path: Path
) -> None:
    sink = Sink()
    names = zone(signed=True)
    async with serve(sink, server_context(issue(HOST, authority), tmp_path)) as port:
        names.records[f"_{port}._tcp.{HOST}", "TLSA"] = (key_record(issue(HOST)),)
        delivery = await direct(names, port, ca_file).send(mail())
    assert delivery == Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "dane_mismatch")
    assert (sink.senders, sink.messages) == ([], [])


@pytest.mark.parametrize(
    ("name", "expected"), [(HOST, "250 2.0.0"), (DOMAIN, "250 2.0.0"), ("other.example", "certificate_name")]
)
async def test_an_authority_that_dnssec_names_must_have_issued_the_name(
    ca_file: Path, tmp_path: Path, name: str, expected: str
) -> None:
    anchor = issue("Private Authority", authority=True)
    names = zone(signed=True)
    async with serve(Sink(), server_context(issue(name, anchor), tmp_path, [anchor])) as port:
        names.records[f"_{port}._tcp.{HOST}", "TLSA"] = (key_record(anchor, 2),)
        assert (await direct(names, port, ca_file).send(mail())).code == expected


async def test_records_without_dnssec_prove_nothing(authority: Issued, ca_file: Path, tmp_path: Path) -> None:
    own = issue(HOST)
    names = zone()
    async with serve(Sink(), server_context(own, tmp_path)) as port:
        names.records[f"_{port}._tcp.{HOST}", "TLSA"] = (key_record(own),)
        delivery = await direct(names, port, ca_file).send(mail())
    assert delivery == Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "certificate_self_signed")
