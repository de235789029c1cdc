"""Say what is wrong with a deployment, and how to mend it; non-zero if it would not be safe to start."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway check``."""
    parser.add_argument("--dir", type=Path, required=True, help="the deployment, as `gateway init DIR` made it")


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 if one of them forbids a start."""
    from rich.console import Console
    from rich.text import Text

    from gateway.roles.checks import Weight, examine_deployment

    findings = examine_deployment(args.dir.resolve())
    out = Console()
    for finding in findings:
        word, style = ("STOP", "bold red") if finding.weight is Weight.STOP else ("note", "yellow")
        out.print(Text.assemble((f"{word}  ", style), finding.fault, "\n      ", (finding.mend, "dim")))
    stops = sum(finding.weight is Weight.STOP for finding in findings)
    if stops:
        out.print(Text(f"Not safe to start: {stops} thing(s) to mend first.", "bold red"))
        return 1
    out.print(Text("Safe to start.", "bold green"))
    return 0
