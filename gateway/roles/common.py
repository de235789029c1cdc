"""What every role does when it starts and stops."""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import signal
import sys
from datetime import timedelta
from pathlib import Path

from gateway.adapters.config.settings import Settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.privileges import drop
from gateway.stages.cases.handover import FollowUp

SUPERVISOR = "CDOP_GATEWAY_SUPERVISOR"  # in the environment of a role: the process id of who started it
_PR_SET_PDEATHSIG = 1


def stop_event() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set: finish the current step, then end."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def become(settings: Settings, role: str, journal: LogJournal) -> None:
    """Drop to the role's user if configured, say which it is, and allow no core file, which would hold content."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sentence = drop(settings.users, role)
    journal.event("role_user", kind=role, state="separated" if "only its own" in sentence else "not_separated")
    print(f"gateway {sentence}", file=sys.stderr, flush=True)
    _end_with_supervisor()


def _end_with_supervisor() -> None:
    """Have the kernel ask this process to end when its supervisor does, however that ends (prctl(2)).

    Otherwise a second supervisor would start its roles beside the old ones. After ``drop``: changing user undoes it.
    """
    supervisor = os.environ.get(SUPERVISOR)
    if supervisor is None:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if str(os.getppid()) != supervisor:  # it was gone before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def text_dirs(root: Path, packaged: Path) -> tuple[Path, ...]:
    """Return the folders of texts, the packaged defaults first, what overrides them after."""
    return (packaged / "texts", root / "config" / "texts")


def follow_up_policy(settings: Settings) -> FollowUp:
    """Return how long a neighbour has to answer."""
    receipt, remind = settings.clocks.receipt_h, settings.clocks.remind_h
    return FollowUp(receipt_within=timedelta(hours=receipt), alarm_after_reminder=timedelta(hours=remind))
