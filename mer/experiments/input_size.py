"""What a larger input costs the SimpleCNN: weights, CPU seconds, milliseconds a step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator, StrMethodFormatter

from mer.core.errors import MerError
from mer.core.style import INK
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, label
from mer.experiments import ablation
from mer.experiments.examination import Examination
from mer.learning import cross_validation, models
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe
from mer.preprocessing import flow

LARGEST = 224  # pixels: the earlier implementation's input
_PROBE = 32  # training samples that a cost is measured on
STREAMS = {"apex": "#3b7dd8", "flow": "#e2603f", "ensemble": "#7d5ba6"}


def weights(side: int, classes: int) -> dict[str, int]:
    """Parameters of the SimpleCNN at `side` pixels: in its convolutions, in its linear layer."""
    if side < 8:
        raise MerError(f"input size {side}: three poolings leave nothing of it; take 8 or more")
    network = models.build("simple-cnn", classes, 3, side)
    return {
        name: sum(one.numel() for one in part.parameters())
        for name, part in (("convolutions", network.features), ("linear", network.classify))
    }


def flows(exam: Examination, sides: set[int]) -> dict[int, Inputs]:
    """The strangers' flow inputs at each of `sides` pixels; every flow is computed once for all."""
    if not sides:
        return {}
    wanted = sorted(sides)
    made = exam.each(at_sides, sides=tuple(wanted))
    parts = np.split(made, np.cumsum([3 * side**2 for side in wanted])[:-1], axis=1)
    return {
        side: exam.flow_inputs(part.reshape(-1, side, side, 3), side)
        for side, part in zip(wanted, parts, strict=True)
    }


def at_sides(onset: np.ndarray, apex: np.ndarray, sides: tuple[int, ...]) -> np.ndarray:
    """Flow and strain of two crops, averaged to each of `sides`: one vector of all numbers."""
    field = flow.onset_to_apex(onset, apex)
    small = (cv2.resize(field, (side, side), interpolation=cv2.INTER_AREA) for side in sides)
    return np.concatenate([one.ravel() for one in small])


def step(table: pd.DataFrame, folds: list[Fold], epochs: int) -> Record:
    """CPU milliseconds of one sample in one training step, scoring included.

    `table` has the seconds of `folds`, each trained for `epochs`.
    """
    record = cross_validation.seconds(table)
    shown = epochs * sum(len(fold.train) for fold in folds)
    return replace(record, metric="ms_per_step", value=1000 * record.value / shown)


def price(
    recipe: Recipe, data: Inputs, folds: list[Fold], seed: int, parts: Path, quiet: bool = False
) -> list[Record]:
    """Records `seconds` and `ms_per_step` of a training that is not done.

    A few samples are trained on once and a fitting share of test sequences is scored; the
    seconds are scaled to all of the recipe's epochs and `folds`. No score comes of it.
    """
    first = folds[0]
    few = first.train[:_PROBE]
    tested = round(len(few) * len(first.test) / len(first.train) / recipe.epochs)
    probe = [Fold(first.protocol, "cost", few, first.test[: max(1, tested)])]
    table = cross_validation.cross_validate(
        replace(recipe, epochs=1), data, probe, [seed], parts, quiet
    )
    one = replace(step(table, probe, 1), n=len(few))
    shown = recipe.epochs * sum(len(fold.train) for fold in folds)
    return [replace(one, metric="seconds", value=one.value * shown / 1000), one]


def ensemble(tables: list[pd.DataFrame], model: str) -> pd.DataFrame:
    """The mean of several streams' scores, as `scores.average`; it costs what they all cost."""
    key = ["fold", "seed"]
    spent = sum(table.drop_duplicates(key).set_index(key).seconds for table in tables)
    return scores.average(tables, model).join(spent, on=key)


def enough(found: list[Record]) -> str:
    """How many pixels a stream needs, as far as its differences to the smallest size tell.

    found   what `mer.experiments.ablation.records` gives of one stream, the smallest size first
    """
    changes = [r for r in found if r.metric == "uar_difference"]
    smallest = changes[0].models[1]
    better, worse = (
        [r.models[0].split(", ")[1] for r in changes if r.sign == sign] for sign in (1, -1)
    )
    if better:
        return f"{smallest} are not enough: more is told with {' and '.join(better)}."
    if worse:
        return f"{smallest} are enough: less is told with {' and '.join(worse)}."
    most = max(r.high for r in changes)
    width = max(r.reach for r in changes)
    left = f"a gain of more than {most:.3f} is ruled out" if width else ablation.could_tell(width)
    return f"{smallest} may be enough: no larger size is told to be better; {left}."


def plot_score_against_cost(
    found: list[Record],
    priced: list[Record] = (),
    metric: str = "uar",
    chance: float | None = None,
    title: str = "",
):
    """A line a stream: the score of each input size over the CPU seconds that a seed costs.

    found    records of `mer.experiments.ablation.records`, models named "<stream>, <side> px"
    priced   `seconds` records of sizes that were not trained: a vertical line each
    """
    cost = {r.model: r.value for r in found if r.metric == "seconds"}
    figure, axis = plt.subplots(figsize=(7.5, 4), layout="constrained")
    for stream, colour in STREAMS.items():
        line = [r for r in found if r.metric == metric and r.model.startswith(f"{stream},")]
        x = [cost[r.model] for r in line]
        axis.plot(x, [r.value for r in line], "o-", color=colour, ms=7, label=stream)
        for at, record in zip(x, line):
            axis.plot(
                [at, at],
                [record.low, record.high],
                color=colour,
                lw=2.5,
                alpha=0.35,
                solid_capstyle="round",
            )
            axis.annotate(
                _side(record),
                (at, record.value),
                xytext=(5, 5),
                textcoords="offset points",
                fontsize=8,
                color=colour,
            )
    for record in priced:
        colour = STREAMS[record.model.split(",")[0]]
        axis.axvline(record.value, color=colour, ls="--", lw=1)
        axis.annotate(
            f"{_side(record)}:\ncost only",
            (record.value, 0.98),
            xytext=(-4, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=8,
            va="top",
            ha="right",
            color=colour,
        )
    if chance is not None:
        axis.axhline(chance, color=INK, ls=":", lw=1)
        axis.annotate(
            "chance",
            (1, chance),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8,
            va="center",
        )
    axis.set(
        xscale="log",
        xlabel="CPU seconds a seed",
        ylabel=f"{label(metric)}, {ablation.tested(found)}",
        title=title,
    )
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _side(record: Record) -> str:
    return record.model.split(", ")[1]
