"""A Dovecot submission server of our own on loopback: it takes a message and passes it on over verified TLS."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.adapters.smtp_in.postfix import free_port

USER, PASSWORD = "sender", "invented"

_CONFIGURATION = """\
protocols = submission
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{folder}/mail
hostname = peer.example
submission_relay_host = {relay_host}
submission_relay_port = {relay_port}
submission_relay_ssl = starttls
submission_relay_ssl_verify = yes
ssl_client_ca_file = {authorities}
submission_max_mail_size = 60M
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail allow_all_users=yes
}}
service submission-login {{
  inet_listener submission {{
    port = {port}
  }}
}}
service stats {{
  chroot =
}}
"""


@contextlib.contextmanager
def dovecot(relay_port: int, authorities: Path, relay_host: str = "localhost") -> Iterator[int]:
    """Run Dovecot's submission server for the length of a block; yields its port. Log in as ``USER``."""
    folder = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
    folder.chmod(0o755)
    port = free_port()
    (folder / "mail").mkdir(mode=0o777)
    shutil.chown(folder / "mail", "nobody", "nogroup")
    shutil.copyfile(authorities, folder / "authorities.pem")  # where its own user can read it
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            port=port,
            relay_host=relay_host,
            relay_port=relay_port,
            authorities=folder / "authorities.pem",
            password=PASSWORD,
        )
    )
    process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(configuration)])
    try:
        _wait(folder, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=120)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            if probe.recv(3) == b"220":
                return
        time.sleep(0.05)
    raise RuntimeError("dovecot did not come up: " + (folder / "log").read_text())
