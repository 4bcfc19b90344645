"""The figures of notebook 16: what single studies say, their tables, how many people it takes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from scipy.stats import norm

from mer.core.style import INK, SURE, UNSURE
from mer.evaluation.records import Record, label
from mer.experiments.leakage import HONEST, LEAKY
from mer.experiments.small_samples import GROUPED, LOSO, RANDOM
from mer.experiments.telling_apart import ASKED, Evidence, told_chance

COLOURS = {LOSO: HONEST, GROUPED: "#3b7dd8", RANDOM: LEAKY}


def studies(of: Evidence, recipe: str):
    """One recipe, cast by cast: what each protocol says against what strangers would see."""
    row, names = of.recipes.index(recipe), [n for n in COLOURS if n in of.estimates]
    order = np.argsort(of.truth[row])
    figure, axes = plt.subplots(
        1, len(names), figsize=(3.2 * len(names), 0.12 * of.casts + 2.2), sharey=True, sharex=True,
        layout="constrained",
    )  # fmt: skip
    for axis, name in zip(np.atleast_1d(axes), names):
        said, true = of.estimates[name][row, order], of.truth[row, order]
        axis.hlines(range(of.casts), said, true, color=COLOURS[name], alpha=0.4, lw=1.5)
        axis.plot(said, range(of.casts), "o", ms=5, color=COLOURS[name], label="the study")
        axis.plot(true, range(of.casts), "|", ms=9, mew=2, color=INK, label="strangers")
        axis.set(title=name, xlabel=label(of.metric), yticks=[])
    first = np.atleast_1d(axes)[0]
    first.set_ylabel(f"casts of {of.people:.0f} people")
    handles, names = first.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    figure.suptitle(f"{recipe}: {of.casts} studies of one method")
    return figure


def errors(found: list[Record], title: str = ""):
    """Bias and spread of the protocols beside each other."""
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.4), layout="constrained")
    for axis, ending in zip(axes, ("_bias", "_spread")):
        rows = [r for r in found if r.metric.endswith(ending)]
        for y, r in enumerate(rows):
            axis.plot([r.low, r.high], [y, y], color=COLOURS[r.protocol], lw=2.5, alpha=0.55)
            axis.plot(r.value, y, "o", color=COLOURS[r.protocol])
            axis.annotate(f"{r.value:+.3f}" if ending == "_bias" else f"{r.value:.3f}",
                          (r.value, y), xytext=(0, 6), textcoords="offset points",
                          ha="center", fontsize=8)  # fmt: skip
        axis.set(yticks=range(len(rows)), yticklabels=[r.protocol for r in rows],
                 ylim=(len(rows) - 0.5, -0.8), xlabel=label(rows[0].metric))  # fmt: skip
        axis.grid(axis="y", visible=False)
        axis.axvline(0, color=INK, ls=":", lw=1)
    figure.suptitle(title, fontsize=11)
    return figure


def tables(of: Evidence, protocol: str = LOSO):
    """The rank of each recipe in each cast: a column is a table that could have been printed."""
    rows = np.argsort(-of.truth.mean(1))
    rows = rows[~np.isnan(of.estimates[protocol][rows]).any(1)]
    ranks = (-of.estimates[protocol][rows]).argsort(0).argsort(0) + 1
    figure, axis = plt.subplots(
        figsize=(0.36 * of.casts + 2.6, 0.33 * len(rows) + 1.1), layout="constrained"
    )
    sns.heatmap(ranks, annot=True, fmt="d", cmap="crest", cbar=False, linewidths=0.6, ax=axis)
    axis.set(
        yticks=np.arange(len(rows)) + 0.5,
        xlabel=f"casts of {of.people:.0f} people",
        xticks=[],
        title=f"Rank in {of.casts} tables ({protocol}); best in truth on top",
    )
    axis.set_yticklabels([of.recipes[row] for row in rows], rotation=0)
    return figure


def order(found: pd.DataFrame, spread: float, deviation: float, casts: int):
    """How often the order of two recipes is right, and how often it is told, against how far they
    are apart in truth. A dot is a pair of recipes; lines are what one spread explains."""
    apart = np.linspace(0, max(0.2, found.difference.max()), 200)
    figure, axis = plt.subplots(figsize=(7, 3.8), layout="constrained")
    lines = {
        "right": (HONEST, "right order", norm.cdf(apart / spread)),
        "told": (SURE, "told apart (interval leaves out zero)", told_chance(apart, deviation)),
    }
    for column, (colour, name, expected) in lines.items():
        axis.plot(found.difference, found[column], "o", ms=4, color=colour, alpha=0.45)
        axis.plot(apart, expected, color=colour, lw=2, label=name)
    axis.axvline(ASKED, color=INK, ls=":", lw=1)
    axis.axhline(0.5, color=UNSURE, ls=":", lw=1)
    axis.set(
        xlabel="true difference of two recipes",
        ylabel=f"share of {casts} casts",
        xlim=(-0.005, min(0.3, apart[-1])),
        ylim=(-0.03, 1.03),
        title="What one cast says of two recipes",
    )
    axis.legend(fontsize=8, frameon=False, loc="center right")
    return figure


def growth(found: list[tuple[float, Record]], alone: Record, needed: Record, least: float):
    """The deviation of an estimated difference against the number of people, on logarithmic axes;
    lines fall with their square root from the first. `least` is told with a power of 0.8.

    found    (people, deviation), the smallest studies first, of one protocol
    alone    the deviation of the smallest under another protocol
    needed   the people that `alone` asks for
    """
    figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
    first_people, first = found[0]
    people = np.geomspace(first_people / 1.5, max(needed.high, found[-1][0]) * 1.2, 50)
    for start, shown in ((first, found), (alone, [(first_people / 1.06, alone)])):
        colour = COLOURS[start.protocol]
        axis.plot(people, start.value * np.sqrt(first_people / people), color=colour, lw=1.5)
        for count, r in shown:
            axis.plot([count, count], [r.low, r.high], color=colour, lw=2.5, alpha=0.5)
            axis.plot(count, r.value, "o", color=colour)
        axis.plot([], [], "o-", color=colour, label=f"{start.protocol}, falls with the square root")
    axis.axhline(least, color=SURE, ls="--", lw=1, label=f"tells {ASKED:g} with a power of 0.8")
    axis.plot(needed.value, least, "v", color=INK, label=f"people needed, {needed.protocol}")
    axis.axvspan(needed.low, needed.high, color=SURE, alpha=0.12)
    axis.set(xscale="log", yscale="log", xlabel="people in a study",
             ylabel="deviation of a difference", title="How many people it takes")  # fmt: skip
    axis.legend(fontsize=8, frameon=False)
    return figure
