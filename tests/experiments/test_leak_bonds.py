"""The leak of a random split: paired with people held out, and there only where it should be."""

import numpy as np
import pandas as pd
import pytest
from support.factories import EACH, PEOPLE, portraits, record, score_table

from mer.evaluation import protocols, scores
from mer.experiments import leak_bonds, leakage
from mer.experiments.leak_bonds import HELD_OUT, RANDOM
from mer.people.casme2_statistics import COUNTS, STUDIED

FAVOURITES = np.repeat(np.arange(PEOPLE) % 3, EACH)  # everybody shows one emotion only
# Whoever showed all emotions equally often would show, when tested, what trained least.
DEALT = np.random.default_rng(2).permutation(np.arange(PEOPLE * EACH) % 3)
LINEAR = leak_bonds.linear(leak_bonds.FITTING)


def asked(labels, read=LINEAR):
    return leak_bonds.ask(read, [portraits(labels)], 3, 2)


def difference(tables):
    found = leak_bonds.records(tables, "face", "made up", 200)
    return next(r for r in found if r.metric == "uar_difference"), found


def test_random_folds_test_everything_once_and_let_people_in():
    data = portraits(DEALT)
    folds = leak_bonds.random_folds(data.labels, 3, seed=1)
    tested = np.concatenate([fold.test for fold in folds])
    assert sorted(tested) == list(range(len(data)))
    assert all(protocols.shared_subjects(fold, data.subjects) for fold in folds)
    other = leak_bonds.random_folds(data.labels, 3, seed=2)
    assert any(set(a.test) != set(b.test) for a, b in zip(folds, other))


@pytest.mark.filterwarnings("error")
def test_a_class_with_one_sequence_is_missing_in_some_folds_and_no_error():
    folds = leak_bonds.random_folds([0] * 6 + [1] * 6 + [2], 3, seed=0)
    assert sum(12 in fold.test for fold in folds) == 1


def test_the_name_tag_knows_habits_and_says_of_strangers_what_all_show():
    data = portraits(FAVOURITES)
    train, test = np.arange(EACH - 2), np.array([EACH - 1, EACH])  # one known, one stranger
    train = np.append(train, 5 * EACH)  # another one's favourite
    fold = protocols.Fold("made-up", "0", train, test)
    table = scores.select(leak_bonds.habits(data, [fold]))
    said = table[scores.class_columns(table)].to_numpy()
    assert said[0].tolist() == [1, 0, 0]
    assert said[1] == pytest.approx([7 / 8, 0, 1 / 8])


def test_both_ways_to_be_tested_score_the_same_sequences_once_a_repetition():
    tables = asked(DEALT)
    for table in tables.values():
        tested = scores.select(table)
        assert len(tested) == 2 * PEOPLE * EACH and set(tested.seed) == {0, 1}
        assert not tested.duplicated(["subject", "name", "seed"]).any()
    for how, shared in ((RANDOM, True), (HELD_OUT, False)):
        one = tables[how].query("fold == '0' and seed == 0")
        sides = [set(one[one.split == split].subject) for split in ("train", "test")]
        assert bool(sides[0] & sides[1]) == shared


def test_a_strong_bond_leaks_where_the_input_shows_who_it_is():
    gain, found = difference(asked(FAVOURITES))
    assert gain.low > 0.3 and gain.models == (f"face, {RANDOM}", f"face, {HELD_OUT}")
    assert "a leak" in leak_bonds.sentence(found, "face")
    fitted = [r.value for r in found if r.metric == "training_accuracy"]
    assert len(fitted) == 2 and min(fitted) > 0.95


def test_no_leak_is_told_without_a_bond_or_without_the_person():
    assert not difference(asked(DEALT))[0].excludes_zero
    noise = portraits(FAVOURITES)
    noise.x[:] = noise.x[np.random.default_rng(3).permutation(len(noise))]
    gain, found = difference(leak_bonds.ask(LINEAR, [noise], 3, 2))
    assert not gain.excludes_zero
    assert "no leak can be told (about 0." in leak_bonds.sentence(found, "face")


def test_a_loss_is_called_a_loss():
    lost = record(-0.2, -0.3, -0.1, "uar_difference", f"face, {RANDOM} - face, {HELD_OUT}")
    assert "a loss" in leak_bonds.sentence([lost], "face")


def test_what_knowing_the_people_of_casme2_is_worth():
    counts = np.array([shown[: len(STUDIED)] for shown in COUNTS.values()])
    said = leak_bonds.knowing_people(counts, "CASME II")
    assert "right in 92 of 154 sequences (60%)" in said and "to everybody in 63 (41%)" in said
    # Seven of them: 04, 07, 11, 13, 14, 20 and 22; four have one sequence or none.
    assert "7 of 22 people with several sequences show one emotion only" in said


def test_people_who_all_show_the_same_are_no_help():
    said = leak_bonds.knowing_people(np.array([[3, 1], [2, 0]]), "made up")
    assert "right in 5 of 6" in said and "to everybody in 5 (83%)" in said and "1 of 2" in said


@pytest.mark.parametrize("low, said", [(0.21, "it has seen the answer"), (0.19, "not told")])
def test_a_control_that_gives_more_than_guessing_has_seen_the_answer(low, said):
    found = [record(0.3, low, 0.4, "uar", "face"), record(0.1, 0.0, 0.3, "uf1", "face")]
    sentence = leak_bonds.control(found, 0.2)
    assert said in sentence and sentence.startswith("face: UAR 0.300") and "\n" not in sentence


@pytest.mark.parametrize("labels", [FAVOURITES, DEALT])
def test_labels_without_meaning_give_no_more_than_guessing_to_people_held_out(labels):
    null = leakage.meaningless(portraits(labels), 0)
    _, found = difference(leak_bonds.ask(LINEAR, [null], 3, 2))
    (uar,) = (r for r in found if r.metric == "uar" and r.model == f"face, {HELD_OUT}")
    assert uar.low < 1 / 3, uar  # less is possible: who is held out takes their labels along


def test_the_truth_is_scored_on_strangers_cast_by_cast():
    cast, others = portraits(FAVOURITES), portraits(DEALT)
    table = leak_bonds.truth(LINEAR, [cast, cast], others)
    assert set(table.protocol) == {"examination"} and set(table.seed) == {0, 1}
    assert len(scores.select(table)) == 2 * len(others)


def test_single_splits_are_scored_one_by_one():
    right = score_table(np.array([0, 1]), np.array([0, 1]), ["a", "b"]).assign(cast=0)
    half = score_table(np.array([0, 1]), np.array([0, 0]), ["a", "b"]).assign(fold="1", cast=0)
    other = half.assign(cast=1)
    found = leak_bonds.single_splits(pd.concat([right, half, other]))
    assert sorted(found) == [0.5, 0.5, 1.0]


def test_the_figure_has_a_panel_a_reader_and_every_split_as_a_dot():
    tables = asked(FAVOURITES)
    _, found = difference(tables)
    dots = {("face", "made up"): leak_bonds.single_splits(tables[RANDOM])}
    figure = leak_bonds.plot(found, ["face"], ["made up"], dots)
    (axis,) = figure.axes
    assert axis.get_title() == "face" and len(axis.lines[0].get_xdata()) == 6
