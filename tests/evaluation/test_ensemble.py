"""Learned weights: from training subjects only, right in clear cases, refused where unlearned."""

import numpy as np
import pandas as pd
import pytest
from support.factories import CLASSES, score_table

from mer.core.errors import BadData
from mer.evaluation import ensemble, protocols, scores

SUBJECTS = np.array([f"sub{i % 8:02d}" for i in range(64)])
LABELS = np.arange(64) % 3


def scored(folds, skill, model, seed=0, rng_seed=0):
    """A score table of the folds' test parts by a model that is right with probability
    `skill`, and says so."""
    rng = np.random.default_rng(rng_seed)
    guess = np.where(rng.random(64) < skill, LABELS, (LABELS + rng.integers(1, 3, 64)) % 3)
    whole = score_table(LABELS, guess, SUBJECTS, seed=seed, model=model)
    for i, name in enumerate(CLASSES):
        whole[f"p_{name}"] = np.where(guess == i, skill, (1 - skill) / 2)
    return pd.concat(
        [whole.iloc[fold.test].assign(fold=fold.name, protocol=fold.protocol) for fold in folds],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def plans():
    outer = protocols.grouped_folds(LABELS, SUBJECTS, 4)
    return outer, ensemble.inner_folds(outer, LABELS, SUBJECTS, 3)


def test_inner_folds_never_hold_a_test_subject_and_score_all_training_ones(plans):
    outer, inner = plans
    assert len(inner) == 12
    for fold in outer:
        mine = [part for part in inner if part.name.split("/")[0] == fold.name]
        tested = set(SUBJECTS[fold.test])
        assert len(mine) == 3
        assert not any(tested & set(SUBJECTS[np.r_[part.train, part.test]]) for part in mine)
        assert sorted(np.concatenate([part.test for part in mine])) == sorted(fold.train)
        assert not any(protocols.shared_subjects(part, SUBJECTS) for part in mine)


def test_too_few_training_subjects_are_an_error():
    outer = protocols.leave_one_subject_out(["a", "a", "b", "b"])
    with pytest.raises(BadData, match="1 subject"):
        ensemble.inner_folds(outer, [0, 1, 0, 1], ["a", "a", "b", "b"], 2)


def test_the_weight_goes_to_the_stream_that_knows_more(plans):
    _, inner = plans
    good, poor = scored(inner, 0.95, "flow"), scored(inner, 0.34, "apex", rng_seed=1)
    assert (ensemble.weights(poor, good) > 0.75).all()
    assert (ensemble.weights(good, poor) < 0.25).all()
    assert list(ensemble.weights(poor, good).index) == ["0", "1", "2", "3"]


def test_learned_numbers_do_not_depend_on_the_tested_people(plans):
    outer, inner = plans
    first, second = scored(inner, 0.9, "a"), scored(inner, 0.6, "b", rng_seed=1)
    before = ensemble.temperatures(first), ensemble.weights(first, second)
    tested = set(SUBJECTS[outer[0].test])
    spoiled = first.copy()
    rows = spoiled.subject.isin(tested)
    spoiled.loc[rows, "emotion"] = "surprise"
    after = (
        ensemble.temperatures(spoiled),
        ensemble.weights(spoiled, second.assign(emotion=spoiled.emotion)),
    )
    assert rows.any()
    for old, new in zip(before, after):
        assert old["0"] == new["0"] and not (old == new).all()


def test_blend_and_cooling_use_each_folds_own_number(plans):
    outer, _ = plans
    first, second = scored(outer, 0.9, "a"), scored(outer, 0.6, "b", rng_seed=1)
    share = pd.Series({"0": 0.0, "1": 1.0, "2": 0.5, "3": 0.5})
    mixed = ensemble.blended(first, second, share, "learned").set_index("name")
    for fold, source in (("0", first), ("1", second)):
        part = source[source.fold == fold].set_index("name")
        assert mixed.loc[part.index, "p_disgust"].tolist() == pytest.approx(list(part.p_disgust))
    assert set(mixed.model) == {"learned"}
    heat = pd.Series({"0": 1.0, "1": 4.0, "2": 1.0, "3": 1.0})
    cooled = ensemble.cooled(first, heat)
    changed = (first.p_disgust - cooled.p_disgust).abs() > 1e-6
    assert set(first.fold[changed]) == {"1"}


def test_a_fold_without_learned_numbers_is_an_error(plans):
    outer, _ = plans
    table = scored(outer, 0.9, "a")
    with pytest.raises(BadData, match="fold 3.*inner folds"):
        ensemble.cooled(table, pd.Series({"0": 1.0, "1": 1.0, "2": 1.0}))


def test_tables_of_other_rows_are_refused(plans):
    outer, inner = plans
    with pytest.raises(BadData, match="do not score the same"):
        ensemble.weights(scored(inner, 0.9, "a"), scored(outer, 0.9, "b"))


def test_partners_keep_every_row_of_the_truth(plans):
    outer, _ = plans
    table = pd.concat([scored(outer, 0.9, "a", seed, seed) for seed in (3, 5)])
    other = ensemble.next_seed(table)
    three = other[other.seed == 3].set_index("name").p_disgust
    five = table[table.seed == 5].set_index("name").p_disgust
    assert (three == five[three.index]).all()
    blind = ensemble.shuffled(table)
    assert scores.right(blind).mean() < 0.6 < scores.right(table).mean()
    assert sorted(blind.p_disgust) == sorted(table.p_disgust)
    assert list(blind["name"]) == list(table["name"])


def test_the_folds_of_a_cast_teach_an_outer_fold_of_other_people(plans):
    folds, _ = plans
    good, poor = scored(folds, 0.95, "flow"), scored(folds, 0.34, "apex", rng_seed=1)
    strangers = good.assign(protocol="examination", fold="strangers", subject="x" + good.subject)
    inner = [ensemble.as_inner(table, strangers) for table in (poor, good)]
    assert list(ensemble.temperatures(inner[0]).index) == ["strangers"]
    assert ensemble.weights(*inner)["strangers"] > 0.75
    assert ensemble.cooled(strangers, ensemble.temperatures(inner[1])).p_disgust.between(0, 1).all()


def test_nothing_is_learned_from_somebody_who_is_tested(plans):
    table = scored(plans[0], 0.9, "flow")
    with pytest.raises(BadData, match="sub00 is tested"):
        ensemble.as_inner(table, table.assign(fold="0", protocol="examination"))


def test_stacking_cools_weighs_and_blends(plans):
    outer, inner = plans
    first = [scored(folds, 0.5, "apex") for folds in (inner, outer)]
    second = [scored(folds, 0.9, "flow", rng_seed=1) for folds in (inner, outer)]
    heat = [ensemble.temperatures(one[0]) for one in (first, second)]
    cool = [ensemble.cooled(one[0], t) for one, t in zip((first, second), heat)]
    calm = [ensemble.cooled(one[1], t) for one, t in zip((first, second), heat)]
    stepwise = ensemble.blended(*calm, ensemble.weights(*cool), "both")
    found = ensemble.stacked((first[0], second[0]), (first[1], second[1]), "both")
    pd.testing.assert_frame_equal(found, stepwise)
