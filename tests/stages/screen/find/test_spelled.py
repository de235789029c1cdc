"""NHS numbers in words, in odd figures, with letters for figures and with words between are a card."""

from __future__ import annotations

import time

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.find.spelled import apart, like_figures, parts_of_one, spelled
from tests.screening.score import context, mail_of


def outcome(body: str, known: AllowList, tables: ScreenTables) -> ScreenOutcome:
    return screen(mail_of({"from_name": "Pat", "subject": "Agenda", "body": body}), context(known), tables).outcome


@pytest.mark.parametrize(
    "number",
    [
        "99nine-0o0-O02six",
        "999O123456",
        "999 O12 3456",
        "9 9 9 O l 2 3 4 5 6",
        "99g0l2E456",
        "three nines, five noughts, a one and a two",
        "three nines, a zero, a one, a two and three four five six",
        "triple nine and then 012 and 3456",
        "treble nine double oh one",
        "nine hundred and ninety-nine, one hundred and twenty three, four thousand five hundred and sixty seven",
        "nine thousand nine hundred and ninety, one hundred and twenty three, four hundred and fifty six",
        "nine nine nine, then zero one two, then three four five six",
        "first 999, then 012, then 3456",
        "999 (first three), 012 (next three), 3456 (last four)",
        "part one 999, part two 012, part three 3456",
        "999 dash 012 dash 3456",
        "999\nand\n012\nand\n3456",
        "(a) 999 (b) 012 (c) 3456",
        "ix-ix-ix-o-i-ii-iii-iv-v-vi",
        "\u2468\u2468\u2468\u24ea\u2460\u2461\u2462\u2463\u2464\u2465",
        "\u2079\u2079\u2079\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076",
        "\uff19\uff19\uff19\uff10\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0669\u0669\u0669 \u0660\u0661\u0662 \u0663\u0664\u0665\u0666",
        "\u096f\u096f\u096f \u0966\u0967\u0968 \u0969\u096a\u096b\u096c",
    ],
)
@pytest.mark.parametrize("asked", ["Please could you send the form for {}?", "Please resend form {} when you can."])
def test_a_long_number_however_it_is_spelled_is_a_card(
    asked: str, number: str, known: AllowList, tables: ScreenTables
) -> None:
    assert outcome(asked.format(number), known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "Please send the form for the NHS number ending 456.",
        "Please send the form for 3456 (last four).",
        "Please send the form for case twenty five slash zero zero three one.",
        "The number on the form is 999 zero12 34fifty6.",
    ],
)
def test_a_part_of_a_number_that_is_somebodys_is_a_card(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(text, known, tables) is ScreenOutcome.CARD


def test_ten_figures_are_counted_through_words_and_letters() -> None:
    said = "nine hundred and ninety-nine, one hundred and twenty three, four thousand five hundred and sixty seven"
    assert [figures for _, _, figures in spelled(said)] == [10]
    assert [figures for _, _, figures in spelled("three nines, five noughts, a one and a two")] == [10]
    assert [figures for _, _, figures in like_figures("999O12l456")] == [10]


@pytest.mark.parametrize(
    "text",
    [
        "There are three places left, two on Monday and one on Tuesday at ten.",
        "Lunch for twenty two, nine vegetarian, four vegan and one gluten free.",
        "There were two hundred and twelve forms last year and one hundred and ninety in the one before.",
        "The hall seats two hundred and fifty; the theatre one thousand two hundred.",
        "Dial 1 for the helpdesk, then 2 for accounts, then 4.",
        "In 2019 and then 2020 and then 2021 we sent none.",
        "First one, then two, then three people replied.",
        "Rooms 212 and 214 are booked for 2025.",
        "The account number ending 4421 was charged for the order.",
        "Our VAT number is 7729 4410 GB, 2 x A5 and 1 x A4.",
    ],
)
def test_counts_and_lists_are_no_long_number(text: str) -> None:
    assert [*spelled(text), *like_figures(text), *apart(text), *parts_of_one(text)] == []


@pytest.mark.parametrize("piece", ["nine ", "9o", "three nines and then ", "999 dash ", "i ", "hundred and "])
def test_a_hostile_number_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    text = piece * (100_000 // len(piece))
    assert len([*spelled(text), *like_figures(text), *apart(text)]) >= 0
    assert time.process_time() - started < 5  # in the square of its length it would be minutes
