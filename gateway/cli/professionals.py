"""Accounts of professionals who notify often (nobody needs one): add, list, remove, forget passkeys."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sqlite3
import sys
from pathlib import Path

from gateway.adapters.config.settings import Settings, SettingsError, load_settings
from gateway.adapters.host.deployment import own
from gateway.adapters.host.folders import Folders
from gateway.ports import Temporary
from gateway.web.account import accounts, passkeys
from gateway.web.account.accounts import Details
from gateway.web.draft.form_store import FormStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway professionals``."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account, or make it anew; the password is asked for, or read")
    add.add_argument("account", help="user name: 3 to 64 small letters, digits, dots or dashes")
    add.add_argument("--name", default="", help="full name, filled in on the form")
    add.add_argument("--role", default="", help="job title")
    add.add_argument("--agency", default="", help="kind of organisation, e.g. hospital_consultant")
    add.add_argument("--phone", default="")
    add.add_argument("--email", default="")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    listing = actions.add_parser("list", help="every account, how many passkeys it has and what it sent in a year")
    remove = actions.add_parser("remove", help="delete an account, its passkeys and sessions")
    remove.add_argument("account", help='as the list shows it; "openid:..." signs in elsewhere: stop it there too')
    forget = actions.add_parser("forget-passkeys", help="a lost or copied key: delete all passkeys of an account")
    forget.add_argument("account")
    for action in (add, listing, remove, forget):
        action.add_argument("--dir", type=Path, required=True, help="the deployment, as made by `gateway init`")


def run(args: argparse.Namespace) -> int:
    """Run ``gateway professionals``; return the exit status."""
    folders = Folders(args.dir)
    try:
        settings = load_settings(folders.config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    password = ""
    if args.action == "add":
        password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("Password: ")
    try:
        return asyncio.run(_act(args, folders, settings, password))
    except ValueError as error:
        print(f"Not made: {error}.", file=sys.stderr)
    except (Temporary, sqlite3.Error, OSError):
        print("var/form/form.db cannot be used: is the disk full, or the file another user's?", file=sys.stderr)
    return 1


async def _act(args: argparse.Namespace, folders: Folders, settings: Settings, password: str) -> int:
    form_store = FormStore(folders.form / "form.db")
    await form_store.open()
    try:
        return await _do(args, form_store, password)
    finally:
        await form_store.close()
        own(folders, settings)


async def _do(args: argparse.Namespace, form_store: FormStore, password: str) -> int:
    if args.action == "add":
        details = Details(args.name, args.role, args.agency, args.phone, args.email)
        address = await accounts.create(form_store, args.account, password, details, os.urandom)
        print(f"Account {args.account} is ready. Scan this once with an authenticator app; it is not shown again:")
        print(address)
        return 0
    if args.action == "remove":
        found = await accounts.remove(form_store, args.account)
        print("Removed; its sessions have ended." if found else "There is no account of this name.")
        return 0 if found else 1
    if args.action == "forget-passkeys":
        count = await passkeys.forget_all(form_store, args.account)
        print(f"{count} passkey(s) forgotten; the one-time code stays.")
        return 0 if count else 1
    for account, keys, sent in await accounts.everybody(form_store):
        print(f"{account:<40} {keys:>2} passkeys  {sent:>4} sent")
    return 0
