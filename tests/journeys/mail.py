"""The demo's samples by name, and a few more."""

from __future__ import annotations

from dataclasses import replace

from gateway.roles.demo.messages import Sample, samples

_BY_NAME = {sample.name: sample for sample in samples()}


def sample(name: str, **changes: object) -> Sample:
    """Return one of the demo's messages."""
    return replace(_BY_NAME[name], **changes)  # type: ignore[arg-type] # names of its own fields
