"""Gather the evidence about how one intake came: SPF, DKIM, DMARC, ARC, reverse DNS, the way back.

Everything is asked once. What could not be asked is ``temperror``, never "none".
"""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass, replace

from gateway.adapters.children.dkim_child import TEMPORARY, Chain, Verified
from gateway.adapters.children.signature_pool import UNDECIDED, SignaturePool
from gateway.adapters.sender.deadline import Deadline
from gateway.adapters.sender.dns import reverse_name
from gateway.adapters.sender.secure_route import NOT_FETCHED, find_route, with_policy
from gateway.adapters.sender.spf_check import SpfChecker
from gateway.model.channel.arrival import Arrival, Connection, Envelope
from gateway.model.channel.assurance import Arc, Author, AuthorState, AuthResult, Dmarc, Evidence, SecureRoute
from gateway.model.content.confidential import Confidential, ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.ports import Clock, DnsAnswer, DnsStatus, Resolver, StsPolicies
from gateway.stages.assess.author import read_author
from gateway.stages.assess.claims import mail_claims
from gateway.stages.assess.dmarc import Lookup, TxtAnswer, evaluate, names_to_ask
from gateway.stages.assess.names import a_label, within
from gateway.stages.assess.results import field_value, sealer_proved
from gateway.stages.policies.mta_sts import Fault

MAX_SIGNATURES = 5  # DKIM signatures that are checked, those of the author's domain first
MAX_KEYS = 30  # key records that are fetched for one message
MAX_SIGNED_BYTES = 60 << 20
LIMIT_S = 75.0  # for all of it, arithmetic and waiting for a child included
LOOKUPS_S = 5.0  # for all that is asked of other people's servers for one message, side by side
POINTER_S = 2.0  # of these, for the peer's own name: evidence for people, and never a proof


@dataclass(frozen=True, slots=True)
class _Mailfrom:
    """The identity that SPF is checked for, RFC 7208 section 2.4."""

    address: str  # reverse-path with its domain as A-labels; "" is the null reverse-path
    domain: str | None  # the domain that SPF authenticates
    is_helo: bool


