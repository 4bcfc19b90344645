"""Who trains and who is tested: no subject on both sides but where the leak is the point."""

import numpy as np
import pytest

from mer.core.errors import BadData
from mer.evaluation import protocols

RNG = np.random.default_rng(0)
SUBJECTS = np.array([f"sub{i:02d}" for i in RNG.integers(0, 12, 120)])
LABELS = RNG.integers(0, 5, 120)


@pytest.mark.parametrize("folds", [None, 2, 5])
def test_honest_folds_keep_subjects_apart_and_test_everyone_once(folds):
    plan = protocols.subject_independent(LABELS, SUBJECTS, folds)
    tested = np.concatenate([fold.test for fold in plan])
    assert sorted(tested) == list(range(120))
    for fold in plan:
        assert protocols.shared_subjects(fold, SUBJECTS) == set()
        assert sorted([*fold.train, *fold.test]) == list(range(120))


def test_loso_has_one_fold_a_subject_named_after_it():
    plan = protocols.leave_one_subject_out(SUBJECTS)
    assert [fold.name for fold in plan] == sorted(set(SUBJECTS))
    assert {fold.protocol for fold in plan} == {"loso"}


def test_random_split_mixes_subjects_and_keeps_class_shares():
    (fold,) = protocols.random_split(LABELS)
    assert len(fold.test) == 24
    assert protocols.shared_subjects(fold, SUBJECTS)
    share = np.bincount(LABELS[fold.test]) / 24 - np.bincount(LABELS) / 120
    assert np.abs(share).max() < 0.03


def test_a_split_is_the_same_every_time():
    a, b = (protocols.grouped_folds(LABELS, SUBJECTS, 5) for _ in range(2))
    assert all((x.test == y.test).all() for x, y in zip(a, b))


def test_too_few_people_or_sequences_are_an_error():
    with pytest.raises(BadData, match=r"1 subject\(s\)"):
        protocols.leave_one_subject_out(["sub01"] * 5)
    with pytest.raises(BadData, match="random split"):
        protocols.random_split([0, 0, 0, 1])


def test_more_folds_than_sequences_of_any_class_is_a_clear_error():
    with pytest.raises(BadData, match="grouped folds: .*more sequences"):
        protocols.grouped_folds([0, 0, 1, 1, 2, 2], [f"s{i}" for i in range(6)], 3)
