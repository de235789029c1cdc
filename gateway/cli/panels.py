"""The register of panels: list, show, confirm a panel by telephone, suspend one."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.model.ids import GssCode
    from gateway.model.residence.areas import AuthorityRegister
    from gateway.model.residence.panels import Panel, PanelRegister

_FINGERPRINT = re.compile("[0-9A-F]{40}")
_EMAIL = re.compile(r"[^@\s<>\"]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ACTIONS = ("list", "show", "confirm", "suspend")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway panels``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    parsers = {name: actions.add_parser(name) for name in _ACTIONS}
    for name in _ACTIONS[1:]:
        parsers[name].add_argument("id", metavar="ID", help="panel id, e.g. oxfordshire")
    for name in _ACTIONS:
        need = name in ("confirm", "suspend")
        parsers[name].add_argument("--dir", type=Path, required=need, help="a deployment, as `gateway init` made it")
    confirm = parsers["confirm"]
    confirm.add_argument("--by", metavar="NAME", help="who confirms (asked for if not given)")
    confirm.add_argument("--email", metavar="ADDRESS", help="the mailbox that they read out (asked for if not given)")
    confirm.add_argument("--reviews", metavar="CODES", help='the authorities they review: codes or names, or "all"')
    confirm.add_argument("--fingerprint", metavar="HEX", help="as read over the telephone (asked for if not given)")


def run(args: argparse.Namespace) -> int:
    """Run one action. 0 done; 1 refused or not found."""
    from gateway.adapters.config.authorities import load_authorities
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.panels import load_panels
    from gateway.ports import Permanent

    packaged = packaged_config() / "panels.toml"
    own = args.dir.resolve() / "config" / "panels.toml" if args.dir is not None else None
    try:
        register = load_panels(packaged, own)
        if args.action == "list":
            return _list(register)
        panel = next((each for each in register.panels.values() if each.id == args.id), None)
        if panel is None:
            print(f"gateway panels: no panel {args.id!r}; `gateway panels list` shows all", file=sys.stderr)
            return 1
        _show(panel, load_authorities(packaged_config() / "authorities.toml"))
        if args.action == "show" or own is None:
            return 0
        return _confirm(args, panel, packaged, own) if args.action == "confirm" else _suspend(panel, packaged, own)
    except Permanent as failure:
        print(f"gateway panels: {failure.code.replace('_', ' ')}; nothing was changed", file=sys.stderr)
        return 1


def _list(register: PanelRegister) -> int:
    for panel in register.panels.values():
        print(f"{panel.status.value:<12} {panel.id:<28} {panel.name}")
    return 0


def _show(panel: Panel, authorities: AuthorityRegister) -> None:
    """Print what is known of a panel and from where."""
    found = ((code, authorities.find(code)) for code in panel.authorities)
    named = [f"{each.name} ({code})" if each is not None else code for code, each in found]
    today = datetime.now(UTC).date()
    contact = panel.contact(today)
    confirmed = f" by {panel.confirmed_by} on {panel.confirmed_on}" if panel.confirmed_by else ""
    print(f"{panel.name} ({panel.id}), {panel.region}")
    print(f"  status       {panel.status.value}{confirmed}")
    print(f"  authorities  {', '.join(named)}")
    print(f"  confirmed    {', '.join(panel.reviews) if panel.reviews is not None else 'no authority asked about'}")
    print(f"  address      {contact.email if contact is not None else 'none'}")
    print(f"  fingerprint  {_grouped(panel.fingerprint) if panel.fingerprint is not None else 'none'}")
    print(f"  known from   {panel.basis}, confidence {panel.confidence}: {'; '.join(panel.sources) or 'no source'}")
    if panel.notes:
        print(f"  notes        {panel.notes}")


def _grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))


def _confirm(args: argparse.Namespace, panel: Panel, packaged: Path, own: Path) -> int:
    from gateway.adapters.config.panels_writer import Confirmation, confirm_panel
    from gateway.model.ids import Fingerprint

    print("Ring the panel on a number that you found yourself. Ask which authorities it reviews, its mailbox for")
    print("cases, and let them read the fingerprint of their OpenPGP key to you.")
    by = _asked(args.by, "Your name: ")
    email = _asked(args.email, "Their mailbox, as read to you: ")
    said = _asked(args.fingerprint, "Fingerprint, as read to you (40 digits and letters A to F): ")
    fingerprint = re.sub(r"[\s:.-]", "", said).upper()
    reviews = _reviews(_asked(args.reviews, 'Authorities they review, by commas ("all": those above): '), panel)
    if not reviews:
        print("gateway panels: name at least one authority of the register; nothing was changed")
        return 1
    if not by or not _EMAIL.fullmatch(email) or not _FINGERPRINT.fullmatch(fingerprint):
        print("gateway panels: a name, one address and 40 hexadecimal digits are needed; nothing was changed")
        return 1
    if panel.fingerprint is not None and panel.fingerprint != fingerprint:
        print("gateway panels: another key is pinned for this panel; nothing was changed. If they have a new key:")
        print(f"`gateway keys import {panel.id} FILE`, then a second person runs `gateway keys confirm {panel.id}`.")
        return 1
    today = datetime.now(UTC).date()
    confirm_panel(packaged, own, Confirmation(panel.id, by, today, email, Fingerprint(fingerprint), reviews))
    print(f"Confirmed {panel.id} by {by} on {today}. Cases go to it without a person once its key is there")
    print("(`gateway keys list` shows it).")
    return 0


def _reviews(said: str, panel: Panel) -> tuple[GssCode, ...]:
    """Return the upper-tier authorities that were named, none where one of them is not in the register."""
    from gateway.adapters.config.authorities import load_authorities
    from gateway.adapters.config.packaged import packaged_config
    from gateway.stages.route.read.names import name_index

    if said.strip().casefold() == "all":
        return panel.authorities
    register = load_authorities(packaged_config() / "authorities.toml")
    found: list[GssCode] = []
    for name in filter(None, (part.strip() for part in said.split(","))):
        named = name_index(register).match(name)
        if named is None or named.county is not None:
            return ()
        found += [above.gss for code in named.codes for above in register.upper_tier(code)]
    return tuple(dict.fromkeys(found))


def _asked(given: str | None, question: str) -> str:
    """Return what was given, else ask; no answer (end of input) is an empty one."""
    if given is not None:
        return given.strip()
    try:
        return input(question).strip()
    except EOFError:
        return ""


def _suspend(panel: Panel, packaged: Path, own: Path) -> int:
    from gateway.adapters.config.panels_writer import set_status
    from gateway.model.residence.panels import PanelStatus

    set_status(packaged, own, panel.id, PanelStatus.SUSPENDED)
    print(f"Suspended {panel.id}: every case for it waits for a person. `gateway panels confirm {panel.id}` ends that.")
    return 0
