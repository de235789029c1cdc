"""The weights of reading are packaged and load."""

from __future__ import annotations

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.reading import load_reading


def test_the_packaged_weights_load() -> None:
    weights = load_reading(packaged_config())
    assert len(weights.of) > 1_000
    assert weights.possible < weights.sure
