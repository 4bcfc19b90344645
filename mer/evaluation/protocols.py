"""Who trains and who is tested.

A `Fold` names the positions of its training and test sequences. Honest protocols never have a
subject on both sides (`shared_subjects` is empty); the earlier implementation's random split
by sequence is here to show what that costs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mer.core.errors import BadData


@dataclass(frozen=True)
class Fold:
    """Positions (into the list of sequences) that train and that are tested."""

    protocol: str
    name: str
    train: np.ndarray
    test: np.ndarray


def random_split(labels, share: float = 0.2, seed: int = 42) -> list[Fold]:
    """The earlier implementation's protocol: a stratified random split by sequence.

    Most test subjects are training subjects as well, so this overstates what an unknown person
    may expect. Each class is tested at least once; `BadData` if one has a single sequence.
    """
    from sklearn.model_selection import train_test_split  # a second, which no worker needs

    labels = np.asarray(labels)
    try:
        size = max(math.ceil(share * len(labels)), len(set(labels)))
        train, test = train_test_split(
            np.arange(len(labels)), test_size=size, stratify=labels, random_state=seed
        )
    except ValueError as error:
        raise BadData(
            f"random split: {error} Use a source or profile with more sequences."
        ) from error
    return [Fold("random-80-20", "0", np.sort(train), np.sort(test))]


def leave_one_subject_out(subjects) -> list[Fold]:
    """LOSO: each subject is tested once, by a model that never saw this person."""
    from sklearn.model_selection import LeaveOneGroupOut

    subjects = np.asarray(subjects)
    _need_two(subjects, 2)
    folds = LeaveOneGroupOut().split(subjects, groups=subjects)
    return [Fold("loso", str(subjects[test[0]]), train, test) for train, test in folds]


def grouped_folds(labels, subjects, folds: int, seed: int = 0) -> list[Fold]:
    """LOSO's cheaper relative: whole subjects are dealt into `folds` groups of like classes."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels, subjects = np.asarray(labels), np.asarray(subjects)
    _need_two(subjects, folds)
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    try:
        with np.errstate(all="ignore"):
            pairs = list(split.split(labels, labels, subjects))
    except ValueError as error:
        raise BadData(
            f"grouped folds: {error} Use a source or profile with more sequences."
        ) from error
    return [Fold(f"grouped-{folds}", str(i), train, test) for i, (train, test) in enumerate(pairs)]


def subject_independent(labels, subjects, folds: int | None, seed: int = 0) -> list[Fold]:
    """LOSO where `folds` is None, otherwise that many grouped folds."""
    if folds is None:
        return leave_one_subject_out(subjects)
    return grouped_folds(labels, subjects, folds, seed)


def shared_subjects(fold: Fold, subjects) -> set:
    """Subjects on both sides of a fold: empty for every honest protocol."""
    subjects = np.asarray(subjects)
    return set(subjects[fold.train]) & set(subjects[fold.test])


def _need_two(subjects: np.ndarray, folds: int) -> None:
    found = len(set(subjects))
    if found < max(folds, 2):
        raise BadData(
            f"{found} subject(s) cannot be dealt into {folds} subject-independent "
            "folds. Use a source or profile with more people."
        )
