"""The keys of the key ring, as gpg lists them. Source: GnuPG doc/DETAILS, "Format of colon listings"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.model.ids import Fingerprint
from gateway.model.kinds import DispatchHeldReason

RSA = frozenset({"1", "2", "3"})
_FINITE_FIELD = RSA | {"16", "17"}  # Elgamal, DSA
MIN_BITS = 2048
_USELESS = {"r": "revoked", "e": "expired", "i": "invalid", "d": "disabled", "n": "invalid"}


@dataclass(slots=True)
class ListedKey:
    """A primary key or subkey. ``state`` is "" if it can be used."""

    fingerprint: Fingerprint
    algorithm: str  # number, RFC 9580 section 9.1
    bits: int
    curve: str
    capabilities: str  # lower case letters: e, s, c, a
    created_at: datetime
    expires_at: datetime | None
    state: str

    @property
    def strong(self) -> bool:
        return self.algorithm not in _FINITE_FIELD or self.bits >= MIN_BITS

    @property
    def strength(self) -> str:
        """The kind of key as people call it: "rsa3072", "cv25519"."""
        if self.curve:
            return self.curve
        return {"16": "elgamal", "17": "dsa"}.get(self.algorithm, "rsa") + str(self.bits)


@dataclass(slots=True)
class Certificate:
    """A primary key with its subkeys and user ids (raw, as gpg escapes them)."""

    primary: ListedKey
    subkeys: list[ListedKey] = field(default_factory=list)
    user_ids: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[ListedKey]:
        return [self.primary, *self.subkeys]

    def encryption_subkey(self) -> ListedKey | None:
        """Return the newest key that can be encrypted to, or None."""
        usable = [key for key in self.keys if "e" in key.capabilities and not key.state and key.strong]
        return max(usable, key=lambda key: key.created_at, default=None)

    def may_sign(self, key: str) -> bool:
        """Say whether a signature by ``key``, the primary or a subkey, proves anything now."""
        return not self.primary.state and any(
            found.fingerprint == key and not found.state and found.strong for found in self.keys
        )

    def refusal(self) -> DispatchHeldReason | None:
        """Return why nothing can be encrypted to this certificate, or None."""
        if self.primary.state == "revoked":
            return DispatchHeldReason.KEY_REVOKED
        if self.primary.state == "expired":
            return DispatchHeldReason.KEY_EXPIRED
        if self.primary.state or not self.primary.strong:
            return DispatchHeldReason.NO_KEY
        if self.encryption_subkey() is not None:
            return None
        states = {key.state for key in self.keys if "e" in key.capabilities and key.strong}
        if "expired" in states:
            return DispatchHeldReason.KEY_EXPIRED
        return DispatchHeldReason.KEY_REVOKED if "revoked" in states else DispatchHeldReason.NO_KEY


def certificates(listing: bytes) -> list[Certificate]:
    """Read ``--with-colons --list-keys`` output. Split at line feeds only, as the status lines."""
    found: list[Certificate] = []
    waiting: list[str] | None = None
    for raw in listing.split(b"\n"):
        cells = raw.decode("utf-8", "replace").split(":")
        if cells[0] in {"pub", "sub", "sec", "ssb"}:
            waiting = cells
        elif cells[0] == "fpr" and waiting is not None:
            _add(found, waiting, Fingerprint(cells[9]))
            waiting = None
        elif cells[0] == "uid" and found:
            found[-1].user_ids.append(cells[9])
    return found


def _add(found: list[Certificate], cells: list[str], fingerprint: Fingerprint) -> None:
    key = ListedKey(
        fingerprint=fingerprint,
        algorithm=cells[3],
        bits=int(cells[2] or 0),
        curve=cells[16] if len(cells) > 16 else "",
        capabilities="".join(letter for letter in cells[11] if letter.islower()),
        created_at=_instant(cells[5]) or datetime.fromtimestamp(0, UTC),
        expires_at=_instant(cells[6]),
        state="disabled" if "D" in cells[11] else _USELESS.get(cells[1], ""),
    )
    if cells[0] in {"pub", "sec"}:
        found.append(Certificate(key))
    elif found:
        found[-1].subkeys.append(key)


def _instant(cell: str) -> datetime | None:
    return datetime.fromtimestamp(int(cell), UTC) if cell.isdigit() and int(cell) < 1 << 33 else None
