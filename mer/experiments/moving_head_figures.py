"""What heads that move do to the flow, and what each way of taking their motion out leaves: the
records, the table, the sentence and the figure of what `moving_heads` judged."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.style import INK
from mer.evaluation import metrics
from mer.evaluation.records import Record
from mer.experiments.moving_heads import MOTIONS, WAYS
from mer.experiments.plots import interval


def records(judged: pd.DataFrame, bootstrap: int = 1000) -> list[Record]:
    """The means of the table of `moving_heads.moved` with intervals over people.

    Of each motion the strain of the head and of the expression; of each motion and way
    ("turn, affine") the strain left over and the end-point error.
    """
    found = []
    for motion, rows in judged.groupby("motion", sort=False):
        first = rows[rows.way == WAYS[0]]
        found += [
            _mean(first, "head", f"{motion}", "strain_of_head", bootstrap),
            _mean(first, "skin", f"{motion}", "strain_of_expression", bootstrap),
        ]
        for way, some in rows.groupby("way", sort=False):
            for column, metric in (("strain", "strain_left"), ("error", "epe_px")):
                found.append(_mean(some, column, f"{motion}, {way}", metric, bootstrap))
    return found


def _mean(rows: pd.DataFrame, column: str, model: str, metric: str, bootstrap: int) -> Record:
    told = {"model": model, "protocol": "truth", "metric": metric}
    return metrics.mean_with_interval(rows[column], rows.subject, bootstrap, **told)


def summary(found: list[Record]) -> pd.DataFrame:
    """One row a motion: how much the head and the expression strain the image in truth, and the
    strain of the error that each way leaves."""
    value = {(r.model, r.metric): r for r in found}
    rows = {
        motion: {
            "strain of the head alone": value[motion, "strain_of_head"].text(".4f"),
            "of the expression": value[motion, "strain_of_expression"].text(".4f"),
            **{
                f"error left by {way}": value[f"{motion}, {way}", "strain_left"].text(".4f")
                for way in WAYS
            },
        }
        for motion in MOTIONS
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def sentence(found: list[Record]) -> str:
    """Which motions strain the image, and how much the error does with heads as they were, as
    shares of what the expressions strain it."""
    value = {(r.model, r.metric): r.value for r in found}
    shares = {
        motion: value[motion, "strain_of_head"] / value[motion, "strain_of_expression"]
        for motion in MOTIONS
    }
    said = ", ".join(
        f"{motion} {share:.0%}" for motion, share in shares.items() if any(MOTIONS[motion])
    )
    still = next(motion for motion, moved in MOTIONS.items() if not any(moved))
    error = next(r for r in found if (r.model, r.metric) == (f"{still}, {WAYS[0]}", "strain_left"))
    share = error.value / value[still, "strain_of_expression"]
    return (
        f"Strain of the head's motion, as a share of that of the expression: {said}. The error of "
        f"the flow alone, heads as filmed: {share:.0%} (one pair of each of {error.n} people)."
    )


def plot_left(found: list[Record]):
    """Strain of the error and end-point error that each way leaves, by motion; a line marks the
    strain of the expressions."""
    figure, axes = plt.subplots(1, 2, figsize=(9.4, 4.2), sharey=True, layout="constrained")
    colours = dict(zip(WAYS, ("#3b7dd8", INK, "#e9a820", "#e2603f")))
    value = {(r.model, r.metric): r for r in found}
    for axis, metric, title in zip(
        axes, ("strain_left", "epe_px"), ("strain of the error left", "end-point error, pixels")
    ):
        for y, motion in enumerate(MOTIONS):
            for step, way in enumerate(WAYS):
                at = y + 0.18 * (step - 1.5)
                interval(axis, value[f"{motion}, {way}", metric], at, colours[way])
        axis.set(xlabel=title, yticks=range(len(MOTIONS)), yticklabels=list(MOTIONS))
        axis.set_xlim(0, None)
        axis.grid(axis="y", visible=False)
    line = np.mean([value[motion, "strain_of_expression"].value for motion in MOTIONS])
    axes[0].axvline(line, color=INK, ls=":", lw=1)
    axes[0].text(line, -0.45, " expression", fontsize=8, va="center")
    axes[0].set_ylim(len(MOTIONS) - 0.4, -0.6)
    for way in WAYS:
        axes[1].plot([], [], "o", color=colours[way], label=way)
    axes[1].legend(
        title="taken out", fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1)
    )
    return figure
