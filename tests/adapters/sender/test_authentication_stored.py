"""Every field of the evidence is filled by a message that has all of them, and comes back from what is stored."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import timedelta

import pytest_asyncio

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.adapters.smtp_out.policies import Policies
from gateway.model.channel.arrival import Tls
from gateway.model.channel.assurance import ContentState, Evidence
from gateway.model.content.confidential import Confidential
from gateway.model.content.intake_record import IntakeRecord, pack_record, unpack_record
from gateway.model.kinds import ContentEncryption, ContentSignature
from gateway.stages.assess.grade import grade
from gateway.steps.intake.assess import Assessment, pack_assessment, unpack_assessment
from tests.adapters.channel_kit import NOW, PEER, SECURE_ADDRESS, FixedClock, Key, arrival, message, parse, seal, sign
from tests.adapters.sender.test_secure_route import URL, Files, policy

KEY, SEALER = Key(), Key()
TLSA = "TLSA 3 1 1 " + "ab" * 32
ZONE = f"""
nhs.net. TXT "v=spf1 ip4:{PEER} -all"
nhs.net. MX 10 mx.nhs.net.
_25._tcp.mx.nhs.net. {TLSA}
_dmarc.nhs.net. TXT "v=DMARC1; p=reject; t=y"
s1._domainkey.nhs.net. TXT {KEY.record()}
s1._domainkey.lists.example. TXT {SEALER.record()}
_mta-sts.nhs.net. TXT "v=STSv1; id=1"
_smtp._tls.nhs.net. TXT "v=TLSRPTv1; rua=mailto:d@nhs.net"
10.2.0.192.in-addr.arpa. PTR mail.nhs.net.
mail.nhs.net. A {PEER}
;signed nhs.net
"""
RAW = seal(
    sign(
        message('"chief@council.gov.uk" <nurse@nhs.net>', "[secure] form", {"Reply-To": "team@nhs.net"}), KEY, "nhs.net"
    ),
    SEALER,
    "lists.example",
    "dmarc=pass header.from=nhs.net",
)
CLIENT = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "commonName=mail.nhs.net")
CONTENT = ContentState(ContentEncryption.OPENPGP, True, ContentSignature.UNKNOWN)
NEVER_TOGETHER = {"web", "tlsa_unproved", "no_answer"}  # a form's; and what DNS did not prove or not answer


@pytest_asyncio.fixture
async def evidence() -> Evidence:
    resolver = ZoneFileResolver(ZONE)
    made = SenderAuthenticator(
        resolver,
        FixedClock(),
        authserv_id="gateway.example",
        processes=1,
        policies=Policies(resolver, Files({URL: policy()}), lambda: NOW),
    )
    try:
        return await made.gather(arrival(tls=CLIENT), parse(RAW), Confidential(RAW))
    finally:
        await made.close()


def test_every_field_that_such_a_message_can_fill_is_filled(evidence: Evidence) -> None:
    assert list(left_empty(evidence)) == []


def left_empty(value: object) -> list[str]:
    """Return the fields, all the way down, that are as if nothing had been found."""
    empty = []
    for one in fields(value):  # type: ignore[arg-type]
        found = getattr(value, one.name)
        default = one.default if one.default is not MISSING else None
        if is_dataclass(found) and one.name not in ("forward_path", "reverse_path", "address"):
            empty += left_empty(found)
        elif one.name not in NEVER_TOGETHER and (found in (None, (), "") or found is default):
            empty.append(one.name)
    return [name for name in empty if name not in ("mx_named", "esmtp")]  # true by default, and true here


def test_what_is_asked_for_by_name_is_there(evidence: Evidence) -> None:
    assert evidence.connection is not None
    assert (evidence.connection.peer_address, evidence.connection.helo) == (PEER, "mail.nhs.net")
    assert evidence.connection.tls == CLIENT
    assert evidence.forward_path.reveal() == SECURE_ADDRESS
    by_method = {result.method: result for result in evidence.results}
    assert {name: result.result for name, result in by_method.items()} == {
        "tls": "pass", "iprev": "pass", "spf": "pass", "dkim": "pass", "dmarc": "pass", "arc": "pass",
    }  # fmt: skip
    assert by_method["iprev"].properties["policy.name"] == "mail.nhs.net"
    assert (evidence.route.mta_sts, evidence.route.dane, evidence.route.tls_rpt) == ("enforce", True, True)
    assert evidence.arc.sealers == ("lists.example",)


def test_all_of_it_comes_back_from_the_assessment_and_from_the_record(evidence: Evidence) -> None:
    listed = load_secure_domains([packaged_config()])
    assurance = grade(evidence, listed, CONTENT, NOW + timedelta(days=30))
    assert assurance.policy is not None
    checked = next(row.checked_on for row in listed.rows if row.domain == "nhs.net")
    assert (assurance.policy.version, assurance.policy.domain) == (listed.version, "nhs.net")
    assert assurance.policy.age_days == (NOW.date() - checked).days + 30
    kept = Assessment(evidence, assurance, CONTENT)
    assert unpack_assessment(pack_assessment(kept)) == kept
    record = IntakeRecord(arrival(tls=CLIENT), assurance, CONTENT, evidence=evidence)
    assert unpack_record(pack_record(record)) == (record, None)
    assert unpack_record(pack_record(replace(record, evidence=None))) != (record, None)
