"""Metrics against scikit-learn, intervals, and the refusal to mix splits."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, recall_score
from support.factories import score_table

from mer.core.errors import BadData
from mer.evaluation import metrics


@pytest.fixture
def answers():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 60)
    guess = np.where(rng.random(60) < 0.6, truth, rng.integers(0, 3, 60))
    return truth, guess, [f"sub{i % 12:02d}" for i in range(60)]


def test_values_equal_those_of_scikit_learn(answers):
    truth, guess, subjects = answers
    values = {r["metric"]: r["value"] for r in metrics.evaluate(score_table(*answers))}
    assert values["accuracy"] == pytest.approx(accuracy_score(truth, guess))
    assert values["uf1"] == pytest.approx(f1_score(truth, guess, average="macro"))
    assert values["uar"] == pytest.approx(recall_score(truth, guess, average="macro"))


def test_interval_holds_the_value_and_narrows_with_more_people(answers):
    few = {r["metric"]: r for r in metrics.evaluate(score_table(*answers))}
    truth, guess, _ = answers
    more = score_table(np.tile(truth, 8), np.tile(guess, 8), [f"s{i % 96}" for i in range(480)])
    many = {r["metric"]: r for r in metrics.evaluate(more)}
    for name in metrics.METRICS:
        assert few[name]["low"] <= few[name]["value"] <= few[name]["high"]
        assert many[name]["high"] - many[name]["low"] < few[name]["high"] - few[name]["low"]


def test_interval_resamples_subjects_not_sequences():
    truth = np.tile([0, 1, 2], 20)
    by_person = np.repeat([0, 1], 30)
    guess = np.where(by_person == 0, truth, (truth + 1) % 3)
    two = metrics.evaluate(score_table(truth, guess, [f"s{p}" for p in by_person]))[0]
    assert (two["low"], two["high"]) == (0.0, 1.0)


def test_several_seeds_give_the_mean(answers):
    truth, guess, subjects = answers
    perfect = score_table(truth, truth, subjects, seed=1)
    both = pd.concat([score_table(*answers), perfect])
    record = metrics.evaluate(both)[0]
    assert record["seeds"] == 2 and record["n"] == 60
    assert record["value"] == pytest.approx((accuracy_score(truth, guess) + 1) / 2)
    assert list(metrics.by_seed(both).accuracy) == pytest.approx([accuracy_score(truth, guess), 1])


def test_mixed_splits_are_refused_unless_asked_for(answers):
    table = pd.concat(
        [
            score_table(*answers),
            score_table(*answers, split="train").assign(name=lambda t: t.name + "x"),
        ]
    )
    with pytest.raises(BadData, match="training and test rows together"):
        metrics.evaluate(table)
    assert metrics.evaluate(table, mixed=True)[0]["n"] == 120


def test_two_models_or_two_scores_of_one_sequence_are_refused(answers):
    table = score_table(*answers)
    with pytest.raises(BadData, match="scored twice"):
        metrics.evaluate(pd.concat([table, table]))
    other = table.assign(model="other", name=table["name"] + "x")
    with pytest.raises(BadData, match="2 values of 'model'"):
        metrics.evaluate(pd.concat([table, other]))


def test_an_unknown_emotion_is_named(answers):
    table = score_table(*answers)
    table.loc[4, "emotion"] = "boredom"
    with pytest.raises(BadData, match="boredom"):
        metrics.evaluate(table)


def test_paired_difference_sees_what_separate_intervals_hide(answers):
    truth, guess, subjects = answers
    better = guess.copy()
    wrong = np.flatnonzero(guess != truth)[::2]
    better[wrong] = truth[wrong]
    record = metrics.paired_difference(
        score_table(truth, better, subjects, model="a"),
        score_table(truth, guess, subjects, model="b"),
    )[0]
    assert record["metric"] == "accuracy_difference" and record["model"] == "a - b"
    assert record["value"] == pytest.approx(len(wrong) / 60)
    assert record["low"] > 0
    same = metrics.paired_difference(score_table(*answers), score_table(*answers))[0]
    assert same["value"] == same["low"] == same["high"] == 0


def test_a_verdict_says_what_the_interval_allows():
    record = {
        "model": "a - b",
        "metric": "uar_difference",
        "value": -0.1,
        "low": -0.2,
        "high": -0.05,
    }
    assert metrics.verdict(record).startswith("UAR: b is better than a, difference -0.100")
    assert "cannot be told apart" in metrics.verdict({**record, "high": 0.01})


def test_paired_difference_needs_the_same_sequences(answers):
    table = score_table(*answers)
    with pytest.raises(BadData, match="same sequences"):
        metrics.paired_difference(table, table.iloc[1:])


def test_confusion_counts_rows_by_truth(answers):
    truth, guess, _ = answers
    matrix = metrics.confusion(score_table(*answers))
    assert matrix.loc["disgust", "surprise"] == ((truth == 0) & (guess == 2)).sum()
    assert matrix.to_numpy().sum() == 60


def test_mean_with_interval():
    record = metrics.mean_with_interval([1, 3, 5, 7], ["a", "a", "b", "b"])
    assert record["value"] == 4 and record["n"] == 4
    assert record["low"] == 2 and record["high"] == 6
