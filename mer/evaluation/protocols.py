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
    """Positions (into the list of sequences) that train and that are tested.

    Parameters
    ----------
    protocol, name : str
        Which split, and which fold of it.
    train, test : (N,) arrays of int
    """

    protocol: str
    name: str
    train: np.ndarray
    test: np.ndarray


def random_split(labels, share: float = 0.2, seed: int = 42) -> list[Fold]:
    """The earlier implementation's protocol: a stratified random split by sequence.

    Most test subjects are training subjects as well, so this overstates what an unknown person
    may expect.

    Parameters
    ----------
    labels : (N,) array_like
        The class of each sequence.
    share : float
        How much is tested; each class at least once.
    seed : int

    Returns
    -------
    list of Fold
        One.

    Raises
    ------
    BadData
        If a class has a single sequence.

    Examples
    --------
    >>> from mer.evaluation import protocols
    >>> (fold,) = protocols.random_split(["joy", "grief"] * 5)
    >>> len(fold.train), len(fold.test)
    (8, 2)
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
    """LOSO: each subject is tested once, by a model that never saw this person.

    Parameters
    ----------
    subjects : (N,) array_like
        Whose each sequence is; fewer than two people raise `BadData`.

    Returns
    -------
    list of Fold
        One a subject, by name.

    Examples
    --------
    >>> from mer.evaluation import protocols
    >>> for fold in protocols.leave_one_subject_out(["ann", "ann", "ben"]):
    ...     print(fold.name, fold.train, fold.test)
    ann [2] [0 1]
    ben [0 1] [2]
    """
    from sklearn.model_selection import LeaveOneGroupOut

    subjects = np.asarray(subjects)
    _need_two(subjects, 2)
    folds = LeaveOneGroupOut().split(subjects, groups=subjects)
    return [Fold("loso", str(subjects[test[0]]), train, test) for train, test in folds]


def grouped_folds(labels, subjects, folds: int, seed: int = 0) -> list[Fold]:
    """LOSO's cheaper relative: whole subjects are dealt into groups of like classes.

    Parameters
    ----------
    labels, subjects : (N,) array_like
        Class and person of each sequence.
    folds : int
        How many groups; fewer people than that raise `BadData`.
    seed : int

    Returns
    -------
    list of Fold

    Examples
    --------
    >>> from mer.evaluation import protocols
    >>> people = np.repeat(["ann", "ben", "cleo", "dan"], 2)
    >>> folds = protocols.grouped_folds(["joy", "grief"] * 4, people, folds=2)
    >>> [(len(fold.train), protocols.shared_subjects(fold, people)) for fold in folds]
    [(4, set()), (4, set())]
    """
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
    """LOSO where `folds` is None, otherwise that many grouped folds.

    Examples
    --------
    >>> from mer.evaluation import protocols
    >>> folds = protocols.subject_independent([0, 1, 0, 1], ["ann", "ben", "cleo", "dan"], None)
    >>> [fold.protocol for fold in folds]
    ['loso', 'loso', 'loso', 'loso']
    """
    if folds is None:
        return leave_one_subject_out(subjects)
    return grouped_folds(labels, subjects, folds, seed)


def shared_subjects(fold: Fold, subjects) -> set:
    """Subjects on both sides of a fold: empty for every honest protocol.

    Examples
    --------
    >>> from mer.evaluation.protocols import Fold, shared_subjects
    >>> shared_subjects(Fold("leaky", "0", np.array([0, 1]), np.array([2])), ["ann", "ben", "ben"])
    {np.str_('ben')}
    """
    subjects = np.asarray(subjects)
    return set(subjects[fold.train]) & set(subjects[fold.test])


def _need_two(subjects: np.ndarray, folds: int) -> None:
    found = len(set(subjects))
    if found < max(folds, 2):
        raise BadData(
            f"{found} subject(s) cannot be dealt into {folds} subject-independent "
            "folds. Use a source or profile with more people."
        )
