"""A spotter that learns from other people where the apex lies.

Part of what the unlearned spotters miss may be systematic: a curve that falls slowly, or is
sampled every few frames, peaks a little beside the truth. A ridge regression reads the shape of
two curves, and the answers that they gave, and puts the apex at a share of the way from onset to
offset. Its strength is chosen by folds over the training people; who is tested takes no part.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold

from mer.core.errors import BadData
from mer.core.parallel import one_thread
from mer.evaluation.protocols import Fold, shared_subjects
from mer.preprocessing.apex import Reading

READS = ("flow magnitude", "strongest region")
_POINTS = 11  # of each curve, evenly from onset to offset
_STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_INNER = 5  # folds, where there are as many training people


def features(reading: Reading) -> np.ndarray:
    """Shape and answer of each curve, (2 * 12,): the shape between 0 and 1, the answer as a
    share of the way from onset to offset."""
    onset, length = reading.numbers[0], max(reading.length, 1)
    share = (reading.numbers - onset) / length
    found = []
    for name in READS:
        curve = reading.curves[name] / max(reading.curves[name].max(), 1e-6)
        found += [
            *np.interp(np.linspace(0, 1, _POINTS), share, curve),
            (reading.answer(name) - onset) / length,
        ]
    return np.array(found)


def answers(readings: list[Reading], apexes, subjects, folds: list[Fold]) -> np.ndarray:
    """Apex frames (N,) int, each spotted by a regression that never saw this person.

    apexes     (N,) the frames to learn from: the true apex, or the annotators'
    subjects   (N,) who is seen in each
    folds      who learns and who is spotted; together they spot each sequence once

    A person on both sides of a fold, or a sequence that is spotted twice or never, is `BadData`.
    """
    subjects = np.asarray(subjects)
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    if not np.array_equal(tested, np.arange(len(readings))):
        raise BadData(
            f"learned spotter: the folds spot {len(tested)} of {len(readings)} "
            "sequences once. Make them from the same list."
        )
    onset = np.array([reading.numbers[0] for reading in readings])
    length = np.array([max(reading.length, 1) for reading in readings], float)
    x = np.stack([features(reading) for reading in readings])
    y = (np.asarray(apexes) - onset) / length
    share = np.empty(len(readings))
    for fold in folds:
        both = shared_subjects(fold, subjects)
        if both:
            raise BadData(
                f"learned spotter: {', '.join(sorted(both))} would learn and be "
                "spotted in one fold. Use folds by subject."
            )
        share[fold.test] = fit(
            x[fold.train], y[fold.train], length[fold.train], subjects[fold.train]
        ).predict(x[fold.test])
    return np.round(onset + np.clip(share, 0, 1) * length).astype(int)


def fit(x: np.ndarray, y: np.ndarray, length: np.ndarray, subjects: np.ndarray):
    """A ridge regression of the shares y (N,) on x (N, D), its strength chosen by inner folds.

    An error of a share counts by the frames that it means, so sequences weigh by the square of
    their `length`. A single person is `BadData`: there is nobody to choose the strength on.
    """
    people = len(set(subjects))
    if people < 2:
        raise BadData(
            "learned spotter: one person to learn from. Use a source or profile with more people."
        )
    weight = length**2 / (length**2).mean()
    folds = list(GroupKFold(min(_INNER, people)).split(x, y, subjects))
    search = GridSearchCV(
        Ridge(), {"alpha": _STRENGTHS}, cv=folds, scoring="neg_mean_absolute_error"
    )
    with one_thread():
        return search.fit(x, y, sample_weight=weight)
