"""Checks of the exercises to notebook 09."""

import numpy as np
from sklearn.metrics import roc_auc_score

from mer.study.course.checking import call, close, exercise, words


@exercise(
    "09.1",
    lambda seen, moved: seen[moved].sum() / seen.sum(),  # share of the mass
    lambda seen, moved: float(seen[moved].mean() > seen[~moved].mean()),
    lambda seen, moved: (seen[~moved][:, None] > seen[moved]).mean(),  # the wrong way round
    lambda seen, moved: (seen[moved][:, None] >= seen[~moved]).mean(),  # equals count whole
)
def auc(answer):
    draw = np.random.default_rng(0)
    for _ in range(3):
        moved = draw.random((12, 12)) < 0.2
        seen = draw.random((12, 12)) + 0.3 * moved
        for shown in (seen, np.round(seen * 3)):  # the second with many equal values
            right = roc_auc_score(moved.ravel(), shown.ravel())
            if not close(call(answer, shown.copy(), moved.copy()), right, 1e-3):
                return (
                    "Take all pairs of a pixel inside and one outside: how often is the one inside "
                    "higher? Where both are equal the pair counts one half."
                )
    return None


@exercise(
    "09.2",
    {"CBAM - plain"},
    {"CBAM - plain", "wider - plain", "CBAM - wider"},
    {"CBAM - wider"},
    "none",
)
def told(answer):
    if words(answer) == {"cbam - plain", "wider - plain"}:
        return None
    return "Which of the three intervals leave out zero? The names as they stand in the table."
