"""How staff can reach somebody securely, and why: the same test for what leaves as for what comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.model.assurance import SecureRoute
from gateway.model.secure_domains import DomainStatus, PolicyFinding, SecureDomains
from gateway.stages.assess.policy import find, imitated


class Way(StrEnum):
    """The best way to reach one address with confidential content, best first."""

    GATEWAY = "gateway"  # another panel with a pinned key: the gateway encrypts
    MAIL = "mail"  # listed, and the channel can be proved
    MAIL_WITH_FORCED_TLS = "mail_with_forced_tls"  # listed, but only if our mail service refuses to fall back
    FORM_OR_TELEPHONE = "form_or_telephone"  # nothing proves the way
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
    reasons = [*_about_panel(panel, has_key), *_about_list(domain, finding, policy), *_about_route(route)]
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
    return Way.MAIL if route.dane or route.mta_sts == "published" else Way.MAIL_WITH_FORCED_TLS


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


def _about_route(route: SecureRoute) -> list[str]:
    said = ["It takes mail at " + ", ".join(route.mx) + "." if route.mx else "It publishes no mail server."]
    if route.dane:
        said.append("It publishes DANE: senders that look for it never fall back to clear text.")
    if route.mta_sts == "published":
        said.append("It publishes MTA-STS: senders that look for it do not fall back to clear text.")
    elif route.mta_sts == "temperror":
        said.append("Whether it publishes MTA-STS could not be asked: DNS gave no answer.")
    elif not route.dane:
        said.append(
            "It publishes neither MTA-STS nor DANE: a sender that does not force TLS may fall back to clear text."
        )
    return said
