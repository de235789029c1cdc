"""The section [openid] and its key file: what is wrong is named with its mend, and never half used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.config.settings import OpenIdSettings, SettingsError, load_settings
from gateway.adapters.openid.openid_config import SECRET, client_of, faults


def settings(**changes: Any) -> OpenIdSettings:
    good = {
        "issuer": "https://login.trust.example/tenant",
        "name": "Exampleshire Hospitals",
        "client_id": "cdop",
        "email_domains": ["trust.example"],
    }
    return OpenIdSettings.model_validate(load_settings(None).openid.model_dump() | good | changes)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / SECRET
    path.write_text("s3cret\n", encoding="utf-8")
    path.chmod(0o400)
    return path


def test_a_whole_section_makes_a_client(secret: Path) -> None:
    assert list(faults(settings(), secret)) == []
    client = client_of(settings(ca_file=str(secret), role_claim="job"), secret)
    assert client is not None
    assert (client.client_secret, client.issuer) == ("s3cret", "https://login.trust.example/tenant")
    assert (client.email_domains, client.role_claim) == (frozenset({"trust.example"}), "job")


def test_the_packaged_section_is_off_and_needs_no_key_file(tmp_path: Path) -> None:
    packaged = load_settings(None).openid
    assert list(faults(packaged, tmp_path / SECRET)) == []
    assert client_of(packaged, tmp_path / SECRET) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": "http://login.trust.example"}, "openid.issuer"),
        ({"issuer": "login.trust.example"}, "openid.issuer"),
        ({"issuer": "https://a@login.trust.example"}, "openid.issuer"),
        ({"issuer": "https://login.trust.example/?x=1"}, "openid.issuer"),
        ({"issuer": "https://[x"}, "openid.issuer"),
        ({"name": " "}, "openid.name"),
        ({"client_id": ""}, "openid.client_id"),
        ({"scopes": ["email"]}, "openid.scopes"),
        ({"scopes": ["openid"]}, "openid.email_domains needs"),
        ({"email_domains": []}, "nobody may sign in"),
        ({"email_domains": ["@trust.example"]}, "openid.email_domains names"),
        ({"email_domains": ["*.trust.example"]}, "openid.email_domains names"),
        ({"email_domains": ["Trust.example"]}, "openid.email_domains names"),
        ({"ca_file": "/nowhere/ca.pem"}, "openid.ca_file"),
    ],
)
def test_each_wrong_setting_is_named_and_nothing_is_used(changes: dict[str, Any], fault: str, secret: Path) -> None:
    ((found, mend),) = faults(settings(**changes), secret)
    assert found.startswith(fault)
    assert mend
    assert client_of(settings(**changes), secret) is None


def test_key_file_that_is_missing_empty_or_open_is_named(secret: Path) -> None:
    secret.chmod(0o444)
    assert [fault for fault, _ in faults(settings(), secret)] == [f"keys/intake/{SECRET} can be read by others"]
    secret.chmod(0o600)
    secret.write_bytes(b" \nsecond line")
    assert [fault for fault, _ in faults(settings(), secret)] == [f"keys/intake/{SECRET} is empty"]
    secret.write_bytes(b"\xff\xfe")
    assert [fault for fault, _ in faults(settings(), secret)] == [f"keys/intake/{SECRET} is missing or unreadable"]
    secret.unlink()
    assert [fault for fault, _ in faults(settings(), secret)] == [f"keys/intake/{SECRET} is missing or unreadable"]
    assert client_of(settings(), secret) is None


def test_time_limit_that_would_outlast_a_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("[openid]\ntimeout_s = 30\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"openid\.timeout_s"):
        load_settings(tmp_path)
