"""Make a new deployment: configuration and fresh keys for a panel."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

EXAMPLE = (
    "example: gateway init /srv/cdop --panel buckinghamshire --name 'Buckinghamshire CDOP' --domain cdop.example "
    "--hostname mx.cdop.example --general-inbox inbox@council.example --operator it@council.example "
    "--telephone '01632 960100' --safeguarding-telephone '01632 960101' --next-hop relay.council.example"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway init``."""
    parser.epilog = EXAMPLE
    parser.add_argument("dir", type=Path, metavar="DIR", help="where the deployment shall be; made if missing")
    parser.add_argument("--panel", required=True, help="id of the panel that runs this gateway (config/panels.toml)")
    parser.add_argument("--name", required=True, help="its name as people know it")
    parser.add_argument("--domain", required=True, help="domain of the mailboxes secure-cdop@ and cdop@")
    parser.add_argument("--hostname", required=True, help="this host's name as MX")
    parser.add_argument("--general-inbox", required=True, help="where the staff of the general mailbox read")
    parser.add_argument("--operator", required=True, help="where alarms go")
    parser.add_argument("--telephone", required=True, help="the panel's office")
    parser.add_argument("--safeguarding-telephone", required=True, help="children's social care, day and night")
    parser.add_argument("--next-hop", required=True, help="the mail server that outgoing mail is handed to")
    parser.add_argument("--next-hop-port", type=int, default=25)
    parser.add_argument("--form-url", default="", help="public address of the web form (default: https://HOSTNAME/)")
    parser.add_argument("--console-url", default="", help="address of the console (default: https://HOSTNAME:8443/)")


def run(args: argparse.Namespace) -> int:
    """Make the deployment and say what comes next."""
    from gateway.adapters.config.settings import SettingsError
    from gateway.adapters.host.deployment import Answers, DeploymentExists, create
    from gateway.ports import Permanent, Temporary

    answers = Answers(
        panel_id=args.panel,
        panel_name=args.name,
        domain=args.domain,
        hostname=args.hostname,
        secure=f"secure-cdop@{args.domain}",
        general=f"cdop@{args.domain}",
        general_inbox=args.general_inbox,
        operator=args.operator,
        telephone=args.telephone,
        safeguarding_telephone=args.safeguarding_telephone,
        form_url=args.form_url or f"https://{args.hostname}/",
        console_url=args.console_url or f"https://{args.hostname}:8443/",
        next_hop_host=args.next_hop,
        next_hop_port=args.next_hop_port,
    )
    root = args.dir.resolve()
    try:
        settings = create(root, answers, datetime.now(UTC))
    except DeploymentExists:
        print(f"gateway init: there is a deployment at {args.dir} already; nothing was changed", file=sys.stderr)
        return 1
    except (SettingsError, Permanent, Temporary, OSError) as error:
        print(f"gateway init: could not be made ({error})", file=sys.stderr)
        return 1
    _report(root, separate=settings.users.separate)
    return 0


def _report(root: Path, *, separate: bool) -> None:
    print(f"Made {root}: config/, keys/ and var/.")
    if separate:
        print("Each role will run as a user of its own and can read only its own keys.")
    else:
        print("The roles are NOT separated: they will run as the user that starts them. For production, run init as")
        print("root on a host where Python and DIR can be entered by other users (`gateway check` tells).")
    print("Next:")
    print(f"  gateway staff add NAME --role manager --dir {root}")
    print(f"  gateway panels confirm PANEL-ID --dir {root}    for each neighbouring panel, by telephone")
    print(f"  put real TLS certificates into {root}/keys/intake and keys/console (tls.crt, tls.key)")
    print(f"  gateway check --dir {root}")
    print(f"  gateway run --dir {root}")