class SenderAuthenticator:
    """``ports.SenderAuthentication`` and ``ports.EvidenceGatherer`` over a Resolver. Close it at the end."""

    def __init__(
        self,
        resolver: Resolver,
        clock: Clock,
        *,
        authserv_id: str,
        processes: int = 2,
        limit_s: float = LIMIT_S,
        lookups_s: float = LOOKUPS_S,
        policies: StsPolicies | None = None,
    ) -> None:
        self._resolver = resolver
        self._clock = clock
        self._authserv_id = authserv_id.lower()
        self._pool = SignaturePool(processes=processes)
        self._limit_s = limit_s
        self._lookups_s = lookups_s
        self._policies = policies  # None: no policy file is fetched, and the evidence says so

    async def check(self, arrival: Arrival, mail: Mail, raw: ConfidentialBytes) -> tuple[AuthResult, ...]:
        """Return the RFC 8601 results alone."""
        return (await self.gather(arrival, mail, raw)).results

    async def gather(self, arrival: Arrival, mail: Mail | Unparsed | None, raw: ConfidentialBytes) -> Evidence:
        """Return everything our own boundary knows about how ``arrival`` came."""
        now = self._clock.now()
        if arrival.connection is None or arrival.envelope is None:
            return Evidence(arrival.channel, arrival.mailbox, arrival.received_at, now, web=arrival.web)
        claims = mail_claims(mail, self._authserv_id) if isinstance(mail, Mail) else ()
        start = Evidence(
            arrival.channel,
            arrival.mailbox,
            arrival.received_at,
            now,
            Confidential(arrival.envelope.forward_path),
            Confidential(arrival.envelope.reverse_path),
            arrival.connection,
            author=_author(mail),
            mail_claims=claims,
        )
        try:
            async with asyncio.timeout(self._limit_s):
                resolver = Deadline(self._resolver, self._lookups_s)
                asked = await self._ask(resolver, start, arrival.connection, arrival.envelope, mail, raw)
        except TimeoutError:
            return replace(
                start,
                dmarc=Dmarc("temperror", start.author.domain),
                arc=Arc("temperror"),
                route=SecureRoute("unknown", Fault.DNS.value, no_answer=("mx", "tlsa", "tls_rpt")),
                authentication_results=field_value(self._authserv_id, ()),
            )
        return replace(asked, route=await self._policy(asked.route, asked.dmarc, resolver.left_s()))

    async def _policy(self, route: SecureRoute, dmarc: Dmarc, left_s: float) -> SecureRoute:
        """Fetch the policy of a proved author domain only: a forged From makes us connect to nobody."""
        if route.mta_sts_because != NOT_FETCHED or dmarc.author_domain is None:
            return route
        if dmarc.result != "pass":
            return replace(route, mta_sts_because="author_not_proved")
        try:
            async with asyncio.timeout(max(left_s, self._lookups_s / 5)):  # a proved author's server may be asked
                return await with_policy(route, self._policies, dmarc.author_domain)
        except TimeoutError:
            return replace(route, mta_sts="unknown", mta_sts_because=Fault.TIME.value)

    async def close(self) -> None:
        """End the child processes."""
        await self._pool.close()

    async def _ask(
        self,
        resolver: Deadline,
        start: Evidence,
        connection: Connection,
        envelope: Envelope,
        mail: Mail | Unparsed | None,
        raw: ConfidentialBytes,
    ) -> Evidence:
        author = start.author
        connection = replace(connection, peer_address=_plain(connection.peer_address))
        sender = _mailfrom(envelope.reverse_path, connection.helo)
        async with asyncio.TaskGroup() as group:
            spf = group.create_task(self._spf_result(resolver, connection, sender))
            signatures = group.create_task(self._signatures(resolver, mail, raw, author))
            reverse = group.create_task(self._reverse(resolver.within(POINTER_S), connection.peer_address))
            route = group.create_task(_route(resolver, author.domain))
        verified = signatures.result()
        dmarc = await self._dmarc(resolver, author, spf.result(), sender, verified)
        arc = _arc(verified, author)
        results = (
            *_tls_result(connection),
            reverse.result(),
            _spf_auth_result(spf.result(), sender),
            *_dkim_results(verified),
            _dmarc_result(dmarc),
            AuthResult("arc", arc.result, {"header.d": ",".join(arc.sealers)} if arc.sealers else {}),
        )
        return replace(
            start,
            results=results,
            dmarc=dmarc,
            arc=arc,
            route=route.result(),
            authentication_results=field_value(self._authserv_id, results),
        )

    async def _spf_result(self, resolver: Resolver, connection: Connection, sender: _Mailfrom) -> str:
        if sender.domain is None or not connection.peer_address:
            return "none"
        return await SpfChecker(resolver).check(connection.peer_address, sender.address, connection.helo)

    async def _signatures(
        self, resolver: Resolver, mail: Mail | Unparsed | None, raw: ConfidentialBytes, author: Author
    ) -> Verified:
        if not isinstance(mail, Mail):
            return UNDECIDED if isinstance(mail, Unparsed) else _NO_SIGNATURES
        fields = [_tags(value.reveal()) for value in mail.values("dkim-signature")]
        sets = [_tags(v.reveal()) for n in ("arc-seal", "arc-message-signature") for v in mail.values(n)]
        if not fields and not sets:
            return _NO_SIGNATURES
        message = raw.reveal()
        if len(message) > MAX_SIGNED_BYTES:
            return UNDECIDED
        order = sorted(range(len(fields)), key=lambda index: _distance(fields[index].get("d", ""), author.domain))
        indexes = tuple(sorted(order[:MAX_SIGNATURES]))
        wanted = [fields[index] for index in indexes] + sets
        names = list(dict.fromkeys(_key_name(tags) for tags in wanted if tags.get("s") and tags.get("d")))[:MAX_KEYS]
        answers = await asyncio.gather(*(resolver.query(name, "TXT") for name in names))
        keys = {name: key for name, answer in zip(names, answers, strict=True) if (key := _key(answer)) is not None}
        return await self._pool.verify(message, keys, indexes)

    async def _dmarc(
        self, resolver: Resolver, author: Author, spf: str, sender: _Mailfrom, verified: Verified
    ) -> Dmarc:
        """Fetch every record of the tree walks, then evaluate. RFC 9989 section 5.3."""
        if author.domain is None:
            return Dmarc("permerror")  # section 5.3.1: not exactly one author domain, never a pass
        spf_domain = sender.domain if spf == "pass" else None
        signed = dict.fromkeys(a_label(s.domain) for s in verified.signatures if s.result == "pass")
        dkim_domains = tuple(name for name in signed if name is not None)
        walked = [author.domain, *([spf_domain] if spf_domain else []), *dkim_domains]
        names = tuple(dict.fromkeys(name for domain in walked for name in names_to_ask(domain)))
        answers = await asyncio.gather(*(resolver.query(name, "TXT") for name in names))
        exists = await resolver.query(author.domain, "A")
        doubtful = spf == "temperror" or any(s.result == "temperror" for s in verified.signatures)
        return evaluate(
            author.domain,
            {name: _txt(answer) for name, answer in zip(names, answers, strict=True)},
            spf_domain=spf_domain,
            dkim_domains=dkim_domains,
            author_exists=exists.name_exists,
            doubtful=doubtful,
        )

    async def _reverse(self, resolver: Resolver, peer_address: str) -> AuthResult:
        """Look the peer's name up and back again: RFC 8601 section 3 (iprev). Evidence for people, never a proof."""
        if not peer_address:
            return AuthResult("iprev", "permerror")
        pointers = await resolver.query(reverse_name(peer_address), "PTR")
        if pointers.status is not DnsStatus.FOUND:
            return AuthResult("iprev", "temperror" if pointers.status is DnsStatus.TEMPORARY else "permerror")
        record_type = "AAAA" if ":" in peer_address else "A"
        for pointer in pointers.records[:3]:
            back = await resolver.query(pointer, record_type)
            shown = a_label(pointer)
            if peer_address in back.records and shown is not None:
                return AuthResult("iprev", "pass", {"policy.iprev": peer_address, "policy.name": shown})
        return AuthResult("iprev", "fail", {"policy.iprev": peer_address})


