"""``gateway dns``: the records to publish are printed as a zone, and what is published is checked against them."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import pytest

from gateway.adapters.config.own_domain import tlsa_of
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.cli import dns
from tests.adapters.channel_kit import Key
from tests.adapters.smtp_out.peers import issue, policy_host

SETTINGS = """
[mail]
domain = "cdop.example"
hostname = "mx.cdop.example"
reports = ["reports@cdop.example"]
[papers]
dkim_selector = "g1"
sts_mode = "enforce"
"""


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    dns.add_arguments(parser)
    return dns.run(parser.parse_args(words))


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text(SETTINGS)
    (tmp_path / "keys" / "worker").mkdir(parents=True)
    (tmp_path / "keys" / "worker" / "dkim.pem").write_bytes(Key().private)
    return tmp_path


def test_what_is_printed_is_a_zone_and_once_published_all_is_right(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("print", "--dir", str(deployment)) == 0
    zone = deployment / "zone"
    zone.write_text(capsys.readouterr().out)
    ZoneFileResolver.from_path(zone)
    zone.write_text(zone.read_text() + "mta-sts.cdop.example. A 127.0.0.1\n")
    policy = b"version: STSv1\nmode: enforce\nmx: mx.cdop.example\nmax_age: %s\n"
    authority = issue("Test authority", authority=True)
    (deployment / "ca.pem").write_bytes(authority.pem())
    own = issue("mta-sts.cdop.example", authority)
    for max_age, status, words in ((b"604800", 0, "published and right"), (b"86400", 1, "published, but not as asked")):
        with policy_host(own, deployment, policy % max_age) as port:
            where = f'[dns]\nsts_port = {port}\nsts_ca_file = "{deployment / "ca.pem"}"\n'
            (deployment / "config" / "gateway.toml").write_text(SETTINGS + where)
            assert call("check", "--dir", str(deployment), "--dns", str(zone)) == status
        said = capsys.readouterr().out
        assert said.count("published and right") == 6 + (status == 0)
        assert f"HTTPS mta-sts.cdop.example: {words}" in said


def test_what_is_missing_or_different_is_told_and_fails(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zone = deployment / "zone"
    zone.write_text(
        'cdop.example. MX 10 mx.cdop.example.\ncdop.example. TXT "v=spf1 +all"\n;temporary _dmarc.cdop.example\n'
    )
    assert call("check", "--dir", str(deployment), "--dns", str(zone)) == 1
    said = capsys.readouterr().out
    assert "TXT   cdop.example: published, but not as asked" in said
    assert "TXT   _dmarc.cdop.example: could not be asked" in said
    assert "TXT   _mta-sts.cdop.example: not published" in said
    assert "HTTPS mta-sts.cdop.example: the policy file could not be had (no_address)" in said


def test_a_missing_key_is_told(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (deployment / "keys" / "worker" / "dkim.pem").unlink()
    assert call("print", "--dir", str(deployment)) == 2
    assert "no_dkim_key" in capsys.readouterr().err


def test_where_the_zone_is_signed_the_key_of_our_own_certificate_is_printed_for_dane(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (deployment / "config" / "gateway.toml").write_text(SETTINGS + "dane = true\n")
    (deployment / "keys" / "intake").mkdir()
    certificate = deployment / "keys" / "intake" / "tls.crt"
    certificate.write_bytes(issue("mx.cdop.example").pem())
    assert call("print", "--dir", str(deployment)) == 0
    zone = deployment / "zone"
    zone.write_text(capsys.readouterr().out)
    answer = asyncio.run(ZoneFileResolver.from_path(zone).query("_25._tcp.mx.cdop.example", "TLSA"))
    assert answer.records == (tlsa_of(certificate),)
    call("check", "--dir", str(deployment), "--dns", str(zone))
    assert "the zone is not signed (DNSSEC)" in capsys.readouterr().out
    zone.write_text(zone.read_text() + ";signed _25._tcp.mx.cdop.example\n")
    call("check", "--dir", str(deployment), "--dns", str(zone))
    assert "TLSA  _25._tcp.mx.cdop.example: published and right" in capsys.readouterr().out
