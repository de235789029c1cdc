"""Confidential text shows nothing unless it is asked to by name."""

from __future__ import annotations

import logging

import pytest
from pydantic import TypeAdapter

from gateway.model.content.confidential import NOTHING, Confidential, ConfidentialBytes, ConfidentialText

NAME = ConfidentialText("Zoe Testchild")


@pytest.mark.parametrize(
    "shown",
    [repr(NAME), str(NAME), f"{NAME}", f"{NAME:>30}", f"{NAME!r}", "%s" % NAME, str([NAME]), str({"a": NAME})],  # noqa: UP031
)
def test_no_way_of_printing_shows_it(shown: str) -> None:
    assert "Zoe" not in shown
    assert "<confidential>" in shown


def test_a_log_line_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("gateway").warning("child %s", NAME)
    assert "Zoe" not in caplog.text


def test_revealed_it_is_what_it_was() -> None:
    assert NAME.reveal() == "Zoe Testchild"
    assert ConfidentialBytes(b"\x00\xff").reveal() == b"\x00\xff"


def test_it_is_compared_by_content_and_never_equal_to_plain_text() -> None:
    assert ConfidentialText("Zoe Testchild") == NAME
    assert hash(ConfidentialText("Zoe Testchild")) == hash(NAME)
    assert NAME not in ("Zoe Testchild", ConfidentialText("zoe testchild"), ConfidentialBytes(b"Zoe Testchild"))
    assert bool(NAME) is True
    assert bool(NOTHING) is False


def test_a_sealed_record_carries_it() -> None:
    adapter = TypeAdapter(ConfidentialText)
    assert adapter.validate_json(adapter.dump_json(NAME)) == NAME
    assert isinstance(adapter.validate_python("x"), Confidential)
