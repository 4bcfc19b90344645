"""The figures of notebook 04: folds, resampled people, intervals that hold the truth or do not."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from mer.core.style import INK, PALE, SURE, UNSURE
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, label
from mer.experiments.plots import interval


def folds(some: list[Fold], subjects):
    """Which sequences train and which are tested, fold by fold; sequences in order of person."""
    order = np.argsort(subjects, kind="stable")
    tested = np.array([np.isin(order, fold.test) for fold in some])
    figure, axis = plt.subplots(figsize=(7, 0.11 * len(some) + 1.3), layout="constrained")
    y, x = np.nonzero(tested)
    axis.set_facecolor(PALE)
    axis.grid(False)
    axis.barh(y, 1, left=x, height=0.9, color=SURE)
    axis.set(
        xlim=(0, len(order)),
        ylim=(len(some) - 0.4, -0.6),
        xlabel="sequences, in order of person",
        ylabel="fold",
        title="Grey trains, red is tested",
    )
    return figure


def resample(names: list[str], times: np.ndarray, values: np.ndarray, clicks: int, record: Record):
    """The last of `clicks` draws of people, and the scores of all draws so far.

    names (S,); times (B, S): how often each draw has each of them; values (B,): its score.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    now = times[clicks - 1]
    left.bar(range(len(names)), now, color=np.where(now == 0, PALE, INK))
    left.set(
        xticks=range(len(names)),
        ylim=(0, times.max() + 0.5),
        ylabel="times drawn",
        title=f"Draw {clicks}: {(now == 0).sum()} of {len(names)} people are left out",
    )
    left.set_xticklabels(names, rotation=90, fontsize=7)
    bins = np.linspace(values.min(), values.max(), 21)
    right.hist(values[:clicks], bins, color=UNSURE)
    right.axvline(record.value, color=INK, lw=1.5, label="all people, once each")
    right.axvline(values[clicks - 1], color=SURE, lw=2, label="this draw")
    if clicks >= 40:  # fewer draws have no quantile of 2.5 %
        low, high = np.quantile(values[:clicks], [0.025, 0.975])
        right.axvspan(low, high, color=PALE, alpha=0.5, zorder=0, label="the middle 95 %")
    right.set(xlabel=label(record.metric), ylabel="draws", title=f"{clicks} draws so far")
    figure.legend(loc="outside lower right", ncols=3, fontsize=8, frameon=False)
    return figure


def coverage(truth: float, edges: dict[str, np.ndarray], shown: int = 40):
    """Intervals of the first studies, (2, studies) each; red where one does not hold the truth."""
    figure, axes = plt.subplots(1, len(edges), figsize=(7.5, 4), sharex=True, layout="constrained")
    for axis, (name, (low, high)) in zip(axes, edges.items()):
        wrong = (low > truth) | (high < truth)
        colours = np.where(wrong, SURE, UNSURE)[:shown]
        axis.hlines(range(len(colours)), low[:shown], high[:shown], color=colours, lw=2)
        axis.axvline(truth, color=INK, lw=1.2)
        held = f"the truth is in {1 - wrong.mean():.0%} of {len(wrong)}"
        axis.set(yticks=[], title=f"{name}\n{held}", xlabel="accuracy")
        axis.grid(axis="y", visible=False)
    axes[0].set_ylabel(f"the first {len(colours)} studies")
    return figure


def width(people: int, samples: np.ndarray, sizes, widths):
    """Scores of resamples of `people` people, and how the interval narrows with their number."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    low, high = np.quantile(samples, [0.025, 0.975])
    left.hist(samples, 30, color=UNSURE)
    left.axvspan(low, high, color=PALE, alpha=0.5, zorder=0)
    left.set(xlim=(0, 1), xlabel="UAR of a resample", yticks=[])
    left.set_title(f"{people} people: [{low:.2f}, {high:.2f}]")
    right.plot(sizes, widths, "o", ms=4, color=INK, label="bootstrap")
    root = np.linspace(min(sizes), max(sizes), 200)
    constant = np.median(np.asarray(widths) * np.sqrt(sizes))
    right.plot(root, constant / np.sqrt(root), color=UNSURE, lw=1, label="a constant / √people")
    right.plot(people, high - low, "o", ms=9, color=SURE, label=f"{people} people")
    right.set(xlabel="people", ylabel="width of the interval", ylim=(0, None))
    right.legend(fontsize=8, frameon=False)
    return figure


def pair(one: Record, two: Record, difference: Record):
    """Two scores with their intervals, and below them the interval of their difference."""
    figure, (top, below) = plt.subplots(
        2, 1, figsize=(7, 2.9), height_ratios=[2, 1], layout="constrained"
    )
    for y, record in enumerate((one, two)):
        interval(top, record, y, UNSURE, record.text())
    top.set(yticks=[0, 1], yticklabels=[one.model, two.model], ylim=(1.4, -0.8))
    top.set_xlabel(f"{label(one.metric)}, each with its own interval")
    interval(below, difference, 0, SURE if difference.excludes_zero else UNSURE, difference.text())
    below.axvline(0, color=INK, lw=1, ls=":")
    below.set(yticks=[0], yticklabels=["difference"], ylim=(0.5, -0.9))
    below.set_xlabel("the same people for both")
    for axis in (top, below):
        axis.grid(axis="y", visible=False)
    return figure


def comparisons(asked: int, alone: np.ndarray, joint: np.ndarray):
    """How often at least one of 1, 2, … comparisons of equals is told: each interval at 95 %
    (`alone`), or all of them at the joint level."""
    figure, axis = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
    many = np.arange(1, len(alone) + 1)
    axis.plot(many, 1 - 0.95**many, ":", color=INK, lw=1, label=r"$1 - 0.95^m$")
    for values, colour, name in ((alone, SURE, "each at 95 %"), (joint, INK, "joint level")):
        axis.plot(many, values, color=colour, lw=2, label=name)
        axis.plot(asked, values[asked - 1], "o", color=colour, ms=8)
        axis.annotate(
            f"{values[asked - 1]:.0%}",
            (asked, values[asked - 1]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axis.axhline(0.05, color=PALE, lw=1)
    axis.set(
        xlabel="comparisons of readers that are equally good",
        ylabel="studies with a wrong find",
        ylim=(0, 1),
        xticks=[1, *range(5, len(alone) + 1, 5)],
        title=f"{asked} comparisons",
    )
    axis.legend(fontsize=8, frameon=False, loc="upper left")
    return figure


def seeds(by_seed, found: dict[str, Record]):
    """The score of each seed, and intervals by what is drawn again."""
    figure, axis = plt.subplots(figsize=(7, 2.8), layout="constrained")
    axis.plot(by_seed, np.zeros(len(by_seed)), "o", color=UNSURE, ms=6)
    for y, record in enumerate(found.values(), 1):
        interval(axis, record, y, INK, record.text(".3f"))
    axis.set(
        yticks=range(len(found) + 1),
        yticklabels=["each seed alone", *found],
        ylim=(len(found) + 0.5, -0.7),
        xlabel=label(next(iter(found.values())).metric),
    )
    axis.grid(axis="y", visible=False)
    return figure
