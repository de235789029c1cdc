"""Text and tables of HTML, and what too much of it costs."""

from __future__ import annotations

import pytest

from gateway.stages.documents import html
from gateway.stages.documents.document_limits import TooLarge
from gateway.stages.documents.html import text_and_tables


def test_text_stands_line_by_line_and_a_table_is_rows_of_cells() -> None:
    markup = """<html><head><title>no</title><style>p {}</style></head><body><p>Dear&nbsp;team,<div>one <b>bold</b> word
    <br>next</div><table><tr><th>Name<td>Zo&euml; <i>Example</i><tr><td>Born</td><td>3 May<p>2024</td></tr></table>
    after<script>no()</script><!-- no --></body></html>"""
    text, tables = text_and_tables(markup)
    assert text == "Dear team,\none bold word\nnext\nafter"
    assert tables == ((("Name", "Zoë Example"), ("Born", "3 May 2024")),)


def test_a_table_in_a_cell_is_in_the_cell_and_has_rows_of_its_own() -> None:
    inner = "<table><tr><td>Mother</td><td>Ann Example</td></tr></table>"
    text, tables = text_and_tables(f"<table><tr><td>Family {inner}</td><td>two</td></tr></table>end")
    assert text == "end"
    assert tables == ((("Family Mother Ann Example", "two"), ("Mother", "Ann Example")),)


@pytest.mark.parametrize(
    "markup", ["", " ", "<", "</p>", "<!-- a", "plain", "a\x00b", "<td>a</td>", "<tr>", "</table>a"]
)
def test_markup_that_is_hardly_any_is_read_all_the_same(markup: str) -> None:
    text, _ = text_and_tables(markup)
    assert "a" not in markup or "a" in text or "<!--" in markup


@pytest.mark.parametrize("atom", ["<b></x>", "<q></x>", "<div>", "<table><tr><td>", "<font></i>", "<x>"])
def test_elements_that_are_left_open_are_refused_as_soon_as_they_are_too_many(atom: str) -> None:
    events: list[int] = []
    seen = html._Events.start

    def count(self: html._Events, name: str, attributes: dict[str, str]) -> None:
        events.append(1)
        seen(self, name, attributes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html._Events, "start", count)
        with pytest.raises(TooLarge):
            text_and_tables(atom * 20_000)
    assert len(events) <= html.MAX_OPEN + 2


def test_many_short_elements_are_refused_too() -> None:
    with pytest.raises(TooLarge):
        text_and_tables("<i></i>" * (html.MAX_ELEMENTS + 1))


def test_text_in_many_cells_at_once_does_not_multiply() -> None:
    nested = "<table><tr><td>" * 60
    with pytest.raises(TooLarge):
        text_and_tables(nested + "word " * 100_000)
