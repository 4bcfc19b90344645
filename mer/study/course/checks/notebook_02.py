"""Checks of the exercises to notebook 02."""

import numpy as np

from mer.study.course import made_up
from mer.study.course.checking import array, call, exercise, words


def _change(frames):
    return np.abs(frames - frames[0]).mean(axis=(1, 2))


@exercise(
    "02.1",
    _change,  # the lamp is taken for the face
    lambda frames: frames.mean(axis=(1, 2)),  # the lamp alone
    lambda frames: np.arange(len(frames), dtype=float),
    lambda frames: _change(frames / frames.max()),  # one scale for all frames
    lambda frames: int(np.argmax(_change(frames))),  # no curve
)
def steady_lamp(answer):
    for seed, apex, flash in ((1, 6, 14), (2, 12, 4), (3, 9, 17)):
        frames = made_up.clip(seed, apex, flash).astype(float)
        curve = array(call(answer, frames), (len(frames),))
        if abs(int(np.argmax(curve)) - apex) > 1:
            return (
                "On another clip the curve does not peak where the motion does. What is the mean "
                "of a frame when the lamp flares up, and what should it be?"
            )
    return None


@exercise(
    "02.2",
    {"flow magnitude", "strongest region", "optical strain", "learned"},  # means only
    {"learned"},  # the best alone
    {"frame difference"},
    {"frame difference", "flow magnitude", "strongest region", "optical strain", "learned"},
)
def told_from_midpoint(answer):
    if words(answer) == {"flow magnitude", "strongest region", "learned"}:
        return None
    return "Look at both ends of each interval: on which side of zero do they lie?"
