"""Several tests of one training: only test positions change, and scores are told apart again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from support.factories import score_table

from mer.core.errors import BadData
from mer.evaluation import protocols
from mer.learning import conditions, inputs
from mer.learning.cross_validation import cross_validate
from mer.learning.training import Recipe

NAMES = ("plain", "dark", "side-lit")
RECIPE = Recipe("compact", "a network", epochs=2)


def under(data, *factors):
    return conditions.stack(
        {name: replace(data, x=data.x * factor) for name, factor in zip(NAMES, factors)}
    )


def test_stacked_inputs_hold_every_sequence_under_every_condition(motions):
    data = under(motions, 1, 2, 3)
    assert len(data) == len(data.x) == len(data.sequences) == 120
    assert data.sequences[:40] == motions.sequences
    assert data.sequences[40].name == f"{motions.sequences[0].name} @ dark"
    assert len({one.key for one in data.sequences}) == 120
    assert list(data.subjects[80:]) == list(motions.subjects)
    assert torch.equal(data.x[80:], motions.x * 3)


def test_only_test_positions_are_under_other_conditions(motions):
    plain = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    data = under(motions, 1, 2, 3)
    for before, fold in zip(plain, conditions.folds_for(plain, 40, 3)):
        assert (fold.train == before.train).all() and fold.train.max() < 40
        assert sorted(fold.test % 40) == sorted(np.tile(before.test, 3))
        assert not protocols.shared_subjects(fold, data.subjects)


def test_normalisation_never_sees_another_condition(motions):
    fold, _ = conditions.folds_for(
        protocols.grouped_folds(motions.labels, motions.subjects, 2), 40, 2
    )
    mild, harsh = (inputs.normalise(under(motions, 1, factor), fold.train) for factor in (2, 900))
    assert torch.equal(mild.x[:40], harsh.x[:40])


def test_one_training_scores_all_conditions_and_the_first_is_the_usual_score(motions, tmp_path):
    plain = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    usual = cross_validate(RECIPE, motions, plain, [0, 1], tmp_path, True, with_train=True)
    scored = cross_validate(
        RECIPE,
        under(motions, 1, 1, 0),
        conditions.folds_for(plain, 40, 3),
        [0, 1],
        tmp_path,
        True,
        with_train=True,
    )
    parts = conditions.unstack(scored, NAMES)
    assert list(parts) == list(NAMES)
    order = ["seed", "fold", "split", "subject", "name"]
    first, same, expected = (
        table.sort_values(order).reset_index(drop=True).drop(columns="seconds")
        for table in (parts["plain"], parts["dark"], usual)
    )
    pd.testing.assert_frame_equal(first, expected)
    tested = expected[expected.split == "test"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, tested, rtol=1e-6)
    columns = ["p_negative", "p_positive"]
    of_one_network = parts["side-lit"].groupby(["fold", "seed"])[columns]
    assert (of_one_network.std() < 1e-6).all(axis=None), "equal pictures, equal scores"


def test_conditions_of_other_sequences_are_refused(motions):
    fewer = replace(motions, sequences=motions.sequences[::-1])
    with pytest.raises(BadData, match="dark holds other sequences than plain"):
        conditions.stack({"plain": motions, "dark": fewer})


def test_conditions_of_another_kind_are_refused(motions):
    with pytest.raises(BadData, match="apex inputs .* cannot join flow inputs"):
        conditions.stack({"plain": motions, "dark": replace(motions, kind="apex")})


def test_names_that_hold_the_mark_are_refused(motions):
    first, *rest = motions.sequences
    marked = replace(motions, sequences=(replace(first, name="E @ 1"), *rest))
    with pytest.raises(BadData, match="E @ 1 has ' @ ' in its name"):
        conditions.stack({"plain": marked, "dark": marked})


def test_a_condition_that_was_not_scored_is_named():
    table = score_table(np.zeros(4, int), np.zeros(4, int), list("abcd"))
    with pytest.raises(BadData, match="dark, side-lit not scored.*folds_for"):
        conditions.unstack(table, NAMES)


def test_a_condition_scored_on_fewer_sequences_is_named():
    table = score_table(np.zeros(5, int), np.zeros(5, int), list("abcab"))
    table["name"] = ["1", "2", "3", "1 @ dark", "2 @ dark"]
    with pytest.raises(BadData, match="dark not scored on the sequences of plain"):
        conditions.unstack(table, ["plain", "dark"])


def test_extra_people_train_and_nobody_new_is_tested(motions):
    strangers = tuple(replace(s, subject=f"extra-{s.subject}") for s in motions.sequences)
    extra = replace(motions, sequences=strangers)
    folds = protocols.leave_one_subject_out(motions.subjects)
    whole, helped = conditions.with_extra_training(motions, extra, folds)
    for old, new in zip(folds, helped, strict=True):
        assert (new.test == old.test).all() and new.train.tolist() == [*old.train, *range(40, 80)]
        assert not protocols.shared_subjects(new, whole.subjects)
    assert (whole.x[40:] == extra.x).all() and len(whole) == len(whole.sequences) == 80


def test_extra_people_of_other_classes_cannot_join(motions):
    with pytest.raises(BadData, match="surprise.*cannot join.*positive"):
        conditions.with_extra_training(
            motions, replace(motions, classes=("negative", "surprise")), []
        )
