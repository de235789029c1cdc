"""One deployment's folders stand below its own, each role's keys apart."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.host.folders import Folders


def test_everything_is_below_the_deployment_and_no_role_shares_a_key_folder(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    names = [name for name, value in vars(Folders).items() if isinstance(value, property)]
    named: list[Path] = [getattr(folders, name) for name in names]
    assert all(tmp_path in path.parents for path in named)
    keys = [folders.intake_keys, folders.worker_keys, folders.console_keys, folders.peers]
    assert not any(one in other.parents or one == other for one in keys for other in keys if one is not other)
    assert folders.worker_keys in folders.gnupg.parents


def test_a_configured_database_counts_before_the_one_in_var(tmp_path: Path) -> None:
    assert Folders(tmp_path).database_url("postgresql+asyncpg://x") == "postgresql+asyncpg://x"
    assert Folders(tmp_path).database_url("").endswith(f"{tmp_path}/var/gateway.db")
