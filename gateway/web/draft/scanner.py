"""How the form has uploads scanned while they stream. What could not be scanned is "failed", never "clean"."""

from __future__ import annotations

from typing import Protocol

from gateway.ports import ScanVerdict

CLEAN, MALWARE, FAILED, NOT_CONFIGURED = "clean", "malware", "failed", ""


class Scan(Protocol):
    """The scan of one file."""

    async def write(self, content: bytes) -> None:
        """Give the scanner more of the file. Never raises."""
        ...

    async def verdict(self) -> ScanVerdict | None:
        """Return the verdict, None if there was no plain answer. Never raises."""
        ...


class StreamScanner(Protocol):
    async def begin(self) -> Scan:
        """Begin the scan of one file. Never raises."""
        ...


async def begin(scanner: StreamScanner | None) -> Scan | None:
    """Begin a scan; None if no scanner is configured."""
    return await scanner.begin() if scanner is not None else None


async def checked(scan: Scan | None) -> str:
    """Return the word that goes with the file (docs/form.md)."""
    if scan is None:
        return NOT_CONFIGURED
    verdict = await scan.verdict()
    if verdict is None:
        return FAILED
    return CLEAN if verdict is ScanVerdict.CLEAN else MALWARE
