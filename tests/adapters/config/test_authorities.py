"""The register of authorities is read whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.authorities import load_authorities
from gateway.adapters.config.packaged import packaged_config
from gateway.model.ids import GssCode
from gateway.ports import Permanent

ONE = '[authorities.E06000060]\nname = "Bucks"\ntype = "UA"\nnation = "England"\n'


def test_every_packaged_authority_leads_to_one_of_today() -> None:
    register = load_authorities(packaged_config() / "authorities.toml")
    assert [code for code in register.authorities if not register.upper_tier(code)] == []
    assert all(register.find(code) for county in register.counties for code in county.authorities)


def test_what_an_entry_says_is_read(tmp_path: Path) -> None:
    path = tmp_path / "authorities.toml"
    path.write_text(ONE + 'former_gss = ["E07000004"]\naliases = ["Buckinghamshire"]\nfrom = 2020-04-01\n')
    found = load_authorities(path).find(GssCode("E07000004"))
    assert found is not None
    assert (found.name, found.aliases, str(found.since), found.until) == (
        "Bucks",
        ("Buckinghamshire",),
        "2020-04-01",
        None,
    )


@pytest.mark.parametrize("content", [b"", b"[authorities.X]\nname = 1\n", b"\xff", b"authorities = 1\n", b"[["])
def test_what_is_no_register_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "authorities.toml"
    path.write_bytes(content)
    with pytest.raises(Permanent):
        load_authorities(path)
    with pytest.raises(Permanent):
        load_authorities(tmp_path / "none.toml")
