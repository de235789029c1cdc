"""Accounts of the staff console: add, disable, list."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import re
import sys
from pathlib import Path

from gateway.adapters.config.settings import SettingsError, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.system import SystemClock
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.migrate import migrate
from gateway.adapters.store.staff import StaffStore
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role

MIN_PASSWORD_CHARACTERS = 12
_ID = re.compile(r"[a-z][a-z0-9._-]{1,39}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway staff``."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account; the password is asked for, or read from standard input")
    add.add_argument("id", help="what the person signs in with: small letters, digits, . _ -")
    add.add_argument("--name", required=True, help="as colleagues see it in the timeline")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    disable = actions.add_parser("disable", help="close an account and end its sessions")
    disable.add_argument("id")
    listing = actions.add_parser("list", help="every account with its role")
    for action in (add, disable, listing):
        action.add_argument("--dir", type=Path, required=True, help="the deployment, as made by `gateway init`")


def run(args: argparse.Namespace) -> int:
    """Run ``gateway staff``; return the exit status."""
    folders = Folders(args.dir)
    try:
        url = folders.database_url(load_settings(folders.config).database.url)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    password = ""
    if args.action == "add":
        if not _ID.fullmatch(args.id):
            print("An id has 2 to 40 small letters, digits, dots, dashes or underscores.", file=sys.stderr)
            return 2
        password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("Password: ")
        if len(password) < MIN_PASSWORD_CHARACTERS:
            print(f"A password has at least {MIN_PASSWORD_CHARACTERS} characters.", file=sys.stderr)
            return 2
    migrate(url)
    return asyncio.run(_act(args, url, password))


async def _act(args: argparse.Namespace, url: str, password: str) -> int:
    engine = open_engine(url)
    try:
        accounts = StaffStore(engine, SqlStore(engine))
        if args.action == "add":
            added = await accounts.add(StaffId(args.id), args.name, password, Role(args.role), SystemClock().now())
            print("Added." if added else "There is an account of this id already.")
            return 0 if added else 1
        if args.action == "disable":
            found = await accounts.disable(StaffId(args.id))
            print("Disabled; its sessions have ended." if found else "There is no account of this id.")
            return 0 if found else 1
        for row in await accounts.all():
            print(f"{row.id:<20} {row.role.value:<12} {'active' if row.active else 'disabled':<9} {row.name}")
        return 0
    finally:
        await engine.dispose()
