"""SPF, DKIM, DMARC and ARC of whole messages over a zone: what the evidence says, and what it never says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import TypeAdapter

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.dns import ZoneFileResolver
from gateway.adapters.sender_authentication import SenderAuthenticator
from gateway.model.assurance import ContentState, Evidence
from gateway.model.confidential import Confidential
from gateway.model.kinds import Grade
from gateway.stages.assess.grade import grade
from tests.adapters.channel_kit import NOW, PEER, FixedClock, Key, arrival, message, parse, sign

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
;temporary slow.example
"""


@pytest_asyncio.fixture
async def authenticator() -> AsyncIterator[SenderAuthenticator]:
    made = SenderAuthenticator(ZoneFileResolver(ZONE), FixedClock(), authserv_id="gateway.example", processes=1)
    yield made
    made.close()


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
    assert evidence.route.mta_sts == "published"
    policy = load_secure_domains([packaged_config()])
    assert grade(evidence, policy, ContentState(), NOW).grade is Grade.SECURE


async def test_evidence_survives_being_stored(authenticator: SenderAuthenticator) -> None:
    evidence = await gather(authenticator, sign(message(), RSA, "nhs.net"))
    adapter = TypeAdapter(Evidence)
    assert adapter.validate_json(adapter.dump_json(evidence)) == evidence
