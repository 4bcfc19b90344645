"""Leakage: each protocol lets in what its name says, and honest ones let in nothing."""

from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
from support.factories import EACH, PEOPLE, portraits, record, score_table

from mer.core.errors import BadData
from mer.evaluation import metrics, protocols, scores
from mer.experiments import leakage
from mer.learning import cross_validation, training

CLASSES = ("disgust", "happiness", "surprise")
RECIPE = training.Recipe("compact", "compact", epochs=20, lr=5e-3, batch=27, flip=0, translate=0)


def habits():
    """Labels by person: mostly one's own favourite, a third of them at random."""
    draw = np.random.default_rng(1)
    favourite = np.repeat(draw.permutation(np.arange(PEOPLE) % 3), EACH)
    return np.where(
        draw.random(PEOPLE * EACH) < 1 / 3, draw.integers(0, 3, PEOPLE * EACH), favourite
    )


def shuffled():
    """Labels that follow nothing at all."""
    return np.random.default_rng(2).permutation(np.arange(PEOPLE * EACH) % 3)


def trained(labels, folder):
    """UAR records by protocol, three seeds."""
    data = portraits(labels)
    with joblib.parallel_config("sequential"):
        tables = {
            name: cross_validation.cross_validate(
                RECIPE,
                data,
                folds,
                [0, 1, 2],
                folder,
                quiet=True,
                with_train=name == "random",
                every_epoch=True,
            )
            for name, folds in leakage.folds_by_name(data, PEOPLE).items()
        }
    return tables, {
        record.protocol: record
        for record in leakage.evaluate(tables, 500)
        if record.metric == "uar"
    }


@pytest.fixture(scope="module")
def by_habit(tmp_path_factory):
    return trained(habits(), tmp_path_factory.mktemp("habits"))


@pytest.fixture(scope="module")
def by_chance(tmp_path_factory):
    return trained(shuffled(), tmp_path_factory.mktemp("chance"))


HONEST = (f"grouped-{PEOPLE}",)  # one person a group


@pytest.mark.slow
@pytest.mark.parametrize("protocol", HONEST)
@pytest.mark.parametrize("labels", ["by_habit", "by_chance"])
def test_meaningless_labels_give_chance_under_honest_protocols(labels, protocol, request):
    record = request.getfixturevalue(labels)[1][protocol]
    assert record.contains(1 / 3), record


@pytest.mark.slow
@pytest.mark.parametrize(
    "labels, protocol",
    [
        ("by_habit", "random-80-20, training data included"),
        ("by_habit", "random-80-20"),
        ("by_habit", "random-80-20, epoch chosen on test"),
        ("by_chance", "random-80-20, training data included"),
        ("by_chance", f"grouped-{PEOPLE}, epoch chosen on test"),
    ],
)
def test_meaningless_labels_beat_chance_where_something_leaks(labels, protocol, request):
    record = request.getfixturevalue(labels)[1][protocol]
    assert record.low > 1 / 3 and leakage.leak(protocol), record


@pytest.mark.slow
def test_the_protocols_stand_in_order_and_only_one_is_honest(by_chance):
    protocol = list(by_chance[1])
    assert len(protocol) == len(leakage.PROTOCOLS) == 5
    assert tuple(name for name in protocol if not leakage.leak(name)) == HONEST
    assert "sequences" in leakage.leak(protocol[0]) and "epoch" in leakage.leak(protocol[3])


def test_no_subject_on_both_sides_but_where_a_protocol_says_so():
    data = portraits(shuffled())
    for name, folds in leakage.folds_by_name(data, 4).items():
        shared = [protocols.shared_subjects(fold, data.subjects) for fold in folds]
        assert any(shared) == bool(leakage.leak(folds[0].protocol)) == (name == "random")


def test_a_split_that_shares_subjects_is_refused_where_it_is_called_honest(monkeypatch):
    monkeypatch.setattr(
        protocols,
        "grouped_folds",
        lambda labels, subjects, folds: [
            protocols.Fold("grouped-4", "2", np.arange(5), np.arange(5, 9))
        ],
    )
    with pytest.raises(BadData, match="grouped-4, fold 2: s00 on both sides"):
        leakage.folds_by_name(portraits(shuffled()), 4)


