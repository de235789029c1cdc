"""The command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from gateway.cli.main import run

    sys.exit(run(sys.argv[1:]))
