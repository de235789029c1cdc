"""Start and stop the three servers that are compared; read what they used of processor and memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.sealing.unseal import SealPrivateKey
from tests.adapters.smtp_in.postfix import free_port, postfix
from tests.adapters.smtp_in.rig import make_certificate

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Target:
    """A server under test: where it listens and which processes are its own."""

    name: str
    port: int
    roots: tuple[int, ...]
    spool: Path | None = None

    def processes(self) -> list[int]:
        """Return its processes and their descendants."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    children.setdefault(parent, []).append(int(entry.name))
        found, waiting = [], list(self.roots)
        while waiting:
            process = waiting.pop()
            found.append(process)
            waiting += children.get(process, [])
        return found

    def cpu_s(self) -> float:
        """Return processor seconds used so far, of children that have ended too."""
        ticks = 0
        for process in self.processes():
            with contextlib.suppress(OSError):
                ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
        return ticks / _TICK

    def memory_bytes(self) -> int:
        """Return proportional set size: shared pages are counted once."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1]) * 1024
        return total


def wait_until_listening(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            if probe.recv(3) == b"220":
                return
        time.sleep(0.05)
    raise RuntimeError("no server came up")


@contextlib.contextmanager
def python_server(kind: str, processes: int, parent: Path) -> Iterator[Target]:
    """Run the gateway's receiving side or stock aiosmtpd, as so many processes on one port, its spool in ``parent``."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name in ("spool/new", "spool/tmp"):
            (folder / name).mkdir(parents=True)
        make_certificate(folder)
        (folder / "seal.pub").write_text(SealPrivateKey.generate().public.dump())
        port = free_port()
        command = [sys.executable, "-m", "bench.receiving.gateway_server", kind, str(port), str(folder)]
        running += [subprocess.Popen(command) for _ in range(processes)]
        wait_until_listening(port)
        time.sleep(0.7)  # so that every process of the port is there
        yield Target(kind, port, tuple(process.pid for process in running), folder / "spool/new")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postfix_server(parent: Path) -> Iterator[Target]:
    """Run Debian's Postfix: smtpd, cleanup, its queue on disk in ``parent``, delivery to discard."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = make_certificate(Path(folder))
        settings = {
            "relay_domains": "panel.example",
            "relay_transport": "discard:",
            "default_process_limit": "100",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_tls_security_level": "may",
            "smtpd_tls_chain_files": f"{files.key} {files.chain}",
            "smtpd_tls_session_cache_database": "",
            "message_size_limit": "60000000",
        }
        with postfix(settings, parent) as instance:
            wait_until_listening(instance.port)
            yield Target("postfix", instance.port, (instance.master_pid,))
