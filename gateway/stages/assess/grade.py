"""The grade of a channel, with every reason in words. A pure function over evidence and policy.

Nothing that a message says of itself raises a grade. The reasons say exactly what is proved: the way to us, not how
it is kept at the sender's end, and not who typed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.model.channel.arrival import Tls
from gateway.model.channel.assurance import Assurance, AuthorState, ContentState, DmarcPolicy, Evidence, Reason
from gateway.model.channel.secure_domains import DomainStatus, Need, PolicyFinding, SecureDomains
from gateway.model.kinds import Channel, ContentEncryption, ContentSignature, Grade
from gateway.stages.assess.names import within
from gateway.stages.assess.policy import find, imitated
from gateway.stages.assess.sentences import reason

_TLS_ORDER = {"TLSv1.2": 2, "TLSv1.3": 3}


@dataclass(frozen=True, slots=True)
class _Domain:
    """What is proved and what is known about the author domain."""

    name: str | None
    proved: bool
    proved_by: str  # "dmarc_pass", "arc_vouched" or ""
    finding: PolicyFinding | None


def grade(evidence: Evidence, policy: SecureDomains, content: ContentState, now: datetime) -> Assurance:
    """Grade one intake. ``now`` is compared with the policy list: one older than its limit proves nothing.

    The order: a form is its own channel; a wrapper that cannot be opened is ``unreadable``; a message opened with
    our key and signed by an enrolled sender is ``end_to_end``; then the way itself decides.
    """
    if evidence.channel is not Channel.SMTP:
        return _form(evidence)
    domain = _author_domain(evidence, policy, now)
    way = _way(evidence) + _domain_reasons(evidence, policy, domain)
    chosen, why = _choose(evidence, content, domain, policy)
    reasons = tuple(dict.fromkeys(why + way + (reason("proved_transport_only"),)))
    signed = chosen is Grade.END_TO_END
    return Assurance(
        chosen, reasons, evidence.results, domain.name, domain.proved or signed, domain.finding if domain.name else None
    )


def _form(evidence: Evidence) -> Assurance:
    web = evidence.web
    if web is not None and web.signed_in_as is not None:
        codes = ["form_signed_in"] + (["form_domain_proved"] if web.domain_proved else ["form_domain_not_proved"])
        return Assurance(Grade.FORM_SIGNED_IN, tuple(map(reason, codes)), evidence.results)
    code = "form_neighbour" if evidence.channel is Channel.NEIGHBOUR_PAGE else "form"
    return Assurance(Grade.FORM, (reason(code),), evidence.results)


def _choose(
    evidence: Evidence, content: ContentState, domain: _Domain, policy: SecureDomains
) -> tuple[Grade, tuple[Reason, ...]]:
    locked = _locked(content)
    if locked is not None:
        return Grade.UNREADABLE, (locked, reason("wrapper_kept"))
    opened = content.encrypted is not ContentEncryption.NONE
    unproved = () if content.authenticated else (reason("content_unauthenticated"),)
    if opened and content.signature is ContentSignature.GOOD and content.signer is not None:
        return Grade.END_TO_END, (reason("opened_and_signed"), *unproved)
    missing = _missing(evidence, domain)
    spoils = _spoils(evidence, content, domain)
    if not missing and not spoils:
        return Grade.SECURE, (reason("secure"), *unproved)
    claims = _claims(evidence, content, policy, domain)
    if opened:
        claims += (reason("opened_not_signed"),)
    chosen = Grade.CLAIMED if claims or not missing else Grade.NOT_SECURE
    return chosen, claims + missing + spoils + unproved


def _locked(content: ContentState) -> Reason | None:
    """Say what locks the content, or None if it can be read."""
    if content.wrapper is not None:
        return reason("wrapper_" + content.wrapper)
    if content.encrypted is ContentEncryption.UNREADABLE or not content.opened:
        return reason("locked_" + ("unreadable" if content.encrypted.value == "none" else content.encrypted.value))
    return None


def _author_domain(evidence: Evidence, policy: SecureDomains, now: datetime) -> _Domain:
    author = evidence.author
    if author.state is not AuthorState.ONE or author.domain is None:
        return _Domain(None, False, "", None)
    finding = find(author.domain, policy, now.date())
    if evidence.dmarc.result == "pass" and evidence.dmarc.author_domain == author.domain:
        return _Domain(author.domain, True, "dmarc_pass", finding)
    named = bool(evidence.arc.sealers) and all(name in policy.trusted_sealers for name in evidence.arc.sealers)
    if evidence.arc.result == "pass" and named and evidence.arc.author_proved:
        return _Domain(author.domain, True, "arc_vouched", finding)
    return _Domain(author.domain, False, "", finding)


def _missing(evidence: Evidence, domain: _Domain) -> tuple[Reason, ...]:
    """Return what keeps the channel from being ``secure``; empty if nothing does."""
    missing: list[Reason] = []
    if _tls_version(evidence) < 2:
        missing.append(reason("tls_none" if _tls(evidence) is None else "tls_old"))
    if domain.name is None:
        missing.append(reason("author_" + evidence.author.state.value))
        return tuple(missing)
    if not domain.proved:
        missing.append(reason("dmarc_" + evidence.dmarc.result))
    finding = domain.finding
    if finding is None or finding.status is None:
        missing.append(reason("not_listed"))
    elif finding.status is not DomainStatus.SECURE:
        missing.append(reason("listed_" + finding.status.value))
    else:
        if finding.stale:
            missing.append(reason("list_stale"))
        missing.extend(reason("need_" + need.value) for need in finding.needs if not _met(need, evidence, domain))
    return tuple(dict.fromkeys(missing))


def _met(need: Need, evidence: Evidence, domain: _Domain) -> bool:
    match need:
        case Need.TLS12:
            return _tls_version(evidence) >= 2
        case Need.TLS13:
            return _tls_version(evidence) >= 3
        case Need.DMARC_PASS:
            return domain.proved
        case Need.DMARC_ENFORCED:
            asked = evidence.dmarc.policy in (DmarcPolicy.QUARANTINE, DmarcPolicy.REJECT)
            return asked and not evidence.dmarc.testing
        case Need.DKIM_ALIGNED:
            return "dkim" in evidence.dmarc.aligned_by


def _claims(evidence: Evidence, content: ContentState, policy: SecureDomains, domain: _Domain) -> tuple[Reason, ...]:
    """Return what says "secure" without proving it: a listed or retired domain, a subject tag."""
    claims: list[Reason] = []
    seen = (domain.name,) if domain.name is not None else evidence.author.domains_seen
    for name in seen:
        status = find(name, policy, evidence.received_at.date()).status
        if status is DomainStatus.SECURE:
            claims.append(reason("claim_listed_domain"))
        elif status is DomainStatus.RETIRED:
            claims.append(reason("claim_retired_domain"))
    if "subject_secure" in evidence.mail_claims:
        claims.append(reason("claim_subject"))
    if content.signature is ContentSignature.GOOD and content.signer is not None:
        claims.append(reason("signed_in_clear"))
    return tuple(dict.fromkeys(claims))


def _spoils(evidence: Evidence, content: ContentState, domain: _Domain) -> tuple[Reason, ...]:
    """Return what makes an otherwise proved channel doubtful."""
    spoils: list[Reason] = []
    if content.signature is ContentSignature.BAD:
        spoils.append(reason("signature_bad"))
    if domain.name is not None:
        organisation = evidence.dmarc.organizational_domain or domain.name
        if any(not within(name, organisation) and name != domain.name for name in evidence.author.reply_domains):
            spoils.append(reason("reply_to_differs"))
        if any(not within(name, organisation) and name != domain.name for name in evidence.author.display_domains):
            spoils.append(reason("display_name_address"))
    return tuple(spoils)


def _way(evidence: Evidence) -> tuple[Reason, ...]:
    """Say what was seen of the last hop and what in the message was ignored."""
    tls = _tls(evidence)
    codes = ["tls_13" if tls.version == "TLSv1.3" else "tls_12"] if tls and _tls_version(evidence) >= 2 else []
    if tls is not None and tls.client_subject is not None:
        codes.append("tls_client_certificate")
    codes += [f"ignored_{claim}" for claim in evidence.mail_claims if claim in ("forged_results", "trust_header")]
    return tuple(map(reason, codes))


def _domain_reasons(evidence: Evidence, policy: SecureDomains, domain: _Domain) -> tuple[Reason, ...]:
    if domain.name is None:
        return ()
    codes = [domain.proved_by] if domain.proved else []
    if domain.finding is not None and domain.finding.status is DomainStatus.SECURE:
        codes.append("listed")
    if imitated(domain.name, policy) is not None:
        codes.append("look_alike")
    if evidence.arc.result == "pass" and domain.proved_by != "arc_vouched":
        codes.append("arc_not_counted")
    if evidence.arc.result == "fail":
        codes.append("arc_broken")
    return tuple(map(reason, codes))


def _tls(evidence: Evidence) -> Tls | None:
    return evidence.connection.tls if evidence.connection is not None else None


def _tls_version(evidence: Evidence) -> int:
    """Return 2 for TLS 1.2, 3 for TLS 1.3, 0 for anything else: an unknown name counts for nothing."""
    tls = _tls(evidence)
    return 0 if tls is None else _TLS_ORDER.get(tls.version, 0)
