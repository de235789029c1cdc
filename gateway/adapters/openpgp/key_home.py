"""The worker's OpenPGP key home, DIR/keys/worker/gnupg: made, checked at start, and written by one writer.

Layout: docs/contracts.md. Nothing that arrives by mail is ever imported.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.adapters.children.capped_process import run_capped
from gateway.adapters.openpgp.listing import Certificate, certificates
from gateway.adapters.openpgp.port import FINGERPRINT, GnuPG
from gateway.adapters.openpgp.process import CappedGPG, GpgLimits, Transcript
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature
from gateway.model.office.key_report import KeyReport
from gateway.ports import Permanent, Temporary
from gateway.stages.openpgp.packets import primary_fingerprints

MAX_PATH_LENGTH = 80  # gpg-agent's socket is in it, and a socket's path has 108 bytes at most
HOME_MODE = 0o700
OWN_FILE = "own-fingerprint"  # beside the home: which of its secret keys is in use
_AGENT = "auto-expand-secmem\ndisable-scdaemon\nno-grab\n"  # RSA decryption fails in parallel without the first
_SPEED = GpgLimits(timeout_s=60)


@dataclass(frozen=True, slots=True)
class KeyHome:
    """A key home with its own key. ``certificate`` is the armoured public key that neighbours are given."""

    home: Path
    own: Fingerprint
    certificate: bytes


def worker_home(directory: Path) -> Path:
    """Return the key home of an installation."""
    return directory / "keys" / "worker" / "gnupg"


def create_key_home(home: Path, name: str, address: str, *, valid_days: int = 730, gpg: str = "gpg") -> KeyHome:
    """Make a key home with a new key for a panel: Ed25519 to sign, Curve25519 to encrypt to.

    Permanent("key_home_path_too_long") or ("key_home_exists") if it cannot be made there.
    """
    if len(str(home)) > MAX_PATH_LENGTH:
        raise Permanent("key_home_path_too_long")
    if home.exists():
        raise Permanent("key_home_exists")
    home.mkdir(mode=HOME_MODE, parents=True)
    home.chmod(HOME_MODE)
    (home / "gpg-agent.conf").write_text(_AGENT, encoding="ascii")
    own = generate(home, name, address, valid_days=valid_days, gpg=gpg)
    return KeyHome(home, own, export(home, own, gpg=gpg))


def generate(home: Path, name: str, address: str, *, valid_days: int, gpg: str = "gpg") -> Fingerprint:
    """Make a key in ``home``, put it in use, and return its fingerprint."""
    if any(letter in name + address for letter in "<>\r\n\0") or address.count("@") != 1:
        raise ValueError("a key needs a plain name and one address")
    expiry = f"{valid_days}d"
    unlocked = ["--pinentry-mode", "loopback", "--passphrase", ""]
    user_id = f"{name} <{address}>"
    made = _run(home, gpg, [*unlocked, "--yes", "--quick-generate-key", user_id, "ed25519", "sign,cert", expiry])
    created = made.all("KEY_CREATED")
    if made.returncode != 0 or len(created) != 1:
        raise Permanent("key_not_made")
    own = Fingerprint(created[0].fields[1])
    added = _run(home, gpg, [*unlocked, "--quick-add-key", own, "cv25519", "encr", expiry])
    if added.returncode != 0:
        raise Permanent("key_not_made")
    use(home, own)
    return own


def rotate(home: Path, *, valid_days: int = 730, gpg: str = "gpg") -> KeyHome:
    """Make a new key with the name and address of the one in use, and put it in use. The old one still opens mail."""
    check_home(home)
    (before,) = _listed(home, own_fingerprint(home), gpg)
    name, _, address = before.user_ids[0].replace("\\x3a", ":").rpartition(" <")
    own = generate(home, name, address.rstrip(">"), valid_days=valid_days, gpg=gpg)
    _give_to_owner(home)
    return KeyHome(home, own, export(home, own, gpg=gpg))


def _listed(home: Path, own: Fingerprint, gpg: str) -> list[Certificate]:
    args = ["--with-colons", "--fixed-list-mode", "--with-subkey-fingerprint", "--list-keys", own]
    found = certificates(_run(home, gpg, args).data)
    if [certificate.primary.fingerprint for certificate in found] != [own]:
        raise Permanent("own_key_missing")
    return found


def _give_to_owner(home: Path) -> None:
    """Root may rotate for the worker: what it wrote then belongs to the worker, who owns the home."""
    owner = home.stat()
    if os.getuid() != 0 or owner.st_uid == 0:
        return
    for path in (*home.rglob("*"), home.parent / OWN_FILE):
        if not path.is_socket():
            os.chown(path, owner.st_uid, owner.st_gid)


async def own_report(home: Path, now: datetime, gpg: str = "gpg") -> KeyReport:
    """Examine the key in use and try it: encrypt to it and open the result."""
    check_home(home)
    own = own_fingerprint(home)
    (certificate,) = _listed(home, own, gpg)
    openpgp = GnuPG(home, own, [own], gpg=gpg)
    try:
        await trial(openpgp, own)
        trouble = ""
    except Permanent as failed:
        trouble = failed.code
    finally:
        openpgp.close()
    return described("own", certificate, trouble, None if trouble else now)


def described(owner: str, certificate: Certificate, trouble: str, tried_at: datetime | None) -> KeyReport:
    """Return the report of a certificate: it expires with the first of its parts that is needed."""
    subkey = certificate.encryption_subkey()
    ends = [key.expires_at for key in (certificate.primary, subkey) if key is not None and key.expires_at is not None]
    strength = subkey.strength if subkey is not None else certificate.primary.strength
    return KeyReport(owner, certificate.primary.fingerprint, strength, min(ends, default=None), trouble, tried_at)


def use(home: Path, own: Fingerprint) -> None:
    """Put a secret key of ``home`` in use: whole, or not at all."""
    waiting = home.parent / f"{OWN_FILE}.new"
    waiting.write_text(f"{own}\n", encoding="ascii")
    waiting.replace(home.parent / OWN_FILE)


def own_fingerprint(home: Path) -> Fingerprint:
    """Return the fingerprint of the key in use. Permanent("own_key_not_set") if there is none."""
    try:
        text = (home.parent / OWN_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise Permanent("own_key_not_set") from None
    if not FINGERPRINT.fullmatch(text):
        raise Permanent("own_key_not_set")
    return Fingerprint(text)


def export(home: Path, fingerprint: Fingerprint, *, gpg: str = "gpg") -> bytes:
    """Return one public key, armoured, without signatures of others."""
    made = _run(home, gpg, ["--armor", "--export-options", "export-minimal", "--export", fingerprint])
    if made.returncode != 0 or not made.data:
        raise Permanent("no_such_key")
    return made.data


def import_pinned(home: Path, pinned: Mapping[Fingerprint, bytes], *, gpg: str = "gpg") -> tuple[Fingerprint, ...]:
    """Put confirmed certificates into the key ring. Only the worker calls this, at its start and after a change.

    Returns the pins whose file holds another key or that gpg rejects: nothing can be sent to these, and the worker
    carries on.
    """
    refused = []
    with _only_writer(home):
        for fingerprint, certificate in pinned.items():
            if primary_fingerprints(certificate) != (fingerprint,):
                refused.append(fingerprint)
                continue
            done = _run(home, gpg, ["--import-options", "import-minimal", "--import"], certificate)
            taken = [line.fields[1] for line in done.all("IMPORT_OK") if len(line.fields) == 2]
            if done.stopped or taken != [fingerprint]:
                refused.append(fingerprint)
    return tuple(refused)


def check_home(home: Path) -> None:
    """Refuse a key home that is not safe to use: Permanent(code), before any key is touched."""
    if len(str(home)) > MAX_PATH_LENGTH:
        raise Permanent("key_home_path_too_long")
    if not home.is_dir():
        raise Permanent("key_home_missing")
    found = home.stat()
    if stat.S_IMODE(found.st_mode) != HOME_MODE:
        raise Permanent("key_home_mode")


async def trial(openpgp: GnuPG, own: Fingerprint) -> None:
    """Encrypt to our own key and open the result. Permanent("own_key_fails") if that does not return the text."""
    test = ConfidentialBytes(b"A trial of the key, made at start.\r\n")
    try:
        sealed = await openpgp.encrypt_and_sign(test, [own])
        opened = await openpgp.decrypt(ConfidentialBytes(sealed))
    except Permanent:
        raise Permanent("own_key_fails") from None
    except Temporary as failed:
        # gpg that does not run at all may run later; a secret key that does not open needs a person.
        raise (Permanent("own_key_fails") if failed.code == "secret_key_failed" else failed) from None
    good = opened.verdict.signature is ContentSignature.GOOD and opened.verdict.signer == own
    if opened.plaintext != test or not good:
        raise Permanent("own_key_fails")


async def open_key_home(home: Path, pinned: Mapping[Fingerprint, bytes], limits: GpgLimits | None = None) -> GnuPG:
    """Check the home, import the pinned certificates, try the own key: the worker starts with this or not at all."""
    check_home(home)
    own = own_fingerprint(home)
    import_pinned(home, pinned)
    trial_of_own = GnuPG(home, own, [own], limits)
    try:
        await trial(trial_of_own, own)
    finally:
        trial_of_own.close()
    return GnuPG(home, own, list(pinned), limits)


def stop_agent(home: Path) -> None:
    """End the gpg-agent of this home, which holds the secret keys in memory: the worker does so when it ends."""
    run_capped(["gpgconf", "--homedir", str(home), "--kill", "all"], b"", timeout_s=5, max_output_bytes=4096)


@contextmanager
def _only_writer(home: Path) -> Iterator[None]:
    """Hold the key ring for writing: of 200 imports at once, 83 were lost."""
    with (home / ".writer").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(home: Path, gpg: str, args: list[str], content: bytes = b"") -> Transcript:
    made = CappedGPG(home, _SPEED, gpg).run(args, content)
    if made.stopped == "time":
        raise Temporary("gpg_timeout")
    return made
