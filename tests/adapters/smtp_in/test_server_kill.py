"""kill -9 of the receiving process after a random number of promises: what was answered 250 is there, and opens."""

from __future__ import annotations

import random
import shutil
import smtplib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.receiving.servers import wait_until_listening
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.spool.reader import SpoolReader
from gateway.adapters.spool.recovery import recover
from tests.adapters.smtp_in.postfix import free_port
from tests.adapters.smtp_in.rig import certificate, public_key, seal_key

SENDERS = 6
MOST_BEFORE_THE_KILL = 300


class Promised(list[bytes]):
    """What was answered 250; ``enough`` is set when so many are."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.enough = threading.Event()

    def note(self, content: bytes) -> None:
        self.append(content)
        if len(self) >= self.number:
            self.enough.set()


def _send(port: int, name: int, promised: Promised) -> None:
    at = 0
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            while True:
                content = b"Subject: %d-%d\r\n\r\n%b" % (name, at, b"line\r\n" * (10 if at % 5 else 60_000))
                client.sendmail("gp@surgery.example", ["cdop@panel.example"], content)
                promised.note(content)
                at += 1
    except (OSError, smtplib.SMTPException):  # killed
        return


def _start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.receiving.gateway_server", "gateway", str(port), str(folder)]
    return subprocess.Popen(command)


@pytest.mark.parametrize("power_fails", [False, True])
@pytest.mark.parametrize("seed", range(4))
async def test_every_250_is_kept_once_when_the_process_is_killed(seed: int, power_fails: bool, tmp_path: Path) -> None:
    for name in ("spool/new", "spool/tmp"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copyfile(certificate().chain, tmp_path / "server.pem")
    shutil.copyfile(certificate().key, tmp_path / "server.key")
    (tmp_path / "seal.pub").write_text(public_key().dump())
    port = free_port()
    process = _start(port, tmp_path)
    promised = Promised(random.Random(seed).randint(1, MOST_BEFORE_THE_KILL))
    senders = [threading.Thread(target=_send, args=(port, name, promised)) for name in range(SENDERS)]
    try:
        wait_until_listening(port)
        for sender in senders:
            sender.start()
        assert promised.enough.wait(120)
    finally:
        process.kill()
        process.wait()
    for sender in senders:
        sender.join(120)
    if power_fails:  # what had no name yet was not waited for: it may be gone, or half of it
        for part in (tmp_path / "spool/tmp").glob("*.part"):
            part.write_bytes(part.read_bytes()[:100])
    recover(tmp_path / "spool")
    reader = SpoolReader(tmp_path / "spool", KeyRing.of(seal_key()))
    kept = [(await reader.open(intake_id))[1].reveal() for intake_id in await reader.pending()]
    assert len(kept) == len(set(kept))
    assert set(promised) <= set(kept)
    assert len(set(kept) - set(promised)) <= len(
        senders
    )  # durable, and killed before the reply: the sender tries again
