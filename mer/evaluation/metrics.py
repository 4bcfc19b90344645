"""Accuracy, UF1, UAR and confusion matrices, with confidence intervals over subjects.

Definitions follow the MEGC2019 challenge: predictions of all folds are pooled first, then
UF1 = mean over classes of 2 TP / (2 TP + FP + FN) and UAR = mean over classes of TP / n.
Intervals are percentile bootstraps that resample whole subjects, because two sequences of one
face are not two independent pieces of evidence, and the seeds, because a network trained afresh
answers otherwise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation.records import Record
from mer.evaluation.scores import class_columns, single_split

METRICS = ("accuracy", "uf1", "uar")
_SEEDS = 1  # the random stream that draws seeds; people have another


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
    """Metrics of every bootstrap resample: people by `weights`, and the seeds as well.

    Two models with equally many seeds meet the same draw of seeds, as they meet the same people.
    """
    drawn = np.einsum("bs,kstp->bktp", weights, counts)
    seeds = bootstrap_weights(len(counts), len(weights), _SEEDS) / len(counts)
    return {name: (values * seeds).sum(1) for name, values in from_confusion(drawn).items()}


def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap values."""
    edge = (1 - level) / 2
    low, high = np.nanquantile(values, [edge, 1 - edge])
    return float(low), float(high)


def head(table: pd.DataFrame, minus: pd.DataFrame | None = None) -> dict:
    """Model, protocol and seeds of a table's records; with `minus`, of its differences to that."""
    model = only(table, "model")
    if minus is not None:
        model = f"{model} - {only(minus, 'model')}"
    return {"model": model, "protocol": only(table, "protocol"), "seeds": int(table.seed.nunique())}


def evaluate(table: pd.DataFrame, bootstrap: int = 1000, mixed: bool = False) -> list[Record]:
    """Accuracy, UF1 and UAR of a score table, with intervals.

    Predictions of all folds are pooled first; a value is the mean over seeds of the pooled metric.

    Parameters
    ----------
    table : DataFrame
        A score table of one model under one protocol, possibly with several seeds.
    bootstrap : int
        Resamples of the subjects and seeds.
    mixed : bool
        Take training and test rows together: a leak, which has to be asked for by name.

    Returns
    -------
    list of Record
        One a metric, with a 95 % interval over subjects and seeds.

    Raises
    ------
    BadData
        If there are rows of both splits, of several models or protocols, or none.

    Notes
    -----
    See et al., "MEGC 2019", FG 2019.

    Examples
    --------
    >>> from mer.evaluation import metrics, scores
    >>> for record in metrics.evaluate(scores.example(wrong=[1])):
    ...     print(record.phrase(".2f"))
    accuracy 0.83 [0.50, 1.00]
    UF1 0.83 [0.33, 1.00]
    UAR 0.83 [0.50, 1.00]
    """
    single_split(table, mixed)
    counts = confusion_by_subject(table)
    values = {name: value.mean() for name, value in from_confusion(counts.sum(1)).items()}
    samples = _resampled(counts, bootstrap_weights(counts.shape[1], bootstrap))
    told, n = head(table), int(counts[0].sum())
    found = []
    for name in METRICS:
        low, high = interval(samples[name])
        value = float(values[name])
        found.append(Record(**told, metric=name, n=n, value=value, low=low, high=high))
    return found


def by_seed(table: pd.DataFrame) -> pd.DataFrame:
    """The pooled metrics of each seed alone, one row a seed."""
    single_split(table)
    return pd.DataFrame(
        from_confusion(confusion_by_subject(table).sum(1)),
        index=pd.Index(sorted(table.seed.unique()), name="seed"),
    )


def mean_with_interval(
    values, subjects=None, bootstrap: int = 1000, level: float = 0.95, **told
) -> Record:
    """Mean of one value a sequence, with an interval over subjects.

    Parameters
    ----------
    values : (N,) array_like
    subjects : (N,) array_like, optional
        Whose each value is; by default the level "subject" of the values' index.
    bootstrap, level
        Resamples of the subjects, and how sure the interval is.
    **told
        What else the record says: model, protocol, metric, seeds.

    Returns
    -------
    Record

    Examples
    --------
    >>> from mer.evaluation import metrics
    >>> told = dict(model="spotter", protocol="annotation", metric="mae_frames")
    >>> metrics.mean_with_interval([2, 4, 9], ["ann", "ann", "ben"], **told).text(".1f")
    '5.0 [3.0, 9.0]'
    """
    if subjects is None:
        subjects = values.index.get_level_values("subject")
    values, (_, subject_of) = np.asarray(values, float), np.unique(subjects, return_inverse=True)
    total = np.bincount(subject_of, values)
    count = np.bincount(subject_of)
    weights = bootstrap_weights(len(count), bootstrap)
    low, high = interval((weights @ total) / (weights @ count), level)
    return Record(**told, n=len(values), value=float(values.mean()), low=low, high=high)


def paired_difference(
    a: pd.DataFrame, b: pd.DataFrame, bootstrap: int = 1000, level: float = 0.95
) -> list[Record]:
    """Metrics of `a` minus metrics of `b` on the same sequences, with paired intervals.

    Both models are resampled with the same subjects, so what makes a subject hard for both
    cancels out. An interval that excludes zero is a difference worth a sentence
    (`Record.verdict`); of many comparisons some would do so by chance, which a higher `level`
    prevents (`records.joint_level`).

    Parameters
    ----------
    a, b : DataFrame
        Score tables of one model and one protocol each; other sequences in `b` raise `BadData`.
    bootstrap, level
        Resamples of the subjects and seeds, and how sure the intervals are.

    Returns
    -------
    list of Record
        One a metric; the model is "a - b".

    Examples
    --------
    >>> from mer.evaluation import metrics, scores
    >>> a, b = scores.example("flow"), scores.example("apex", wrong=[0, 1, 2, 3, 4])
    >>> metrics.paired_difference(a, b)[0].verdict(".2f")
    'accuracy: flow is better than apex, difference +0.83 [+0.50, +1.00]'
    """
    for table in (a, b):
        single_split(table)
    if set(zip(a.subject, a.name)) != set(zip(b.subject, b.name)):
        raise BadData("paired difference: the two tables do not score the same sequences")
    first, second = confusion_by_subject(a), confusion_by_subject(b)
    weights = bootstrap_weights(first.shape[1], bootstrap)
    one, two = _resampled(first, weights), _resampled(second, weights)
    value_one, value_two = from_confusion(first.sum(1)), from_confusion(second.sum(1))
    told, n = head(a, b), int(first[0].sum())
    found = []
    for name in METRICS:
        low, high = interval(one[name] - two[name], level)
        value = float(value_one[name].mean() - value_two[name].mean())
        metric = f"{name}_difference"
        found.append(Record(**told, metric=metric, n=n, value=value, low=low, high=high))
    return found


def confusion(table: pd.DataFrame) -> pd.DataFrame:
    """Confusion matrix of a score table: rows are the truth, columns the answers.

    Returns
    -------
    DataFrame
        Counts of sequences, averaged over seeds.

    Examples
    --------
    >>> from mer.evaluation import metrics, scores
    >>> metrics.confusion(scores.example(wrong=[1]))
           grief  joy
    grief    2.0  1.0
    joy      0.0  3.0
    """
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
