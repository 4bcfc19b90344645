"""Checks of the exercises to notebook 13."""

from mer.study.course.checking import call, close, exercise


def _shared(a, b):
    return min(a[1], b[1]) - max(a[0], b[0])


def _covered(a, b):
    return a[1] - a[0] + b[1] - b[0] - max(_shared(a, b), 0)


@exercise(
    "13.1",
    lambda a, b: _shared(a, b) / _covered(a, b),  # negative where they are apart
    lambda a, b: max(_shared(a, b), 0) / (a[1] - a[0]),  # of the first alone
    lambda a, b: max(_shared(a, b), 0) / (a[1] - a[0] + b[1] - b[0]),  # what is shared, twice
    lambda a, b: max(_shared(a, b), 0),  # seconds
)
def overlap(answer):
    pairs = [
        ((1, 2), (1.5, 3)),
        ((0, 1), (2, 3)),
        ((1, 4), (2, 3)),
        ((2, 3), (1, 4)),
        ((0, 1),) * 2,
    ]
    for a, b in pairs:
        if not close(call(answer, a, b), max(_shared(a, b), 0) / _covered(a, b), 1e-3):
            return (
                f"Draw {a} and {b} on paper: how long is what both share, and how long is what at "
                "least one of them covers? Two that do not touch share nothing."
            )
    return None


@exercise("13.2", 0.75, 0.6, 0.5, 3)
def f1(answer):
    if close(answer, 2 / 3, 0.007):
        return None
    return "F1 is 2 TP / (2 TP + FP + FN). How many of the found are hits, and who is left over?"