@pytest.mark.slow
def test_training_rows_are_scored_by_one_protocol_only_and_only_if_asked(by_chance):
    tables, _ = by_chance
    mixed = leakage.training_data_included(tables["random"])
    assert set(mixed.split) == {"train", "test"} and len(mixed) == 3 * PEOPLE * EACH
    with pytest.raises(BadData, match="together"):
        metrics.evaluate(mixed)
    for read in (leakage.test_rows, leakage.epoch_chosen_on_test):
        assert set(read(tables["random"]).split) == {"test"}


@pytest.mark.slow
def test_epochs_are_refused_until_one_is_chosen(by_chance):
    tables, _ = by_chance
    with pytest.raises(BadData, match="scored twice"):
        metrics.evaluate(tables["grouped"])
    with pytest.raises(BadData, match="every_epoch"):
        leakage.last_epoch(leakage.last_epoch(tables["grouped"]))
    with pytest.raises(BadData, match="every_epoch"):
        leakage.epoch_chosen_on_test(leakage.last_epoch(tables["grouped"]))


@pytest.mark.slow
def test_the_last_epoch_is_what_training_without_looking_gives(by_chance, tmp_path):
    data = portraits(shuffled())
    folds = leakage.folds_by_name(data, PEOPLE)["grouped"][:1]
    with joblib.parallel_config("sequential"):
        plain = cross_validation.cross_validate(RECIPE, data, folds, [0], tmp_path, quiet=True)
    watched = leakage.last_epoch(by_chance[0]["grouped"]).query("seed == 0 and fold == '0'")
    same = [name for name in plain.columns if name != "seconds"]
    pd.testing.assert_frame_equal(plain[same], watched[same].reset_index(drop=True))


def epochs(truth, guesses, fold="0"):
    """Score rows of one fold after each of several epochs."""
    subjects = ["01"] * len(truth)
    return pd.concat(
        [
            score_table(np.array(truth), np.array(guess), subjects).assign(epoch=epoch, fold=fold)
            for epoch, guess in enumerate(guesses, 1)
        ],
        ignore_index=True,
    )


def test_the_best_epoch_is_found_fold_by_fold():
    a = epochs([0, 1, 2], [[0, 1, 2], [0, 0, 0], [0, 0, 0]], "a")  # best first
    b = epochs([0, 1, 2], [[1, 1, 1], [0, 0, 2], [2, 1, 0]], "b").assign(subject="02")
    b = b.assign(name="other-" + b["name"])
    chosen = leakage.epoch_chosen_on_test(pd.concat([a, b]))
    rate = scores.right(chosen).groupby(chosen.fold).mean()
    assert rate["a"] == 1 and rate["b"] == pytest.approx(2 / 3) and len(chosen) == 6
    assert set(chosen.protocol) == {a.protocol.iloc[0] + ", epoch chosen on test"}
    assert "epoch" not in chosen.columns


def test_among_equal_epochs_the_longest_training_is_kept():
    table = epochs([0, 1], [[0, 0], [1, 1], [2, 2]])
    first = table.epoch == 2
    chosen = leakage.epoch_chosen_on_test(table)
    columns = [name for name in table.columns if name.startswith("p_")]
    assert np.allclose(chosen[columns], table[first][columns])


def test_accuracy_by_epoch_is_of_test_rows():
    test = epochs([0, 1], [[0, 1], [1, 1]])
    table = pd.concat([test, epochs([0, 1], [[1, 0], [1, 0]]).assign(split="train")])
    assert list(leakage.accuracy_by_epoch(table)) == [1, 0.5]


def test_training_rows_have_no_say_in_the_choice_of_the_epoch():
    test = epochs([0, 1], [[0, 1], [1, 0]])
    train = epochs([0, 1], [[1, 0], [0, 1]]).assign(split="train")
    chosen = leakage.epoch_chosen_on_test(pd.concat([test, train]))
    assert scores.right(chosen).all() and len(chosen) == 2