async def _route(resolver: Resolver, domain: str | None) -> SecureRoute:
    return await find_route(resolver, domain) if domain is not None else SecureRoute()


_NO_SIGNATURES = Verified((), Chain("none"))


def _arc(verified: Verified, author: Author) -> Arc:
    chain = verified.chain
    proved = chain.result == "pass" and sealer_proved(chain.newest_results, author.domain)
    return Arc(chain.result, chain.sealers, proved)


def _author(mail: Mail | Unparsed | None) -> Author:
    return read_author(mail) if isinstance(mail, Mail) else Author(AuthorState.UNREADABLE)


def _plain(peer_address: str) -> str:
    """Return an IP address as DNS writes it: no zone id; an IPv4 address that came in an IPv6 one as itself.

    "" if it is not an address: then nothing can be checked for it.
    """
    try:
        address = ipaddress.ip_address(peer_address.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _mailfrom(reverse_path: str, helo: str) -> _Mailfrom:
    local, _, domain = reverse_path.rpartition("@")
    if reverse_path:
        name = a_label(domain)
        return _Mailfrom(f"{local}@{name}" if name else reverse_path, name, False)
    return _Mailfrom("", a_label(helo), True)


def _tags(value: str) -> dict[str, str]:
    """Read a tag list leniently, only to learn which keys to fetch; the child reads it strictly."""
    pieces = (piece.partition("=") for piece in value[:10_000].split(";"))
    return {name.strip(): text.strip() for name, _, text in pieces}


def _key_name(tags: dict[str, str]) -> str:
    return f"{tags['s']}._domainkey.{tags['d']}".lower().rstrip(".")


def _key(answer: DnsAnswer) -> bytes | None:
    if answer.status is DnsStatus.TEMPORARY:
        return TEMPORARY
    return answer.records[0].encode("latin-1") if len(answer.records) == 1 else None  # RFC 6376 section 3.6.2.2


def _txt(answer: DnsAnswer) -> TxtAnswer:
    return TxtAnswer(Lookup(answer.status.value), answer.records)


def _distance(signer: str, author_domain: str | None) -> int:
    """Order signatures: those that could be aligned with the author first."""
    name = a_label(signer)
    if name is None or author_domain is None:
        return 2
    return 0 if within(author_domain, name) or within(name, author_domain) else 1


def _tls_result(connection: Connection) -> tuple[AuthResult, ...]:
    tls = connection.tls
    if tls is None:
        return (AuthResult("tls", "none"),)
    shown = {"smtp.tls-version": tls.version, "smtp.tls-cipher": tls.cipher}
    if tls.client_subject is not None:
        shown["smtp.tls-client"] = "verified"
    return (AuthResult("tls", "pass", shown),)


def _spf_auth_result(result: str, sender: _Mailfrom) -> AuthResult:
    name = "smtp.helo" if sender.is_helo else "smtp.mailfrom"
    return AuthResult("spf", result, {name: sender.domain} if sender.domain else {})


def _dkim_results(verified: Verified) -> tuple[AuthResult, ...]:
    if not verified.signatures:
        return (AuthResult("dkim", "none"),)
    results = []
    for one in verified.signatures:
        named = (("header.d", one.domain), ("header.s", one.selector), ("header.a", one.algorithm))
        shown = {name: value for name, value in named if value}
        if one.code:
            shown["policy.code"] = one.code
        results.append(AuthResult("dkim", one.result, shown))
    return tuple(results)


def _dmarc_result(dmarc: Dmarc) -> AuthResult:
    shown = {"header.from": dmarc.author_domain} if dmarc.author_domain else {}
    if dmarc.policy is not None:
        shown["policy.published-domain-policy"] = dmarc.policy.value
    if dmarc.aligned_by:
        shown["policy.aligned-by"] = ",".join(dmarc.aligned_by)
    return AuthResult("dmarc", dmarc.result, shown)
