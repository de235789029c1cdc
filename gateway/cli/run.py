"""Run the gateway: all roles under one supervisor, or one role."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway run``."""
    parser.add_argument("role", nargs="?", choices=("all", "intake", "worker", "console"), default="all")
    parser.add_argument("--dir", type=Path, required=True, help="the deployment, as `gateway init DIR` made it")


def run(args: argparse.Namespace) -> int:
    """Start the role and return when it has ended."""
    from gateway.adapters.config.settings import SettingsError

    root = args.dir.resolve()
    try:
        return _role(args.role)(root)
    except SettingsError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        print(f"gateway: {os.strerror(error.errno)}; `gateway check --dir {args.dir}` says what", file=sys.stderr)
        return 1


def _role(name: str) -> Callable[[Path], int]:
    """Return the role's entry. Only its own modules are imported: intake never loads what can decrypt."""
    if name == "intake":
        from gateway.roles import intake

        return intake.main
    if name == "worker":
        from gateway.roles import worker

        return worker.main
    if name == "console":
        from gateway.roles import console

        return console.main
    from gateway.roles import supervisor

    return supervisor.supervise
