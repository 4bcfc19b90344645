"""Metrics against scikit-learn, intervals, and the refusal to mix splits."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, recall_score
from support.factories import score_table

from mer.core.errors import BadData
from mer.evaluation import metrics
from mer.evaluation.records import Record


@pytest.fixture
def answers():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 60)
    guess = np.where(rng.random(60) < 0.6, truth, rng.integers(0, 3, 60))
    return truth, guess, [f"sub{i % 12:02d}" for i in range(60)]


def test_values_equal_those_of_scikit_learn(answers):
    truth, guess, _subjects = answers
    values = {r.metric: r.value for r in metrics.evaluate(score_table(*answers))}
    assert values["accuracy"] == pytest.approx(accuracy_score(truth, guess))
    assert values["uf1"] == pytest.approx(f1_score(truth, guess, average="macro"))
    assert values["uar"] == pytest.approx(recall_score(truth, guess, average="macro"))


def test_interval_holds_the_value_and_narrows_with_more_people(answers):
    few = {r.metric: r for r in metrics.evaluate(score_table(*answers))}
    truth, guess, _ = answers
    more = score_table(np.tile(truth, 8), np.tile(guess, 8), [f"s{i % 96}" for i in range(480)])
    many = {r.metric: r for r in metrics.evaluate(more)}
    for name in metrics.METRICS:
        assert few[name].low <= few[name].value <= few[name].high
        assert many[name].reach < few[name].reach


def test_interval_resamples_subjects_not_sequences():
    truth = np.tile([0, 1, 2], 20)
    by_person = np.repeat([0, 1], 30)
    guess = np.where(by_person == 0, truth, (truth + 1) % 3)
    two = metrics.evaluate(score_table(truth, guess, [f"s{p}" for p in by_person]))[0]
    assert (two.low, two.high) == (0.0, 1.0)


def test_several_seeds_give_the_mean(answers):
    truth, guess, subjects = answers
    perfect = score_table(truth, truth, subjects, seed=1)
    both = pd.concat([score_table(*answers), perfect])
    record = metrics.evaluate(both)[0]
    assert record.seeds == 2 and record.n == 60
    assert record.value == pytest.approx((accuracy_score(truth, guess) + 1) / 2)
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
    assert metrics.evaluate(table, mixed=True)[0].n == 120


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
    assert record.metric == "accuracy_difference" and record.model == "a - b"
    assert record.value == pytest.approx(len(wrong) / 60)
    assert record.sign > 0
    same = metrics.paired_difference(score_table(*answers), score_table(*answers))[0]
    assert same.value == same.low == same.high == 0


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
    told = {"model": "m", "protocol": "loso", "metric": "error"}
    people = ["a", "a", "b", "b"]
    record = metrics.mean_with_interval([1, 3, 5, 7], people, **told)
    assert record == Record(**told, n=4, value=4.0, low=2.0, high=6.0)
    index = pd.MultiIndex.from_arrays([people, list("wxyz")], names=["subject", "name"])
    assert metrics.mean_with_interval(pd.Series([1, 3, 5, 7], index), **told) == record


def test_what_a_records_head_says(answers):
    truth, guess, subjects = answers
    a, b = (score_table(truth, guess, subjects, model=name) for name in "ab")
    both = pd.concat([a, a.assign(seed=1)])
    assert metrics.head(both) == {"model": "a", "protocol": "loso", "seeds": 2}
    assert metrics.head(a, b)["model"] == "a - b"
    with pytest.raises(BadData, match="2 values of 'protocol'"):
        metrics.head(pd.concat([a, a.assign(protocol="random")]))
