"""Checks of the exercises to notebook 05."""

import numpy as np

from mer.study.course import made_up
from mer.study.course.checking import array, call, close, exercise


def _by(rows):
    return lambda x, train: (x - x[rows(train)].mean(0)) / x[rows(train)].std(0)


@exercise(
    "05.1",
    _by(lambda train: slice(None)),  # the tested people have a say
    lambda x, train: (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True),  # each picture
    lambda x, train: x - x[train].mean(0),  # not divided
    lambda x, train: (x - x[train].mean(0)) / x[train].std(0, ddof=1),  # as pandas has it
    _by(lambda train: np.setdiff1d(np.arange(40), train)),  # by the tested people alone
    lambda x, train: (x - x[train].mean()) / x[train].std(),  # one number for all pixels
)
def standardise(answer):
    draw = np.random.default_rng(0)
    x = draw.normal(3, 2, (40, 6)) * np.arange(1, 7)
    train = np.arange(0, 40, 2)
    found = array(call(answer, x.copy(), train), x.shape)
    if not np.allclose(found, _by(lambda rows: rows)(x, train), atol=1e-6):
        return (
            "Each pixel has a mean and a deviation of its own, both from the training rows alone, "
            "and all rows are scaled with them. The deviation divides by the number of rows, as "
            "that of NumPy does (`ddof=0`)."
        )
    return None


def _accuracies():
    """Of the nearest neighbour: tested at random, and on people held out."""
    x, emotions, subjects = made_up.portraits()
    rows = np.arange(len(x))
    tests = {"random": rows % 4 == 0, "people": np.isin(subjects, sorted(set(subjects))[::4])}
    found = {}
    for name, tested in tests.items():
        far = np.linalg.norm(x[tested][:, None] - x[~tested], axis=-1)
        found[name] = float((emotions[~tested][far.argmin(1)] == emotions[tested]).mean())
    return found


_FOUND = _accuracies()


@exercise(
    "05.2",
    _FOUND["random"],
    _FOUND["people"],
    1.0,  # training
    1 - _FOUND["people"],
    1 - _FOUND["random"],
)
def acquaintance(answer):
    truth = _FOUND["random"] - _FOUND["people"]
    if close(answer, truth) or close(answer, 100 * truth, 0.5):
        return None
    return "How far does the accuracy fall from the random split to people who are held out?"
