"""Does 80 % sure mean right in 80 %? Measured, and mended with one number.

Confidence is a row's largest score. The expected calibration error (ECE) sorts rows into bins
of confidence and averages how far a bin's confidence lies from its share of right answers;
temperature scaling divides all logits by one number T, which changes how sure a network is but
never what it answers (both: Guo et al., "On calibration of modern neural networks", ICML 2017).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from mer.evaluation import metrics
from mer.evaluation.records import Record
from mer.evaluation.scores import class_columns, right, single_split

BINS = 10
_LEAST = 1e-6  # score tables on disk have six digits: smaller scores are not told from zero
_SPAN = (np.log(0.05), np.log(20))  # logarithms of the temperatures that are tried


def truth(table: pd.DataFrame) -> np.ndarray:
    """Each row's true class as a position among the p_ columns."""
    return pd.Index([name[2:] for name in class_columns(table)]).get_indexer(table.emotion)


def log_loss(table: pd.DataFrame) -> np.ndarray:
    """Minus the logarithm of the score that the true class was given, one value a row."""
    scores = table[class_columns(table)].to_numpy()
    return -np.log(np.maximum(scores[np.arange(len(table)), truth(table)], _LEAST))


def tempered(table: pd.DataFrame, temperature) -> pd.DataFrame:
    """The table with its logits divided by a temperature, one for all rows or one a row.

    Examples
    --------
    >>> from mer.evaluation import calibration, scores
    >>> calibration.tempered(scores.example(), 2).p_joy.round(2).tolist()
    [0.67, 0.33, 0.67, 0.33, 0.67, 0.33]
    """
    columns = class_columns(table)
    logits = np.log(np.maximum(table[columns].to_numpy(), _LEAST))
    logits = logits / np.reshape(temperature, (-1, 1))
    odds = np.exp(logits - logits.max(1, keepdims=True))
    odds = odds / odds.sum(1, keepdims=True)
    return table.assign(**{name: odds[:, i] for i, name in enumerate(columns)})


def temperature(table: pd.DataFrame) -> float:
    """The temperature with the least mean log loss on these rows. Above 1: it was too sure.

    Examples
    --------
    >>> from mer.evaluation import calibration, scores
    >>> calibration.temperature(scores.example(wrong=[0, 1])) > 1  # 80 % sure, right in 67 %
    True
    """
    found = minimize_scalar(
        lambda log: log_loss(tempered(table, np.exp(log))).mean(), bounds=_SPAN, method="bounded"
    )
    return float(np.exp(found.x))


def reliability(table: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """One row a bin of confidence that is not empty: mean `confidence`, share `right`, `n`.

    Examples
    --------
    >>> from mer.evaluation import calibration, scores
    >>> calibration.reliability(scores.example(wrong=[0])).round(2)
         confidence  right  n
    bin
    8           0.8   0.83  6
    """
    single_split(table)
    sure = table[class_columns(table)].max(axis=1).to_numpy()
    rows = pd.DataFrame(
        {"bin": _bin(sure, bins), "confidence": sure, "right": right(table).to_numpy()}
    )
    grouped = rows.groupby("bin")
    return grouped[["confidence", "right"]].mean().assign(n=grouped.size())


def records(table: pd.DataFrame, bootstrap: int = 1000, bins: int = BINS) -> list[Record]:
    """How well a score table is calibrated, with intervals over subjects.

    Parameters
    ----------
    table : DataFrame
        A score table of one model and protocol; with several seeds the values are means over them.
    bootstrap, bins
        Resamples of the subjects, and bins of confidence.

    Returns
    -------
    list of Record
        The expected calibration error ("ece") and the mean log loss.

    Examples
    --------
    >>> from mer.evaluation import calibration, scores
    >>> error, loss = calibration.records(scores.example())  # 80 % sure, always right
    >>> error.text(), loss.text()
    ('0.20 [0.20, 0.20]', '0.22 [0.22, 0.22]')
    """
    single_split(table)
    told, gaps = metrics.head(table), _gaps(table, bins)
    people, size = gaps.shape[1], int(len(table) / len(gaps))
    weights = metrics.bootstrap_weights(people, bootstrap)
    low, high = metrics.interval(_error(np.einsum("bs,ksc->bkc", weights, gaps)))
    error = float(_error(gaps.sum(1)))
    loss = metrics.mean_with_interval(
        log_loss(table), table.subject, bootstrap, metric="log_loss", **told
    )
    return [
        Record(**told, metric="ece", n=size, value=error, low=low, high=high),
        replace(loss, n=size),
    ]


def floor(table: pd.DataFrame, draws: int = 200, bins: int = BINS, seed: int = 0) -> float:
    """The calibration error that so few rows would show if they were calibrated perfectly:
    right and wrong are drawn anew, each row as likely right as it is sure."""
    sure = table[class_columns(table)].max(axis=1).to_numpy()
    rng = np.random.default_rng(seed)
    return float(
        np.mean(
            [_error(_gaps(table, bins, rng.random(len(sure)) < sure).sum(1)) for _ in range(draws)]
        )
    )


def _gaps(table: pd.DataFrame, bins: int, answers: np.ndarray | None = None) -> np.ndarray:
    """(seeds, subjects, bins + 1): sum of right minus sure in every bin; last, the rows."""
    sure = table[class_columns(table)].max(axis=1).to_numpy()
    answers = right(table).to_numpy() if answers is None else answers
    seeds, seed_of = np.unique(table.seed, return_inverse=True)
    subjects, subject_of = np.unique(table.subject, return_inverse=True)
    found = np.zeros((len(seeds), len(subjects), bins + 1))
    np.add.at(found, (seed_of, subject_of, _bin(sure, bins)), answers - sure)
    np.add.at(found, (seed_of, subject_of, bins), 1)
    return found


def _error(gaps: np.ndarray) -> np.ndarray:
    """Calibration error of gaps (..., seeds, bins + 1), mean over the seeds."""
    return (np.abs(gaps[..., :-1]).sum(-1) / gaps[..., -1]).mean(-1)


def _bin(sure: np.ndarray, bins: int) -> np.ndarray:
    return np.minimum((sure * bins).astype(int), bins - 1)
