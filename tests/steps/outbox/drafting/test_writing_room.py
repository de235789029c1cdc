"""How large one message to a receiver may be: its own setting, its family's, or that of all."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.adapters.config.next_hops import NextHopEntry
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.texts import load_texts
from gateway.roles.wiring import document_layout
from gateway.steps.outbox.drafting.writing import Writing


@pytest.mark.parametrize(
    ("sizes", "room"),
    [
        ({}, 20_000_000),
        ({"default": 0, "panel:kent": 0}, 20_000_000),
        ({"panel": 9_000_000}, 9_000_000),
        ({"panel": 9_000_000, "panel:kent": 5_000_000}, 5_000_000),
        ({"panel": 9_000_000, "panel:essex": 5_000_000}, 9_000_000),
        ({"panel:essex": 5_000_000, "general_inbox": 1_000_000}, 20_000_000),
    ],
)
def test_the_nearest_setting_counts(sizes: dict[str, int], room: int) -> None:
    writing = Writing(load_texts([packaged_config()]), document_layout(), dict, 20_000_000, sizes)
    assert writing.room_for("panel:kent") == room


@pytest.mark.parametrize("size", [-1, 1, 100_000])
def test_a_size_that_no_notification_fits_in_is_refused(size: int) -> None:
    with pytest.raises(ValidationError):
        NextHopEntry(max_message_bytes=size)
    assert NextHopEntry(max_message_bytes=100_001).max_message_bytes == 100_001
