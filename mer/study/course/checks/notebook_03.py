"""Checks of the exercises to notebook 03."""

import numpy as np

from mer.preprocessing import flow
from mer.study.course.checking import call, close, exercise, words


def _size(field):
    return np.linalg.norm(field, axis=-1)


@exercise(
    "03.1",
    lambda found, truth: _size(found - truth).mean(),  # all of the skin
    lambda found, truth: _size(found - truth)[_size(found) > 0.5].mean(),  # where it was found
    lambda found, truth: np.abs(found - truth)[_size(truth) > 0.5].mean(),  # no distance
    lambda found, truth: (_size(found - truth) ** 2)[_size(truth) > 0.5].mean(),
)
def moving_skin(answer):
    draw = np.random.default_rng(0)
    for _ in range(3):
        truth, found = draw.normal(0, 0.7, (2, 16, 16, 2))
        right = flow.endpoint_error(found, truth, _size(truth) > 0.5)
        if not close(call(answer, found, truth), right, 1e-4):
            return (
                "The error is the length of the difference of two arrows; the mean is taken where "
                "the *true* arrow is longer than half a pixel, and only there."
            )
    return None


@exercise("03.2", "v", "strain", {"u", "v"}, {"u", "strain"}, "none")
def mirror(answer):
    if words(answer) <= {"u", "right", "horizontal", "0"}:
        return None
    return "In the printed table, near -1 means that the sign has changed, near +1 that it has not."
