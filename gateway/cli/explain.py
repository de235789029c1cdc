"""Dry run: say for raw messages what would happen to them, and why, stage by stage."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

TLS_VERSIONS = ("none", "1.0", "1.1", "1.2", "1.3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway explain``."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="raw messages (RFC 5322); - is standard input")
    parser.add_argument("--json", action="store_true", help="one JSON line for each message")
    parser.add_argument(
        "--mailbox",
        choices=("secure", "general"),
        help="the mailbox it came to (default: secure if the To field names a secure-... address, else general)",
    )
    parser.add_argument("--tls", choices=TLS_VERSIONS, default="1.3", help="TLS of the last hop (default 1.3)")
    parser.add_argument("--client-ip", default="192.0.2.1", help="address of the peer (default 192.0.2.1)")
    parser.add_argument("--helo", default="mail.example", help="the peer's EHLO argument")
    parser.add_argument("--mail-from", help="the reverse-path (default: the author's address)")
    parser.add_argument("--dns", metavar="ZONEFILE", help="records to ask; without it nothing is asked")
    parser.add_argument("--authenticated", action="store_true", help="take the author as proved by DMARC")
    parser.add_argument("--known", type=Path, metavar="FILE", help="what the panel knows and lets through (JSON)")
    parser.add_argument("--config", type=Path, metavar="DIR", help="a deployment; without it the packaged defaults")
    parser.add_argument("--assume-confirmed", action="store_true", help="take every panel as confirmed")


def run(args: argparse.Namespace) -> int:
    """Explain each file. 0 if every file could be read as bytes."""
    fault = _fault(args)
    if fault is not None:
        print(f"gateway explain: {fault}", file=sys.stderr)
        return 1
    return asyncio.run(_run(args))


def _fault(args: argparse.Namespace) -> str | None:
    """Return what is wrong with the files that the flags name, before any message is looked at."""
    from gateway.adapters.config.screening import load_known
    from gateway.adapters.config.settings import SettingsError, load_settings
    from gateway.roles.explain.dry_run import deployment

    try:
        root = deployment(args.config)
        load_settings(None if root is None else root / "config")
    except SettingsError as error:
        return f"--config {args.config} cannot be used ({error})"
    try:
        if args.dns is not None:
            Path(args.dns).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return f"--dns {args.dns} cannot be read"
    try:
        if args.known is not None:
            load_known(args.known)
    except (OSError, ValueError):
        return f"--known {args.known} cannot be read"
    return None


async def _run(args: argparse.Namespace) -> int:
    from gateway.cli.explain_page import print_page
    from gateway.roles.explain.dry_run import Circumstances, DryRun

    status = 0
    circumstances = Circumstances(
        mailbox=args.mailbox,
        tls=_tls(args.tls),
        client_ip=args.client_ip,
        helo=args.helo,
        mail_from=args.mail_from,
        authenticated=args.authenticated,
    )
    async with DryRun.open(
        config=args.config,
        zone_file=args.dns,
        known=args.known,
        assume_confirmed=args.assume_confirmed,
    ) as dry_run:
        for name in args.files:
            try:
                raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            except OSError:
                print(f"gateway explain: {name} cannot be read", file=sys.stderr)
                status = 1
                continue
            line = await dry_run.explain(name, raw, circumstances)
            if args.json:
                print(json.dumps(line, ensure_ascii=False), flush=True)
            else:
                print_page(line)
    return status


def _tls(version: str) -> str | None:
    if version == "none":
        return None
    return version if version.startswith("TLS") else f"TLSv{version}".replace("TLSv1.0", "TLSv1")
