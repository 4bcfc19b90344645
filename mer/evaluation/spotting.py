"""The spotting protocol of the Micro-Expression Grand Challenges (MEGC2020 and after).

An expression is spotted by an interval that shares with it at least half of what both cover
together (intersection over union); no interval and no expression counts twice. Hits, false and
missed ones are pooled over all videos, then F1 is taken: among micro-expressions, among
macro-expressions, and of both sums together. An interval of the wrong kind is false and leaves
its expression missed; `any kind`, which is no part of the protocol, forgives that.

What was spotted is then named: *analysis F1* is the harmonic mean of precision and recall, each
a mean over emotions, among the hits; the spot-then-recognise score (STRS) is the product of both
F1 (Liong, See and Chan, "Spot-then-recognize", Signal Processing: Image Communication, 2023).
People in whom nothing was found are part of all sums.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation.interval_tables import KINDS, in_words_of, with_kinds
from mer.evaluation.metrics import bootstrap_weights, interval
from mer.evaluation.records import Record

OVERLAP = 0.5  # least intersection over union of an interval and the expression that it spots
PROTOCOL = "MEGC spotting"
ALL, ANY = "all", "any kind"
_ROUNDING = 1e-9  # of seconds that were frames: a half is a half


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Intersection over union of two intervals (onset, offset); 0 if they do not meet.

    Examples
    --------
    >>> from mer.evaluation import spotting
    >>> spotting.overlap((1.0, 1.5), (1.0, 2.0))
    0.5
    """
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return max(shared, 0.0) / max(max(a[1], b[1]) - min(a[0], b[0]), 1e-9)


def matches(
    found: Sequence[tuple[float, float]], truth: Sequence[tuple[float, float]]
) -> list[tuple[int, int]]:
    """Hits, as places (in found, in truth) of intervals (onset, offset), the best overlap first.

    Examples
    --------
    >>> from mer.evaluation import spotting
    >>> spotting.matches([(0.0, 0.4), (1.0, 1.5)], [(1.0, 1.6), (3.0, 4.0)])
    [(1, 0)]
    """
    pairs = [
        (overlap(one, true), i, j) for i, one in enumerate(found) for j, true in enumerate(truth)
    ]
    hits, found_left, truth_left = [], set(range(len(found))), set(range(len(truth)))
    for share, i, j in sorted(pairs, key=lambda pair: -pair[0]):
        if share >= OVERLAP - _ROUNDING and i in found_left and j in truth_left:
            hits.append((i, j))
            found_left.remove(i)
            truth_left.remove(j)
    return hits


def evaluate(
    truth: pd.DataFrame, found: pd.DataFrame, model: str = "", bootstrap: int = 1000
) -> list[Record]:
    """The scores of all videos together, with intervals over subjects where there are several.

    Parameters
    ----------
    truth, found : DataFrame
        As `mer.evaluation.interval_tables.read` gives them. Without kinds in the truth all
        expressions are of one; without emotions on either side there is no analysis.
    model : str
        Who found them.
    bootstrap : int
        Resamples of the subjects.

    Returns
    -------
    list of Record
        For each part ("micro", "macro", "all", "any kind") f1, precision, recall and, of what
        was spotted, analysis_f1, analysis_uf1 and strs. n counts the true expressions.

    Raises
    ------
    BadData
        If there is no true expression, or no video of the intervals is one of the truth.

    Examples
    --------
    >>> from mer.evaluation import spotting
    >>> truth = pd.DataFrame(
    ...     [("1", "a", 1.0, 1.4), ("2", "b", 1.0, 1.4)],
    ...     columns=["subject", "video", "onset", "offset"],
    ... )
    >>> for record in spotting.evaluate(truth, truth[:1]):
    ...     print(record.metric, round(record.value, 2))
    f1 0.67
    precision 1.0
    recall 0.5
    """
    _check(truth, found)
    found = in_words_of(found, truth)
    if "kind" not in truth:
        return _records(truth, found, ALL, [], model, bootstrap)
    found = with_kinds(found)
    records = []
    for kind in (kind for kind in KINDS if (truth.kind == kind).any()):
        own = (table[table.kind == kind] for table in (truth, found))
        records += _records(*own, kind, [], model, bootstrap)
    for part, by in ((ALL, ["kind"]), (ANY, [])):
        records += _records(truth, found, part, by, model, bootstrap)
    return records


