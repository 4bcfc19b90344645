"""Learning curves: who learns, who is kept out, and what is said of them."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from support.factories import difference, record

from mer.core.errors import MerError
from mer.datasets.base import Sequence
from mer.evaluation import scores
from mer.experiments import examination, learning_curves
from mer.learning import Recipe
from mer.learning.inputs import Inputs

SIZES = (2, 4)
FLOW = Recipe("compact", "flow", epochs=30, lr=3e-3, flip=0, translate=0)
RECIPES = {"apex": Recipe("compact", "apex", epochs=1), "flow": FLOW}


def people(prefix, count, told, seed=0):
    """Four pictures each, of two emotions, which can be told from them or not."""
    rng = np.random.default_rng(seed)
    labels = np.arange(4 * count) % 2
    x = rng.normal(0, 0.3, (len(labels), 3, 16, 16)).astype(np.float32)
    if told:
        x[labels == 1, :, 3:9, 3:9] += 1.5
    named = tuple(
        Sequence("made-up", f"{prefix}{i // 4}", f"E{i}", "ab"[label])
        for i, label in enumerate(labels)
    )
    return Inputs(torch.from_numpy(x), labels, named, ("a", "b"), "unsigned")


@pytest.fixture(scope="module")
def groups():
    return tuple(
        {"apex": people(prefix, count, False, seed), "flow": people(prefix, count, True, seed)}
        for seed, (prefix, count) in enumerate([("c", 6), ("v", 3), ("x", 5)])
    )


@pytest.fixture(scope="module")
def learnt(groups, tmp_path_factory):
    parts = tmp_path_factory.mktemp("parts")
    return learning_curves.run(RECIPES, groups, SIZES, [0, 1], parts, quiet=True)


def test_smaller_crowds_are_the_first_people_of_larger_ones_and_seeds_deal_anew():
    subjects = np.repeat([f"c{i}" for i in range(6)], 4)
    two, four = (set(subjects[learning_curves.first(subjects, n, 0)]) for n in SIZES)
    assert (len(two), len(four)) == SIZES and two < four
    dealt = {frozenset(subjects[learning_curves.first(subjects, 2, seed)]) for seed in range(9)}
    assert len(dealt) > 1


def test_a_crowd_that_is_too_small_is_refused():
    with pytest.raises(MerError, match="7 people are asked for, the crowd has 6"):
        learning_curves.first(np.array([f"c{i}" for i in range(6)]), 7, 0)


def test_sixteen_times_the_sequences_get_half_the_passes():
    assert learning_curves.epochs(40, 100, 100) == 40
    assert learning_curves.epochs(40, 100, 1600) == 20
    assert learning_curves.epochs(1, 100, 6400) == 1  # never none


def test_nobody_who_is_tested_trains(groups):
    for one in learning_curves.trainings(RECIPES, *groups, SIZES, 0):
        (fold,) = one.folds
        trained, tested = (set(one.data.subjects[rows]) for rows in (fold.train, fold.test))
        assert len(trained) == int(one.name.split(", ")[1].split()[0])
        assert {name[0] for name in trained} == {"c"} and {name[0] for name in tested} == {"v", "x"}


@pytest.mark.slow
def test_only_strangers_are_scored_and_every_network_has_its_training_score(groups, learnt):
    tables, trained = learnt
    names = [f"{kind}, {n} people" for kind in ("apex", "flow", "ensemble") for n in SIZES]
    assert set(tables) == set(names)
    for table in tables.values():
        assert {name[0] for name in table.subject} == {"x"} and set(table.split) == {"test"}
        assert table.protocol.unique().tolist() == [examination.PROTOCOL]
        assert len(table) == 2 * len(groups[2]["flow"])
    assert len(trained) == 4 and {r.metric for r in trained} == {"training_accuracy"}
    flow = learning_curves.curve(trained, "flow", "training_accuracy")
    assert list(flow) == [2, 4] and flow[4].value == 1


@pytest.mark.slow
def test_the_ensemble_listens_to_the_stream_that_knows(learnt):
    tables, _ = learnt
    found = learning_curves.records(tables, SIZES, 99)
    for kind in ("flow", "ensemble"):
        assert learning_curves.curve(found, kind)[4].value > 0.9
    assert scores.right(tables["apex, 4 people"]).mean() < 0.9
    assert len(learning_curves.curve(found, "ensemble", "uar_difference")) == 2


def told(lows, highs=None, fits=1.0, kind="apex"):
    highs = highs or [low + 0.1 for low in lows]
    values = [(low + high) / 2 for low, high in zip(lows, highs)]
    found = []
    for size, value, low, high in zip((24, 48, 96), values, lows, highs):
        model = f"{kind}, {size} people"
        found.append(record(value, low, high, "uar", model))
        found.append(record(fits, None, None, "training_accuracy", model))
    return found


def test_the_first_size_is_that_from_which_all_larger_ones_hold():
    found = told([0.25, 0.15, 0.3])  # 24 people may have been luck
    line = learning_curves.curve(found, "apex")
    assert list(line) == [24, 48, 96]
    assert learning_curves.since(line, lambda r: r.low > 0.2) == 96
    assert learning_curves.since(line, lambda r: r.low > 0.1) == 24
    assert learning_curves.since(line, lambda r: r.low > 0.4) is None


def test_the_answer_says_from_how_many_people_on():
    said = learning_curves.answer(told([0.15, 0.25, 0.3]), "apex", 0.2)
    assert said == (
        "apex: tells the emotion from 48 people on, UAR 0.300 [0.250, 0.350]; with 96 people "
        "UAR 0.350 [0.300, 0.400]; chance is 0.20. Training accuracy 1.00 to 1.00."
    )
    said = learning_curves.answer(told([0.15, 0.15, 0.3]), "apex", 0.2)
    assert "from 96 people on; with 96 people UAR" in said
    said = learning_curves.answer(told([0.15, 0.15, 0.15]), "apex", 0.2)
    assert "not told from chance with 96 people" in said


def test_failure_of_a_network_that_did_not_fit_says_nothing_but_its_success_does():
    said = learning_curves.answer(told([0.15, 0.15, 0.3], fits=0.6), "apex", 0.2)
    assert "With 24 (0.60), 48 (0.60) people the network did not fit" in said
    said = learning_curves.answer(told([0.3, 0.3, 0.3], fits=0.6), "apex", 0.2)
    assert "did not fit" not in said and "Training accuracy 0.60 to 0.60; with 24, 48, 96" in said
    assert said.endswith("a network that fits might tell more.")


@pytest.mark.parametrize(
    "lows, highs, words",
    [
        ([-0.1, 0.01, 0.02], [0.1, 0.1, 0.1], "helps from 48 people on"),
        ([-0.1, -0.1, -0.1], [0.1, 0.1, 0.1], "about 0.100 could have been told"),
        ([-0.1, -0.1, -0.1], [-0.01, 0.1, 0.1], "It is worse with 24 people."),
        ([0.0, 0.0, -0.1], [0.0, 0.0, 0.08], "With 24, 48 people it scores as the flow alone"),
        ([0.0, -0.1, -0.1], [0.0, -0.1, 0.08], "With 24 people it scores as the flow alone"),
        ([0.0, 0.0, -0.1], [0.0, 0.0, 0.08], "most it gains is UAR -0.010 [-0.100, +0.080] with"),
    ],
)
def test_the_ensemble_helps_where_its_gain_is_told(lows, highs, words):
    found = [
        difference((low + high) / 2, low, high, "uar", f"ensemble, {n} people - flow, {n} people")
        for n, low, high in zip((24, 48, 96), lows, highs)
    ]
    assert words in learning_curves.help_of_mixing(found)


def test_the_figure_has_a_line_for_each_stream_beside_its_training_score():
    found = told([0.15, 0.25, 0.3]) + told([0.7, 0.75, 0.8], kind="flow")
    figure = learning_curves.plot(found, 0.2)
    left, right = figure.axes
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["apex", "flow"]
    assert len(right.lines) == 3  # two streams, and where a network fits
    assert [tick.get_text() for tick in left.get_xticklabels()] == ["24", "48", "96"]
    plt.close(figure)
