"""Spotting and its emotions over many takes: counts of each take, and scores of them all.

Precision, recall and F1 are of all takes pooled; their intervals resample whole takes, each of
which shows another person. What counts as spotted is `mer.video.spotting_scores`'s to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from mer.datasets.takes import Take
from mer.evaluation.metrics import bootstrap_weights, interval
from mer.video.spotting_scores import matches


@dataclass(frozen=True)
class Count:
    """What was found in one take: expressions that are there, events, events that spot one, and
    those of them with the right emotion (None: the spotter names none); `seconds` of video."""

    take: str
    true: int
    found: int
    hits: int
    right: int | None
    seconds: float
    micros: int = 0  # micro-expressions among the true ones …
    micro_hits: int = 0  # … and among the spotted


def count(
    take: Take,
    events: Sequence,
    within: Callable[[float, float], bool] = lambda onset, offset: True,
    seconds: float | None = None,
) -> Count:
    """Hold the events that were found in a take against its micro- and macro-expressions.

    within    whether what goes on from an onset to an offset counts: an expression by its own,
              with the event that spots it, and a false event by the event's
    seconds   how long such a thing could go on (default: the whole take)
    """
    truth = take.of_kind("micro", "macro")
    pairs = [(i, j) for i, j in matches(events, truth) if within(*truth[j].seconds[::2])]
    matched = {i for i, _ in matches(events, truth)}
    false = [e for i, e in enumerate(events) if i not in matched and within(e.onset, e.offset)]
    true = [t for t in truth if within(*t.seconds[::2])]
    right = sum(events[i].emotion == truth[j].emotion for i, j in pairs)
    names = not events or any(event.emotion for event in events)
    return Count(
        take.name,
        len(true),
        len(pairs) + len(false),
        len(pairs),
        right if names else None,
        take.frames / take.fps if seconds is None else seconds,
        sum(t.kind == "micro" for t in true),
        sum(truth[j].kind == "micro" for _, j in pairs),
    )


def scores(counts: Sequence[Count], resamples: int = 1000) -> dict[str, dict[str, float]]:
    """F1, precision, recall, the emotion accuracy of what was spotted, the recall of
    micro-expressions alone, and false events in five minutes.

    Each is {"value", "low", "high"}; None where nothing can be counted (JSON has no NaN).
    """
    table = {
        name: np.array([asdict(c)[name] for c in counts], float)
        for name in Count.__annotations__
        if name != "take"
    }
    weights = bootstrap_weights(len(counts), resamples)
    found = {}
    for name, rule in _RULES.items():
        with np.errstate(invalid="ignore", divide="ignore"):
            value = rule({key: row.sum() for key, row in table.items()})
            samples = rule({key: weights @ row for key, row in table.items()})
        known = np.isfinite(value) and np.isfinite(samples).any()
        low, high = interval(samples) if known else (None, None)
        found[name] = {"value": float(value) if known else None, "low": low, "high": high}
    return found


_RULES: dict[str, Callable] = {
    "f1": lambda n: 2 * n["hits"] / (n["true"] + n["found"]),
    "precision": lambda n: n["hits"] / n["found"],
    "recall": lambda n: n["hits"] / n["true"],
    "micro_recall": lambda n: n["micro_hits"] / n["micros"],
    "emotion_accuracy": lambda n: n["right"] / n["hits"],
    "false_in_5_minutes": lambda n: 300 * (n["found"] - n["hits"]) / n["seconds"],
}
