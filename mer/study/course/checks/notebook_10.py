"""Checks of the exercises to notebook 10."""

import numpy as np

from mer.study.course.checking import NotYet, call, close, exercise


def _at_random(subjects, share, seed):
    order = np.random.default_rng(seed).permutation(len(subjects))
    cut = int(share * len(subjects))
    return order[cut:], order[:cut]


def _some_lost(subjects, share, seed):
    names = np.unique(subjects)
    rows = np.arange(len(subjects))
    return rows[np.isin(subjects, names[2:])], rows[np.isin(subjects, names[:1])]


@exercise(
    "10.1",
    _at_random,  # people on both sides
    lambda subjects, share, seed: (np.arange(len(subjects)), np.arange(0)),  # nobody is tested
    _some_lost,  # somebody is on neither side
    lambda subjects, share, seed: (np.unique(subjects)[1:], np.unique(subjects)[:1]),  # names
    lambda subjects, share, seed: _some_lost(subjects, share, seed)[0],  # one side only
)
def split(answer):
    draw = np.random.default_rng(0)
    for seed in range(5):
        subjects = draw.permutation(np.repeat([f"sub{i:02d}" for i in range(9)], 1 + seed))
        train, test = _two(call(answer, subjects.copy(), 0.2, seed))
        if not len(test) or not len(train):
            return "One of the two sides is empty."
        if sorted([*train, *test]) != list(range(len(subjects))):
            return "Every sequence belongs to one of the two sides, and to one only."
        if set(subjects[train]) & set(subjects[test]):
            return "Somebody is on both sides. Draw people, not sequences."
        if len(set(subjects[test])) > 4:
            return "A fifth of the people is asked for; here more than half of nine are tested."
    return None


def _two(sides):
    try:
        train, test = (np.asarray(side) for side in sides)
        if all(np.issubdtype(side.dtype, np.integer) or not side.size for side in (train, test)):
            return train.astype(int), test.astype(int)
    except (TypeError, ValueError):
        pass
    raise NotYet("Give two arrays of positions: who trains, and who is tested.")


@exercise("10.2", 0.9, 0.8, 0.1, 180 / 200, 20 / 160)
def unmixed(answer):
    if close(answer, 0.5) or close(answer, 50, 0.5):
        return None
    return "How many right answers are reported, and how many of them had been learned by heart?"
