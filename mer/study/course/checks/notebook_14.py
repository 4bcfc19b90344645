"""Checks of the exercises to notebook 14."""

import numpy as np

from mer.study.course.checking import array, call, exercise, words


def _weights(labels, classes):
    return len(labels) / (classes * np.bincount(labels, minlength=classes))


@exercise(
    "14.1",
    lambda labels, classes: np.ones(classes),
    lambda labels, classes: np.bincount(labels, minlength=classes) / len(labels),  # frequent more
    lambda labels, classes: 1 / np.bincount(labels, minlength=classes),  # the whole loss shrinks
    lambda labels, classes: np.sqrt(_weights(labels, classes)),
)
def weights(answer):
    draw = np.random.default_rng(0)
    for classes in (3, 5):
        counts = draw.integers(2, 40, classes)
        labels = draw.permutation(np.repeat(np.arange(classes), counts))
        found = array(call(answer, labels.copy(), classes), (classes,))
        if not np.allclose(found, _weights(labels, classes), rtol=1e-4):
            return (
                "Weight times number of sequences should be the same for each class, and the mean "
                "weight over all sequences should be 1."
            )
    return None


@exercise(
    "14.2",
    {"adjusted"},
    {"shout"},
    {"weights", "adjusted"},
    {"sampling"},
    {"weights", "adjusted", "shout"},
)
def recommended(answer):
    if words(answer) == {"weights"}:
        return None
    return "Two conditions: the gain in recall is told, and a loss in UF1 is not told."
