"""The grade as a pure function: nothing the message claims ever moves it up; everything proved is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.channel.arrival import Connection, Tls, WebPost
from gateway.model.channel.assurance import Arc, Author, AuthorState, ContentState, Dmarc, DmarcPolicy, Evidence
from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, Need, SecureDomain, SecureDomains
from gateway.model.content.confidential import Confidential
from gateway.model.kinds import Channel, ContentEncryption, ContentSignature, Grade, MailboxName
from gateway.stages.assess.grade import grade
from gateway.stages.assess.sentences import SENTENCES, reason

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROW = SecureDomain("nhs.net", DomainMatch.EXACT_AND_SUBDOMAINS, DomainStatus.SECURE, "b", "o", date(2026, 11, 1))
RETIRED = replace(ROW, domain="gsi.gov.uk", status=DomainStatus.RETIRED)
POLICY = SecureDomains("1", 365, (ROW, RETIRED), trusted_sealers=("sealer.example",))
TLS = Tls("TLSv1.3", "x")
PROVED = Evidence(
    Channel.SMTP,
    MailboxName.SECURE,
    NOW,
    NOW,
    connection=Connection("192.0.2.1", "mail.nhs.net", True, TLS),
    author=Author(AuthorState.ONE, Confidential("a@nhs.net"), "nhs.net", ("nhs.net",)),
    dmarc=Dmarc("pass", "nhs.net", "nhs.net", "nhs.net", DmarcPolicy.REJECT, False, ("dkim",)),
)
_ORDER = {Grade.NOT_SECURE: 0, Grade.CLAIMED: 1, Grade.SECURE: 2, Grade.END_TO_END: 3}


def of(evidence: Evidence, content: ContentState | None = None, policy: SecureDomains = POLICY) -> Grade:
    return grade(evidence, policy, content or ContentState(), NOW).grade


def test_all_three_proofs_make_it_secure() -> None:
    assurance = grade(PROVED, POLICY, ContentState(), NOW)
    assert assurance.grade is Grade.SECURE
    assert assurance.authenticated
    assert assurance.policy is not None
    assert assurance.policy.age_days == 22


@pytest.mark.parametrize(
    "weaker",
    [
        replace(PROVED, connection=Connection("192.0.2.1", "h", True, None)),
        replace(PROVED, connection=Connection("192.0.2.1", "h", True, Tls("TLSv1.1", "x"))),
        replace(PROVED, connection=None),
        replace(PROVED, dmarc=Dmarc("fail", "nhs.net")),
        replace(PROVED, dmarc=Dmarc("none", "nhs.net")),
        replace(PROVED, dmarc=Dmarc("temperror", "nhs.net")),
        replace(PROVED, dmarc=Dmarc("pass", "clinic.example")),
        replace(PROVED, author=Author(AuthorState.SEVERAL_FIELDS, domains_seen=("nhs.net",))),
    ],
)
def test_without_any_one_proof_a_listed_domain_is_only_claimed(weaker: Evidence) -> None:
    assert of(weaker) is Grade.CLAIMED


def _other_author(domain: str) -> Evidence:
    author = Author(AuthorState.ONE, Confidential("a@" + domain), domain, (domain,))
    return replace(PROVED, author=author, dmarc=replace(PROVED.dmarc, author_domain=domain))


CLAIMS = st.sets(st.sampled_from(["subject_secure", "forged_results", "trust_header"])).map(tuple)
EVIDENCE = st.builds(
    lambda tls, result, domain, arc, claims: replace(
        _other_author(domain),
        connection=Connection("192.0.2.1", "h", True, tls),
        dmarc=Dmarc(result, domain),
        arc=arc,
        mail_claims=claims,
    ),
    st.sampled_from([None, TLS, Tls("TLSv1.2", "x"), Tls("TLSv1", "x"), Tls("tlsv1.3", "x")]),
    st.sampled_from(["pass", "fail", "none", "temperror", "permerror"]),
    st.sampled_from(["nhs.net", "a.nhs.net", "nhs.net.example", "gsi.gov.uk", "clinic.example"]),
    st.sampled_from([Arc("none"), Arc("pass", ("stranger.example",), True), Arc("fail", ("sealer.example",))]),
    CLAIMS,
)
CONTENT = st.builds(
    ContentState,
    st.sampled_from(list(ContentEncryption)),
    st.booleans(),
    st.sampled_from(list(ContentSignature)),
    st.sampled_from([None, "oxfordshire"]),
    st.sampled_from([None, "egress", "password_zip"]),
)


@given(EVIDENCE, CLAIMS)
def test_claims_never_make_anything_secure(evidence: Evidence, claims: tuple[str, ...]) -> None:
    plain, claiming = of(replace(evidence, mail_claims=())), of(replace(evidence, mail_claims=claims))
    assert claiming == plain or (plain, claiming) == (Grade.NOT_SECURE, Grade.CLAIMED)
    assert (claiming is Grade.CLAIMED) or _ORDER[claiming] <= _ORDER[plain]


@given(EVIDENCE, CONTENT)
def test_secure_means_all_three_proofs_and_readable_content(evidence: Evidence, content: ContentState) -> None:
    assurance = grade(evidence, POLICY, content, NOW)
    tls = evidence.connection.tls if evidence.connection else None
    if assurance.grade is Grade.SECURE:
        assert tls is not None
        assert tls.version in ("TLSv1.2", "TLSv1.3")
        assert evidence.dmarc.result == "pass"
        assert evidence.author.domain in ("nhs.net", "a.nhs.net")
        assert content.wrapper is None
        assert content.opened
        assert content.signature is not ContentSignature.BAD
    if assurance.grade is Grade.END_TO_END:
        assert content.opened
        assert content.encrypted in (ContentEncryption.OPENPGP, ContentEncryption.SMIME)
        assert (content.signature, content.signer) == (ContentSignature.GOOD, "oxfordshire")
    if content.wrapper is not None or not content.opened:
        assert assurance.grade is Grade.UNREADABLE


@given(EVIDENCE, CONTENT)
def test_every_grade_has_a_reason_and_says_what_it_does_not_prove(evidence: Evidence, content: ContentState) -> None:
    codes = [one.code for one in grade(evidence, POLICY, content, NOW).reasons]
    assert len(codes) >= 2
    assert len(set(codes)) == len(codes)
    assert codes[-1] == "proved_transport_only"


@given(EVIDENCE)
def test_reasons_hold_nothing_of_the_message(evidence: Evidence) -> None:
    marked = replace(
        evidence, author=replace(evidence.author, address=Confidential("canary@" + str(evidence.author.domain)))
    )
    for one in grade(marked, POLICY, ContentState(), NOW).reasons:
        assert one.text in SENTENCES.values()


@pytest.mark.parametrize("need", list(Need))
def test_a_need_that_is_met_lets_it_through_and_one_that_is_not_stops_it(need: Need) -> None:
    policy = replace(POLICY, rows=(replace(ROW, needs=(need,)),))
    weak = replace(
        PROVED,
        connection=Connection("192.0.2.1", "h", True, Tls("TLSv1.2", "x")),
        dmarc=replace(PROVED.dmarc, policy=DmarcPolicy.NONE, aligned_by=("spf",)),
    )
    assert of(PROVED, policy=policy) is Grade.SECURE
    assert (of(weak, policy=policy) is Grade.SECURE) is (need in (Need.TLS12, Need.DMARC_PASS))


def test_enforced_means_not_only_on_trial() -> None:
    policy = replace(POLICY, rows=(replace(ROW, needs=(Need.DMARC_ENFORCED,)),))
    assert of(replace(PROVED, dmarc=replace(PROVED.dmarc, testing=True)), policy=policy) is Grade.CLAIMED


def test_a_row_without_needs_still_needs_tls_and_dmarc() -> None:
    policy = replace(POLICY, rows=(replace(ROW, needs=()),))
    assert of(replace(PROVED, dmarc=Dmarc("fail", "nhs.net")), policy=policy) is Grade.CLAIMED
    assert of(replace(PROVED, connection=None), policy=policy) is Grade.CLAIMED


def test_a_named_sealer_in_the_evidence_counts_only_while_the_policy_names_it() -> None:
    arc = replace(PROVED, dmarc=Dmarc("fail", "nhs.net"), arc=Arc("pass", ("sealer.example",), True))
    assert of(arc) is Grade.SECURE
    assert of(arc, policy=replace(POLICY, trusted_sealers=())) is Grade.CLAIMED


@pytest.mark.parametrize(
    ("web", "channel", "expected", "code"),
    [
        (WebPost("notify", TLS), Channel.FORM, Grade.FORM, "form"),
        (WebPost("notify", TLS, signed_in_as="1"), Channel.FORM, Grade.FORM_SIGNED_IN, "form_domain_not_proved"),
        (WebPost("notify", TLS, signed_in_as="1", domain_proved="nhs.net"), Channel.FORM, Grade.FORM_SIGNED_IN,
         "form_domain_proved"),
        (WebPost("accept", TLS), Channel.NEIGHBOUR_PAGE, Grade.FORM, "form_neighbour"),
    ],
)  # fmt: skip
def test_forms_are_a_channel_of_their_own(web: WebPost, channel: Channel, expected: Grade, code: str) -> None:
    evidence = Evidence(channel, MailboxName.SECURE, NOW, NOW, web=web)
    assurance = grade(evidence, POLICY, ContentState(), NOW)
    assert assurance.grade is expected
    assert code in [one.code for one in assurance.reasons]
    assert not assurance.authenticated


def test_cbc_content_is_said_to_prove_no_integrity() -> None:
    content = ContentState(ContentEncryption.SMIME, True, ContentSignature.NONE, authenticated=False)
    assert "content_unauthenticated" in [one.code for one in grade(PROVED, POLICY, content, NOW).reasons]


def test_unknown_wrapper_is_told_in_general_words_and_an_unknown_code_is_a_fault() -> None:
    assert "cannot open" in reason("wrapper_of_tomorrow").text
    with pytest.raises(KeyError):
        reason("nonsense")
