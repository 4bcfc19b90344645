"""What helps a class that has few examples: one network, several methods, the same folds.

Every method of `mer.learning.imbalance` is tried on the study's own training subjects, and plain
training with extra people (`mer.people.roles.crowd`) among them. What is reported for a class
follows from its sequences alone: four people of a cast show it, but every stranger.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mer.evaluation import metrics
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, joint_level, tabulate
from mer.experiments import examination
from mer.experiments.ablation import Setting
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import imbalance, inputs
from mer.learning.conditions import with_extra_training
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe

EXTRA_PEOPLE = "extra people"


def recipe(epochs: int) -> Recipe:
    """The compact network as notebook 12 trains it, plain."""
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
    methods: tuple[str, ...] = (*imbalance.METHODS, EXTRA_PEOPLE),
) -> tuple[dict[str, pd.DataFrame], list[Record]]:
    """The score table of each of `methods`, by name and in this order, and how well each knows
    whom it learned from (`training_accuracy`).

    With extra people an epoch is longer, so there are fewer: all methods take about as many steps.
    """
    share = np.mean([len(fold.train) / (len(fold.train) + len(extra)) for fold in folds])
    shorter = replace(plain, label=EXTRA_PEOPLE, epochs=max(1, round(plain.epochs * share)))
    settings = [
        Setting(shorter, *with_extra_training(data, extra, folds))
        if method == EXTRA_PEOPLE
        else Setting(replace(plain, label=method, balance=method), data, folds)
        for method in methods
    ]
    return examination.run(settings, seeds, parts, quiet)


def as_extra(made: Pictures, classes: tuple[str, ...], step: int = 1) -> Inputs:
    """Every `step`-th picture in MEGC2019's form as inputs of extra people.

    made   `mer.experiments.synthetic_pictures.pictures`, where the takes of a pair stand together
    """
    images, named = made.as_flows(classes, "extra people", "extra-")
    return inputs.published_flow_inputs(images[::step], named[::step], classes)


def rarest(data: Inputs) -> str:
    """The class with the fewest sequences, of those that have any."""
    counts = np.bincount(data.labels, minlength=len(data.classes))
    return data.classes[int(np.where(counts > 0, counts, counts.max() + 1).argmin())]


def recall(table: pd.DataFrame, emotion: str, bootstrap: int = 1000) -> Record:
    """The share of an emotion's sequences that are recognised, mean over seeds, with an interval
    over the subjects who showed it, and the seeds."""
    accuracy, *_ = metrics.evaluate(_of(table, emotion), bootstrap)
    return replace(accuracy, metric=f"recall_{emotion}")


def recall_difference(
    a: pd.DataFrame, b: pd.DataFrame, emotion: str, bootstrap: int = 1000, level: float = 0.95
) -> Record:
    """The recall of `a` minus that of `b`, on the same sequences."""
    gain, *_ = metrics.paired_difference(_of(a, emotion), _of(b, emotion), bootstrap, level)
    return replace(gain, metric=f"recall_{emotion}_difference")


def _of(table: pd.DataFrame, emotion: str) -> pd.DataFrame:
    """The rows of those who show an emotion: their accuracy is its recall."""
    return table[table.emotion == emotion]


def records(tables: dict[str, pd.DataFrame], emotion: str, bootstrap: int = 1000) -> list[Record]:
    """The recall of `emotion` and the metrics of every method, and the differences to "plain".

    The intervals of the differences are wider than 95 %, so that with all methods together no
    more than 5 % err (Bonferroni).
    """
    found, plain = [], tables["plain"]
    level = joint_level(len(tables) - 1)
    for table in tables.values():
        found += [recall(table, emotion, bootstrap), *metrics.evaluate(table, bootstrap)]
    for method, table in tables.items():
        if method != "plain":
            found.append(recall_difference(table, plain, emotion, bootstrap, level))
            found += metrics.paired_difference(table, plain, bootstrap, level)
    return found


def summary(found: list[Record]) -> pd.DataFrame:
    """One row a method: each metric with its interval, and its difference to "plain"."""
    return tabulate(record for record in found if record.measure != "accuracy")


def helpful(found: list[Record], emotion: str) -> list[str]:
    """The methods that are told to raise the recall of `emotion` and are not told to lower UAR."""
    gains, fair = _differences(found, f"recall_{emotion}"), _differences(found, "uar")
    return [method for method, gain in gains.items() if gain.sign > 0 and fair[method].sign >= 0]


def best(found: list[Record], emotion: str) -> str:
    """Of the `helpful` methods the one that raises the recall most; "plain" if there is none."""
    gains = _differences(found, f"recall_{emotion}")
    return max(helpful(found, emotion), key=lambda m: gains[m].value, default="plain")


def ties(
    tables: dict[str, pd.DataFrame], found: list[Record], emotion: str, bootstrap: int = 1000
) -> list[str]:
    """The `helpful` methods that cannot be told from the `best`, neither in the recall of
    `emotion` nor in UAR, with the best among them: in the order of `tables`, the simplest first.

    Differences are paired, on the same sequences, in intervals that are wide enough for all of
    them together.
    """
    first = best(found, emotion)
    others = [method for method in helpful(found, emotion) if method != first]
    level = joint_level(2 * len(others))
    told = set()
    for method in others:
        pair = tables[method], tables[first]
        changes = [
            recall_difference(*pair, emotion, bootstrap, level),
            *(r for r in metrics.paired_difference(*pair, bootstrap, level) if r.measure == "uar"),
        ]
        if any(change.excludes_zero for change in changes):
            told.add(method)
    return [method for method in tables if method in {first, *others} - told]


def recommendation(found: list[Record], emotion: str, tied: list[str] | None = None) -> str:
    """What these records allow to recommend for `emotion`, in words: what is recommended, what it
    is worth, and what it costs the others. None: plain stays, and what was nearest is said.

    tied    what `ties` gives: the first of them is recommended (None: `best`)
    """
    gains, fair, alarms = (
        _differences(found, metric) for metric in (f"recall_{emotion}", "uar", "uf1")
    )
    method = best(found, emotion)
    proven = method != "plain"
    chosen = tied[0] if proven and tied else method
    nearest = chosen if proven else max(gains, key=lambda name: gains[name].value)
    numbers = ", ".join(one[nearest].phrase() for one in (gains, fair, alarms))
    if not proven:
        return (
            f"No method is told to help {emotion} without harm to the other classes: keep it "
            f"plain. Nearest: {nearest}, {numbers}."
        )
    alike = [m for m in tied or () if m != chosen]
    others = [m for m, gain in gains.items() if gain.sign > 0 and m not in {chosen, *alike}]
    silent = [m for m, gain in gains.items() if gain.sign <= 0]
    return (
        f"For {emotion} use {chosen}: {numbers} against plain training."
        + (
            f" It cannot be told from {_and(alike)}, neither in this recall nor in UAR, and "
            "is the simplest of them."
            if alike
            else ""
        )
        + (
            f" {emotion.capitalize()} is also found more often with {_and(others)}."
            if others
            else ""
        )
        + (f" Not told to help: {_and(silent)}." if silent else "")
        + (" It costs UF1, which counts false alarms too." if alarms[chosen].sign < 0 else "")
    )


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _differences(found: list[Record], metric: str) -> dict[str, Record]:
    """By method, the difference to "plain"."""
    return {r.models[0]: r for r in found if r.metric == f"{metric}_difference"}
