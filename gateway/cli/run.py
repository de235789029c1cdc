"""Run the gateway: all roles under one supervisor, or one role."""

from __future__ import annotations

import argparse
import sys
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
        if args.role == "all":
            from gateway.roles.supervisor import supervise

            return supervise(root)
        if args.role == "intake":
            from gateway.roles.intake import main
        elif args.role == "worker":
            from gateway.roles.worker import main
        else:
            from gateway.roles.console import main
        return main(root)
    except SettingsError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 1
