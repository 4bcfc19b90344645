"""Checks of the exercises to notebook 08."""

import numpy as np

from mer.study.course import made_up
from mer.study.course.checking import array, call, close, exercise


def _stretch(picture):
    low, high = picture.min(), picture.max()
    return (picture - float(low)) / (float(high) - float(low)) * 255


@exercise(
    "08.1",
    lambda picture: picture,
    _stretch,  # the ends are moved, the levels between are not spread
    lambda picture: 255 * np.sqrt(picture / 255),  # brighter
    lambda picture: 255 - picture,  # the order is lost
    lambda picture: np.full(picture.shape, 128.0),
)
def equalised(answer):
    for seed in (1, 2):
        dull = made_up.texture(seed) // 3 + 40
        found = array(call(answer, dull.copy()), dull.shape)
        order = np.argsort(dull, axis=None, kind="stable")
        if np.any(np.diff(found.ravel()[order]) < -1e-6):
            return "A brighter pixel has to stay the brighter one: keep the order of the levels."
        levels = np.quantile(found, [0.1, 0.3, 0.5, 0.7, 0.9])
        if np.abs(levels / 255 - [0.1, 0.3, 0.5, 0.7, 0.9]).max() > 0.06:
            return (
                "Every level should get the same share of the pixels: after it, a tenth of them "
                "lies below a tenth of 255, and so on. What share lies below each level now?"
            )
    return None


@exercise("08.2", 0.03, 0.73, 0.01, 0.76, -0.02)
def gap(answer):
    if close(answer, -0.03, 0.002):
        return None
    return "A gap is training minus test. Take that of CLAHE, and subtract that of the plain one."
