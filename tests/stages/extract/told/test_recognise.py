"""The score is a sum over the words; no name weighs anything."""

from __future__ import annotations

from gateway.stages.extract.told.recognise import Weights, features, score
from gateway.stages.extract.told.zones import lines
from tests.stages.extract.told.samples import WEIGHTS


def test_the_score_is_the_sum_of_what_its_features_weigh() -> None:
    weights = Weights({"died": 2.0, "<date>": 0.5, "unused": 9.0}, bias=-1.0)
    assert score("", lines(["He died 1/2/2020"]), weights) == 1.5


def test_numbers_count_by_their_kind_and_not_by_their_digits() -> None:
    one = features("", lines(["DOB 1/2/2020 NHS 999 123 4567 SL1 2EL tel 01632 960111"]))
    other = features("", lines(["DOB 3.4.2021 NHS 999 765 4321 HP9 9ZZ tel 01632 960222"]))
    assert one == other
    assert {"<date>", "<nhs>", "<pc>", "<tel>"} <= one


def test_characters_that_nobody_sees_hide_no_word() -> None:
    assert features("", lines(["he di\u200bed"])) == features("", lines(["he died"]))


def test_quoted_words_count_apart_from_the_senders_own() -> None:
    assert "q:died" in features("", lines(["> he died"]))
    assert "died" not in features("", lines(["> he died"]))


def test_no_weight_stands_for_a_number_and_possible_lies_below_sure() -> None:
    digits = [name for name in WEIGHTS.of if any(character.isdigit() for character in name)]
    assert set(digits) <= {"dates>0", "dates>1", "dates>2"}
    assert WEIGHTS.possible < WEIGHTS.sure
