"""``gateway channel``: how to reach somebody securely, in words, and an exit status for scripts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from gateway.cli import channel
from tests.adapters.smtp_out.peers import issue, policy_host

ZONE = """
nhs.net. MX 10 mx.nhs.net.
_mta-sts.nhs.net. TXT "v=STSv1; id=1"
council.gov.uk. MX 10 mx.council.gov.uk.
signed.gov.uk. MX 10 mx.signed.gov.uk.
_25._tcp.mx.signed.gov.uk. TLSA 3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
;signed signed.gov.uk
unsigned.gov.uk. MX 10 mx.unsigned.gov.uk.
_25._tcp.mx.unsigned.gov.uk. TLSA 3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
gmail.com. MX 10 mx.gmail.com.
_mta-sts.gmail.com. TXT "v=STSv1; id=1"
"""
PANEL = """
[panels.oxfordshire]
fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
contacts = [{ email = "cdop@there.example" }]
"""


def ask(address: str, zone: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    channel.add_arguments(parser)
    return channel.run(parser.parse_args([address, "--dns", str(zone), *more]))


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    path = tmp_path / "zone"
    path.write_text(ZONE)
    return path


@pytest.mark.parametrize(
    ("address", "way", "status"),
    [
        ("nurse@nhs.net", "mail_with_forced_tls", 1),  # a record stands there; its policy file cannot be had
        ("officer@signed.gov.uk", "mail", 0),
        ("officer@council.gov.uk", "mail_with_forced_tls", 1),
        ("officer@unsigned.gov.uk", "mail_with_forced_tls", 1),
        ("somebody@gmail.com", "form_or_telephone", 1),
        ("somebody@clinic.example", "form_or_telephone", 1),
        ("somebody@ward.nhs.uk", "form_or_telephone", 1),
        ("somebody@nhs.net.example", "nobody", 1),
        ("somebody@dept.gsi.gov.uk", "nobody", 1),
    ],
)
def test_the_way_to_an_address(
    zone: Path, capsys: pytest.CaptureFixture[str], address: str, way: str, status: int
) -> None:
    assert ask(address, zone, "--json") == status
    said = json.loads(capsys.readouterr().out)
    assert said["way"] == way
    assert said["what"].endswith(".")
    assert said["why"]


def test_words_for_people_say_what_and_why(zone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("nurse@nhs.net", zone)
    said = capsys.readouterr().out
    assert said.startswith("Write from a secure account")
    assert "was checked on" in said
    assert "What its MTA-STS policy says is not known: the host that should hold the policy has no address." in said


POLICY = b"version: STSv1\nmode: %s\nmx: mx.nhs.net\nmax_age: 86400\n"


@pytest.mark.parametrize(
    ("mode", "way", "words"),
    [
        (b"enforce", "mail", "policy says enforce"),
        (b"testing", "mail_with_forced_tls", "policy says testing"),
        (b"none", "mail_with_forced_tls", "its policy says none"),
    ],
)
def test_the_policy_file_itself_decides(
    tmp_path: Path, zone: Path, capsys: pytest.CaptureFixture[str], mode: bytes, way: str, words: str
) -> None:
    zone.write_text(ZONE + "mta-sts.nhs.net. A 127.0.0.1\n")
    config = tmp_path / "config"
    config.mkdir()
    authority = issue("Test authority", authority=True)
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.pem())
    with policy_host(issue("mta-sts.nhs.net", authority), tmp_path, POLICY % mode) as port:
        (config / "gateway.toml").write_text(f'[dns]\nsts_port = {port}\nsts_ca_file = "{ca_file}"\n')
        ask("nurse@nhs.net", zone, "--dir", str(tmp_path), "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["way"] == way
    assert any(words in why for why in said["why"])


@pytest.mark.parametrize("text", ["nurse", "nurse@", "nurse@net", "nhs.net", ""])
def test_what_is_no_address_is_said_to_be_none(zone: Path, text: str) -> None:
    assert ask(text, zone) == 2


def test_an_old_list_sends_people_to_the_telephone(
    tmp_path: Path, zone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "secure_domains.toml").write_text(
        'version = "1"\nmax_age_days = 10\n[[domain]]\ndomain = "nhs.net"\nmatch = "exact"\nstatus = "secure"\n'
        'basis = "basis"\nowner = "owner"\nchecked_on = 2020-01-01\n'
    )
    (config / "gateway.toml").write_text("")
    assert ask("nurse@nhs.net", zone, "--dir", str(tmp_path), "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["way"] == "form_or_telephone"
    assert any("too long ago" in why for why in said["why"])


def test_a_panel_with_a_pinned_key_is_reached_by_the_gateway(
    tmp_path: Path, zone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "gateway.toml").write_text("")
    (config / "panels.toml").write_text(PANEL)
    assert ask("CDOP@there.example", zone, "--dir", str(tmp_path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["way"] == "gateway"
