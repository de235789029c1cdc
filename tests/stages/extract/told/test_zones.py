"""Who wrote what: the sender's own lines, a forwarded chain, a quotation, a signature."""

from __future__ import annotations

import pytest

from gateway.stages.extract.told.zones import Zone, lines


def zone_of(text: str, line: str, *, is_reply: bool = False) -> Zone:
    return next(found.zone for found in lines([text], is_reply) if found.words == line)


@pytest.mark.parametrize(("is_reply", "zone"), [(False, Zone.FORWARDED), (True, Zone.QUOTED)])
def test_what_follows_original_message_is_forwarded_or_quoted(is_reply: bool, zone: Zone) -> None:
    assert zone_of("Hello\n-----Original Message-----\nborn 1/2/2020", "born 1/2/2020", is_reply=is_reply) is zone


def test_marked_lines_are_quoted_and_the_words_are_bare() -> None:
    assert zone_of("Yes.\n> Child: Jo Doe", "Child: Jo Doe") is Zone.QUOTED


def test_a_banner_and_a_footer_are_no_part_and_what_lies_between_is_the_senders_own() -> None:
    text = "[EXTERNAL] This came from outside\nDOB: 1/2/2020\nKind regards\nDr Ash, 1 Ward Road"
    assert zone_of(text, "DOB: 1/2/2020") is Zone.OWN
    assert zone_of(text, "Dr Ash, 1 Ward Road") is Zone.SIGNATURE


def test_a_child_named_below_the_signature_is_the_senders_own_again() -> None:
    assert zone_of("See below\nRegards\nAsh\nDOB: 1/2/2020", "DOB: 1/2/2020") is Zone.OWN


def test_a_line_knows_where_it_stands() -> None:
    text = "Hello\n> DOB: 1/2/2020\n"
    found = list(lines([text]))[1]
    assert text[found.start : found.end] == found.words == "DOB: 1/2/2020"
