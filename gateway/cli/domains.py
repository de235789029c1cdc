"""Show the secure-domain policy and how old it is; import the published list of accredited NHS hosts."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway domains``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("list", help="every row, with its age")
    show.add_argument("--dir", type=Path, help="the deployment; without it the packaged policy")
    take = actions.add_parser("import", help="take the hosts of the published DCB1596 list (a CSV file)")
    take.add_argument("file", type=Path, metavar="LIST.csv")
    take.add_argument("--dir", type=Path, required=True, help="the deployment, as `gateway init DIR` made it")
    take.add_argument("--checked-on", type=date.fromisoformat, help="the day the list was published (default: today)")
    take.add_argument("--domain", default="nhs.uk", help="hosts below this domain are taken (default: nhs.uk)")
    take.add_argument("--yes", action="store_true", help="also if half of the hosts would go")


def run(args: argparse.Namespace) -> int:
    """Return 0 when done, 1 if nothing was changed."""
    from gateway.ports import Permanent

    try:
        return _list(args) if args.action == "list" else _import(args)
    except (Permanent, OSError) as error:
        code = error.code if isinstance(error, Permanent) else type(error).__name__
        print(f"gateway domains: nothing was changed ({code})", file=sys.stderr)
        return 1


def _list(args: argparse.Namespace) -> int:
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.secure_domains import load_secure_domains
    from gateway.stages.assess.policy import find

    own = [args.dir.resolve() / "config"] if args.dir else []
    policy = load_secure_domains([packaged_config(), *own])
    today = datetime.now(UTC).date()
    for row in policy.rows:
        name = row.hosts[0] if row.hosts else ("x." if row.match == "subdomains" else "") + row.domain
        stale = " STALE" if find(name, policy, today).stale else ""
        hosts = f", {len(row.hosts)} hosts" if row.match == "listed_hosts" else ""
        print(f"{row.domain:16} {row.status.value:16} {row.match.value}{hosts}; checked {row.checked_on}{stale}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from gateway.adapters.config.accredited import load_list, read_list, write_list

    config = args.dir.resolve() / "config"
    fresh = read_list(args.file.read_bytes(), args.domain, args.checked_on or datetime.now(UTC).date(), args.file.name)
    old = load_list(config)
    before = set(old.hosts) if old else set()
    gone, new = before - set(fresh.hosts), set(fresh.hosts) - before
    print(f"{len(fresh.hosts)} hosts; {len(new)} new, {len(gone)} gone; {fresh.left_out} rows not in force left out.")
    for host in sorted(gone):
        print(f"  gone: {host}")
    if before and len(gone) * 2 > len(before) and not args.yes:
        print("More than half of the hosts would go: nothing was changed. Look at the list, then use --yes.")
        return 1
    write_list(fresh, config)
    return 0
