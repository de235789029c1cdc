"""A sentence ends at its stop or its line; a hard-wrapped line is not an end."""

from __future__ import annotations

import pytest

from gateway.stages.screen.read.sentences import sentences

LONG = "This line is wrapped by a mail program at its right edge"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dear all,\nthe meeting", ["Dear all,", "the meeting"]),
        (f"{LONG}\nand goes on here. Next.", [f"{LONG}\nand goes on here.", "Next."]),
        ("One\n\nTwo", ["One", "Two"]),
        ("Bring these:\n- a point\n- two", ["Bring these:", "- a point", "- two"]),
        ("3.5 kg at 10.30", ["3.5 kg at 10.30"]),
        (" \n ", []),
    ],
)
def test_where_a_sentence_ends(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end].strip() for one in sentences(text)] == found


def test_nothing_is_lost_between_sentences() -> None:
    text = f"One. {LONG}\nTwo\n\n- three\nfour"
    kept = "".join(text[one.start : one.end] for one in sentences(text))
    assert kept.split() == text.split()
