"""A way out that mixes two ways is a mistake, and mistakes about TLS stop the start."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.adapters.config.next_hops import NextHopEntry


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "direct", "host": "relay.example"},
        {"way": "direct", "tls": "implicit"},
        {"way": "direct", "username": "u", "password_file": "p"},
        {"needs_policy": True},
        {"username": "u"},
        {"password_file": "p"},
        {"tls": "none"},
        {"port": 0},
        {"hosts": "x"},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NextHopEntry(**wrong)


@pytest.mark.parametrize(
    "right", [{}, {"way": "direct", "needs_policy": True}, {"host": "relay.example", "tls": "implicit", "port": 465}]
)
def test_one_way_is_taken(right: dict[str, Any]) -> None:
    assert NextHopEntry(**right).require_tls
