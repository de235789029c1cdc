"""How staff can reach somebody securely, and why: outgoing mail is judged by the same test as incoming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.model.channel.assurance import SecureRoute
from gateway.model.channel.secure_domains import DomainStatus, PolicyFinding, SecureDomains
from gateway.stages.assess.policy import find, imitated
from gateway.stages.policies.mta_sts import Basis, Fault, Mode


class Way(StrEnum):
    """The best way to reach one address with confidential content, best first."""

    GATEWAY = "gateway"  # another panel with a pinned key: the gateway encrypts
    MAIL = "mail"  # listed, and the channel can be proved
    MAIL_WITH_FORCED_TLS = "mail_with_forced_tls"  # listed, but only if our mail service refuses to fall back
    FORM_OR_TELEPHONE = "form_or_telephone"  # nothing proves the channel
    NOBODY = "nobody"  # a retired or imitated domain: do not write there


SENTENCES: dict[Way, str] = {
    Way.GATEWAY: "Send it from the console: it is encrypted to the panel's key, which was confirmed by telephone.",
    Way.MAIL: "Write from a secure account: the domain is on the list, and it publishes how mail to it is protected.",
    Way.MAIL_WITH_FORCED_TLS: (
        "Write from a secure account only if your mail service forces TLS to this domain. Ask the operator."
    ),
    Way.FORM_OR_TELEPHONE: "Do not put anything about a child into a mail. Ring, or ask them to use our form.",
    Way.NOBODY: "Do not write to this address. Ring a number that you know from elsewhere, and ask.",
}


@dataclass(frozen=True, slots=True)
class ChannelAdvice:
    """The way, and why, in words."""

    way: Way
    reasons: tuple[str, ...]
    finding: PolicyFinding
    route: SecureRoute


def advise(
    domain: str, policy: SecureDomains, route: SecureRoute, today: date, panel: str | None = None, has_key: bool = False
) -> ChannelAdvice:
    """Say how to reach an address at ``domain``. ``panel``: the panel whose confirmed contact it is."""
    finding = find(domain, policy, today)
    reasons = [*_about_panel(panel, has_key), *_about_list(domain, finding, policy), *about_route(route)]
    return ChannelAdvice(
        _way(domain, finding, policy, route, panel is not None and has_key), tuple(reasons), finding, route
    )


def _way(domain: str, finding: PolicyFinding, policy: SecureDomains, route: SecureRoute, encrypted: bool) -> Way:
    if encrypted:
        return Way.GATEWAY
    if finding.status is DomainStatus.RETIRED or imitated(domain, policy) is not None:
        return Way.NOBODY
    if finding.status is not DomainStatus.SECURE or finding.stale:
        return Way.FORM_OR_TELEPHONE
    enforced = route.mta_sts == Mode.ENFORCE and route.mx_named
    return Way.MAIL if route.dane or enforced else Way.MAIL_WITH_FORCED_TLS


def _about_panel(panel: str | None, has_key: bool) -> list[str]:
    if panel is None:
        return []
    key = "its key is pinned" if has_key else "no key of it is pinned, so the gateway cannot encrypt to it"
    return [f"It is the contact of {panel}; {key}."]


def _about_list(domain: str, finding: PolicyFinding, policy: SecureDomains) -> list[str]:
    said = []
    imitates = imitated(domain, policy)
    if imitates is not None:
        said.append(f"The domain looks like {imitates} and is another.")
    match finding.status:
        case None:
            said.append("The domain is not on the list of secure domains.")
        case DomainStatus.SECURE:
            said.append(f"The domain is on the list of secure domains: {finding.basis}.")
        case DomainStatus.CONFIRM_LOCALLY:
            said.append(f"The domain is known, but this office has not confirmed it: {finding.basis}.")
        case DomainStatus.RETIRED:
            said.append(f"The domain is retired: {finding.basis}.")
        case DomainStatus.NOT_SECURE:
            said.append(f"The domain never counts as secure: {finding.basis}.")
    if finding.checked_on is not None:
        late = "; that is too long ago, so it does not count" if finding.stale else ""
        said.append(f"The entry was checked on {finding.checked_on.isoformat()} ({finding.age_days} days ago){late}.")
    return said


def about_route(route: SecureRoute) -> list[str]:
    """Say in words what a domain publishes for mail to it, and what was not examined."""
    if route.mta_sts_because == "not_asked":
        return ["What the domain publishes for mail to it was not asked: the message names no one author."]
    if "mx" in route.no_answer:
        said = ["Where it takes mail could not be asked: DNS gave no answer."]
    elif route.mx:
        said = ["It takes mail at " + ", ".join(route.mx) + "."]
    else:
        said = ["It publishes no mail server."]
    said.append(_about_dane(route))
    said.append(_about_mta_sts(route))
    if not route.mx_named:
        said.append("That policy names none of its mail servers: senders that look for it deliver nothing.")
    return said


def _about_dane(route: SecureRoute) -> str:
    if route.dane:
        return "It publishes DANE: senders that look for it never fall back to clear text."
    if "mx" in route.no_answer or "tlsa" in route.no_answer:
        return "Whether it publishes DANE could not be asked: DNS gave no answer."
    if route.tlsa_unproved:
        return "Records for DANE stand there, but no resolver that we trust says they are signed: they do not count."
    return "It does not publish DANE for each of its mail servers."


def _about_mta_sts(route: SecureRoute) -> str:
    match route.mta_sts:
        case Mode.ENFORCE:
            return "Its MTA-STS policy says enforce: senders that look for it do not fall back to clear text."
        case Mode.TESTING:
            return "Its MTA-STS policy says testing: a sender may still fall back to clear text."
        case Mode.NONE:
            return f"It has no MTA-STS policy in force: {_BECAUSE[route.mta_sts_because]}."
    why = _BECAUSE.get(route.mta_sts_because, route.mta_sts_because)
    return f"What its MTA-STS policy says is not known: {why}. That is not the same as none."


# Why a mode is what it is, in words. Holds every code of the MTA-STS stage and of the evidence.
_BECAUSE: dict[str, str] = {
    Basis.POLICY: "its policy says none",
    Basis.KEPT: "the policy that was seen earlier says none",
    Basis.NO_RECORD: "no record for it stands in DNS",
    Basis.RECORD_INVALID: "its record in DNS is not valid, or there are two",
    Fault.DNS: "DNS gave no answer",
    Fault.NO_ADDRESS: "the host that should hold the policy has no address",
    Fault.ADDRESS_NOT_PUBLIC: "the host that should hold the policy has no public address, so it was not asked",
    Fault.CONNECTION: "the host that should hold the policy could not be reached",
    Fault.CERTIFICATE: "the certificate of the host that should hold the policy does not verify",
    Fault.TIME: "the host that should hold the policy did not answer in time",
    Fault.REDIRECT: "the host answered with a redirect, which must not be followed",
    Fault.STATUS: "the host has no policy file",
    Fault.CONTENT_TYPE: "the policy file is not plain text",
    Fault.TOO_LARGE: "the policy file is too large",
    Fault.INVALID: "the policy file is not valid",
    "not_asked": "it was not asked",
    "not_fetched": "a record stands in DNS, and the policy file was not fetched",
    "author_not_proved": "the author was not proved, so the policy file was not fetched",
}