def _check(truth: pd.DataFrame, found: pd.DataFrame) -> None:
    if not len(truth):
        raise BadData("the table of what is true has no row. Give the expressions of all videos.")
    videos = [set(zip(table.subject, table.video)) for table in (found, truth)]
    if videos[0] and not videos[0] & videos[1]:
        one, other = ("/".join(min(names)) for names in videos)
        raise BadData(
            f"no video of what was found is among those of the truth (such as {one}, and {other}). "
            "Name subjects and videos alike in both tables."
        )


def _words(truth: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """All emotions of both tables; none where one of the two says nothing of them."""
    said = [set(table.get("emotion", ())) - {""} for table in (truth, found)]
    return sorted(said[0] | said[1]) if all(said) else []


def _tally(truth: pd.DataFrame, found: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row a video (and kind): how many are true, found and hits, and the hits' emotions."""
    keys = ["subject", "video", *by]
    groups = [dict(list(table.groupby(keys))) for table in (truth, found)]
    rows = []
    for key in sorted({**groups[0], **groups[1]}):
        true, own = (group.get(key, table[:0]) for group, table in zip(groups, (truth, found)))
        spans = [list(zip(table.onset, table.offset)) for table in (own, true)]
        hits = matches(*spans)
        rows.append((*key, len(true), len(own), len(hits), _named(own, true, hits)))
    return pd.DataFrame(rows, columns=[*keys, "true", "found", "hits", "named"])


def _named(found: pd.DataFrame, truth: pd.DataFrame, hits) -> list[tuple[str, str]]:
    """True and found emotion of each hit."""
    if "emotion" not in truth or "emotion" not in found:
        return []
    return [(truth.emotion.iloc[j], found.emotion.iloc[i]) for i, j in hits]


def _records(
    truth: pd.DataFrame, found: pd.DataFrame, part: str, by: list[str], model: str, bootstrap: int
) -> list[Record]:
    tally, words = _tally(truth, found, by), _words(truth, found)
    people = sorted(tally.subject.unique())
    sums = tally.groupby("subject")[["true", "found", "hits"]].sum().loc[people].to_numpy(float)
    named = _confusions(tally, people, words)
    weights = bootstrap_weights(len(people), bootstrap)
    values = _scores(sums.sum(0), named.sum(0))
    samples = _scores(weights @ sums, np.tensordot(weights, named, 1))
    n = int(sums[:, 0].sum())
    return [
        Record(
            model=model,
            protocol=f"{PROTOCOL}, {part}",
            metric=metric,
            n=n,
            value=float(value),
            **(dict(zip(("low", "high"), interval(samples[metric]))) if len(people) > 1 else {}),
        )
        for metric, value in values.items()
    ]


def _confusions(tally: pd.DataFrame, people: list[str], words: list[str]) -> np.ndarray:
    """(people, true emotion, found emotion) of the hits that have both."""
    counts = np.zeros((len(people), len(words), len(words)))
    for row in tally.itertuples():
        for pair in row.named:
            if set(pair) <= set(words):
                counts[people.index(row.subject), words.index(pair[0]), words.index(pair[1])] += 1
    return counts


def _scores(sums: np.ndarray, named: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of sums (..., [true, found, hits]) and confusions (..., true, found)."""
    true, found, hits = np.moveaxis(sums, -1, 0)
    scores = {
        "f1": _share(2 * hits, true + found),
        "precision": _share(hits, found),
        "recall": _share(hits, true),
    }
    if not named.shape[-1]:
        return scores
    right, actual, said = np.diagonal(named, axis1=-2, axis2=-1), named.sum(-1), named.sum(-2)
    precision, recall = (_share(right, count).mean(-1) for count in (said, actual))
    analysis = _share(2 * precision * recall, precision + recall)
    return {
        **scores,
        "analysis_f1": analysis,
        "analysis_uf1": _share(2 * right, actual + said).mean(-1),
        "strs": scores["f1"] * analysis,
    }


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, and 0 of nothing, as the challenges count."""
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, float)), where=whole > 0)
