"""Confidential text shows only where ``reveal`` is called."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText

NAME = ConfidentialText("Tamsin Orrell")


@dataclass(frozen=True)
class Holder:
    name: ConfidentialText


@pytest.mark.parametrize(
    "shown",
    [str(NAME), repr(NAME), f"{NAME}", f"{NAME:>20}", f"{NAME!r}", "{}".format(NAME), "%s" % NAME, repr(Holder(NAME))],  # noqa: UP031, UP032 - every way of printing
)
def test_no_way_of_printing_shows_it(shown: str) -> None:
    assert "Orrell" not in shown
    assert "<confidential>" in shown


def test_reveal_is_the_way_out_and_equal_content_is_equal() -> None:
    assert NAME.reveal() == "Tamsin Orrell"
    assert ConfidentialText("Tamsin Orrell") == NAME
    assert ConfidentialText("") != NAME
    assert not ConfidentialBytes(b"")
