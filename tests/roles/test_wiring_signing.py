"""What the worker sends is signed where the settings name a selector, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.smtp_out.dkim_signer import SigningNextHop
from gateway.ports import Permanent
from gateway.roles.wiring import _next_hop
from tests.adapters.channel_kit import message
from tests.adapters.smtp_out.test_dkim_signer import KEY, Hop, outbound, result


def settings(root: Path, selector: str) -> Settings:
    config = Folders(root).config
    config.mkdir(exist_ok=True)
    (config / "gateway.toml").write_text(
        f'[mail]\ndomain = "cdop.example"\nhostname = "mx.cdop.example"\n[papers]\ndkim_selector = "{selector}"\n'
        '[next_hop.default]\nhost = "relay.example"\n'
    )
    return load_settings(config)


async def test_with_a_selector_all_that_leaves_is_signed_by_the_workers_key(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.worker_keys.mkdir(parents=True)
    (folders.worker_keys / "dkim.pem").write_bytes(KEY.private)
    way = _next_hop(folders, settings(tmp_path, "g1"))
    assert isinstance(way, SigningNextHop)
    hop = Hop()
    way._next_hop = hop
    await way.send(outbound(message("CDOP <no-reply@cdop.example>")))
    assert result(hop.sent[0].message) == "pass"


def test_a_selector_without_its_key_stops_the_start_and_without_a_selector_the_next_hop_signs(tmp_path: Path) -> None:
    with pytest.raises(Permanent):
        _next_hop(Folders(tmp_path), settings(tmp_path, "g1"))
    assert not isinstance(_next_hop(Folders(tmp_path), settings(tmp_path, "")), SigningNextHop)
