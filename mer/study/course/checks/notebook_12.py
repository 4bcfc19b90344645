"""Checks of the exercises to notebook 12."""

import numpy as np

from mer.study.course.checking import array, call, close, exercise


def _even(flow, centre=np.median, axis=(0, 1)):
    signed = flow - centre(flow, axis=(0, 1))
    return signed / np.sqrt((signed**2).mean(axis=axis, keepdims=True))


@exercise(
    "12.1",
    lambda flow: _even(flow, np.mean),  # more of a face is at rest than moves
    lambda flow: _even(flow, axis=None),  # one strength for all channels
    lambda flow: flow - np.median(flow, axis=(0, 1)),  # not evened
    lambda flow: flow / np.sqrt((flow**2).mean(axis=(0, 1))),  # rest is not zero
)
def evened(answer):
    draw = np.random.default_rng(0)
    for _ in range(2):
        flow = draw.exponential(1, (14, 14, 3)) * [1, 2, 3] + draw.normal(0, 1, 3)
        if not np.allclose(array(call(answer, flow.copy()), flow.shape), _even(flow), atol=1e-6):
            return (
                "In each channel by itself: first its median becomes zero, then the root of the "
                "mean of its squares becomes one."
            )
    return None


@exercise("12.2", 0.839, 0.703, 0.061, 0.738, 0.771)
def worth(answer):
    if close(answer, 0.136, 0.0015) or close(answer, 13.6, 0.15):
        return None
    return "One method, two rules for the epoch: how far do its two values lie apart?"
