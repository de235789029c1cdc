"""``gateway COMMAND``: finds the command's module and hands the arguments over."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Parse ``arguments`` and return the exit status."""
    parser = argparse.ArgumentParser(prog="gateway", description="Secure intake gateway for a CDOP.")
    parser.parse_args(arguments)
    return 0
