"""Which mailbox a forward-path names: ours by name, postmaster, a token, or none."""

from __future__ import annotations

import pytest

from gateway.model.kinds import MailboxName
from gateway.stages.smtp.mailboxes import Destination, MailboxTable
from gateway.stages.smtp.paths import Path

TABLE = MailboxTable(
    {"secure@cdop.example": MailboxName.SECURE, "s@xn--bcher-kva.example": MailboxName.SECURE},
    frozenset({"cdop.example", "xn--bcher-kva.example"}),
)


@pytest.mark.parametrize(
    ("local", "domain", "found"),
    [
        ("Secure", "CDOP.example", Destination(MailboxName.SECURE)),
        ("s", "bücher.example", Destination(MailboxName.SECURE)),
        ("Postmaster", "cdop.example", Destination(MailboxName.POSTMASTER)),
        ("postmaster", "", Destination(MailboxName.POSTMASTER)),
        ("bounce+AbC_1-", "cdop.example", Destination(MailboxName.BOUNCE, "AbC_1-")),
        ("REPLY+t", "cdop.example", Destination(MailboxName.REPLY, "t")),
        ("secure", "other.example", None),
        ("postmaster", "other.example", None),
        ("bounce+t", "other.example", None),
        ("bounce+", "cdop.example", None),
        ("bounce+a b", "cdop.example", None),
        (f"bounce+{'a' * 65}", "cdop.example", None),
        ("secure+x", "cdop.example", None),
        ("x", "ü" * 70 + ".example", None),
    ],
)
def test_a_path_names_one_of_ours_or_nothing(local: str, domain: str, found: Destination | None) -> None:
    assert TABLE.find(Path(local, domain, f"{local}@{domain}")) == found
