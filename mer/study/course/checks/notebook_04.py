"""Checks of the exercises to notebook 04."""

import numpy as np

from mer.evaluation import metrics, scores
from mer.study.course import made_up
from mer.study.course.checking import call, close, exercise


def _share(counts, axis):
    with np.errstate(invalid="ignore"):
        return np.diag(counts) / counts.sum(axis)


@exercise(
    "04.1",
    lambda counts: np.trace(counts) / counts.sum(),  # accuracy
    lambda counts: np.nanmean(_share(counts, 0)),  # precision
    lambda counts: _share(counts, 1).mean(),  # an emotion nobody showed spoils it
    lambda counts: np.nansum(_share(counts, 1)) / len(counts),  # ... or counts as never found
)
def recall(answer):
    draw = np.random.default_rng(0)
    whole = draw.integers(1, 20, (3, 4, 4))
    empty = whole[0].copy()
    empty[2] = 0
    for counts in (*whole, empty):
        if not close(call(answer, counts.copy()), metrics.from_confusion(counts)["uar"], 1e-6):
            return (
                "Rows are the truth: the recall of an emotion is its diagonal over its row. An "
                "emotion that nobody showed has no recall, and is left out of the mean."
            )
    return None


_TABLE = made_up.answers("flow", 0.65)
_POOLED = {r.metric: r.value for r in metrics.evaluate(_TABLE, 10)}
_BY_FOLD = [
    metrics.from_confusion(metrics.confusion(part).to_numpy())["uf1"]
    for _, part in _TABLE.groupby("fold")
]


@exercise(
    "04.2",
    float(np.mean(_BY_FOLD)),  # mean of folds
    _POOLED["accuracy"],
    float(scores.right(_TABLE).groupby(_TABLE.subject).mean().mean()),  # mean over people
    float(np.max(_BY_FOLD)),
)
def pooled(answer):
    if close(answer, _POOLED["uf1"], 0.001):
        return None
    return (
        "UF1, not accuracy; and all answers are collected before anything is computed. Which row "
        "and which column is that? Give three digits."
    )
