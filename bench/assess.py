"""How long the evidence for one message takes, and what a child process costs: ``python -m bench.assess``.

DNS is a zone in memory, so the figures are our own work: SPF in its thread, signatures in their child, DMARC, grade.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import time
from datetime import date

from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.model.channel.assurance import ContentState
from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, SecureDomain, SecureDomains
from gateway.model.content.confidential import Confidential
from gateway.stages.assess.grade import grade
from tests.adapters.channel_kit import NOW, PEER, FixedClock, Key, arrival, message, parse, sign

POLICY = SecureDomains(
    "bench",
    365,
    (SecureDomain("nhs.net", DomainMatch.EXACT, DomainStatus.SECURE, "bench", "bench", date(2026, 11, 1)),),
)


async def measure(authenticator: SenderAuthenticator, raw: bytes, rounds: int) -> list[float]:
    """Return milliseconds for each of ``rounds`` messages, one after the other."""
    mail, content, came = parse(raw), Confidential(raw), arrival()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        evidence = await authenticator.gather(came, mail, content)
        assert grade(evidence, POLICY, ContentState(), NOW).grade.value == "secure"
        taken.append((time.perf_counter() - start) * 1000)
    return taken


async def main() -> None:
    """Print one line a size."""
    key = Key()
    zone = f"""
nhs.net. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.nhs.net. TXT "v=DMARC1; p=reject"
s1._domainkey.nhs.net. TXT {key.record()}
"""
    authenticator = SenderAuthenticator(
        ZoneFileResolver(zone), FixedClock(), authserv_id="gateway.example", processes=1
    )
    await measure(authenticator, sign(message(), key, "nhs.net"), 3)  # starts the child
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; milliseconds a message, one at a time")
    for name, size, rounds in (
        ("unsigned 10 kB", 10_000, 50),
        ("10 kB", 10_000, 50),
        ("1 MB", 10**6, 10),
        ("10 MB", 10**7, 3),
    ):
        raw = message(
            body="A line of seventy-six characters or so, as a mail program would wrap it.....\r\n" * (size // 78)
        )
        if not name.startswith("unsigned"):
            raw = sign(raw, key, "nhs.net", canonicalize=(b"relaxed", b"relaxed"))
        taken = sorted(await measure(authenticator, raw, rounds))
        print(f"  {name:16} median {statistics.median(taken):8.1f}   worst {taken[-1]:8.1f}")
    await authenticator.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  largest child: {children:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
