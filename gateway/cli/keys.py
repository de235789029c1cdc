"""List, import, confirm and rotate keys: OpenPGP, and the S/MIME certificates of panels."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.adapters.host.folders import Folders

EXAMPLE = (
    "examples: gateway keys list --dir /srv/cdop; "
    "gateway keys import oxfordshire key.asc --by alex --dir /srv/cdop; "
    "gateway keys confirm oxfordshire --by sam --dir /srv/cdop"
)

FAULTS = {
    "too_large": "It is larger than 64 KiB. Ask for the key without the signatures of others.",
    "not_a_certificate": "It is no OpenPGP public key.",
    "secret_key": "It holds a secret key. Delete it everywhere, and tell whoever sent it: that key is spoilt.",
    "not_one_key": "It does not hold exactly one key that can be used.",
    "user_id_count": "It has no name, or too many.",
    "user_id_not_utf8": "A name in it is not UTF-8.",
    "user_id_too_long": "A name in it is too long.",
    "user_id_hidden_characters": "A name in it has hidden characters.",
    "user_id_status_word": "A name in it imitates messages of gpg. Treat it as an attack.",
    "user_id_address": "A name in it has not exactly one plain address.",
    "weak": "It is too weak: RSA below 2048 bits, or a short curve.",
    "no_key": "Nothing can be encrypted to it.",
    "key_expired": "It has expired.",
    "key_revoked": "It has been revoked.",
    "trial_failed": "A trial encryption to it failed.",
    "no_name": "Say who imports it: --by NAME.",
    "no_candidate": "No key waits for this panel. Import it first.",
    "same_person": "The person who imported it cannot confirm it. A second person must.",
    "wrong_fingerprint": "That is not its fingerprint. Ring the panel again, on a number you already had.",
    "not_x509": "It is no X.509 certificate.",
    "not_one_certificate": "It does not hold exactly one certificate.",
    "not_yet_valid": "It is not valid yet.",
    "not_for_mail": "By its own words it does not sign mail.",
    "another_panels": "It is another panel's certificate already.",
    "faulty": "The key has changed since it was imported, and is not usable.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway keys``."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="every key in use, with days left, strength and a trial (the default)")
    importing = actions.add_parser("import", help="first person: keep a panel's public key until it is confirmed")
    importing.add_argument("panel", help="id of the panel (config/panels.toml)")
    importing.add_argument("file", type=Path, help="its public key or S/MIME certificate, as the panel gave it")
    confirming = actions.add_parser("confirm", help="second person: type the fingerprint read out over the telephone")
    confirming.add_argument("panel", help="id of the panel")
    confirming.add_argument("--fingerprint", help="asked for where it is not given")
    rotating = actions.add_parser("rotate", help="put a new key in use; the old one stays, for what needs it")
    rotating.add_argument("key", nargs="?", choices=("openpgp", "seal", "outbox", "case"), default="openpgp")
    rotating.add_argument("--valid-days", type=int, default=730)
    for action in (parser, listing, importing, confirming, rotating):
        action.add_argument("--dir", type=Path, default=argparse.SUPPRESS, help="the deployment")
    for action in (importing, confirming):
        action.add_argument("--smime", action="store_true", help="its S/MIME certificate, not its OpenPGP key")
        action.add_argument("--by", default="", help="who does this (default: the user signed in)")


def run(args: argparse.Namespace) -> int:
    """Return 0 where it was done; 1 where it was not, with the reason on standard error."""
    from gateway.adapters.host.folders import Folders
    from gateway.ports import Permanent, Temporary

    if not hasattr(args, "dir"):
        return _refuse("Say which deployment: --dir DIR.")
    folders = Folders(args.dir.resolve())
    actions = {None: _list, "list": _list, "import": _import, "confirm": _confirm, "rotate": _rotate}
    try:
        return actions[args.action](folders, args)
    except (Permanent, Temporary) as stopped:
        return _refuse(f"It could not be done: {stopped.code}.")
    except OSError as stopped:
        return _refuse(f"A file could not be read or written: {stopped.strerror}.")
    finally:
        _own_again(folders)


def _own_again(folders: Folders) -> None:
    """What root or gpg as root wrote here belongs to the worker."""
    from gateway.adapters.config.settings import SettingsError, load_settings
    from gateway.adapters.host.deployment import own

    if os.getuid() != 0:
        return
    with contextlib.suppress(SettingsError):  # then nothing was written either
        own(folders, load_settings(folders.config))


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def _who(args: argparse.Namespace) -> str:
    # Under sudo everybody is root: the person is whoever asked for it.
    return str(args.by or os.environ.get("SUDO_USER") or getpass.getuser())


def _list(folders: Folders, args: argparse.Namespace) -> int:
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.panels import load_panels
    from gateway.adapters.keys import enrolment, smime_enrolment
    from gateway.adapters.keys.keys_in_use import keys_in_use
    from gateway.stages.openpgp.key_dates import days_left, warning

    now = datetime.now(UTC)
    register = load_panels(packaged_config() / "panels.toml", folders.config / "panels.toml")
    reports = asyncio.run(keys_in_use(folders, register, now))
    attention = False
    for report in reports:
        left = days_left(report.expires_at, now)
        reached = warning(left)
        days = "never expires" if left is None else f"{left} days left" if left >= 0 else "EXPIRED"
        tried = f"tried {report.tried_at:%Y-%m-%d %H:%M}" if report.tried_at is not None else "not tried"
        trouble = f"  {FAULTS.get(report.trouble, report.trouble)}" if report.trouble else ""
        flag = "!" if report.trouble or reached is not None else " "
        attention = attention or flag == "!"
        print(f"{flag} {report.owner:24} {report.fingerprint:40} {report.strength:15} {days}, {tried}{trouble}")
    # Not their fingerprints: the second person must hear that from the panel.
    for waiting in enrolment.candidates(folders.peers):
        print(f"  {waiting.panel:24} waits for a second person; imported by {waiting.imported_by}")
    for waiting in smime_enrolment.candidates(folders.peers):
        print(f"  smime {waiting.panel:18} waits for a second person; imported by {waiting.imported_by}")
    return 1 if attention else 0


def _import(folders: Folders, args: argparse.Namespace) -> int:
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.panels import load_panels
    from gateway.adapters.keys import certificate_lint, enrolment, smime_enrolment

    register = load_panels(packaged_config() / "panels.toml", folders.config / "panels.toml")
    panel = register.panel(args.panel)
    if panel is None:
        return _refuse("There is no panel of that id in the register.")
    with args.file.open("rb") as stream:
        content = stream.read(certificate_lint.MAX_CERTIFICATE_BYTES + 1)
    propose = smime_enrolment.propose if args.smime else enrolment.propose
    faults = propose(folders.peers, panel.id, content, _who(args), datetime.now(UTC))
    if faults:
        return _refuse("\n".join(FAULTS.get(fault, fault) for fault in faults))
    further = " --smime" if args.smime else ""
    print(f"It waits. A second person now rings {panel.display}, has them read out their fingerprint,")
    print(f"and types it:  gateway keys confirm {panel.id}{further} --dir {folders.root}")
    return 0


def _confirm(folders: Folders, args: argparse.Namespace) -> int:
    from gateway.adapters.keys import enrolment

    if args.smime:
        return _confirm_smime(folders, args)
    fingerprint = args.fingerprint or input("Fingerprint, as it is read out (40 letters and digits): ")
    register = folders.config / "panels.toml"
    refusal = enrolment.confirm(folders.peers, register, args.panel, fingerprint, _who(args), datetime.now(UTC))
    if refusal:
        return _refuse(FAULTS.get(refusal, refusal))
    print("The key is in use from now on.")
    return 0


def _confirm_smime(folders: Folders, args: argparse.Namespace) -> int:
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.panels import load_panels
    from gateway.adapters.keys import smime_enrolment

    heard = args.fingerprint or input("SHA-256 fingerprint, as it is read out (64 letters and digits): ")
    pins = folders.config / "panels.toml"
    register = load_panels(packaged_config() / "panels.toml", pins)
    who, now = _who(args), datetime.now(UTC)
    refusal = smime_enrolment.confirm(folders.peers, folders.worker_keys, register, pins, args.panel, heard, who, now)
    if refusal:
        return _refuse(FAULTS.get(refusal, refusal))
    print("The certificate is in use from now on.")
    if not (folders.worker_keys / "smime.crt").exists():
        print("This office has no S/MIME certificate of its own (keys/worker/smime.crt): S/MIME is held until it has.")
    return 0


def _rotate(folders: Folders, args: argparse.Namespace) -> int:
    from gateway.adapters.openpgp.key_home import rotate

    if args.key != "openpgp":
        return _rotate_sealing(folders, args.key)
    made = rotate(folders.gnupg, valid_days=args.valid_days)
    public = folders.intake_keys / "openpgp.asc"
    public.unlink(missing_ok=True)
    public.write_bytes(made.certificate)
    public.chmod(0o444)
    print(f"The new key is {made.own}. Restart the worker. Mail to the old key is still opened.")
    print(f"Send {public} to every panel; each imports it and rings you for the fingerprint.")
    return 0


def _rotate_sealing(folders: Folders, which: str) -> int:
    from gateway.adapters.sealing.rotation import rotate_seal_key

    worker, console, intake = folders.worker_keys, folders.console_keys, folders.intake_keys
    private, publics, restart = {
        "seal": (worker / "seal.key", (intake / "seal.pub", console / "seal.pub"), "worker first, then the others"),
        "outbox": (worker / "outbox.key", (), "worker"),
        "case": (console / "case.key", (worker / "case.pub",), "console first, then the worker"),
    }[which]
    made = rotate_seal_key(private, publics)
    print(f"The new {which} key is {made}. Restart: {restart}. The old one stays and still opens what it must.")
    return 0
