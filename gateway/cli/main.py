"""``gateway COMMAND``: finds the command's module and hands the arguments over.

A command is a module of gateway.cli with ``add_arguments(parser)`` and ``run(args) -> int``; its first docstring
line is its help. Only the module of the command that is run is imported, so that each starts quickly.
"""

from __future__ import annotations

import argparse
import ast
import importlib
from collections.abc import Sequence
from pathlib import Path

from gateway import __version__

COMMANDS = (
    "init",
    "check",
    "run",
    "explain",
    "keys",
    "panels",
    "geo",
    "channel",
    "dns",
    "domains",
    "staff",
    "professionals",
    "audit",
    "demo",
)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status: 0 done, 1 not, 2 for arguments that are not understood."""
    parser = argparse.ArgumentParser(
        prog="gateway",
        description="Secure intake gateway for a Child Death Overview Panel.",
    )
    parser.add_argument("--version", action="version", version=f"gateway {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name in COMMANDS:
        sub = commands.add_parser(name, help=_help(name), description=_help(name))
        if name == wanted:
            importlib.import_module(f"gateway.cli.{name}").add_arguments(sub)
    args = parser.parse_args(arguments)
    status: int = importlib.import_module(f"gateway.cli.{args.command}").run(args)
    return status


def _help(name: str) -> str:
    """Return the first line of a command's docstring without importing the command."""
    source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").split("\n", 1)[0].replace("%", "%%")
