"""OpenPGP: ours against bare python-gnupg on the same keys, in one run.

Encrypt and sign to 3 receivers, decrypt and verify; 10 kB and 5 MB; 1 and 16 at once; p50, p95 and errors counted.
Run: ``python -m bench.openpgp`` (``--quick`` for fewer rounds).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import gnupg

from gateway.adapters.openpgp import GnuPG
from gateway.adapters.openpgp.key_home import KeyHome, create_key_home, import_pinned
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from tests.key_homes import short_folder

SIZES = {"10 kB": 10_000, "5 MB": 5_000_000}
Operation = Callable[[], Awaitable[bool]]


class Peer:
    """Bare python-gnupg, as its documentation uses it, in threads."""

    def __init__(self, home: Path, own: Fingerprint) -> None:
        self.gpg = gnupg.GPG(gnupghome=str(home))
        self.own = own
        self.threads = ThreadPoolExecutor(16)

    async def encrypt(self, content: bytes, recipients: Sequence[Fingerprint]) -> bytes:
        def call() -> bytes:
            made = self.gpg.encrypt(content, list(recipients), sign=self.own, always_trust=True)
            return bytes(made.data) if made.ok else b""

        return await asyncio.get_running_loop().run_in_executor(self.threads, call)

    async def decrypt(self, message: bytes) -> bytes:
        def call() -> bytes:
            made = self.gpg.decrypt(message, always_trust=True)
            return bytes(made.data) if made.ok and made.valid else b""

        return await asyncio.get_running_loop().run_in_executor(self.threads, call)


@dataclass(slots=True)
class Spent:
    """What the rounds of one side took."""

    milliseconds: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        p95 = statistics.quantiles(self.milliseconds, n=20)[18]
        return f"{statistics.median(self.milliseconds):7.0f}ms {p95:6.0f}ms {self.errors:>4}"


async def batch(operation: Operation, at_once: int, spent: Spent) -> None:
    async def one() -> None:
        began = time.perf_counter()
        try:
            good = await operation()
        except Exception:  # whatever goes wrong is an error that is counted
            good = False
        spent.milliseconds.append((time.perf_counter() - began) * 1000)
        spent.errors += not good

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    spent.seconds += time.perf_counter() - began


async def measure(ours: Operation, peer: Operation, batches: int, at_once: int) -> tuple[Spent, Spent]:
    """Take turns, so that what else the machine does falls on both."""
    mine, other = Spent(), Spent()
    for _ in range(batches):
        await batch(ours, at_once, mine)
        await batch(peer, at_once, other)
    return mine, other


async def compare(here: KeyHome, there: KeyHome, recipients: Sequence[Fingerprint], quick: bool) -> int:
    ours = GnuPG(here.home, here.own, list(recipients))
    opener = GnuPG(there.home, there.own, [here.own])
    peer, peer_opener = Peer(here.home, here.own), Peer(there.home, there.own)
    total = 0
    print("each side: p50, p95, errors")
    print(f"{'':24}{'at once':>8} | {'ours':>21} | {'python-gnupg':>21} | our rate")
    for name, size in SIZES.items():
        content = os.urandom(size // 2) + bytes(size - size // 2)
        sealed = await ours.encrypt_and_sign(ConfidentialBytes(content), recipients)

        async def our_seal(content: bytes = content) -> bool:
            return bool(await ours.encrypt_and_sign(ConfidentialBytes(content), recipients))

        async def peer_seal(content: bytes = content) -> bool:
            return bool(await peer.encrypt(content, recipients))

        async def our_open(sealed: bytes = sealed, content: bytes = content) -> bool:
            opened = await opener.decrypt(ConfidentialBytes(sealed))
            good = opened.plaintext is not None and opened.plaintext.reveal() == content
            return good and opened.verdict.signer == here.own

        async def peer_open(sealed: bytes = sealed, content: bytes = content) -> bool:
            return await peer_opener.decrypt(sealed) == content

        for what, mine, other in (("encrypt+sign", our_seal, peer_seal), ("decrypt+verify", our_open, peer_open)):
            for at_once in (1, 16):
                batches = {1: 30, 16: 5}[at_once] // (3 if quick else 1)
                a, b = await measure(mine, other, batches, at_once)
                total += a.errors
                print(f"{what + ' ' + name:24}{at_once:>8} | {a.line()} | {b.line()} | {b.seconds / a.seconds:4.2f}x")
    ours.close()
    opener.close()
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    logging.disable(logging.CRITICAL)
    with short_folder() as folder:
        here = create_key_home(folder / "here" / "gnupg", "Here", "secure@here.example")
        homes = [create_key_home(folder / name / "gnupg", name, f"secure@{name}.example") for name in ("a", "b", "c")]
        import_pinned(here.home, {home.own: home.certificate for home in homes})
        import_pinned(homes[0].home, {here.own: here.certificate})
        errors = asyncio.run(compare(here, homes[0], [home.own for home in homes], quick))
    print(f"errors of ours: {errors}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
