"""Print the DNS records and the MTA-STS policy of our own domain, and check what is published."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.adapters.config.settings import Settings
    from gateway.adapters.smtp_out.policies import Https
    from gateway.model.channel.own_domain import OwnDomain, Paper
    from gateway.ports import Resolver

_SAY = {
    "right": "published and right",
    "missing": "not published",
    "different": "published, but not as asked",
    "twice": "published more than once: receivers use none of them",
    "unsigned": "published, but the zone is not signed (DNSSEC), so senders ignore it",
    "unknown": "could not be asked: DNS gave no answer",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway dns``."""
    parser.add_argument("action", choices=("print", "check"), nargs="?", default="print")
    parser.add_argument("--dir", type=Path, required=True, help="the deployment, as `gateway init DIR` made it")
    parser.add_argument("--dns", type=Path, metavar="ZONEFILE", help="answer DNS from a master file")


def run(args: argparse.Namespace) -> int:
    """Return 0 when done, 1 where something published is not right, 2 if the deployment cannot be read."""
    from gateway.adapters.config.settings import SettingsError, load_settings
    from gateway.adapters.sender.dns import make_resolver
    from gateway.adapters.smtp_out.configure import https_client
    from gateway.ports import Permanent
    from gateway.stages.policies.papers import sts_host

    root = args.dir.resolve()
    try:
        settings = load_settings(root / "config")
        own = _own(settings, root)
    except (SettingsError, Permanent) as error:
        print(f"gateway dns: {error}", file=sys.stderr)
        return 2
    if args.action == "print":
        _print(own)
        return 0
    dns = settings.dns.model_copy(update={"zone_file": str(args.dns)}) if args.dns else settings.dns
    resolver = make_resolver(dns.nameservers, dns.zone_file, dns.timeout_s)
    papers = asyncio.run(check(own, resolver))
    for paper in papers:
        print(f"{paper.record.type:5} {paper.record.name}: {_SAY[paper.state.value]}")
    served = asyncio.run(check_policy(own, https_client(resolver, dns), dns.sts_timeout_s))
    if served is not None:
        print(f"HTTPS {sts_host(own.domain)}: {_SAY.get(served, f'the policy file could not be had ({served})')}")
    return 0 if all(paper.state == "right" for paper in papers) and served in (None, "right") else 1


def _own(settings: Settings, root: Path) -> OwnDomain:
    """Return the facts of our own domain, with the public parts of the keys of the deployment."""
    from gateway.adapters.config.own_domain import DKIM_KEY, own_domain, public_key_text, tlsa_of
    from gateway.adapters.host.folders import Folders
    from gateway.adapters.smtp_out.dkim_signer import DkimSigner

    papers, folders = settings.papers, Folders(root)
    key = ""
    if papers.dkim_selector:
        path = folders.worker_keys / DKIM_KEY
        key = public_key_text(DkimSigner.from_path(settings.mail.domain, papers.dkim_selector, path).public_key)
    tlsa = (tlsa_of(folders.intake_keys / "tls.crt"),) if papers.dane else ()
    return own_domain(settings, dkim_public_key=key, tlsa=tlsa)


async def check(own: OwnDomain, resolver: Resolver) -> tuple[Paper, ...]:
    """Ask DNS for every record once and judge what is found."""
    from gateway.ports import DnsStatus
    from gateway.stages.policies.papers import judge, records

    wanted = records(own)
    together: dict[str, frozenset[str]] = {}
    for record in wanted:
        key = f"{record.name} {record.type}"
        together[key] = together.get(key, frozenset()) | {record.value}
    answers = {key: await resolver.query(*key.split(" ")) for key in together}
    papers = []
    for record in wanted:
        answer = answers[f"{record.name} {record.type}"]
        found = None if answer.status is DnsStatus.TEMPORARY else answer.records
        papers.append(judge(record, found, answer.authenticated, together))
    return tuple(papers)


async def check_policy(own: OwnDomain, https: Https, timeout_s: float) -> str | None:
    """Fetch our own policy as senders do: "right", "different" or the fault; None where there shall be none."""
    from gateway.stages.policies.mta_sts import MAX_POLICY_BYTES, Fault, read_policy
    from gateway.stages.policies.papers import STS_PATH, sts_host, sts_policy

    if own.sts_mode.value == "none":
        return None
    content = await https.get(f"https://{sts_host(own.domain)}{STS_PATH}", MAX_POLICY_BYTES, timeout_s)
    if isinstance(content, Fault):
        return content.value
    return "right" if read_policy(content) == read_policy(sts_policy(own).encode()) else "different"


def _print(own: OwnDomain) -> None:
    from gateway.stages.policies.papers import STS_PATH, records, sts_policy, zone_line

    for record in records(own):
        print(f"; {record.why}")
        print(zone_line(record))
    if own.sts_mode.value != "none":
        print(f"; MTA-STS: the intake serves this at https://mta-sts.{own.domain}{STS_PATH}; the name needs an address")
        for line in sts_policy(own).splitlines():
            print(f";   {line}")
