"""One gpg process: python-gnupg with a status pipe of its own, caps, and a time limit.

python-gnupg reads gpg's status from stderr and splits it at U+0085, which let a user id forge a signature; it has
no limit of output or time. This subclass replaces how the process is opened and read, and nothing else.
"""

from __future__ import annotations

import io
import logging
import os
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import gnupg

from gateway.adapters.children.capped_process import REAP_S, kill_group, read_capped
from gateway.ports import Temporary

# python-gnupg writes what it decrypts to its debug log, so its logger is off whatever the log settings say.
logging.getLogger("gnupg").disabled = True

_PREFIX = b"[GNUPG:] "
_PIPE_BYTES = 256 << 10  # fewer turns between the processes for a large message
_NO_OPTIONS_FILE = (
    "--no-options",
    "--no-tty",
    "--batch",
    "--no-verbose",
    "--quiet",
    "--no-random-seed-file",
    "--no-auto-key-retrieve",
    "--no-auto-key-locate",
    "--disable-dirmngr",
    "--no-auto-check-trustdb",
    "--trust-model",
    "always",  # the pinned fingerprint is what is trusted: no web of trust
    "--weak-digest",
    "SHA1",
    "--no-allow-non-selfsigned-uid",  # gpg 2.4 of Debian 13 takes and uses a key whose self-signatures do not count
    "--no-comments",
    "--no-emit-version",
    "--display-charset",
    "utf-8",
)


@dataclass(frozen=True, slots=True)
class GpgLimits:
    """What one gpg process may use before it is killed."""

    timeout_s: float = 30.0
    max_output_bytes: int = 48 << 20
    max_status_bytes: int = 64 << 10


@dataclass(frozen=True, slots=True)
class Status:
    """One status line: doc/DETAILS of GnuPG, "Format of the --status-fd output"."""

    keyword: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class Transcript:
    """The status lines and output of one process. ``stopped`` is "" unless we killed it: "time", "output", "status"."""

    data: bytes = b""
    lines: list[Status] = field(default_factory=list)
    returncode: int = -1
    stopped: str = ""

    def count(self, keyword: str) -> int:
        return sum(line.keyword == keyword for line in self.lines)

    def all(self, keyword: str) -> list[Status]:
        return [line for line in self.lines if line.keyword == keyword]


class CappedGPG(gnupg.GPG):  # type: ignore[misc]  # python-gnupg has no types
    """One use of gpg. Make one for each call: it holds that call's pipes."""

    def __init__(self, home: Path, limits: GpgLimits, gpg: str = "gpg", pass_fds: tuple[int, ...] = ()) -> None:
        # The constructor of python-gnupg runs a gpg process without limits to learn its version: not called.
        self.gpgbinary = gpg
        self.gnupghome = str(home)
        self.version = (2, 2)
        self.encoding = "latin-1"
        self.buffer_size = _PIPE_BYTES
        self.on_data = None
        self.verbose = False
        self.options = None
        self._limits = limits
        self._pass_fds = pass_fds
        self._status: IO[bytes] | None = None

    def make_args(self, args: Sequence[str], passphrase: bool) -> list[str]:
        """Return the whole command line; no options file can add to it."""
        return [self.gpgbinary, "--homedir", self.gnupghome, *_NO_OPTIONS_FILE, *args]

    def _open_subprocess(self, args: Sequence[str], passphrase: bool = False) -> subprocess.Popen[bytes]:
        read_end, write_end = os.pipe()
        command = self.make_args(["--status-fd", str(write_end), *args], passphrase)
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it names user ids
                pipesize=_PIPE_BYTES,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
                pass_fds=(write_end, *self._pass_fds),
                start_new_session=True,
            )
        except OSError:
            os.close(read_end)
            raise Temporary("gpg_missing") from None
        finally:
            os.close(write_end)
        self._status = os.fdopen(read_end, "rb", buffering=0)
        return process

    def _handle_io(
        self, args: Sequence[str], fileobj_or_path: Any, result: Transcript, passphrase: Any = None, binary: bool = True
    ) -> Transcript:
        try:
            super()._handle_io(args, fileobj_or_path, result, passphrase, binary)
        except (BrokenPipeError, ConnectionResetError):
            # gpg stopped reading: its status lines so far are in the transcript and decide the outcome.
            return result
        return result

    def _collect_output(
        self, process: subprocess.Popen[bytes], result: Transcript, writer: Any = None, stdin: Any = None
    ) -> int:
        def stop(why: str) -> None:
            result.stopped = result.stopped or why
            kill_group(process)

        watchdog = threading.Timer(self._limits.timeout_s, stop, args=("time",))
        watchdog.daemon = True
        watchdog.start()
        status, stdout = self._status, process.stdout
        assert status is not None and stdout is not None  # noqa: S101 - for the type checker
        raw_status = io.BytesIO()
        raw_output = io.BytesIO()
        reader = threading.Thread(
            target=read_capped, args=(status, raw_status, self._limits.max_status_bytes, stop, "status"), daemon=True
        )
        reader.start()
        read_capped(stdout, raw_output, self._limits.max_output_bytes, stop, "output")
        reader.join(self._limits.timeout_s + REAP_S)
        result.returncode = process.wait()
        watchdog.cancel()
        if writer is not None:
            writer.join(REAP_S)
        for stream in (status, stdout):
            stream.close()
        result.lines = split_status(raw_status.getvalue())
        if not result.stopped:
            result.data = raw_output.getvalue()
        return result.returncode

    def run(self, args: Sequence[str], content: bytes = b"") -> Transcript:
        """Run gpg with ``args``, ``content`` on its standard input."""
        return self._handle_io(list(args), io.BytesIO(content), Transcript())


def working(transcript: Transcript) -> None:
    """Raise if gpg itself failed, as opposed to its input."""
    if transcript.stopped == "time":
        raise Temporary("gpg_timeout")
    if transcript.returncode < 0 and not transcript.stopped:
        raise Temporary("gpg_failed")  # killed by a signal that was not ours


def split_status(raw: bytes) -> list[Status]:
    """Split at line feeds only: a user id may hold any other line separator (U+0085, U+2028)."""
    lines = []
    for line in raw.split(b"\n"):
        if line.startswith(_PREFIX):
            keyword, *fields = line[len(_PREFIX) :].decode("utf-8", "replace").split(" ")
            lines.append(Status(keyword, tuple(fields)))
    return lines
