"""Accounts whose password is not what is tested."""

from __future__ import annotations

import pytest
from argon2.low_level import Type, hash_secret_raw

from gateway.web.account import accounts


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password give its key at once; test_accounts.py takes the 64 MiB and the passes that it costs."""
    monkeypatch.setattr(
        accounts,
        "_password_key",
        lambda password, salt: hash_secret_raw(password.encode(), salt, 1, 64, 1, 32, Type.ID),
    )