@pytest.mark.parametrize(
    "leaks, seen, right",
    [
        (dict(), "", [0]),
        (dict(epoch=True), "the epoch", [1]),
        (dict(people=True), "the people", [0]),
        (dict(people=True, epoch=True), "the people, the epoch", [1]),
        (dict(sequences=True), "the sequences themselves, the people", [0, 1]),
        (
            dict(sequences=True, epoch=True),
            "the sequences themselves, the people, the epoch",
            [1, 0],
        ),
    ],
)
def test_each_leak_is_let_in_or_kept_out(leaks, seen, right):
    """Right about the test rows after epoch 1 only, about the training rows after epoch 2."""
    test = epochs([0, 1], [[0, 1], [1, 0]])
    train = epochs([0, 1], [[1, 0], [0, 1]]).assign(split="train", subject="02")
    tables = {
        "grouped": test.assign(protocol="grouped-5"),
        "random": pd.concat([test, train]).assign(protocol="random-80-20"),
    }
    rows = leakage.with_leaks(tables, **leaks)
    assert leakage.leak(rows.protocol.iloc[0]) == seen
    assert scores.right(rows).groupby(rows.split).mean().tolist() == right


@pytest.mark.parametrize("protocol, dots", [("grouped-5", 3), ("random-80-20", 6)])
def test_leaks_are_drawn_beside_the_honest_scores(protocol, dots):
    honest = [record(0.5, 0.4, 0.6, metric) for metric in metrics.METRICS]
    chosen = [replace(one, protocol=protocol) for one in honest]
    (axis,) = leakage.plot_beside_honest(chosen, honest).axes
    assert sum(line.get_marker() == "o" for line in axis.lines) == dots
    said = "the people" if dots == 6 else "nothing of the answer"
    assert axis.get_title() == f"The score has seen {said}"


def test_guessing_has_a_line_where_it_has_a_score():
    panels = {m: [record(0.5, 0.4, 0.6, m)] for m in ("uar", "accuracy")}
    axes = leakage.plot_protocols(panels, 0.2).axes
    assert [any(line.get_ls() == ":" for line in axis.lines) for axis in axes] == [True, False]


def test_an_ensemble_is_averaged_epoch_by_epoch():
    one = epochs([0, 1], [[0, 1], [1, 0]]).assign(model="one")
    two = epochs([0, 1], [[0, 1], [0, 1]]).assign(model="two")
    both = leakage.ensemble([one, two]).sort_values(["epoch", "name"])
    assert set(both.model) == {"ensemble"} and list(both.epoch) == [1, 1, 2, 2]
    assert both[both.epoch == 1].p_disgust.iloc[0] == pytest.approx(0.8)
    assert both[both.epoch == 2].p_disgust.iloc[0] == pytest.approx(0.45)


def test_pooled_and_averaged_folds_are_two_numbers_of_the_same_predictions():
    table = score_table(np.array([0, 1, 2, 2]), np.array([0, 1, 0, 1]), ["a", "a", "b", "b"])
    table = table.assign(fold=table.subject)
    assert leakage.average_of_folds(table)["accuracy"] == pytest.approx(0.5)
    assert leakage.average_of_folds(table)["uar"] == pytest.approx(0.5)  # 1 and 0
    pooled = {r.metric: r.value for r in metrics.evaluate(table, 10)}
    assert pooled["uar"] == pytest.approx(2 / 3)


def test_renamed_emotions_keep_habits_and_lose_their_meaning():
    data = portraits(np.tile(np.arange(EACH) % 3, PEOPLE))
    null = leakage.meaningless(data, seed=0)
    assert [s.emotion for s in null.sequences] == [CLASSES[label] for label in null.labels]
    pairs = pd.DataFrame({"who": data.subjects, "was": data.labels, "now": null.labels})
    assert (pairs.groupby(["who", "was"]).now.nunique() == 1).all()
    assert (pairs.groupby(["who", "now"]).was.nunique() == 1).all()
    assert (pairs.groupby("was").now.nunique() == 3).all()
    assert (leakage.meaningless(data, 0).labels == null.labels).all()
    assert not (leakage.meaningless(data, 1).labels == null.labels).all()


@pytest.mark.slow
def test_the_figure_marks_the_honest_protocols(by_chance):
    records = list(by_chance[1].values())
    figure = leakage.plot_protocols({"UAR": records, "again": records}, 1 / 3, "title")
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    colours = [dot.get_color() for dot in dots][:5]
    assert [colour == leakage.HONEST for colour in colours] == [0, 0, 0, 0, 1]
