"""Checks of the exercises to notebook 06."""

import numpy as np

from mer.study.course.checking import array, call, exercise, words


@exercise(
    "06.1",
    lambda flow: flow[:, ::-1],  # the sign forgotten
    lambda flow: flow[:, ::-1] * [1, -1, 1],  # the other sign
    lambda flow: flow[::-1] * [-1, 1, 1],  # upside down
    lambda flow: flow[:, ::-1] * [-1, 1, -1],  # strain has no direction
    lambda flow: flow * [-1, 1, 1],  # the place forgotten
)
def mirrored(answer):
    field = np.random.default_rng(0).normal(size=(8, 10, 3))
    kept = field.copy()
    found = array(call(answer, field), field.shape)
    if not np.array_equal(field, kept):
        return "Your function changes the flow that it was given: work on a copy."
    if not np.allclose(found, kept[:, ::-1] * [-1, 1, 1]):
        return (
            "Two things happen in a mirror: where an arrow stands, and which way it points. Which "
            "of u, v and strain turns round?"
        )
    return None


@exercise("06.2", "u", "v", {"v", "strain"}, "all", "none")
def repeats(answer):
    if words(answer) == {"strain"}:
        return None
    return "It says much when it is alone, and nothing is lost when it is left out."
