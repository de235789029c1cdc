"""Real programs of other people: what we send they read, what they send we open and verify."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.adapters.openpgp import GnuPG
from gateway.adapters.openpgp.key_home import import_pinned
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.kinds import ContentSignature
from gateway.model.office.enrolled import Enrolled
from gateway.stages.openpgp.packets import primary_fingerprints
from gateway.stages.openpgp.pgp_mime import OUTER_SUBJECT, build, protect, read_entity, unwrap
from gateway.stages.transfer.compose import compose
from gateway.steps.intake.open import open_content
from tests.key_homes import HERE_ADDRESS, THERE_ADDRESS, Panels, two_panels
from tests.parsed import mail_by
from tests.stages.transfer.samples import LAYOUT, NAMES, original, transfer

OUTER = (
    ("From", HERE_ADDRESS),
    ("To", THERE_ADDRESS),
    ("Subject", OUTER_SUBJECT),
    ("Date", "Mon, 23 Nov 2026 03:00:00 +0000"),
    ("Message-ID", "<019ab000-0001@here.example>"),
)
SUBJECT = "Notification of a child's death, reference CDFGHJ34"


@dataclass(frozen=True, slots=True)
class Sent:
    """A whole transfer, as it left ``here``."""

    panels: Panels
    payload: bytes
    message: bytes

    def run(self, *command: str, content: bytes = b"", **environment: str) -> bytes:
        """Run another program with the keys of ``there``."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.panels.folder), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
        env |= {"GNUPGHOME": str(self.panels.there.home), **environment}
        return subprocess.run(command, input=content, capture_output=True, check=True, env=env, timeout=120).stdout


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    with two_panels() as panels:
        inner = compose(transfer(original("report.pdf", 2000)), LAYOUT, NAMES, 25 << 20).messages[0]
        assert inner.subject.reveal() == SUBJECT
        payload = protect(OUTER, inner.subject.reveal(), inner.entity.reveal())
        openpgp = panels.openpgp()
        armoured = asyncio.run(openpgp.encrypt_and_sign(ConfidentialBytes(payload), [panels.there.own]))
        openpgp.close()
        yield Sent(panels, payload, build(OUTER, armoured))


def ciphertext(message: bytes) -> bytes:
    entity = read_entity(message)
    assert entity is not None
    found = unwrap(entity).ciphertext
    assert found is not None
    return found.reveal()


def test_notmuch_agrees_that_the_signature_is_good_and_shows_the_inner_subject(sent: Sent) -> None:
    root = sent.panels.folder / "mail"
    for folder in ("new", "cur", "tmp"):
        (root / folder).mkdir(parents=True)
    (root / "cur" / "1:2,S").write_bytes(sent.message)
    config = sent.panels.folder / "notmuch"
    config.write_text(f"[database]\npath={root}\n[user]\nprimary_email={THERE_ADDRESS}\n", encoding="ascii")
    sent.run("notmuch", "new", "--quiet", NOTMUCH_CONFIG=str(config))
    shown = sent.run("notmuch", "show", "--format=json", "--decrypt=true", "--verify", "*", NOTMUCH_CONFIG=str(config))
    message = json.loads(shown)[0][0][0]
    assert message["headers"]["Subject"] == SUBJECT
    crypto = message["crypto"]
    assert crypto["signed"]["status"][0]["status"] == "good"
    assert crypto["signed"]["status"][0]["fingerprint"] == sent.panels.here.own
    assert crypto["decrypted"]["status"] == "full"
    assert crypto["decrypted"]["header-mask"]["Subject"] == OUTER_SUBJECT
    names = json.dumps(message["body"])
    for name in ("notification.html", "notification.json", "manifest.json", "report.pdf"):
        assert name in names


def test_neomutt_shows_the_good_signature_and_the_inner_subject(sent: Sent) -> None:
    folder = sent.panels.folder
    (folder / "mbox").write_bytes(
        b"From here Mon Nov 23 03:00:00 2026\n" + sent.message.replace(b"\r\n", b"\n") + b"\n"
    )
    shown, pager = folder / "shown.txt", folder / "pager"
    pager.write_text(f'#!/bin/sh\nexec cp "$1" {shown}\n', encoding="ascii")
    pager.chmod(0o700)
    (folder / "muttrc").write_text(
        f"set folder={folder}\nset record=''\n"
        "set crypt_use_gpgme=yes\nset wait_key=no\nset prompt_after=no\nset quit=yes\nset header_cache=''\n"
        "set crypt_protected_headers_read=yes\nset mark_old=no\nunset help\n"
        f'set pager="{pager}"\npush "<display-message><exit>"\n',
        encoding="ascii",
    )
    command = ["neomutt", "-n", "-R", "-F", str(folder / "muttrc"), "-f", str(folder / "mbox")]
    at_a_terminal(command, {"GNUPGHOME": str(sent.panels.there.home), "HOME": str(folder)})
    text = shown.read_text(encoding="utf-8")
    assert "Good signature from" in text
    assert f"Subject: {SUBJECT}" in text
    assert "We have been told of the death of a child" in text


