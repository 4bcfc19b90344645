"""Accuracy, UF1, UAR and confusion matrices, with confidence intervals over subjects.

Definitions follow the MEGC2019 challenge: predictions of all folds are pooled first, then
UF1 = mean over classes of 2 TP / (2 TP + FP + FN) and UAR = mean over classes of TP / n.
Intervals are percentile bootstraps that resample whole subjects, because two sequences of one
face are not two independent pieces of evidence.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation.scores import class_columns, single_split

METRICS = ("accuracy", "uf1", "uar")


def confusion_by_subject(table: pd.DataFrame) -> np.ndarray:
    """Confusion counts (seeds, subjects, true class, predicted class) of a score table.

    Every seed has to score the same sequences once; anything else raises `BadData`.
    """
    columns = class_columns(table)
    classes = [column[2:] for column in columns]
    unknown = sorted(set(table.emotion) - set(classes))
    if unknown:
        raise BadData(
            f"score table: emotions {unknown} have no p_ column. "
            "Score the table again with all classes."
        )
    truth = np.array([classes.index(emotion) for emotion in table.emotion])
    if table.duplicated(["subject", "name", "seed"]).any():
        raise BadData(
            "score table: a sequence is scored twice with one seed. "
            "Select one model and one protocol before asking for metrics."
        )
    guess = table[columns].to_numpy().argmax(axis=1)
    seeds, seed_of = np.unique(table.seed, return_inverse=True)
    subjects, subject_of = np.unique(table.subject, return_inverse=True)
    counts = np.zeros((len(seeds), len(subjects), len(classes), len(classes)))
    np.add.at(counts, (seed_of, subject_of, truth, guess), 1)
    return counts


def from_confusion(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics of confusion counts (..., true, predicted), one value for each leading index.

    A class that a (re)sample neither holds nor predicts is left out of the means; one that is
    predicted but absent counts as F1 = 0.
    """
    hit = np.diagonal(counts, axis1=-2, axis2=-1)
    actual, predicted = counts.sum(-1), counts.sum(-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * hit / (actual + predicted)
        recall = hit / actual
        accuracy = hit.sum(-1) / actual.sum(-1)
    return {"accuracy": accuracy, "uf1": np.nanmean(f1, -1), "uar": np.nanmean(recall, -1)}


def bootstrap_weights(subjects: int, resamples: int, seed: int = 0) -> np.ndarray:
    """How often each subject is drawn in each resample, (resamples, subjects)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(subjects, np.full(subjects, 1 / subjects), size=resamples)


def _resampled(counts: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics of every bootstrap resample, averaged over seeds."""
    drawn = np.einsum("bs,kstp->bktp", weights, counts)
    return {name: values.mean(axis=1) for name, values in from_confusion(drawn).items()}


def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap values."""
    edge = (1 - level) / 2
    low, high = np.nanquantile(values, [edge, 1 - edge])
    return float(low), float(high)


def evaluate(table: pd.DataFrame, bootstrap: int = 1000, mixed: bool = False) -> list[dict]:
    """Headline records (model, protocol, metric, n, seeds, value, low, high) of a score table.

    The table holds one model under one protocol, possibly with several seeds: a value is the
    mean over seeds of the pooled metric. Training and test rows together are refused unless
    `mixed` asks for that leak by name.
    """
    single_split(table, mixed)
    counts = confusion_by_subject(table)
    values = {name: value.mean() for name, value in from_confusion(counts.sum(1)).items()}
    samples = _resampled(counts, bootstrap_weights(counts.shape[1], bootstrap))
    head = {
        "model": only(table, "model"),
        "protocol": only(table, "protocol"),
        "n": int(counts[0].sum()),
        "seeds": counts.shape[0],
    }
    records = []
    for name in METRICS:
        low, high = interval(samples[name])
        records.append(
            {**head, "metric": name, "value": float(values[name]), "low": low, "high": high}
        )
    return records


def by_seed(table: pd.DataFrame) -> pd.DataFrame:
    """The pooled metrics of each seed alone, one row a seed."""
    single_split(table)
    return pd.DataFrame(
        from_confusion(confusion_by_subject(table).sum(1)),
        index=pd.Index(sorted(table.seed.unique()), name="seed"),
    )


def mean_with_interval(values, subjects, bootstrap: int = 1000, level: float = 0.95) -> dict:
    """Mean of one value a sequence, with an interval over subjects: n, value, low, high."""
    values, (_, subject_of) = np.asarray(values, float), np.unique(subjects, return_inverse=True)
    total = np.bincount(subject_of, values)
    count = np.bincount(subject_of)
    weights = bootstrap_weights(len(count), bootstrap)
    low, high = interval((weights @ total) / (weights @ count), level)
    return {"n": len(values), "value": float(values.mean()), "low": low, "high": high}


def paired_difference(
    a: pd.DataFrame, b: pd.DataFrame, bootstrap: int = 1000, level: float = 0.95
) -> list[dict]:
    """Metrics of `a` minus metrics of `b` on the same sequences, with paired intervals.

    Both models are resampled with the same subjects, so what makes a subject hard for both
    cancels out. An interval that excludes zero is a difference worth a sentence; of many
    comparisons some would do so by chance, which a higher `level` prevents.
    """
    for table in (a, b):
        single_split(table)
    if set(zip(a.subject, a.name)) != set(zip(b.subject, b.name)):
        raise BadData("paired difference: the two tables do not score the same sequences")
    first, second = confusion_by_subject(a), confusion_by_subject(b)
    weights = bootstrap_weights(first.shape[1], bootstrap)
    one, two = _resampled(first, weights), _resampled(second, weights)
    value_one, value_two = from_confusion(first.sum(1)), from_confusion(second.sum(1))
    records = []
    for name in METRICS:
        low, high = interval(one[name] - two[name], level)
        records.append(
            {
                "model": f"{only(a, 'model')} - {only(b, 'model')}",
                "protocol": only(a, "protocol"),
                "metric": f"{name}_difference",
                "n": int(first[0].sum()),
                "seeds": first.shape[0],
                "value": float(value_one[name].mean() - value_two[name].mean()),
                "low": low,
                "high": high,
            }
        )
    return records


def verdict(record: dict) -> str:
    """A difference in words: whether its interval leaves room for none."""
    first, second = record["model"].split(" - ")
    metric = record["metric"].removesuffix("_difference").upper()
    numbers = f"{record['value']:+.3f} [{record['low']:+.3f}, {record['high']:+.3f}]"
    if record["low"] <= 0 <= record["high"]:
        return f"{metric}: {first} and {second} cannot be told apart here, {numbers}"
    better, worse = (first, second) if record["value"] > 0 else (second, first)
    return f"{metric}: {better} is better than {worse}, difference {numbers}"


def confusion(table: pd.DataFrame) -> pd.DataFrame:
    """Confusion matrix as a labelled frame (rows: truth), averaged over seeds."""
    counts = confusion_by_subject(table)
    classes = [column[2:] for column in class_columns(table)]
    return pd.DataFrame(counts.sum(1).mean(0), index=classes, columns=classes)


def only(table: pd.DataFrame, column: str) -> str:
    """The one value that a column holds; several raise `BadData`."""
    values = table[column].unique()
    if len(values) != 1:
        raise BadData(
            f"score table: {len(values)} values of {column!r} ({', '.join(values)}); "
            "select one before asking for metrics"
        )
    return str(values[0])
