"""Checks of the exercises to notebook 11."""

import numpy as np

from mer.study.course import made_up
from mer.study.course.checking import array, call, exercise, words


def _without_mean(x, subjects):
    means = {person: x[subjects == person].mean(0) for person in set(subjects)}
    return x - np.array([means[person] for person in subjects])


@exercise(
    "11.1",
    lambda x, subjects: x - x.mean(0),  # everybody's mean
    lambda x, subjects: x - x.mean(1, keepdims=True),  # each picture's brightness
    lambda x, subjects: x - x[subjects == subjects[0]].mean(0),  # one person's mean
    lambda x, subjects: _without_mean(x, subjects)[::-1],  # in another order
)
def without_identity(answer):
    for seed in (1, 2):
        x, _, subjects = made_up.portraits(seed, people=5, each=4)
        mixed = np.random.default_rng(seed).permutation(len(x))
        x, subjects = x[mixed], subjects[mixed]
        found = array(call(answer, x.copy(), subjects.copy()), x.shape)
        if not np.allclose(found, _without_mean(x, subjects), atol=1e-6):
            return (
                "After it, the mean over each person's own rows is zero in every pixel, and rows "
                "stand where they stood. Whose mean do you subtract from a row?"
            )
    return None


@exercise(
    "11.2",
    {"onset frame", "brightness", "file size"},  # above chance, told or not
    {"onset frame"},
    "none",
    {"brightness", "file size"},
)
def shortcut(answer):
    if words(answer) == {"file size"}:
        return None
    return "Guessing has 0.20. Of which inputs does the whole interval lie above that?"
