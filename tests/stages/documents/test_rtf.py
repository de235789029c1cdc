"""Rich text: what a reader sees, and nothing of fonts, pictures and hidden destinations."""

from __future__ import annotations

import pytest

from gateway.stages.documents.document import read
from gateway.stages.documents.document_limits import TooLarge
from gateway.stages.documents.rtf import MAX_DEPTH, read_rtf

FORM = (
    rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator Nothing;}{\info{\title secret}}\f0\fs22 "
    rb"\trowd\cellx4000 Date of birth\cell 03/04/2020\cell\row Surname: O\'92Dare\par "
    rb"Place: M\u246?nch{\pict 0102ff}\par}"
)


def test_cells_lines_and_characters_are_read_and_tables_of_fonts_are_not() -> None:
    assert read_rtf(FORM) == "Date of birth\t03/04/2020\t\nSurname: O’Dare\nPlace: Mönch\n"


def test_a_document_is_known_by_its_bytes() -> None:
    found = read(FORM)
    assert found.code == ""
    assert "Date of birth\t03/04/2020" in found.texts[0]
    assert read(rb"{\rtf1{\pict 00}}").code == "no_text"


@pytest.mark.parametrize("damaged", [rb"{\rtf1 a}}}} b", rb"{\rtf1 \'zz\u99999999999 x", rb"{\rtf1 \u-", b"{\\rtf1 \\"])
def test_damaged_rich_text_gives_what_could_be_read(damaged: bytes) -> None:
    assert isinstance(read_rtf(damaged), str)


def test_what_is_nested_too_deep_is_too_large() -> None:
    with pytest.raises(TooLarge):
        read_rtf(b"{\\rtf1" + b"{" * (MAX_DEPTH + 1))
