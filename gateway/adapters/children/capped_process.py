"""A child process with caps on its output and time: killed with all its children when it exceeds them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from gateway.ports import Temporary

CHUNK_BYTES = 256 << 10
REAP_S = 2.0
MAX_ERROR_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process returned. ``stopped`` is "" unless we killed it: "time", "output", "errors"."""

    output: bytes
    errors: bytes  # search it for fixed words only: it may quote its input
    returncode: int
    stopped: str = ""


def run_capped(
    command: Sequence[str], content: bytes, timeout_s: float, max_output_bytes: int, pass_fds: tuple[int, ...] = ()
) -> Finished:
    """Run ``command`` with ``content`` on standard input. Temporary("program_missing") if it is not installed."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            pass_fds=pass_fds,
            start_new_session=True,
        )
    except OSError:
        raise Temporary("program_missing") from None
    with process:
        return _collect(process, content, timeout_s, max_output_bytes)


def _collect(process: subprocess.Popen[bytes], content: bytes, timeout_s: float, max_output_bytes: int) -> Finished:
    why: list[str] = []

    def stop(reason: str) -> None:
        why.append(reason)
        kill_group(process)

    watchdog = threading.Timer(timeout_s, stop, args=("time",))
    watchdog.daemon = True
    watchdog.start()
    assert process.stdin and process.stdout and process.stderr  # noqa: S101 - for the type checker
    errors, output = io.BytesIO(), io.BytesIO()
    feeder = threading.Thread(target=_feed, args=(process.stdin, content), daemon=True)
    reader = threading.Thread(
        target=read_capped, args=(process.stderr, errors, MAX_ERROR_BYTES, stop, "errors"), daemon=True
    )
    feeder.start()
    reader.start()
    read_capped(process.stdout, output, max_output_bytes, stop, "output")
    reader.join(timeout_s + REAP_S)
    returncode = process.wait()
    watchdog.cancel()
    feeder.join(REAP_S)
    stopped = why[0] if why else ""
    return Finished(b"" if stopped else output.getvalue(), errors.getvalue(), returncode, stopped)


def _feed(stream: IO[bytes], content: bytes) -> None:
    try:
        stream.write(content)
        stream.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it stopped reading: its output decides the outcome


def read_capped(stream: IO[bytes], into: io.BytesIO, limit: int, stop: Callable[[str], None], why: str) -> None:
    """Read to the end; over ``limit`` bytes, call ``stop`` and drop what was read."""
    while chunk := stream.read(CHUNK_BYTES):
        if into.tell() + len(chunk) > limit:
            stop(why)
            into.seek(0)
            into.truncate()
            return
        into.write(chunk)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started in a session of its own, with all its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # the whole group has ended
