"""Delivery to the mail exchangers of the receiver's own domain, over TLS that DANE, MTA-STS or PKIX proves.

RFC 5321 section 5.1 finds the hosts; RFC 7672 and RFC 8461 say what each must show. If a domain publishes neither,
its host must still show a certificate of a known authority with its name: there is no opportunistic TLS.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.adapters.smtp_out.certificates import chain_of, unverified_context, verifying_context
from gateway.adapters.smtp_out.outbound_settings import DirectSettings, OutboundSettings
from gateway.adapters.smtp_out.policies import Policies
from gateway.adapters.smtp_out.session import Target, deliver
from gateway.ports import Delivery, DeliveryOutcome, DnsStatus, OutboundMail, Resolver
from gateway.stages.policies import dane
from gateway.stages.policies.mta_sts import Mode, Policy


@dataclass(frozen=True, slots=True)
class _Exchangers:
    """The hosts to try, best first. ``secure``: DNSSEC proves the list."""

    hosts: tuple[str, ...]
    secure: bool


@dataclass(frozen=True, slots=True)
class _Proof:
    """What one host must show, and the addresses to try."""

    addresses: tuple[str, ...]
    tlsa: tuple[dane.Tlsa, ...] = ()


class DirectDelivery:
    """Finds a domain's hosts and hands the message to the first that proves itself and accepts it."""

    def __init__(self, resolver: Resolver, policies: Policies, now: Callable[[], datetime]) -> None:
        self._resolver = resolver
        self._policies = policies
        self._now = now
        self._random = random.SystemRandom()

    async def send(self, mail: OutboundMail, hop: DirectSettings, settings: OutboundSettings) -> Delivery:
        """Try each host in turn. A permanent refusal ends the attempt (RFC 5321 section 5.1)."""
        domain = mail.forward_path.rpartition("@")[2].rstrip(".").lower()
        found = await self._exchangers(domain)
        if isinstance(found, Delivery):
            return found
        policy = await self._policies.of(domain)
        tried: list[Delivery] = []
        for host in found.hosts[: hop.max_hosts]:
            delivery = await self._try(host, domain, found, policy, mail, hop, settings)
            tried.append(delivery)
            if delivery.outcome in (DeliveryOutcome.SENT, DeliveryOutcome.PERMANENT):
                return delivery
        wrong = [delivery for delivery in tried if delivery.outcome is DeliveryOutcome.WRONG_CERTIFICATE]
        return (wrong or tried)[0]

    async def _exchangers(self, domain: str) -> _Exchangers | Delivery:
        answer = await self._resolver.query(domain, "MX")
        if answer.status is DnsStatus.TEMPORARY:
            return Delivery(DeliveryOutcome.TEMPORARY, "dns")
        if answer.status is DnsStatus.NONE:
            if not answer.name_exists:
                return Delivery(DeliveryOutcome.PERMANENT, "no_such_domain")
            return _Exchangers((domain,), answer.authenticated)  # the implicit MX
        pairs = [_preference(record) for record in answer.records]
        hosts = [(preference, self._random.random(), host) for preference, host in pairs if host]
        if not hosts:
            return Delivery(DeliveryOutcome.PERMANENT, "null_mx")  # RFC 7505: "0 ."
        return _Exchangers(tuple(host for _, _, host in sorted(hosts)), answer.authenticated)

    async def _try(
        self,
        host: str,
        domain: str,
        found: _Exchangers,
        policy: Policy | None,
        mail: OutboundMail,
        hop: DirectSettings,
        settings: OutboundSettings,
    ) -> Delivery:
        enforced = policy is not None and policy.mode is Mode.ENFORCE
        if policy is not None and enforced and not policy.allows(host):
            return Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "mta_sts_host")
        proof = await self._proof(host, hop.port, found)
        if isinstance(proof, Delivery):
            return proof
        if hop.needs_policy and not enforced and not proof.tlsa:
            return Delivery(DeliveryOutcome.TEMPORARY, "no_policy")
        try:
            context = await asyncio.to_thread(_context, hop, proof)
        except OSError:
            return Delivery(DeliveryOutcome.TEMPORARY, "certificate_files")
        delivery = Delivery(DeliveryOutcome.TEMPORARY, "connection")
        for address in proof.addresses:
            target = Target(
                address=address,
                port=hop.port,
                server_name=host,
                context=context,
                check=self._check(proof.tlsa, (host, domain)) if proof.tlsa else None,
                require_tls=hop.require_tls,
                delivery_reports=hop.delivery_reports,
            )
            delivery = await deliver(target, mail, settings)
            if delivery.outcome is not DeliveryOutcome.TEMPORARY:
                break
        return delivery

    async def _proof(self, host: str, port: int, found: _Exchangers) -> _Proof | Delivery:
        """Ask for addresses and, if DNSSEC proves the chain so far, for TLSA records (RFC 7672 section 2.2)."""
        answers = [await self._resolver.query(host, kind) for kind in ("A", "AAAA")]
        addresses = tuple(record for answer in answers for record in answer.records)
        if not addresses:
            failed = any(answer.status is DnsStatus.TEMPORARY for answer in answers)
            return Delivery(DeliveryOutcome.TEMPORARY, "dns" if failed else "no_address")
        secure = found.secure and all(a.authenticated for a in answers if a.status is DnsStatus.FOUND)
        if not secure:
            return _Proof(addresses)
        tlsa = await self._resolver.query(f"_{port}._tcp.{host}", "TLSA")
        if tlsa.status is DnsStatus.TEMPORARY:
            # Section 2.2.1: no answer is not "no record"; an attacker could suppress answers.
            return Delivery(DeliveryOutcome.TEMPORARY, "dns_tlsa")
        if tlsa.status is DnsStatus.NONE or not tlsa.authenticated:
            return _Proof(addresses)
        return _Proof(addresses, dane.usable(tlsa.records))

    def _check(self, records: Sequence[dane.Tlsa], names: tuple[str, ...]) -> Callable[[ssl.SSLObject], str | None]:
        return lambda tls: dane.judge(records, chain_of(tls), names, self._now())


def _context(hop: DirectSettings, proof: _Proof) -> ssl.SSLContext:
    """DANE replaces the public authorities (RFC 8461 section 2): its own check follows the handshake."""
    return unverified_context() if proof.tlsa else verifying_context(hop.ca_file)


def _preference(record: str) -> tuple[int, str]:
    """Return preference and host of an MX record; "" for the null MX and for a malformed record."""
    number, _, host = record.strip().partition(" ")
    return (int(number) if number.isdigit() and len(number) < 6 else 65535, host.strip().rstrip(".").lower())
