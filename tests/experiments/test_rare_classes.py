"""The comparison of methods against class imbalance, and a recommendation that follows from it."""

from dataclasses import replace

import numpy as np
import pytest
from support.factories import difference, score_table

from mer.evaluation import protocols, scores
from mer.experiments import rare_classes
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import imbalance

TRUTH = np.array([0] * 24 + [1] * 12 + [2] * 4)
SUBJECTS = [f"s{i % 10}" for i in range(40)]


def table(guess, model, seed=0):
    return score_table(TRUTH, guess, SUBJECTS, seed=seed, model=model)


def deaf():
    """Never says surprise, the rarest class."""
    return table(np.minimum(TRUTH, 1), "plain")


def test_the_rarest_class_is_that_with_the_fewest_sequences(motions):
    fewer = replace(motions, labels=np.array([0] * 33 + [1] * 7))
    assert rare_classes.rarest(fewer) == "positive"
    assert (
        rare_classes.rarest(replace(fewer, classes=(*motions.classes, "never seen"))) == "positive"
    )


def test_recall_counts_sequences_of_the_class_and_their_people():
    guess = TRUTH.copy()
    guess[36:38] = 0
    found = rare_classes.recall(table(guess, "weights"), "surprise", 200)
    assert found.metric == "recall_surprise" and found.n == 4
    assert found.value == pytest.approx(0.5)
    assert found.low == 0 and found.high == 1
    gain = rare_classes.recall_difference(table(guess, "weights"), deaf(), "surprise", 200)
    assert gain.value == pytest.approx(0.5) and gain.model == "weights - plain"


def test_a_method_that_hears_the_rare_class_is_recommended():
    tables = {
        "plain": deaf(),
        "weights": table(TRUTH, "weights"),
        "focal": table(np.minimum(TRUTH, 1), "focal"),
    }
    found = rare_classes.records(tables, "surprise", 500)
    words = rare_classes.recommendation(found, "surprise")
    assert rare_classes.best(found, "surprise") == "weights"
    assert words.startswith("For surprise use weights: recall of surprise +1.000")
    assert "UAR +0.333" in words and words.endswith("Not told to help: focal.")


def test_without_a_proven_method_plain_stays():
    guess = np.minimum(TRUTH, 1)
    guess[-1] = 2  # one sequence of one person more
    tables = {"plain": deaf(), "weights": table(guess, "weights")}
    found = rare_classes.records(tables, "surprise", 500)
    words = rare_classes.recommendation(found, "surprise")
    assert rare_classes.best(found, "surprise") == "plain"
    assert "keep it plain" in words and "weights" in words


def told(method, recall, uar, uf1):
    """Differences of a method to plain training, given by (value, low, high)."""
    values = {"recall_surprise": recall, "uar": uar, "uf1": uf1}
    return [difference(*v, metric, f"{method} - plain") for metric, v in values.items()]


UP, NONE, DOWN = (0.1, 0.02, 0.2), (0.0, -0.1, 0.1), (-0.1, -0.2, -0.02)


def test_what_is_bought_with_false_alarms_is_said():
    assert "costs UF1" in rare_classes.recommendation(told("weights", UP, UP, DOWN), "surprise")
    free = rare_classes.recommendation(told("weights", UP, UP, NONE), "surprise")
    assert "costs UF1" not in free


def test_a_method_that_the_other_classes_pay_for_is_not_recommended():
    loud, fair = told("loud", (0.3, 0.2, 0.4), DOWN, NONE), told("fair", UP, NONE, NONE)
    assert rare_classes.best(loud + fair, "surprise") == "fair"
    assert "also found more often with loud" in rare_classes.recommendation(loud + fair, "surprise")
    assert rare_classes.best(loud, "surprise") == "plain"


def test_of_methods_that_cannot_be_told_apart_the_simplest_is_recommended():
    found = told("weights", UP, UP, NONE) + told("adjusted", (0.2, 0.1, 0.3), UP, NONE)
    words = rare_classes.recommendation(found, "surprise", ["weights", "adjusted"])
    assert words.startswith("For surprise use weights: recall of surprise +0.100")
    assert "cannot be told from adjusted" in words and "more often" not in words
    words = rare_classes.recommendation(found, "surprise", ["adjusted"])
    assert words.startswith("For surprise use adjusted") and "simplest" not in words
    assert "Surprise is also found more often with weights" in words


