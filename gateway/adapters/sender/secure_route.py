"""What a domain publishes so that mail to it can be sent over a proved channel: RFC 8461, RFC 7672, RFC 8460."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from gateway.model.channel.assurance import SecureRoute
from gateway.ports import DnsStatus, Resolver, StsPolicies
from gateway.stages.policies.mta_sts import Basis, Fault, Mode, policy_id, published

MAX_HOSTS = 10
NOT_FETCHED = "not_fetched"  # there is a record in DNS; the policy file itself was not fetched


async def find_route(resolver: Resolver, domain: str) -> SecureRoute:
    """Return what DNS says. Fetches no policy file: if one is announced, the mode is "unknown"."""
    exchanges, sts, rpt = await asyncio.gather(
        resolver.query(domain, "MX"),
        resolver.query(f"_mta-sts.{domain}", "TXT"),
        resolver.query(f"_smtp._tls.{domain}", "TXT"),
    )
    found = [record.partition(" ")[2].rstrip(".").lower() for record in exchanges.records]
    hosts = tuple(sorted(host for host in found if host))[:MAX_HOSTS]
    tlsa = await asyncio.gather(*(resolver.query(f"_25._tcp.{host}", "TLSA") for host in hosts))
    everywhere = bool(tlsa) and all(answer.status is DnsStatus.FOUND for answer in tlsa)
    signed = exchanges.authenticated and all(answer.authenticated for answer in tlsa)
    silent = {"mx": [exchanges], "tlsa": tlsa, "tls_rpt": [rpt]}
    mode, because = _announced(sts.status, sts.records)
    return SecureRoute(
        mode,
        because,
        hosts,
        dane=everywhere and signed,
        tlsa_unproved=everywhere and not signed,
        tls_rpt=any(text.startswith("v=TLSRPTv1") for text in rpt.records),
        no_answer=tuple(
            name for name, answers in silent.items() if any(a.status is DnsStatus.TEMPORARY for a in answers)
        ),
    )


async def with_policy(route: SecureRoute, policies: StsPolicies | None, domain: str) -> SecureRoute:
    """Return the route with the mode in the domain's policy file, or why that is not known."""
    if policies is None:
        return route
    finding = await policies.look_up(domain)
    if finding.policy is None:
        mode = "unknown" if isinstance(finding.because, Fault) else Mode.NONE.value
        return replace(route, mta_sts=mode, mta_sts_because=finding.because.value)
    named = finding.policy.mode is Mode.NONE or any(finding.policy.allows(host) for host in route.mx or (domain,))
    return replace(route, mta_sts=finding.policy.mode.value, mta_sts_because=finding.because.value, mx_named=named)


def _announced(status: DnsStatus, records: tuple[str, ...]) -> tuple[str, str]:
    if status is DnsStatus.TEMPORARY:
        return "unknown", Fault.DNS.value
    if policy_id(records) is not None:
        return "unknown", NOT_FETCHED
    return Mode.NONE.value, (Basis.RECORD_INVALID if published(records) else Basis.NO_RECORD).value
