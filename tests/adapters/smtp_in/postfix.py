"""A Postfix of our own on loopback: its configuration, queue and log in a temporary folder, no system service."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.roles.demo.world import free_ports

_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - {chroot} - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running instance; its smtpd listens on ``port``."""

    port: int
    folder: Path

    @property
    def master_pid(self) -> int:
        return int((self.folder / "queue/pid/master.pid").read_text())

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""


def free_port() -> int:
    return free_ports(("one",))["one"]


@contextlib.contextmanager
def postfix(
    settings: Mapping[str, str], parent: Path = Path("/tmp"), nameserver: str | None = None
) -> Iterator[Postfix]:
    """Run Postfix with ``settings`` on top of main.cf's defaults for the length of a block, its queue in ``parent``.

    ``nameserver``: the one that its client asks, from inside a chroot, where the machine's resolv.conf is not seen.
    """
    folder = Path(tempfile.mkdtemp(prefix="pf-", dir=parent))
    folder.chmod(0o755)
    port = free_port()
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    if nameserver is not None:
        (folder / "queue/etc").mkdir()
        (folder / "queue/etc/resolv.conf").write_text(f"nameserver {nameserver}\noptions edns0 trust-ad\n")
    values = {
        "compatibility_level": "3.6",
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "maillog_file": str(folder / "log"),
        "maillog_file_prefixes": str(folder),
        "command_directory": "/usr/sbin",
        "daemon_directory": "/usr/lib/postfix/sbin",
        "mail_owner": "postfix",
        "setgid_group": "postdrop",
        "myhostname": "peer.example",
        "mydestination": "",
        "local_recipient_maps": "",
        "alias_maps": "",
        "alias_database": "",
        "inet_protocols": "ipv4",
        "disable_dns_lookups": "yes",
        "smtpd_peername_lookup": "no",
        "mynetworks": "127.0.0.0/8",
        "notify_classes": "",
        "biff": "no",
        "service_throttle_time": "1s",  # a program that gave up on a busy machine is started again at once
        **settings,
    }
    text = "".join(f"{name} = {value}\n" for name, value in values.items())
    (folder / "etc/main.cf").write_text(text)
    (folder / "etc/master.cf").write_text(_SERVICES.format(port=port, chroot="y" if nameserver else "n"))
    instance = Postfix(port, folder)
    try:
        _postfix(folder, "start")
        yield instance
    finally:
        _postfix(folder, "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _postfix(folder: Path, command: str, check: bool = True) -> None:
    environment = {**os.environ, "MAIL_CONFIG": str(folder / "etc")}
    done = subprocess.run(
        ["/usr/sbin/postfix", "-c", str(folder / "etc"), command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if check and done.returncode:
        raise RuntimeError(f"postfix {command}: {done.stderr}")