def at_a_terminal(command: list[str], environment: dict[str, str]) -> None:
    """Run a full-screen program on a terminal of its own until it ends."""
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", **environment}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True) as run:
        os.close(theirs)
        until = time.monotonic() + 120
        while run.poll() is None and time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    os.read(ours, 65536)
                except OSError:
                    break  # the terminal is closed: the program has ended
        if run.poll() is None and time.monotonic() >= until:
            run.kill()
    os.close(ours)


@pytest.fixture
def secret(sent: Sent) -> Path:
    """The secret key of ``there`` as a file, as these programs want it."""
    path = sent.panels.folder / "there.key"
    if not path.exists():
        path.write_bytes(sent.run("gpg", "--batch", "--armor", "--export-secret-keys", sent.panels.there.own))
        (sent.panels.folder / "here.asc").write_bytes(sent.panels.here.certificate)
    return path


@pytest.mark.parametrize(("program", "option"), [("sqop", "--verifications-out"), ("gosop", "--verify-out")])
def test_sop_programs_open_what_we_send_and_verify_it(sent: Sent, secret: Path, program: str, option: str) -> None:
    folder = sent.panels.folder
    verified = folder / f"{program}.verified"
    opened = sent.run(
        *(program, "decrypt", f"{option}={verified}", f"--verify-with={folder / 'here.asc'}", str(secret)),
        content=ciphertext(sent.message),
    )
    assert opened.replace(b"\r\n", b"\n") == sent.payload.replace(b"\r\n", b"\n")  # gosop writes bare line feeds
    assert sent.panels.here.own[-16:].lower() in verified.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("program", ["sqop", "gosop", "gpg"])
async def test_a_message_from_another_program_is_opened_and_verified_here(sent: Sent, program: str) -> None:
    folder, panels = sent.panels.folder, sent.panels
    address = f"secure@{program}.example"
    certificate, seal = theirs(sent, program, address)
    (own,) = primary_fingerprints(certificate)
    assert import_pinned(panels.here.home, {own: certificate}) == ()
    openpgp = GnuPG(panels.here.home, panels.here.own, [own])
    payload = b"Content-Type: text/plain; charset=utf-8\r\n\r\nWritten elsewhere.\r\n"
    message = build((("From", address), ("Subject", "...")), seal(payload))
    mail = mail_by(address, "multipart/encrypted")
    enrolled = {own: Enrolled(PanelId(program), frozenset({address}))}
    found = await open_content(mail, ConfidentialBytes(message), openpgp, None, enrolled)
    openpgp.close()
    assert found.inner_raw is not None
    assert found.inner_raw.reveal().replace(b"\r\n", b"\n") == payload.replace(b"\r\n", b"\n")
    assert found.state.signature is ContentSignature.GOOD
    assert found.state.signer == program
    assert folder


def theirs(sent: Sent, program: str, address: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    """A new key made by ``program``, and how it signs and encrypts to us."""
    folder = sent.panels.folder
    ours = folder / "ours.asc"
    ours.write_bytes(sent.panels.here.certificate)
    if program == "gpg":
        there = sent.panels.there
        args = (
            "gpg",
            "--batch",
            "--armor",
            "--trust-model",
            "always",
            "--sign",
            "--encrypt",
            "-r",
            sent.panels.here.own,
        )
        return there.certificate, lambda payload: sent.run(*args, content=payload)
    key = folder / f"{program}.key"
    key.write_bytes(sent.run(program, "generate-key", f"Panel <{address}>"))
    certificate = sent.run(program, "extract-cert", content=key.read_bytes())
    return certificate, lambda payload: sent.run(program, "encrypt", f"--sign-with={key}", str(ours), content=payload)


def test_the_fingerprints_we_compute_are_those_of_gpg(sent: Sent) -> None:
    for home in (sent.panels.here, sent.panels.there):
        assert primary_fingerprints(home.certificate) == (Fingerprint(home.own),)
