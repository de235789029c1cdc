"""The panel's own texts are split into blocks; only values of the site are filled in, and nothing is markup."""

from __future__ import annotations

from types import SimpleNamespace

from gateway.web.texts import Block, blocks

VALUES = {"site": SimpleNamespace(phone="01632 960100")}


def test_headings_lists_and_paragraphs() -> None:
    text = "#! a comment\n## Ring us\nOn {site.phone}\nin the day.\n\n- one\n- two\n\n\n#! only a comment\n"
    assert blocks(text, VALUES) == [
        Block("h2", ("Ring us",)),
        Block("p", ("On 01632 960100 in the day.",)),
        Block("ul", ("one", "two")),
    ]


def test_a_list_with_another_line_in_it_is_a_paragraph() -> None:
    assert blocks("- one\ntwo", VALUES) == [Block("p", ("- one two",))]


def test_nothing_but_the_site_is_filled_in() -> None:
    text = "{site.nobody} {other.phone} {site.__class__} <b>"
    assert blocks(text, VALUES) == [Block("p", (" {other.phone} <class 'types.SimpleNamespace'> <b>",))]
    assert blocks("", VALUES) == []
