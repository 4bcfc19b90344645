"""A score is said together with how well its network fitted whom it learned from."""

import numpy as np
import pandas as pd
import pytest
from support.factories import TRUTH, table

from mer.core.errors import BadData, MerError
from mer.experiments import fitting

WRONG = (TRUTH + 1) % 3
MIXED = np.where(np.arange(len(TRUTH)) % 3 == np.arange(len(TRUTH)) // 3 % 3, TRUTH, WRONG)


def scored(trained, tested):
    parts = [table(trained, "flow", "train"), table(tested, "flow")]
    return fitting.records(pd.concat(parts, ignore_index=True), 200)


def test_training_rows_are_counted_beside_the_test_rows_and_not_among_them():
    by = {r.metric: r for r in scored(np.where(np.arange(len(TRUTH)) < 10, WRONG, TRUTH), WRONG)}
    assert by["uar"].value == 0 and by["accuracy"].n == len(TRUTH)
    assert by["training_accuracy"].value == pytest.approx(1 - 10 / len(TRUTH))
    assert by["training_accuracy"].n == len(TRUTH)


def test_without_training_rows_there_is_no_training_accuracy():
    with pytest.raises(MerError, match="Score the table with_train"):
        fitting.records(table(TRUTH, "flow"), 50)


@pytest.mark.parametrize(
    "trained, tested, words",
    [
        (TRUTH, TRUTH, "never seen, by 100% of the way to always being right: UAR 1.000"),
        (WRONG, TRUTH, "flow does better than guessing on people it has never seen"),
        (WRONG, WRONG, "flow did not fit the people it learned from"),
        (TRUTH, WRONG, "people it has never seen less than a guess would: UAR 0.000"),
        (TRUTH, MIXED, "cannot be told from guessing: UAR 0.3"),
    ],
)
def test_every_outcome_has_its_wording(trained, tested, words):
    said = fitting.sentence(scored(trained, tested), 1 / 3)
    assert words in said and "chance is 0.33" in said and "accuracy in training" in said


def test_a_sentence_needs_both_scores():
    with pytest.raises(MerError, match="give records"):
        fitting.sentence([r for r in scored(TRUTH, TRUTH) if r.metric != "uar"], 1 / 3)


@pytest.mark.parametrize(
    "known, strange, words",
    [
        (TRUTH, WRONG, "people known is better than people held out, difference +1.000"),
        (WRONG, TRUTH, "people held out is better than people known, difference +1.000"),
        (TRUTH, TRUTH, "people known and people held out cannot be told apart here"),
    ],
)
def test_known_people_are_held_against_the_same_sequences_of_people_held_out(known, strange, words):
    split = table(known, "apex", protocol="random-80-20").iloc[:30]
    found = fitting.known_people(split, table(strange, "apex"), 100)
    assert words in found[0].verdict() and found[0].n == 30
    assert found[0].protocol == "random-80-20"


def test_people_who_were_never_held_out_cannot_be_compared():
    with pytest.raises(BadData, match="same sequences"):
        fitting.known_people(table(TRUTH, "apex"), table(TRUTH, "apex").iloc[:30], 50)
