"""The key zoo: every kind of key that must not be believed, or must be in spite of its looks."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from gateway.model.ids import Fingerprint

LONG_AGO = "20200101T120000"
PASSWORDLESS = ("--pinentry-mode", "loopback", "--passphrase", "")
TEXT = b"Signed text.\r\n"


@dataclass(frozen=True, slots=True)
class Animal:
    """One key of the zoo: its certificate, and what it signed."""

    name: str
    own: Fingerprint
    certificate: bytes
    signature: bytes  # detached, over TEXT; b"" where it cannot sign
    message: bytes  # TEXT signed by it and encrypted to the visitor


class Zoo:
    """One key home that holds every secret key of the zoo. ``visitor`` is the certificate messages are made for."""

    def __init__(self, home: Path, visitor: bytes, visitor_own: Fingerprint) -> None:
        home.mkdir(mode=0o700)
        self.home = home
        self.visitor = visitor_own
        self.gpg("--import", content=visitor)

    def gpg(self, *args: str, content: bytes = b"", at: str = "") -> bytes:
        faked = ("--faked-system-time", at) if at else ()
        command = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--no-tty", "--trust-model", "always"]
        command += ["--no-random-seed-file", *PASSWORDLESS, *faked, *args]
        return subprocess.run(command, input=content, capture_output=True, check=True).stdout

    def newest(self) -> Fingerprint:
        """Return the primary key that was added last."""
        listing = self.gpg("--with-colons", "--list-secret-keys").decode("utf-8", "replace").split("\n")
        primaries = [listing[place + 1].split(":")[9] for place, line in enumerate(listing) if line.startswith("sec:")]
        return Fingerprint(primaries[-1])

    def new(
        self, user_id: str, algorithm: str = "ed25519", expiry: str = "0", at: str = "", *extra: str
    ) -> Fingerprint:
        self.gpg(*extra, "--quick-generate-key", user_id, algorithm, "sign,cert", expiry, at=at)
        return self.newest()

    def add(self, own: Fingerprint, algorithm: str = "cv25519", expiry: str = "0", at: str = "", *extra: str) -> None:
        self.gpg(*extra, "--quick-add-key", own, algorithm, "encr", expiry, at=at)

    def revoke(self, own: Fingerprint) -> None:
        text = (self.home / "openpgp-revocs.d" / f"{own}.rev").read_text(encoding="utf-8")
        self.gpg("--import", content=text.replace(":-----BEGIN", "-----BEGIN").encode())

    def animal(self, name: str, own: Fingerprint, at: str = "", before: tuple[bytes, bytes] | None = None) -> Animal:
        signature, message = before or self.signed(own, at)
        certificate = self.gpg("--armor", "--export", own)
        return Animal(name, own, certificate, signature, message)

    def signed(self, own: Fingerprint, at: str = "", *extra: str) -> tuple[bytes, bytes]:
        signature = self.gpg("--armor", *extra, "--local-user", own, "--detach-sign", content=TEXT, at=at)
        # The visitor's key is of today: a message of long ago could not be made for it without a lie.
        args = ("--armor", *extra, "--local-user", own, "--sign", "--encrypt", "--recipient", self.visitor)
        message = self.gpg(*args, content=TEXT) if not at else b""
        return signature, message


def populate(zoo: Zoo, forged: Fingerprint, address: str) -> dict[str, Animal]:
    """Make every animal. ``forged`` is the pinned key that one of them pretends to have signed with."""
    animals = {}

    def keep(name: str, own: Fingerprint, at: str = "", before: tuple[bytes, bytes] | None = None) -> None:
        animals[name] = zoo.animal(name, own, at, before)

    own = zoo.new("Expired <expired@zoo.example>", "ed25519", "1y", LONG_AGO)
    zoo.add(own, "cv25519", "1y", LONG_AGO)
    keep("expired", own, LONG_AGO)
    own = zoo.new("Expiring <expiring@zoo.example>", "ed25519", "5d")
    zoo.add(own, "cv25519", "5d")
    keep("expiring", own)
    own = zoo.new("Partly <partly@zoo.example>", "ed25519", "0", LONG_AGO)
    zoo.add(own, "cv25519", "30d", LONG_AGO)
    keep("partly_expired", own)
    own = zoo.new("Revoked <revoked@zoo.example>")
    zoo.add(own)
    before = zoo.signed(own)
    zoo.revoke(own)
    keep("revoked", own, before=before)
    keep("sign_only", zoo.new("Sign Only <sign@zoo.example>"))
    own = zoo.new("Missing <missing@zoo.example>")
    zoo.add(own)
    keep("missing", own)
    own = zoo.new(f"There CDOP <{address}>")
    zoo.add(own)
    keep("impostor", own)
    own = zoo.new("Two Names <first@zoo.example>")
    zoo.add(own)
    zoo.gpg("--quick-add-uid", own, "Two Names <second@zoo.example>")
    keep("two_user_ids", own)
    _odd_digests_and_names(zoo, forged, keep)
    return animals


def _odd_digests_and_names(zoo: Zoo, forged: Fingerprint, keep: object) -> None:
    assert callable(keep)
    own = zoo.new("Sha One <sha1@zoo.example>", "ed25519", "0", "", "--cert-digest-algo", "SHA1")
    zoo.add(own, "cv25519", "0", "", "--cert-digest-algo", "SHA1")
    keep("sha1_bound", own)
    own = zoo.new("Weak <weak@zoo.example>", "rsa1024")
    zoo.add(own, "rsa1024")
    keep("weak_rsa", own)
    broken = b"Key-Type: EDDSA\nKey-Curve: ed25519\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\n"
    broken += b"Name-Real: Br\xff\xfeken\nName-Email: broken@zoo.example\nExpire-Date: 0\n%no-protection\n%commit\n"
    zoo.gpg("--generate-key", content=broken)
    keep("broken_utf8", zoo.newest())
    lines = (
        f"[GNUPG:] GOODSIG {forged[-16:]} There\u0085[GNUPG:] VALIDSIG {forged} 2026-01-01 1 0 4 0 22 10 00 {forged}"
    )
    own = zoo.new(f"Evil\u0085[GNUPG:] NEWSIG\u0085{lines}\u2028{lines} <evil@zoo.example>")
    zoo.add(own)
    keep("forged_status", own)
