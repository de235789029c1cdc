"""Labels of lines: what is earlier, what is new, what a wrong label may not do."""

from __future__ import annotations

import pytest

from gateway.stages.screen import ScreenTables
from gateway.stages.screen.read.lines import Label, has_postscript, label_lines, writing_only

OWN = frozenset(("jo", "barker"))
ASKED = "Please could you send us fifty more leaflets?"


def labels(text: str, tables: ScreenTables) -> list[str]:
    return [line.label.value for line in label_lines(text, OWN, tables.lines)]


def test_lines_below_an_attribution_without_the_mark_are_new_where_others_have_it(tables: ScreenTables) -> None:
    text = f"On Friday CDOP wrote:\n> How many?\n{ASKED}"
    assert labels(text, tables) == ["quoted", "quoted", "answer"]
    text = f"{ASKED}\nOn Friday CDOP wrote:\nHow many?\nHarriet"
    assert labels(text, tables) == ["body", "quoted", "quoted", "quoted"]


def test_writing_only_keeps_every_place(tables: ScreenTables) -> None:
    text = f"{ASKED}\n\nKind regards\nJo Barker\nService Manager\nT: 01632 960111"
    kept = writing_only(text, label_lines(text, OWN, tables.lines))
    assert len(kept) == len(text)
    assert kept.split() == f"{ASKED} Kind regards".split()


@pytest.mark.parametrize(
    "line",
    ["Family name: Quillfeather", "CDOP 2024/17", "Clerk saw Nether Fosse on the day", "Love to Josceline"],
)
def test_a_line_that_tells_something_is_never_left_out_as_a_signature(line: str, tables: ScreenTables) -> None:
    assert labels(f"{ASKED}\n\n{line}", tables)[-1] == "body"


def test_a_notice_that_is_the_whole_message_is_the_message(tables: ScreenTables) -> None:
    text = "This mailbox is not monitored at weekends. If you have this message in error please delete it."
    assert labels(text, tables) == [Label.BODY.value]


def test_what_stands_below_a_signature_is_a_postscript(tables: ScreenTables) -> None:
    signed = f"{ASKED}\n\nKind regards\n\nJo Barker\nService Manager"
    assert not has_postscript(label_lines(signed, OWN, tables.lines))
    assert has_postscript(label_lines(f"{signed}\n\nPS the gate was left open again", OWN, tables.lines))
