"""One hostile input in a process of its own: prints the verdict, the seconds and the growth of memory."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from gateway.adapters.keys import certificate_lint
from gateway.adapters.openpgp import GnuPG
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint


def _peak_mib(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


async def _verdict(openpgp: GnuPG, how: str, content: bytes) -> str:
    if how == "decrypt":
        opened = await openpgp.decrypt(ConfidentialBytes(content))
        return opened.code or opened.verdict.signature.value
    if how == "verify":
        return (await openpgp.verify(ConfidentialBytes(b"x"), content)).signature.value
    return ",".join(certificate_lint.examine(content).faults)


def main(how: str, home: Path, own: str, path: Path) -> None:
    content = path.read_bytes()
    openpgp = GnuPG(home, Fingerprint(own), [])
    asyncio.run(openpgp.usable(Fingerprint(own)))  # what is loaded once is no growth
    before, began = _peak_mib(resource.RUSAGE_SELF), time.monotonic()
    verdict = asyncio.run(_verdict(openpgp, how, content))
    seconds = time.monotonic() - began
    # Our own growth, and the largest of the processes it started.
    growth = _peak_mib(resource.RUSAGE_SELF) - before + _peak_mib(resource.RUSAGE_CHILDREN)
    sys.stdout.write(json.dumps({"verdict": verdict, "seconds": seconds, "growth_mib": growth}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
