"""A place, an age, a name told in ordinary words and small letters: a card; the same words of an office: not."""

from __future__ import annotations

import time

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.find.names import Allowed
from gateway.stages.screen.judge.evidence import collect
from gateway.stages.screen.read.text import view
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"
NOTHING = Allowed(frozenset(), frozenset(), frozenset(), frozenset())
TOLD = ("address", "postcode", "age", "name")


def outcome(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> ScreenOutcome:
    return screen(
        mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body}), context(known), tables
    ).outcome


def told(text: str, tables: ScreenTables) -> set[str]:
    return {item.kind for item in collect(view(text), tables, NOTHING).items if item.strong and item.kind in TOLD}


@pytest.mark.parametrize(
    "text",
    [
        "Please post the form to twelve mill lane.",
        "Please send the form for no 4 the crescent.",
        "Please send the form for number four the crescent.",
        "Please send the form for the end house on weir street.",
        "Please send the form for the flat above the bakery.",
        "Please send the form for the flats on canal street.",
        "Please send the form for rose cottage, please.",
        "Please send the form for the lodge, weir road.",
        "Please send the form for flat b, mill house.",
        "Please send the form for the old rectory.",
        "Please send the leaflet to 3 the row.",
        "Please send the form for the bungalow at the end of station road.",
        "They live in mill lane and need a form.",
        "Is there a form for the house at number nine?",
        "Please send the form for the travellers' site on marsh lane.",
    ],
)
def test_a_home_told_without_figures_or_capitals_is_an_address(
    text: str, known: AllowList, tables: ScreenTables
) -> None:
    assert "address" in told(text, tables)
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "Please send the form for the family in f n 9.",
        "Please send the form for the one from the fn2 area.",
        "Please send the form for the one in fn 2.",
    ],
)
def test_half_a_postcode_in_small_letters_is_a_card(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "Please send the form for the 2019 baby.",
        "Please send the form for the May baby.",
        "Please send the form for the one born in 19.",
        "Please send the form for the one not yet two.",
        "Please send the form for the one who was nearly seven.",
        "Please send the form for the rising five.",
        "Please send the form for half past three years.",
        "Please send the form for the one three days short of a year.",
        "Please send the form for the nine month baby.",
        "Please send the form for the year 4 girl.",
        "Please send the form for the reception class boy.",
        "Please send the form for the pupil in year nine.",
        "Please send the form for the preschooler.",
        "Please send the form for the sixteen-year-old.",
        "Please send the form for the child (b. 2019).",
        "Please send the form for somebody in year 9.",
        "Please send the form for the one who'd be ten now.",
        "Please send the form for the one who would have been ten on Friday.",
        "The birthday would have been on Friday, is there a form?",
    ],
)
def test_an_age_told_in_other_words_is_an_age(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert "age" in told(text, tables)
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "Please send hope's mum the form.",
        "Is hope's form back yet?",
        "Please send the form to river's parents.",
        "Please send the form for little ada.",
        "Please send the form for little rose.",
        "Please send the form for baby moonbeam.",
        "Please send the form for baby b.",
        "Please send the form for grace when you can.",
        "Please send the form for young will.",
        "Please send the form for master brown.",
        "Please send the form for the brown family.",
        "Please send the form for j smith.",
        "Is there any news on hope?",
        "The form is hope's.",
        "Please put ruby on the agenda.",
    ],
)
def test_a_word_where_only_a_name_stands_is_a_name(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize("one", ["the one", "that boy", "the pupil", "this child"])
def test_the_form_of_one_child_is_a_card(one: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(f"Please send the form for {one} when you can.", known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize("subject", ["hope", "about grace", "rose's form", "hope form", "re: jaydens form"])
def test_a_subject_in_small_letters_that_is_somebody_is_a_card(
    subject: str, known: AllowList, tables: ScreenTables
) -> None:
    assert outcome(ASKED, known, tables, subject) is ScreenOutcome.CARD


@pytest.mark.parametrize(
    "text",
    [
        "There is a lane closure by the office next week.",
        "Road safety week starts on Monday, are there posters?",
        "The car park on mill lane is closed.",
        "The venue is on church street, next to the library.",
        "One way to do it is by email, and there is no way to save the form.",
        "We put three rows in table five, and there is one blank row.",
        "The two court hearings clash with the meeting, a ten minute walk away.",
        "The house style for slides is on the website, and the shared drive is full.",
        "The 2019 form is out of date, and the May edition is late.",
        "It takes nearly seven days to get a reply, and we have almost three hundred.",
        "Is the school pack for year 6 teachers, or for children in year 4?",
        "The meeting would have been ten on Friday.",
        "The service was born in 2008 out of two panels.",
        "Half past three is fine; it was almost three when we finished.",
        "Please see today's form, this year's report and the panel's review.",
        "A little help with the form would be good, and a little room for coats.",
        "The young family workshop and the royal family page are in the newsletter.",
        "Is there a form for the one-day event?",
        "We will hope to see the summer's report, and to mark the forms.",
    ],
)
def test_the_same_words_of_an_office_are_none(text: str, tables: ScreenTables) -> None:
    assert told(text, tables) == set()


@pytest.mark.parametrize(
    "piece",
    ["house ", "form for ", "two mill ", "the year 4 ", "who was nearly ", "baby ", "s form ", "hope's ", "f n "],
)
def test_hostile_words_cost_no_more_than_their_length(piece: str, tables: ScreenTables) -> None:
    text = piece * (16_000 // len(piece))
    started = time.process_time()
    assert collect(view(text), tables, NOTHING).words
    assert time.process_time() - started < 5  # in the square of its length it would be minutes
