"""What the evidence says of the way back: mode and reason, a fault kept apart from "none", nobody contacted in vain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from gateway.adapters.config.settings import load_settings
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.adapters.sender.secure_route import find_route, with_policy
from gateway.adapters.smtp_out.configure import arrival_policies, https_client
from gateway.adapters.smtp_out.policies import Policies
from gateway.model.channel.assurance import Evidence, SecureRoute
from gateway.model.content.confidential import Confidential
from gateway.ports import DnsAnswer, DnsStatus
from gateway.stages.answers.answer_route import about_route
from gateway.stages.policies.mta_sts import Basis, Fault
from tests.adapters.channel_kit import NOW, PEER, FixedClock, Key, arrival, message, parse, sign

URL = "https://mta-sts.nhs.net/.well-known/mta-sts.txt"
RECORD = '_mta-sts.nhs.net. TXT "v=STSv1; id=1;"\n'
EXCHANGER = "nhs.net. MX 10 mx.nhs.net.\n"
KEY = Key()
PROVED = f"""nhs.net. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.nhs.net. TXT "v=DMARC1; p=reject"
s1._domainkey.nhs.net. TXT {KEY.record()}
"""


def policy(mode: str = "enforce", mx: str = "mx.nhs.net") -> bytes:
    return f"version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 86400\n".encode()


class Files:
    """HTTPS as a table of addresses; what is not in it is a 404."""

    def __init__(self, files: Mapping[str, bytes | Fault] | None = None) -> None:
        self.files = dict(files or {})
        self.asked: list[str] = []

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | Fault:
        self.asked.append(url)
        return self.files.get(url, Fault.STATUS)


async def route(zone: str, files: Files) -> SecureRoute:
    resolver = ZoneFileResolver(zone)
    return await with_policy(await find_route(resolver, "nhs.net"), Policies(resolver, files, lambda: NOW), "nhs.net")


@pytest.mark.parametrize("mode", ["enforce", "testing", "none"])
async def test_the_mode_is_what_the_policy_file_says(mode: str) -> None:
    found = await route(RECORD + EXCHANGER, Files({URL: policy(mode)}))
    assert (found.mta_sts, found.mta_sts_because, found.mx_named) == (mode, "policy", True)


@pytest.mark.parametrize(
    ("zone", "because"),
    [
        (EXCHANGER, "no_record"),
        (RECORD + '_mta-sts.nhs.net. TXT "v=STSv1; id=2;"\n', "record_invalid"),
        ('_mta-sts.nhs.net. TXT "v=STSv1; id=not an id"\n', "record_invalid"),
        ('_mta-sts.nhs.net. TXT "v=STSv10; id=1"\n', "no_record"),
    ],
)
async def test_without_one_valid_record_there_is_no_policy_and_nothing_is_fetched(zone: str, because: str) -> None:
    files = Files({URL: policy()})
    found = await route(zone, files)
    assert (found.mta_sts, found.mta_sts_because) == ("none", because)
    assert files.asked == []


async def test_a_name_server_that_does_not_answer_is_not_none() -> None:
    found = await route(";temporary _mta-sts.nhs.net", Files())
    assert (found.mta_sts, found.mta_sts_because) == ("unknown", "dns")


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_file_that_could_not_be_had_is_unknown_with_its_reason_never_none(fault: Fault) -> None:
    content: bytes | Fault = b"version: STSv1\nmode: maybe\n" if fault is Fault.INVALID else fault
    found = await route(RECORD + EXCHANGER, Files({URL: content}))
    assert (found.mta_sts, found.mta_sts_because) == ("unknown", fault.value)
    assert any("not the same as none" in sentence for sentence in about_route(found))


@pytest.mark.parametrize("because", [*Basis, *Fault, "not_fetched", "author_not_proved"])
def test_every_reason_has_words(because: str) -> None:
    mode = "none" if because in set(Basis) else "unknown"
    said = " ".join(about_route(SecureRoute(mode, because)))
    assert f": {because}." not in said
    assert "_" not in said


async def test_a_policy_that_names_none_of_the_mail_servers_is_told() -> None:
    found = await route(RECORD + EXCHANGER, Files({URL: policy(mx="other.example")}))
    assert not found.mx_named
    assert any("names none of its mail servers" in sentence for sentence in about_route(found))


async def test_route_back_needs_signed_dane_at_every_mail_server() -> None:
    tlsa = "TLSA 3 1 1 " + "ab" * 32
    zone = f"d.example. MX 10 a.d.example.\nd.example. MX 20 b.d.example.\n_25._tcp.a.d.example. {tlsa}\n"
    zone += ";signed d.example\n"
    assert not (await find_route(ZoneFileResolver(zone), "d.example")).dane
    both = zone + f"_25._tcp.b.d.example. {tlsa}\n"
    assert (await find_route(ZoneFileResolver(both), "d.example")).dane
    unsigned = await find_route(ZoneFileResolver(both.replace(";signed d.example", "")), "d.example")
    assert (unsigned.dane, unsigned.tlsa_unproved) == (False, True)
    assert any("do not count" in sentence for sentence in about_route(unsigned))


@pytest.mark.parametrize(
    ("silent", "named"),
    [("_25._tcp.mx.nhs.net", "tlsa"), ("nhs.net", "mx"), ("_tls.nhs.net", "tls_rpt")],
)
async def test_dns_that_gave_no_answer_is_told_apart_from_none(silent: str, named: str) -> None:
    found = await find_route(ZoneFileResolver(EXCHANGER + f";temporary {silent}"), "nhs.net")
    assert named in found.no_answer
    assert not found.dane
    if named != "tls_rpt":
        assert "DNS gave no answer" in " ".join(about_route(found))


async def test_a_fault_is_remembered_for_five_minutes_and_a_new_id_is_fetched_at_once() -> None:
    now, files = NOW, Files()
    zone = ZoneFileResolver(RECORD)
    policies = Policies(zone, files, lambda: now)
    for _ in range(3):
        assert (await policies.look_up("nhs.net")).because is Fault.STATUS
    assert len(files.asked) == 1
    now = NOW + timedelta(minutes=5)
    await policies.look_up("nhs.net")
    assert len(files.asked) == 2
    files.files[URL] = policy()
    policies._resolver = ZoneFileResolver(RECORD.replace("id=1", "id=2"))
    assert (await policies.look_up("nhs.net")).because is Basis.POLICY


async def test_the_memory_is_bounded_and_what_was_kept_longest_goes() -> None:
    class Any:
        async def query(self, name: str, record_type: str) -> DnsAnswer:
            return DnsAnswer(DnsStatus.FOUND, ("v=STSv1; id=1",))

    class Always(Files):
        async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | Fault:
            await super().get(url, max_bytes, timeout_s)
            return policy() if "d" in url else Fault.STATUS

    files = Always()
    policies = Policies(Any(), files, lambda: NOW, max_kept=3)
    for number in range(10):
        await policies.look_up(f"d{number}.example")
        await policies.look_up(f"x{number}.test")
    assert len(policies._kept) <= 3
    assert len(policies._failed) <= 3


# At arrival


async def gather(raw: bytes, files: Files, peer: str = PEER, zone: str = PROVED + RECORD + EXCHANGER) -> Evidence:
    resolver = ZoneFileResolver(zone)
    made = SenderAuthenticator(
        resolver,
        FixedClock(),
        authserv_id="gateway.example",
        processes=1,
        policies=Policies(resolver, files, lambda: NOW),
    )
    try:
        return await made.gather(arrival(peer=peer, reverse_path="x@elsewhere.example"), parse(raw), Confidential(raw))
    finally:
        await made.close()


async def test_the_evidence_of_a_proved_author_says_the_mode() -> None:
    evidence = await gather(sign(message(), KEY, "nhs.net"), Files({URL: policy("testing")}))
    assert evidence.dmarc.result == "pass"
    assert (evidence.route.mta_sts, evidence.route.mta_sts_because) == ("testing", "policy")


async def test_a_forged_author_makes_us_connect_to_nobody() -> None:
    files = Files({URL: policy()})
    evidence = await gather(message(), files)
    assert evidence.dmarc.result == "fail"
    assert (evidence.route.mta_sts, evidence.route.mta_sts_because) == ("unknown", "author_not_proved")
    assert files.asked == []


async def test_a_fetch_fault_leaves_the_rest_of_the_evidence_and_is_not_asked_again() -> None:
    evidence = await gather(sign(message(), KEY, "nhs.net"), Files({URL: Fault.TIME}))
    assert (evidence.route.mta_sts, evidence.route.mta_sts_because) == ("unknown", "timeout")
    assert evidence.dmarc.result == "pass"
    assert not evidence.incomplete  # the worker stores it and does not ask a second time


def test_only_a_deployment_that_names_a_test_resolver_lets_a_policy_lie_inward() -> None:
    dns = load_settings(None).dns.model_copy(update={"sts_port": 8443})
    real = https_client(ZoneFileResolver(""), dns)
    assert (real._inward, real._port) == (False, 443)
    test = https_client(ZoneFileResolver(""), dns.model_copy(update={"zone_file": "zone"}))
    assert (test._inward, test._port) == (True, 8443)
    assert arrival_policies(ZoneFileResolver(""), dns, lambda: NOW)._timeout_s <= 10
