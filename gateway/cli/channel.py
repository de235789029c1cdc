"""Say how to reach somebody securely, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.stages.answers.answer_route import ChannelAdvice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway channel``."""
    parser.add_argument("address", metavar="EMAIL-ADDRESS")
    parser.add_argument("--dir", type=Path, help="the deployment, as `gateway init DIR` made it")
    parser.add_argument("--dns", type=Path, metavar="ZONEFILE", help="answer DNS from a master file")
    parser.add_argument("--json", action="store_true", help="as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Return 0 if the address can be reached securely, 1 if not, 2 if that cannot be told."""
    from gateway.adapters.config.settings import SettingsError
    from gateway.ports import Permanent
    from gateway.stages.assess.names import a_label

    domain = a_label(args.address.rpartition("@")[2])
    if "@" not in args.address or domain is None:
        print("gateway channel: that is not an e-mail address", file=sys.stderr)
        return 2
    try:
        advice = asyncio.run(_advise(args, domain, datetime.now(UTC).date()))
    except (SettingsError, Permanent) as error:
        print(f"gateway channel: {error}", file=sys.stderr)
        return 2
    _print(advice, as_json=args.json)
    return 0 if advice.way in ("gateway", "mail") else 1


async def _advise(args: argparse.Namespace, domain: str, today: date) -> ChannelAdvice:
    from gateway.adapters.config.packaged import packaged_config
    from gateway.adapters.config.panels import load_panels
    from gateway.adapters.config.secure_domains import load_secure_domains
    from gateway.adapters.config.settings import load_settings
    from gateway.adapters.sender.dns import make_resolver
    from gateway.adapters.sender.secure_route import find_route, with_policy
    from gateway.adapters.smtp_out.configure import arrival_policies
    from gateway.stages.answers.answer_route import advise

    own = args.dir.resolve() / "config" if args.dir is not None else None
    policy = load_secure_domains([packaged_config(), *([own] if own else [])])
    dns = load_settings(own).dns
    if args.dns is not None:
        dns = dns.model_copy(update={"zone_file": str(args.dns)})
    resolver = make_resolver(dns.nameservers, dns.zone_file, dns.timeout_s)
    register = load_panels(packaged_config() / "panels.toml", own / "panels.toml" if own else None)
    wanted = args.address.lower()
    panel = next(
        (
            one
            for one in register.panels.values()
            if any(contact.is_valid(today) and contact.email.lower() == wanted for contact in one.contacts)
        ),
        None,
    )
    has_key = panel is not None and panel.fingerprint is not None
    policies = arrival_policies(resolver, dns, lambda: datetime.now(UTC))
    route = await with_policy(await find_route(resolver, domain), policies, domain)
    return advise(domain, policy, route, today, panel.display if panel else None, has_key)


def _print(advice: ChannelAdvice, *, as_json: bool) -> None:
    from gateway.stages.answers.answer_route import SENTENCES

    if as_json:
        print(json.dumps({"way": advice.way.value, "what": SENTENCES[advice.way], "why": list(advice.reasons)}))
        return
    print(SENTENCES[advice.way])
    print("Why:")
    for reason in advice.reasons:
        print(f"  - {reason}")
