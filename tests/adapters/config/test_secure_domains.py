"""The policy file: read whole or not at all; an imported list fills listed hosts, and only those below their domain."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.adapters.config.accredited import FILE, load_list, read_list, write_list
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains, parse_secure_domains
from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, Need
from gateway.ports import Permanent

DAY = date(2026, 11, 1)
ROW = """
version = "1"
max_age_days = 10
[[domain]]
domain = "nhs.net"
match = "exact"
status = "secure"
basis = "basis"
owner = "owner"
checked_on = 2026-11-01
"""
LIST = b"""\xef\xbb\xbfOrganisation,Email domain(s),Status,Expiry\r
A Trust,atrust.nhs.uk,Accredited,2027\r
B Trust,"@btrust.nhs.uk; *.c.nhs.uk",Accredited,2027\r
D Trust,d.nhs.uk,EXPIRED,2020\r
E,evil.example,Accredited,2027\r
F,nhs.uk,Accredited,2027\r
G,evilnhs.uk nhs.uk.evil.example,Accredited,2027\r
"""


def test_packaged_policy_says_what_the_domain_facts_say() -> None:
    rows = {row.domain: row for row in load_secure_domains([packaged_config()]).rows}
    assert rows["nhs.net"].status is DomainStatus.SECURE
    assert rows["nhs.uk"].match is DomainMatch.LISTED_HOSTS
    assert rows["nhs.uk"].hosts == ()
    for domain in ("gov.uk", "police.uk", "cjsm.net", "mod.uk", "parliament.uk"):
        assert set(rows[domain].needs) >= {Need.TLS12, Need.DMARC_PASS}
    for retired in ("gsi", "gse", "gsx", "gcsx"):
        assert rows[f"{retired}.gov.uk"].status is DomainStatus.RETIRED
    assert all(row.basis and row.owner for row in rows.values())


def test_a_row_that_says_no_needs_has_the_usual_ones() -> None:
    [row] = parse_secure_domains(ROW).rows
    assert row.needs == (Need.TLS12, Need.DMARC_PASS)


def test_packaged_policy_names_no_sealer_and_calls_free_mail_free() -> None:
    policy = load_secure_domains([packaged_config()])
    assert policy.trusted_sealers == ()
    assert {"gmail.com", "outlook.com", "yahoo.co.uk", "icloud.com"} <= policy.free_mail


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"secure"', '"secured"'),
        ('"exact"', '"suffix"'),
        ('"nhs.net"', '"net"'),
        ('"nhs.net"', '"nhs net"'),
        ("checked_on = 2026-11-01", ""),
        ('basis = "basis"', ""),
        ("max_age_days = 10", "max_age_days = 0"),
        ('owner = "owner"', 'owner = "owner"\nneeds = ["tls11"]'),
        ('owner = "owner"', 'owner = "owner"\nsurprise = 1'),
        ('version = "1"', "version = "),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_start(old: str, new: str) -> None:
    assert old in ROW
    with pytest.raises(Permanent):
        parse_secure_domains(ROW.replace(old, new))


def test_an_offices_own_list_replaces_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "secure_domains.toml").write_text(ROW)
    assert [row.domain for row in load_secure_domains([packaged_config(), tmp_path]).rows] == ["nhs.net"]
    with pytest.raises(Permanent):
        load_secure_domains([tmp_path / "nowhere"])


def test_names_become_a_labels() -> None:
    assert parse_secure_domains(ROW.replace('"nhs.net"', '"BÜCHER.example"')).rows[0].domain == "xn--bcher-kva.example"


def test_list_is_read_in_any_column_and_only_for_names_below() -> None:
    read = read_list(LIST, "nhs.uk", DAY, "list.csv")
    assert read.hosts == ("atrust.nhs.uk", "btrust.nhs.uk", "c.nhs.uk")
    assert read.left_out == 1


@pytest.mark.parametrize("content", [b"", b"a,b,c\n", b"\xff\xfe\x00", b"x" * (6 << 20)])
def test_what_holds_no_host_is_no_list(content: bytes) -> None:
    with pytest.raises(Permanent):
        read_list(content, "nhs.uk", DAY, "list.csv")


def test_imported_hosts_fill_the_row_with_their_day(tmp_path: Path) -> None:
    write_list(read_list(LIST, "nhs.uk", DAY, 'li"st\n.csv'), tmp_path)
    rows = {row.domain: row for row in load_secure_domains([packaged_config(), tmp_path]).rows}
    assert rows["nhs.uk"].hosts == ("atrust.nhs.uk", "btrust.nhs.uk", "c.nhs.uk")
    assert rows["nhs.uk"].checked_on == DAY
    assert rows["nhs.net"].hosts == ()


@pytest.mark.parametrize(("old", "new"), [("c.nhs.uk", "evil.example"), ("c.nhs.uk", "C.nhs.uk"), ("hosts", "host")])
def test_a_list_that_was_tampered_with_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    write_list(read_list(LIST, "nhs.uk", DAY, "list.csv"), tmp_path)
    path = tmp_path / FILE
    path.write_text(path.read_text().replace(f'"{old}"' if "." in old else old, f'"{new}"' if "." in new else new))
    with pytest.raises(Permanent):
        load_list(tmp_path)
