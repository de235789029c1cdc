"""Run the whole gateway on loopback with invented mail and forms, and show what came of each."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway demo``."""
    parser.add_argument("--once", action="store_true", help="end after the table; 0 only if all was as expected")


def run(args: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C, or once."""
    from gateway.roles.demo.run import demo

    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell started it in the background
        signal.signal(number, signal.default_int_handler)
    try:
        return asyncio.run(demo(once=args.once))
    except KeyboardInterrupt:
        print("\nThe demo has ended.", file=sys.stderr)
        return 0
