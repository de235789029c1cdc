"""SPF, DKIM, DMARC and ARC of whole messages over a zone: what the evidence says, and what it never says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import TypeAdapter

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver, reverse_name
from gateway.adapters.sender.secure_route import find_route
from gateway.model.channel.arrival import Arrival, WebPost
from gateway.model.channel.assurance import AuthorState, ContentState, Evidence
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Unparsed
from gateway.model.ids import IntakeId, Reference
from gateway.model.kinds import Channel, Grade, MailboxName
from gateway.ports import DnsAnswer, DnsStatus, Resolver
from gateway.stages.assess.claims import authserv_id_of
from gateway.stages.assess.grade import grade
from tests.adapters.channel_kit import NOW, PEER, FixedClock, Key, arrival, message, parse, sign

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the children belong to one loop

RSA = Key()
ED = Key("ed25519")
OTHER = Key()

ZONE = f"""
nhs.net. TXT "v=spf1 ip4:{PEER} -all"
nhs.net. MX 10 mx.nhs.net.
_dmarc.nhs.net. TXT "v=DMARC1; p=reject; rua=mailto:d@nhs.net"
s1._domainkey.nhs.net. TXT {RSA.record()}
ed._domainkey.nhs.net. TXT {ED.record()}
_mta-sts.nhs.net. TXT "v=STSv1; id=1"
10.2.0.192.in-addr.arpa. PTR mail.nhs.net.
mail.nhs.net. A {PEER}
11.2.0.192.in-addr.arpa. PTR mail.nhs.net.
{reverse_name("2001:db8::25")}. PTR six.nhs.net.
six.nhs.net. AAAA 2001:db8::25
;temporary 12.2.0.192.in-addr.arpa
_dmarc.council.gov.uk. TXT "v=DMARC1; p=none; sp=quarantine; np=reject"
here.council.gov.uk. A 192.0.2.20
;temporary slow.example
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authenticator() -> AsyncIterator[SenderAuthenticator]:
    made = SenderAuthenticator(ZoneFileResolver(ZONE), FixedClock(), authserv_id="gateway.example", processes=1)
    yield made
    await made.close()


async def gather(authenticator: SenderAuthenticator, raw: bytes, **session: object) -> Evidence:
    return await authenticator.gather(arrival(**session), parse(raw), Confidential(raw))  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "selector"), [(RSA, "s1"), (ED, "ed")])
async def test_signed_mail_of_a_listed_domain_over_tls_is_secure(
    authenticator: SenderAuthenticator, key: Key, selector: str
) -> None:
    raw = sign(message(), key, "nhs.net", selector)
    evidence = await gather(authenticator, raw, reverse_path="bounce@elsewhere.example")
    assert {result.method: result.result for result in evidence.results} == {
        "tls": "pass", "iprev": "pass", "spf": "none", "dkim": "pass", "dmarc": "pass", "arc": "none",
    }  # fmt: skip
    assert evidence.dmarc.aligned_by == ("dkim",)
    assert (evidence.route.mta_sts, evidence.route.mta_sts_because) == ("unknown", "not_fetched")
    policy = load_secure_domains([packaged_config()])
    assert grade(evidence, policy, ContentState(), NOW).grade is Grade.SECURE


async def test_evidence_survives_being_stored(authenticator: SenderAuthenticator) -> None:
    evidence = await gather(authenticator, sign(message(), RSA, "nhs.net"))
    adapter = TypeAdapter(Evidence)
    assert adapter.validate_json(adapter.dump_json(evidence)) == evidence


def results(evidence: Evidence) -> dict[str, str]:
    return {result.method: result.result for result in evidence.results}


async def test_form_post_has_no_smtp_evidence_and_asks_nothing(authenticator: SenderAuthenticator) -> None:
    post = Arrival(
        IntakeId(UUID(int=2)),
        Reference("34679CDFGH"),
        MailboxName.SECURE,
        Channel.FORM,
        NOW,
        web=WebPost("notify", None),
    )
    evidence = await authenticator.gather(post, None, Confidential(b"{}"))
    assert evidence.web == post.web
    assert evidence.results == ()
    assert grade(evidence, load_secure_domains([packaged_config()]), ContentState(), NOW).grade is Grade.FORM


async def test_mail_that_no_parser_understood_is_evidence_without_an_author(authenticator: SenderAuthenticator) -> None:
    evidence = await authenticator.gather(arrival(), Unparsed("too_deep"), Confidential(b"x"))
    assert evidence.author.state is AuthorState.UNREADABLE
    assert results(evidence)["spf"] == "pass"
    assert results(evidence)["dmarc"] == "permerror"
    assurance = grade(evidence, load_secure_domains([packaged_config()]), ContentState(), NOW)
    assert (assurance.grade, assurance.authenticated) == (Grade.NOT_SECURE, False)


