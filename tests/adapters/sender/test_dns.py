"""The resolvers: a temporary fault is never "none", and what was asked is asked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import pytest_asyncio

from gateway.adapters.sender.dns import DnsResolver, ZoneFileResolver, reverse_name
from gateway.ports import DnsAnswer, DnsStatus, Permanent

FOUND, NONE, TEMPORARY = DnsStatus.FOUND, DnsStatus.NONE, DnsStatus.TEMPORARY


class NameServer(asyncio.DatagramProtocol):
    """A name server on loopback: "gone" does not exist, "broken" is SERVFAIL, "silent" never answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        name = query.question[0].name
        label = name.labels[0].decode()
        self.asked.append(label)
        if label == "silent":
            return
        reply = dns.message.make_response(query, recursion_available=True)
        if label == "gone":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif label == "broken":
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif label in ("here", "signed"):
            reply.flags |= dns.flags.AD if label == "signed" else 0
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1 " "-all" "\\255"'))
        self.transport.sendto(reply.to_wire(), addr)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[NameServer]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    yield protocol
    transport.close()


def resolver(server: NameServer, **options: object) -> DnsResolver:
    port = server.transport.get_extra_info("sockname")[1]
    return DnsResolver(["127.0.0.1"], port=port, timeout_s=0.5, **options)  # type: ignore[arg-type]


async def test_answers_of_a_name_server_are_kept_apart(server: NameServer) -> None:
    asking = resolver(server)
    assert await asking.query("here.example", "TXT") == DnsAnswer(FOUND, ("v=spf1 -all\xff",))
    assert await asking.query("gone.example", "TXT") == DnsAnswer(NONE, name_exists=False)
    assert await asking.query("empty.example", "TXT") == DnsAnswer(NONE)
    assert await asking.query("broken.example", "TXT") == DnsAnswer(TEMPORARY)
    assert await asking.query("silent.example", "TXT") == DnsAnswer(TEMPORARY)


async def test_a_name_server_that_is_silent_costs_no_more_than_the_time_limit(server: NameServer) -> None:
    assert await resolver(server).query("silent.example", "TXT") == DnsAnswer(TEMPORARY)
    assert server.asked == ["silent"], "it was asked, and there was no time to ask again"


async def test_answers_and_none_are_asked_once_and_faults_again(server: NameServer) -> None:
    asking = resolver(server)
    for name in ("here", "gone", "empty", "HERE"):
        await asking.query(f"{name}.example", "TXT")
        await asking.query(f"{name}.example.", "TXT")
    assert [label.lower() for label in server.asked] == ["here", "gone", "empty"]
    await asking.query("broken.example", "TXT")
    first = server.asked.count("broken")
    await asking.query("broken.example", "TXT")
    assert server.asked.count("broken") > first


async def test_cache_is_small_and_old_answers_are_asked_again(server: NameServer) -> None:
    now = [0.0]
    asking = resolver(server, max_entries=2, monotonic=lambda: now[0])
    for name in ("here", "gone", "empty", "here"):
        await asking.query(f"{name}.example", "TXT")
    assert server.asked == ["here", "gone", "empty", "here"]
    now[0] = 61.0
    await asking.query("here.example", "TXT")
    assert server.asked.count("here") == 3


async def test_ad_bit_is_believed_only_where_it_is_trusted(server: NameServer) -> None:
    assert not (await resolver(server).query("signed.example", "TXT")).authenticated
    assert (await resolver(server, trust_ad=True).query("signed.example", "TXT")).authenticated


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", ".".join(["abcdefgh"] * 40), "\ud800.example"])
async def test_what_is_no_name_is_none_and_never_raises(server: NameServer, name: str) -> None:
    assert await resolver(server).query(name, "TXT") == DnsAnswer(NONE, name_exists=False)


ZONE = """
example.org. TXT "one " "two"
example.org. MX 10 mx.example.org.
*.wild.example.org. TXT "w"
alias.example.org. CNAME example.org.
loop.example.org. CNAME loop.example.org.
a.b.example.org. A 192.0.2.1
_25._tcp.mx.example.org. TLSA 3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
10.2.0.192.in-addr.arpa. PTR host.example.org.
;temporary slow.example.org
;signed mx.example.org
"""


@pytest.mark.parametrize(
    ("name", "record_type", "answer"),
    [
        ("example.org", "TXT", DnsAnswer(FOUND, ("one two",))),
        ("EXAMPLE.ORG.", "MX", DnsAnswer(FOUND, ("10 mx.example.org",))),
        ("example.org", "A", DnsAnswer(NONE)),
        ("nothing.example.org", "A", DnsAnswer(NONE, name_exists=False)),
        ("b.example.org", "A", DnsAnswer(NONE)),
        ("x.wild.example.org", "TXT", DnsAnswer(FOUND, ("w",))),
        ("x.y.wild.example.org", "TXT", DnsAnswer(FOUND, ("w",))),
        ("alias.example.org", "TXT", DnsAnswer(FOUND, ("one two",))),
        ("loop.example.org", "TXT", DnsAnswer(TEMPORARY)),
        ("slow.example.org", "TXT", DnsAnswer(TEMPORARY)),
        ("_dmarc.slow.example.org", "TXT", DnsAnswer(TEMPORARY)),
        ("10.2.0.192.in-addr.arpa", "PTR", DnsAnswer(FOUND, ("host.example.org",))),
    ],
)
async def test_zone_file_answers_as_a_name_server_would(name: str, record_type: str, answer: DnsAnswer) -> None:
    assert await ZoneFileResolver(ZONE).query(name, record_type) == answer


async def test_zone_file_on_disk_marks_signed_names(tmp_path: Path) -> None:
    path = tmp_path / "zone"
    path.write_text(ZONE)
    answer = await ZoneFileResolver.from_path(path).query("_25._tcp.mx.example.org", "TLSA")
    assert answer.authenticated
    assert answer.records[0].startswith("3 1 1 0011")


async def test_one_file_may_hold_several_zones_with_all_that_a_zone_has() -> None:
    text = """
$TTL 1h
$ORIGIN nhs.example.
@ IN SOA ns hostmaster (
    2026112301 ; serial
    3600 900 604800 300 )
@ 300 IN TXT ( "v=spf1 "
    "-all" )
$ORIGIN council.example.
@ 1h IN SOA ns.council.example. hostmaster.council.example. 1 2 3 4 5
  IN MX 10 mail
_dmarc IN TXT "v=DMARC1; p=reject" ; SOA in a comment
about IN TXT "x SOA y"
"""
    zone = ZoneFileResolver(text)
    assert await zone.query("nhs.example", "TXT") == DnsAnswer(FOUND, ("v=spf1 -all",))
    assert await zone.query("council.example", "MX") == DnsAnswer(FOUND, ("10 mail.council.example",))
    assert await zone.query("council.example", "TXT") == DnsAnswer(NONE)
    assert await zone.query("_dmarc.council.example", "TXT") == DnsAnswer(FOUND, ("v=DMARC1; p=reject",))
    assert await zone.query("about.council.example", "TXT") == DnsAnswer(FOUND, ("x SOA y",))


@pytest.mark.parametrize("text", ["nhs.example. TXT", "nhs.example. NOTYPE x", "a.example. A not-an-address", '"'])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(Permanent):
        ZoneFileResolver(text)


def test_reverse_names() -> None:
    assert reverse_name("192.0.2.10") == "10.2.0.192.in-addr.arpa"
    assert reverse_name("2001:db8::1").endswith(".8.b.d.0.1.0.0.2.ip6.arpa")
