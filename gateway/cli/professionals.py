"""Make or replace the account of a professional who notifies often (nobody needs one)."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from pathlib import Path

from gateway.web.accounts import Details, create
from gateway.web.cabinet import Cabinet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="user name: 3 to 64 small letters, digits, dots or dashes")
    parser.add_argument("--folder", type=Path, required=True, help="the form's own folder, e.g. DIR/var/form")
    parser.add_argument("--name", default="", help="full name, filled in on the form")
    parser.add_argument("--role", default="", help="job title")
    parser.add_argument("--agency", default="", help="kind of organisation, e.g. hospital_consultant")
    parser.add_argument("--phone", default="")
    parser.add_argument("--email", default="")


def run(args: argparse.Namespace) -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    details = Details(args.name, args.role, args.agency, args.phone, args.email)
    try:
        address = asyncio.run(_create(args.folder, args.account, password, details))
    except ValueError as error:
        print(f"Not made: {error}.", file=sys.stderr)
        return 1
    print(
        f"Account {args.account} is ready. Scan this once with an authenticator app; it is not shown again:\n{address}"
    )
    return 0


async def _create(folder: Path, account: str, password: str, details: Details) -> str:
    cabinet = Cabinet(folder / "form.db")
    await cabinet.open()
    try:
        return await create(cabinet, account, password, details, os.urandom)
    finally:
        await cabinet.close()
