"""How well expressions were spotted in takes whose truth is known.

An expression counts as spotted if an event overlaps it by half of what both cover together, and
no event or expression is counted twice: the rule of the Micro-Expression Grand Challenges
(spotting track of MEGC2019 and after). Precision, recall and F1 are of all takes pooled; their
intervals resample whole takes, each of which shows another person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mer.core import paths
from mer.core.errors import BadData
from mer.datasets.takes import Take
from mer.evaluation.metrics import bootstrap_weights, interval

MEASURED = paths.PACKAGE.parent / "reports" / "demo_bars.json"  # left by `make demo-bars`
OVERLAP = 0.5  # least intersection over union of an event and the expression that it spots
EXPRESSIONS = ("micro", "macro")


@dataclass(frozen=True)
class Count:
    """What was found in one take: expressions that are there, events, events that spot one, and
    those of them with the right emotion; `seconds` of video."""

    take: str
    true: int
    found: int
    hits: int
    right: int
    seconds: float
    micros: int = 0  # micro-expressions among the true ones …
    micro_hits: int = 0  # … and among the spotted


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Intersection over union of two intervals (start, end); 0 if they do not meet."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return max(shared, 0.0) / max(max(a[1], b[1]) - min(a[0], b[0]), 1e-9)


def matches(events: Sequence, truth: Sequence) -> list[tuple[int, int]]:
    """Pairs (event, expression) by their places in both lists, the best overlap first.

    events   have `start` and `end` in seconds
    truth    have `seconds`, the first and last of which are onset and offset
    """
    pairs = [
        (overlap((e.start, e.end), (t.seconds[0], t.seconds[-1])), i, j)
        for i, e in enumerate(events)
        for j, t in enumerate(truth)
    ]
    found, events_left, truth_left = [], set(range(len(events))), set(range(len(truth)))
    for share, i, j in sorted(pairs, key=lambda pair: -pair[0]):
        if share >= OVERLAP and i in events_left and j in truth_left:
            found.append((i, j))
            events_left.remove(i)
            truth_left.remove(j)
    return found


def count(take: Take, events: Sequence) -> Count:
    """Hold the events that were found in a take against its micro- and macro-expressions."""
    truth = take.of_kind(*EXPRESSIONS)
    pairs = matches(events, truth)
    right = sum(events[i].emotion == truth[j].emotion for i, j in pairs)
    return Count(
        take.name,
        len(truth),
        len(events),
        len(pairs),
        right,
        take.frames / take.fps,
        sum(t.kind == "micro" for t in truth),
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


_TOLD = {  # in the words of a table: part of the takes and figure
    "spotting F1": ("all", "f1"),
    "spotting F1, 30 frames a second": ("at30", "f1"),
    "spotting F1, 200 frames a second": ("at200", "f1"),
    "micro-expressions that were spotted": ("all", "micro_recall"),
    "right emotion, of those spotted": ("all", "emotion_accuracy"),
    "false events in 5 minutes of still faces": ("still", "false_in_5_minutes"),
}


def comparison(path: Path = MEASURED) -> pd.DataFrame | None:
    """The figures that `make demo-bars` left in `path`: one row each, in words, with its interval;
    one column for each way of analysing. None if nothing was measured; a file that is something
    else is `BadData`."""
    if not path.is_file():
        return None
    try:
        ways = {
            name: part
            for name, part in json.loads(path.read_text(encoding="utf-8")).items()
            if isinstance(part, dict) and "scores" in part
        }
        return pd.DataFrame({name: _told(part) for name, part in ways.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadData(
            f"{path}: not what `make demo-bars` writes ({error!r}). Run it again."
        ) from error


def _told(part: dict) -> dict[str, str]:
    rows = {
        name: "{value:.2f} [{low:.2f}, {high:.2f}]".format(**part["scores"][where][what])
        for name, (where, what) in _TOLD.items()
    }
    rows["seconds of CPU for a second of video"] = f"{part['cpu_seconds_a_second']['at30']:.2f}"
    rows["a live frame, 95th percentile, ms"] = f"{part['tick_ms'][1]:.0f}"
    return rows
