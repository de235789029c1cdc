"""DNS, asked once and with time limits. A temporary fault is kept apart from "there is none".

:class:`DnsResolver` asks real name servers; :class:`ZoneFileResolver` answers from a master file (RFC 1035
section 5) for tests, the demo and ``explain --dns``.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.reversename
import dns.zone
from dns.rdata import Rdata

from gateway.adapters.sender.silence import Silence
from gateway.ports import DnsAnswer, DnsStatus, Permanent

FAIR_S = 1.5  # what a question must have waited for its zone to count as silent
MAX_AT_ONCE = 2_000  # questions: each has a socket of its own
MAX_RECORDS = 100  # of one answer
MAX_TEXT = 16_384  # characters of one TXT record
_MAX_ALIASES = 8
# One file holds many zones here, but the library accepts an SOA only at the very top. Nothing asks for SOA records.
_SOA = re.compile(
    r"^(\S*[ \t]+(?:\d+[smhdw]?[ \t]+)?(?:IN[ \t]+)?(?:\d+[smhdw]?[ \t]+)?)SOA\b[^\n(]*(?:\([^)]*\))?[^\n]*",
    re.I | re.M,
)


def reverse_name(address: str) -> str:
    """Return the name that holds the PTR records of an IP address, without the final dot."""
    return dns.reversename.from_address(address).to_text(omit_final_dot=True)


def record_text(rdata: Rdata) -> str:
    """Return one record as the port gives it: TXT joined (latin-1, lossless), names without the final dot."""
    if rdata.rdtype == dns.rdatatype.TXT:
        joined: bytes = b"".join(rdata.strings)  # type: ignore[attr-defined]  # of a TXT record
        return joined.decode("latin-1")[:MAX_TEXT]
    text = rdata.to_text()
    return text.removesuffix(".") if rdata.rdtype != dns.rdatatype.TLSA else text


class DnsResolver:
    """Ask the configured name servers over UDP and TCP, with a time limit and a small cache.

    ``trust_ad``: believe the AD bit (RFC 4035 section 3.2.3). Only for a validating resolver on this machine or
    over a path that nobody else can write to.
    """

    def __init__(
        self,
        nameservers: Iterable[str] = (),
        *,
        timeout_s: float = 5.0,
        trust_ad: bool = False,
        max_entries: int = 2_000,
        max_age_s: float = 300.0,
        port: int = 53,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        servers = list(nameservers)
        self._resolver = dns.asyncresolver.Resolver(configure=not servers)
        if servers:
            self._resolver.nameservers = servers
            self._resolver.port = port
        self._resolver.use_edns(0, dns.flags.DO if trust_ad else 0, 1232)
        self._resolver.flags = dns.flags.RD | (dns.flags.AD if trust_ad else 0)
        self._timeout_s = timeout_s
        self._trust_ad = trust_ad
        self._max_entries = max_entries
        self._max_age_s = max_age_s
        self._monotonic = monotonic
        self._cache: OrderedDict[tuple[str, str], tuple[float, DnsAnswer]] = OrderedDict()
        self._silence = Silence(monotonic)
        self._places = asyncio.Semaphore(MAX_AT_ONCE)

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        """Ask once. Answers and "none" are kept for a short while; temporary faults are not."""
        key = (name.lower().rstrip("."), record_type)
        kept = self._cache.get(key)
        if kept is not None and kept[0] > self._monotonic():
            self._cache.move_to_end(key)
            return kept[1]
        if self._silence.rests(key[0]):
            return DnsAnswer(DnsStatus.TEMPORARY)
        answer, ttl_s = await self._ask(*key)
        if answer.status is not DnsStatus.TEMPORARY:
            self._cache[key] = (self._monotonic() + min(ttl_s, self._max_age_s), answer)
            self._cache.move_to_end(key)
            while len(self._cache) > self._max_entries:
                self._cache.popitem(last=False)
        return answer

    async def _ask(self, name: str, record_type: str) -> tuple[DnsAnswer, float]:
        try:
            absolute = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return DnsAnswer(DnsStatus.NONE, name_exists=False), self._max_age_s  # not a name: nothing stands there
        started = self._monotonic()
        try:
            async with self._places, asyncio.timeout(self._timeout_s + 1):
                found = await self._resolver.resolve(
                    absolute, record_type, lifetime=self._timeout_s, search=False, raise_on_no_answer=False
                )
        except asyncio.CancelledError:  # who asked had no more time than this
            if self._monotonic() - started >= FAIR_S:
                self._silence.unanswered(name)
            raise
        except dns.resolver.NXDOMAIN:
            self._silence.answered(name)
            return DnsAnswer(DnsStatus.NONE, name_exists=False), 60.0
        except (dns.exception.Timeout, TimeoutError):
            self._silence.unanswered(name)
            return DnsAnswer(DnsStatus.TEMPORARY), 0.0
        except (dns.exception.DNSException, OSError):
            return DnsAnswer(DnsStatus.TEMPORARY), 0.0
        self._silence.answered(name)
        signed = self._trust_ad and bool(found.response.flags & dns.flags.AD)
        if found.rrset is None:
            return DnsAnswer(DnsStatus.NONE, authenticated=signed), 60.0
        records = tuple(record_text(rdata) for rdata in list(found.rrset)[:MAX_RECORDS])
        return DnsAnswer(DnsStatus.FOUND, records, signed), float(found.rrset.ttl)


def make_resolver(
    nameservers: Iterable[str], zone_file: str | Path, timeout_s: float
) -> DnsResolver | ZoneFileResolver:
    """Return the resolver that the settings ask for: a zone file if one is named, else name servers.

    The AD bit is believed only if every name server is on this machine (RFC 4035 section 4.9.3).
    """
    if str(zone_file):
        return ZoneFileResolver.from_path(Path(zone_file))
    servers = tuple(nameservers)
    local = bool(servers) and all(server in ("::1",) or server.startswith("127.") for server in servers)
    return DnsResolver(servers, timeout_s=timeout_s, trust_ad=local)


class ZoneFileResolver:
    """Answer from one master file that may hold names of many domains.

    Two comments are directives, because a master file has no words for them: ``;temporary NAME`` (that name and
    everything below it gives no answer) and ``;signed NAME`` (answers there are DNSSEC-authenticated).
    """

    def __init__(self, text: str) -> None:
        whole = "$TTL 300\n" + _SOA.sub(r'\1HINFO "zone" "apex"', text)
        try:
            self._zone = dns.zone.from_text(whole, origin=".", relativize=False, check_origin=False)
        except (dns.exception.DNSException, ValueError, KeyError):
            raise Permanent("bad_zone_file") from None
        directives = [line[1:].split() for line in text.splitlines() if line.startswith((";temporary ", ";signed "))]
        self._temporary = tuple(words[1].rstrip(".").lower() for words in directives if words[0] == "temporary")
        self._signed = tuple(words[1].rstrip(".").lower() for words in directives if words[0] == "signed")
        self._names = {name.to_text(omit_final_dot=True).lower() for name in self._zone.nodes}
        self._inner = {name.partition(".")[2] for name in self._names}
        for name in list(self._inner):
            while "." in name:
                name = name.partition(".")[2]  # noqa: PLW2901 - walks to the top
                self._inner.add(name)

    @classmethod
    def from_path(cls, path: Path) -> ZoneFileResolver:
        """Read a master file. Permanent("bad_zone_file") if it is not one."""
        try:
            return cls(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            raise Permanent("bad_zone_file") from None

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        """Answer as a name server would: aliases followed, wildcards honoured (RFC 4592)."""
        wanted = name.rstrip(".").lower()
        for _ in range(_MAX_ALIASES):
            if _covered(wanted, self._temporary):
                return DnsAnswer(DnsStatus.TEMPORARY)
            signed = _covered(wanted, self._signed)
            stands_at = self._closest(wanted)
            if stands_at is None:
                exists = wanted in self._inner
                return DnsAnswer(DnsStatus.NONE, authenticated=signed, name_exists=exists)
            records = self._records(stands_at, record_type)
            if records:
                return DnsAnswer(DnsStatus.FOUND, records, signed)
            alias = self._records(stands_at, "CNAME")
            if not alias:
                return DnsAnswer(DnsStatus.NONE, authenticated=signed)
            wanted = alias[0].lower()
        return DnsAnswer(DnsStatus.TEMPORARY)  # an alias loop: a server says SERVFAIL

    def _closest(self, name: str) -> str | None:
        if name in self._names:
            return name
        if name in self._inner:
            return None
        parent = name.partition(".")[2]
        while parent:
            if f"*.{parent}" in self._names:
                return f"*.{parent}"
            if parent in self._names or parent in self._inner:
                return None  # the closest encloser has no wildcard
            parent = parent.partition(".")[2]
        return None

    def _records(self, name: str, record_type: str) -> tuple[str, ...]:
        rdataset = self._zone.get_rdataset(dns.name.from_text(name), record_type)
        return tuple(record_text(rdata) for rdata in rdataset) if rdataset is not None else ()


def _covered(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.endswith("." + parent) for parent in parents)