def test_ties_are_those_of_which_no_difference_is_told():
    tables = {
        "plain": deaf(),
        "weights": table(TRUTH, "weights"),
        "focal": table(np.minimum(TRUTH, 1), "focal"),
        "adjusted": table(TRUTH, "adjusted"),
    }
    found = rare_classes.records(tables, "surprise", 500)
    assert rare_classes.ties(tables, found, "surprise", 500) == ["weights", "adjusted"]
    silent = {"plain": deaf(), "focal": tables["focal"]}
    found = rare_classes.records(silent, "surprise", 500)
    assert rare_classes.ties(silent, found, "surprise", 500) == ["plain"]


def test_a_method_that_is_told_from_the_best_is_no_tie():
    """Half of the people's disgust is missed, so UAR is told to be lower than the best's."""
    missed = TRUTH.copy()
    missed[:12] = 1
    tables = {
        "plain": table(np.where(TRUTH == 2, 1, missed), "plain"),
        "weights": table(missed, "weights"),
        "adjusted": table(TRUTH, "adjusted"),
    }
    found = rare_classes.records(tables, "surprise", 500)
    assert rare_classes.helpful(found, "surprise") == ["weights", "adjusted"]
    first = rare_classes.best(found, "surprise")
    assert rare_classes.ties(tables, found, "surprise", 500) == [first]


@pytest.mark.parametrize("metric", ["uar_difference", "recall_disgust_difference"])
def test_intervals_of_many_comparisons_are_wider(metric):
    rng = np.random.default_rng(0)
    guess = np.where(rng.random(40) < 0.7, TRUTH, rng.integers(0, 3, 40))
    tables = {"plain": deaf(), "weights": table(guess, "weights")}
    one = rare_classes.records(tables, "disgust", 2000)
    six = rare_classes.records(
        {**tables, **{f"w{i}": table(guess, f"w{i}") for i in range(4)}}, "disgust", 2000
    )
    width = [
        next(r.reach for r in records if r.model == "weights - plain" and r.metric == metric)
        for records in (one, six)
    ]
    assert width[1] > 1.1 * width[0]


def test_summary_has_a_row_a_method_and_dashes_for_plain():
    tables = {"plain": deaf(), "weights": table(TRUTH, "weights")}
    shown = rare_classes.summary(rare_classes.records(tables, "surprise", 100))
    assert list(shown.index) == ["plain", "weights"]
    assert list(shown.columns) == [
        "recall of surprise",
        "UF1",
        "UAR",
        "recall of surprise minus the first's",
        "UF1 minus the first's",
        "UAR minus the first's",
    ]
    assert shown.loc["plain", "UAR minus the first's"] == "–"
    assert shown.loc["weights", "recall of surprise"].startswith("1.00 [")


def test_comparison_tests_the_same_people_with_every_method(motions, tmp_path):
    extra = replace(
        motions,
        sequences=tuple(replace(s, subject=f"extra-{s.subject}") for s in motions.sequences),
    )
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    tables, trained = rare_classes.compare(
        rare_classes.recipe(2), motions, extra, folds, [0], tmp_path, quiet=True
    )
    assert list(tables) == [*imbalance.METHODS, rare_classes.EXTRA_PEOPLE]
    assert [r.model for r in trained] == list(tables)
    rows = {method: set(zip(t.subject, t["name"], t.fold)) for method, t in tables.items()}
    assert all(found == rows["plain"] and len(found) == 40 for found in rows.values())
    assert all(set(t.model) == {method} for method, t in tables.items())
    assert all((scores.check(t).split == "test").all() for t in tables.values())


def test_published_pictures_become_motion_around_rest():
    images = np.full((6, 28, 28, 3), 100, np.uint8)
    images[:, 4:8, 4:8] = 200
    made = Pictures(images, np.arange(6) % 2, np.array(["x"] * 6))
    extra = rare_classes.as_extra(made, ("happiness", "surprise"), step=2)
    assert extra.labels.tolist() == [0, 0, 0] and extra.subjects[0] == "extra-x"
    assert extra.x[0, :, 0, 0].tolist() == [0, 0, 0]
    assert extra.x[0, 0, 5, 5].item() == pytest.approx(100 / 255)
