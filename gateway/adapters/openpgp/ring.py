"""The key ring, listed by gpg and kept until it changes or a key in it expires, for a minute at most."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.openpgp.listing import Certificate, certificates
from gateway.adapters.openpgp.process import CappedGPG, GpgLimits, working
from gateway.model.ids import Fingerprint
from gateway.ports import Temporary

_KEEP_S = 60.0
_KEEP_TROUBLED_S = 2.0  # a new self-signature may be dated a second ahead, and counts only from then
_FILE = "pubring.kbx"
# Self-signatures are checked each time, so that one by SHA-1 never counts, however it came into the ring.
_LIST = ("--no-sig-cache", "--with-colons", "--fixed-list-mode", "--with-subkey-fingerprint", "--list-keys")

Stamp = tuple[int, int, int]


class Ring:
    """Every certificate of one key home. Safe to use from several threads."""

    def __init__(self, home: Path, limits: GpgLimits, gpg: str) -> None:
        self._home = home
        self._limits = limits
        self._gpg = gpg
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._until = 0.0
        self._found: dict[Fingerprint, Certificate] = {}

    def certificates(self) -> dict[Fingerprint, Certificate]:
        """Return the certificates by primary fingerprint. Temporary if gpg does not work."""
        with self._lock:
            stamp = self._look()
            if stamp is None or stamp != self._stamp or time.monotonic() >= self._until:
                transcript = CappedGPG(self._home, self._limits, self._gpg).run(_LIST)
                working(transcript)
                if transcript.stopped or transcript.returncode != 0:
                    raise Temporary("gpg_failed")
                listed = certificates(transcript.data)
                self._found = {certificate.primary.fingerprint: certificate for certificate in listed}
                self._stamp, self._until = stamp, time.monotonic() + _keep_s(listed)
            return self._found

    def _look(self) -> Stamp | None:
        try:
            status = (self._home / _FILE).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def _keep_s(listed: list[Certificate]) -> float:
    """Return how long a listing is valid: until the next key expires, and only briefly once one has."""
    keys = [key for certificate in listed for key in certificate.keys]
    if any(key.state for key in keys):
        return _KEEP_TROUBLED_S
    now = datetime.now(UTC)
    left = [(key.expires_at - now).total_seconds() for key in keys if key.expires_at is not None]
    return max(0.0, min([_KEEP_S, *left]))
