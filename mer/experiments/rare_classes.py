"""What helps a class that has few examples: one network, several methods, the same folds.

Every method of `mer.learning.imbalance` is tried on the study's own training subjects, and plain
training with extra people (`mer.experiments.extra_people`) among them. What is reported for a class
follows from its sequences alone, so a class with four people has an interval over four people.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mer.evaluation import metrics, scores
from mer.evaluation.protocols import Fold
from mer.learning import cross_validation, imbalance
from mer.learning.conditions import with_extra_training
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe

EXTRA_PEOPLE = "extra people"


def recipe(epochs: int) -> Recipe:
    """The compact network as notebook 10 trains it, plain."""
    return Recipe(
        "compact", "plain", epochs, lr=1e-3, weight_decay=0.01, optimiser="adamw", schedule="cosine"
    )


def compare(
    plain: Recipe,
    data: Inputs,
    extra: Inputs,
    folds: list[Fold],
    seeds: list[int],
    parts: Path,
    quiet: bool = False,
) -> dict[str, pd.DataFrame]:
    """The score table of each method, by name; "plain" comes first, "extra people" last.

    With extra people an epoch is longer, so there are fewer: all methods take about as many steps.
    """
    tables = {}
    for method in imbalance.METHODS:
        tables[method] = cross_validation.cross_validate(
            replace(plain, label=method, balance=method), data, folds, seeds, parts, quiet
        )
    share = np.mean([len(fold.train) / (len(fold.train) + len(extra)) for fold in folds])
    shorter = replace(plain, label=EXTRA_PEOPLE, epochs=max(1, round(plain.epochs * share)))
    tables[EXTRA_PEOPLE] = cross_validation.cross_validate(
        shorter, *with_extra_training(data, extra, folds), seeds, parts, quiet
    )
    return tables


def rarest(data: Inputs) -> str:
    """The class with the fewest sequences, of those that have any."""
    counts = np.bincount(data.labels, minlength=len(data.classes))
    return data.classes[int(np.where(counts > 0, counts, counts.max() + 1).argmin())]


def recall(table: pd.DataFrame, emotion: str, bootstrap: int = 1000) -> dict:
    """Metrics record of the share of an emotion's sequences that are recognised, mean over
    seeds, with an interval over the subjects who showed it."""
    hits = _hits(table, emotion)
    return {
        "model": metrics.only(table, "model"),
        "protocol": metrics.only(table, "protocol"),
        "metric": f"recall_{emotion}",
        "seeds": int(table.seed.nunique()),
        **metrics.mean_with_interval(hits, hits.index.get_level_values("subject"), bootstrap),
    }


def recall_difference(
    a: pd.DataFrame, b: pd.DataFrame, emotion: str, bootstrap: int = 1000
) -> dict:
    """Metrics record of the recall of `a` minus that of `b`, sequence by sequence."""
    gains = _hits(a, emotion) - _hits(b, emotion)
    return {
        "model": f"{metrics.only(a, 'model')} - {metrics.only(b, 'model')}",
        "protocol": metrics.only(a, "protocol"),
        "metric": f"recall_{emotion}_difference",
        "seeds": int(a.seed.nunique()),
        **metrics.mean_with_interval(gains, gains.index.get_level_values("subject"), bootstrap),
    }


def records(tables: dict[str, pd.DataFrame], emotion: str, bootstrap: int = 1000) -> list[dict]:
    """Metrics of every method, the recall of `emotion`, and the differences to "plain".

    The intervals of the differences in accuracy, UF1 and UAR are wider than 95 %, so that with
    all methods together no more than 5 % err (Bonferroni).
    """
    found, plain = [], tables["plain"]
    level = 1 - 0.05 / max(len(tables) - 1, 1)
    for table in tables.values():
        found += [*metrics.evaluate(table, bootstrap), recall(table, emotion, bootstrap)]
    for method, table in tables.items():
        if method != "plain":
            found += metrics.paired_difference(table, plain, bootstrap, level)
            found.append(recall_difference(table, plain, emotion, bootstrap))
    return found


def summary(found: list[dict]) -> pd.DataFrame:
    """One row a method: each metric with its interval, and its difference to "plain"."""
    rows = pd.DataFrame(found)
    rows["method"] = rows.model.str.removesuffix(" - plain")
    rows["text"] = [
        f"{r.value:+.2f} [{r.low:+.2f}, {r.high:+.2f}]"
        if r.metric.endswith("_difference")
        else f"{r.value:.2f} [{r.low:.2f}, {r.high:.2f}]"
        for r in rows.itertuples()
    ]
    names = [name for name in rows.metric.unique() if not name.startswith("accuracy")]
    wide = rows.pivot(index="method", columns="metric", values="text")
    wide = wide.loc[rows.method.unique(), sorted(names, key=_place)]
    return wide.rename(columns=_title).fillna("–").rename_axis(index=None, columns=None)


def recommendation(found: list[dict]) -> str:
    """What these records allow to recommend, in words.

    A method helps if the interval of its UAR difference to "plain" lies above zero; of several the
    one with the largest difference is named. None: plain stays, and what was nearest is said.
    """
    gains = sorted((r for r in found if r["metric"] == "uar_difference"), key=lambda r: -r["value"])
    proven = [r for r in gains if r["low"] > 0]
    best = (proven or gains)[0]
    method = best["model"].removesuffix(" - plain")
    uf1 = next(r for r in found if r["metric"] == "uf1_difference" and r["model"] == best["model"])
    numbers = f"UAR {_signed(best)}, UF1 {_signed(uf1)}"
    if not proven:
        return (
            f"No method can be told from plain training here: keep it plain. Nearest: {method}, "
            f"{numbers}."
        )
    others = ", ".join(r["model"].removesuffix(" - plain") for r in proven[1:])
    return (
        f"Use {method}: {numbers} against plain training."
        + (f" Also better than plain: {others}." if others else "")
        + (" It costs UF1, which counts false alarms too." if uf1["high"] < 0 else "")
    )


def _hits(table: pd.DataFrame, emotion: str) -> pd.Series:
    """Share of the seeds that recognise each sequence of an emotion, by subject and name."""
    scores.single_split(table)
    chosen = table[table.emotion == emotion]
    return scores.by_sequence(scores.right(chosen), chosen)


def _place(name: str) -> tuple:
    order = ("uf1", "uar", "recall")
    return (name.endswith("_difference"), order.index(name.split("_")[0]))


def _title(name: str) -> str:
    title = name.removesuffix("_difference").replace("_", " of ")
    title = title.upper() if title in ("uf1", "uar") else title
    return f"{title} - plain's" if name.endswith("_difference") else title


def _signed(record: dict) -> str:
    return f"{record['value']:+.3f} [{record['low']:+.3f}, {record['high']:+.3f}]"
