"""The worker's OpenPGP and register, reloaded when a key or a confirmation changes, without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gateway.adapters.config.panels import load_panels
from gateway.adapters.openpgp import GnuPG
from gateway.adapters.openpgp.key_home import open_key_home
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import DispatchHeldReason
from gateway.model.office.enrolled import Enrolled
from gateway.model.residence.panels import PanelRegister, PanelStatus
from gateway.ports import Opened, SignatureVerdict

Stamp = tuple[tuple[str, int, int], ...]


class PinnedKeys:
    """ports.OpenPGP over the keys that are pinned in the register today."""

    def __init__(self, home: Path, peers: Path, packaged: Path, deployment: Path) -> None:
        self._home = home
        self._peers = peers
        self._packaged = packaged
        self._deployment = deployment
        self._stamp: Stamp | None = None
        self._register = load_panels(packaged, deployment)
        self._gnupg: GnuPG | None = None
        self._retired: list[GnuPG] = []
        self._lock = asyncio.Lock()
        self._on_change: list[Callable[[PanelRegister], None]] = []

    def register(self) -> PanelRegister:
        """Return the register as it was at the last refresh."""
        return self._register

    def on_change(self, call: Callable[[PanelRegister], None]) -> None:
        """Call ``call`` with each new register."""
        self._on_change.append(call)

    def enrolled(self) -> Mapping[Fingerprint, Enrolled]:
        """Return who may sign for whom: confirmed panels only, each by its pinned key or certificate."""
        return {
            fingerprint: Enrolled(panel.id, frozenset(contact.email.lower() for contact in panel.contacts))
            for panel in self._register.panels.values()
            for fingerprint in (panel.fingerprint, panel.smime_fingerprint)
            if fingerprint is not None and panel.status is PanelStatus.CONFIRMED
        }

    async def refresh(self) -> bool:
        """Reload register and certificates if they changed. True if they did.

        Permanent if the home cannot be used: the worker does not start with it.
        """
        async with self._lock:
            stamp = await asyncio.to_thread(self._look)
            if stamp == self._stamp:
                return False
            register = await asyncio.to_thread(load_panels, self._packaged, self._deployment)
            pinned = await asyncio.to_thread(self._pinned, register)
            gnupg = await open_key_home(self._home, pinned)
            before, self._gnupg, self._register, self._stamp = self._gnupg, gnupg, register, stamp
            if before is not None:
                self._retired.append(before)  # still in use, perhaps: its threads are released at the end
        for call in self._on_change:
            call(register)
        return True

    def _look(self) -> Stamp:
        paths = [self._deployment, *sorted(self._peers.glob("*.asc"))]
        found = [(path.name, path.stat()) for path in paths if path.exists()]
        return tuple((name, status.st_mtime_ns, status.st_size) for name, status in found)

    def _pinned(self, register: PanelRegister) -> dict[Fingerprint, bytes]:
        pinned = {}
        for panel in register.panels.values():
            if panel.fingerprint is None:
                continue
            path = self._peers / f"{panel.fingerprint}.asc"
            if path.exists():
                pinned[panel.fingerprint] = path.read_bytes()
        return pinned

    def close(self) -> None:
        """Release the threads."""
        for gnupg in (*self._retired, *([self._gnupg] if self._gnupg is not None else [])):
            gnupg.close()

    def _ready(self) -> GnuPG:
        if self._gnupg is None:
            raise RuntimeError("refresh first")
        return self._gnupg

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        return await self._ready().decrypt(ciphertext)

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        return await self._ready().verify(signed, signature)

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[Fingerprint]) -> bytes:
        return await self._ready().encrypt_and_sign(plaintext, recipients)

    async def encryption_subkeys(self, recipients: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
        return await self._ready().encryption_subkeys(recipients)

    async def usable(self, fingerprint: Fingerprint) -> DispatchHeldReason | None:
        return await self._ready().usable(fingerprint)
