from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.adapters.config.next_hops import NextHopEntry
from gateway.adapters.smtp_out import DirectSettings, NextHopSettings, Security
from gateway.adapters.smtp_out.configure import hop_of, outbound_settings
from gateway.ports import Permanent


def test_a_hop_is_made_with_everything_that_its_table_says(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\nnote\n", "utf-8")
    entry = NextHopEntry(
        host="relay.example",
        port=465,
        tls="implicit",
        ca_file="/ca.pem",
        server_name="mx.example",
        username="gateway",
        password_file=str(password),
        client_certificate="/c.pem",
        client_key="/c.key",
        require_tls=False,
    )
    hop = hop_of(entry)
    assert isinstance(hop, NextHopSettings)
    assert (hop.host, hop.port, hop.security) == ("relay.example", 465, Security.IMPLICIT_TLS)
    assert (hop.expected_name, hop.ca_file) == ("mx.example", Path("/ca.pem"))
    assert (hop.username, hop.password.reveal(), hop.require_tls) == ("gateway", "correct horse", False)
    assert (hop.client_certificate, hop.client_key) == (Path("/c.pem"), Path("/c.key"))
    assert "correct horse" not in repr(hop)


def test_receivers_families_and_the_default_are_looked_up_in_this_order() -> None:
    entries = {
        "default": NextHopEntry(host="a.example"),
        "panel": NextHopEntry(way="direct", needs_policy=True),
        "panel:kent": NextHopEntry(host="k.example"),
    }
    settings = outbound_settings(entries, "cdop.example", 60)
    assert settings.hop("panel:kent") == hop_of(entries["panel:kent"])
    assert settings.hop("panel:surrey") == DirectSettings(needs_policy=True)
    assert settings.hop("sender") == hop_of(entries["default"])


@pytest.mark.parametrize(
    "table",
    [
        {"tls": "none"},
        {"tls": "opportunistic"},
        {"verify": False},
        {"way": "direct", "host": "a.example"},
        {"way": "direct", "tls": "implicit"},
        {"needs_policy": True},
        {"username": "x"},
        {"password_file": "x"},
        {"port": 0},
    ],
)
def test_a_table_that_cannot_be_meant_stops_the_start(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NextHopEntry.model_validate(table)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff"])
def test_a_password_file_that_cannot_be_read_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Permanent, match="password_file"):
        hop_of(NextHopEntry(host="a.example", username="x", password_file=str(path)))