class DeafResolver:
    """DNS that never answers: the limit of the whole gathering must end it."""

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        await asyncio.sleep(3600)
        return DnsAnswer(DnsStatus.NONE)


class BrokenResolver:
    async def query(self, name: str, record_type: str) -> DnsAnswer:
        return DnsAnswer(DnsStatus.TEMPORARY)


@pytest.mark.parametrize("resolver", [DeafResolver(), BrokenResolver()])
async def test_without_dns_nothing_is_proved_nothing_is_denied_and_it_can_be_asked_again(resolver: Resolver) -> None:
    made = SenderAuthenticator(resolver, FixedClock(), authserv_id="gateway.example", processes=1, limit_s=1.0)
    started = time.monotonic()
    evidence = await gather(made, sign(message(), RSA, "nhs.net"))
    await made.close()
    assert time.monotonic() - started < 10
    assert evidence.dmarc.result == "temperror"
    assert evidence.incomplete
    assert "fail" not in results(evidence).values()
    assert "none" not in (evidence.dmarc.result, evidence.route.mta_sts)
    assert grade(evidence, load_secure_domains([packaged_config()]), ContentState(), NOW).grade is Grade.CLAIMED


async def test_our_own_results_field_is_as_rfc_8601_wants_and_holds_no_address(
    authenticator: SenderAuthenticator,
) -> None:
    evidence = await gather(authenticator, sign(message(), RSA, "nhs.net"))
    value = evidence.authentication_results
    assert value.startswith("gateway.example; tls=pass ")
    assert "dmarc=pass header.from=nhs.net" in value
    assert "spf=pass smtp.mailfrom=nhs.net" in value
    assert "dkim=pass header.d=nhs.net header.s=s1 header.a=rsa-sha256" in value
    assert "nurse" not in value
    assert authserv_id_of(value) == "gateway.example"


async def test_nothing_confidential_shows_in_the_repr_of_evidence(authenticator: SenderAuthenticator) -> None:
    raw = sign(message("Canary <canary@nhs.net>", "Canary subject"), RSA, "nhs.net")
    evidence = await gather(authenticator, raw, reverse_path="canary@nhs.net")
    assert "canary" not in repr(evidence).lower()
    assert evidence.author.address.reveal() == "canary@nhs.net"


async def test_signatures_of_the_author_are_checked_before_others_and_no_more_than_the_cap(
    authenticator: SenderAuthenticator,
) -> None:
    raw = sign(message(), RSA, "nhs.net")
    for number in range(12):
        raw = sign(raw, OTHER, f"n{number}.example")
    evidence = await gather(authenticator, raw, reverse_path="x@elsewhere.example")
    signatures = [result for result in evidence.results if result.method == "dkim"]
    assert len(signatures) == 5
    assert evidence.dmarc.aligned_by == ("dkim",)


@pytest.mark.parametrize(("name", "asked"), [("here", "quarantine"), ("nothing", "reject")])
async def test_dns_says_whether_the_author_domain_exists_so_that_np_or_sp_applies(
    authenticator: SenderAuthenticator, name: str, asked: str
) -> None:
    evidence = await gather(authenticator, message(f"a@{name}.council.gov.uk"), reverse_path="x@elsewhere.example")
    assert (evidence.dmarc.result, evidence.dmarc.policy) == ("fail", asked)


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (PEER, "pass"),
        ("::ffff:" + PEER, "pass"),
        ("192.0.2.11", "fail"),  # it gives itself the name of another, which does not point back
        ("192.0.2.12", "temperror"),
        ("2001:db8::25", "pass"),
        ("198.51.100.7", "permerror"),
        ("2001:db8::1", "permerror"),
        ("x", "permerror"),
    ],
)
async def test_reverse_dns_is_evidence_only(authenticator: SenderAuthenticator, peer: str, expected: str) -> None:
    evidence = await gather(authenticator, sign(message(), RSA, "nhs.net"), peer=peer)
    assert results(evidence)["iprev"] == expected
    assert evidence.dmarc.result == "pass"


async def test_route_back_needs_signed_dane_at_every_mail_server() -> None:
    tlsa = "TLSA 3 1 1 " + "ab" * 32
    zone = f"d.example. MX 10 a.d.example.\nd.example. MX 20 b.d.example.\n_25._tcp.a.d.example. {tlsa}\n"
    zone += ";signed d.example\n"
    assert not (await find_route(ZoneFileResolver(zone), "d.example")).dane
    both = zone + f"_25._tcp.b.d.example. {tlsa}\n"
    assert (await find_route(ZoneFileResolver(both), "d.example")).dane
    assert not (await find_route(ZoneFileResolver(both.replace(";signed d.example", "")), "d.example")).dane
