"""Does 80 % sure mean right in 80 %? Measured, and mended with one number.

Confidence is a row's largest score. The expected calibration error (ECE) sorts rows into bins
of confidence and averages how far a bin's confidence lies from its share of right answers;
temperature scaling divides all logits by one number T, which changes how sure a network is but
never what it answers (both: Guo et al., "On calibration of modern neural networks", ICML 2017).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from mer.evaluation import metrics
from mer.evaluation.scores import class_columns, single_split

BINS = 10
_LEAST = 1e-6  # score tables on disk have six digits: smaller scores are not told from zero
_SPAN = (np.log(0.05), np.log(20))  # logarithms of the temperatures that are tried


def truth(table: pd.DataFrame) -> np.ndarray:
    """Each row's true class as a position among the p_ columns."""
    return pd.Index([name[2:] for name in class_columns(table)]).get_indexer(table.emotion)


def right(table: pd.DataFrame) -> np.ndarray:
    """Which rows give the true emotion the largest score, (N,) bool."""
    return table[class_columns(table)].to_numpy().argmax(1) == truth(table)


def log_loss(table: pd.DataFrame) -> np.ndarray:
    """Minus the logarithm of the score that the true class was given, one value a row."""
    scores = table[class_columns(table)].to_numpy()
    return -np.log(np.maximum(scores[np.arange(len(table)), truth(table)], _LEAST))


def tempered(table: pd.DataFrame, temperature) -> pd.DataFrame:
    """The table with its logits divided by a temperature, one for all rows or one a row."""
    columns = class_columns(table)
    logits = np.log(np.maximum(table[columns].to_numpy(), _LEAST))
    logits = logits / np.reshape(temperature, (-1, 1))
    odds = np.exp(logits - logits.max(1, keepdims=True))
    odds = odds / odds.sum(1, keepdims=True)
    return table.assign(**{name: odds[:, i] for i, name in enumerate(columns)})


def temperature(table: pd.DataFrame) -> float:
    """The temperature with the least mean log loss on these rows. Above 1: it was too sure."""
    found = minimize_scalar(
        lambda log: log_loss(tempered(table, np.exp(log))).mean(), bounds=_SPAN, method="bounded"
    )
    return float(np.exp(found.x))


def reliability(table: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """One row a bin of confidence that is not empty: mean `confidence`, share `right`, `n`."""
    single_split(table)
    sure = table[class_columns(table)].max(axis=1).to_numpy()
    rows = pd.DataFrame({"bin": _bin(sure, bins), "confidence": sure, "right": right(table)})
    grouped = rows.groupby("bin")
    return grouped[["confidence", "right"]].mean().assign(n=grouped.size())


def records(table: pd.DataFrame, bootstrap: int = 1000, bins: int = BINS) -> list[dict]:
    """Metrics records of the calibration error ("ece") and the mean log loss, with intervals
    over subjects; with several seeds the values are means over them."""
    single_split(table)
    head = {
        "model": metrics.only(table, "model"),
        "protocol": metrics.only(table, "protocol"),
        "seeds": int(table.seed.nunique()),
    }
    gaps = _gaps(table, bins)
    people, size = gaps.shape[1], len(table) / len(gaps)
    weights = metrics.bootstrap_weights(people, bootstrap)
    low, high = metrics.interval(_error(np.einsum("bs,ksc->bkc", weights, gaps)))
    loss = metrics.mean_with_interval(log_loss(table), table.subject, bootstrap)
    return [
        {
            **head,
            "metric": "ece",
            "n": int(size),
            "value": float(_error(gaps.sum(1))),
            "low": low,
            "high": high,
        },
        {**head, "metric": "log_loss", **loss, "n": int(size)},
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
    answers = right(table) if answers is None else answers
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
