"""Figures of notebook 02: what spotters see, how far they are off, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from mer.experiments.ablation_figure import SURE, UNSURE
from mer.experiments.apex_errors import BASELINE
from mer.plots import INK, PALE
from mer.preprocessing.apex import Reading


def readings(shown: Mapping[str, Reading], marks: Mapping[str, Mapping[str, int]]):
    """The curves of all spotters, each as a share of its own peak; one panel a sequence.

    marks   by the same names, labelled frame numbers that become vertical lines
    """
    figure, axes = plt.subplots(
        1,
        len(shown),
        figsize=(4.6 * len(shown), 3.1),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, (name, reading) in zip(axes.flat, shown.items()):
        colours = sns.color_palette("colorblind", len(reading.curves))
        for colour, (spotter, curve) in zip(colours, reading.curves.items()):
            axis.plot(
                reading.numbers,
                curve / max(curve.max(), 1e-9),
                "o-",
                color=colour,
                ms=3,
                lw=1.4,
                label=spotter,
            )
        for line, (mark, number) in zip(("-", "--", ":"), marks[name].items()):
            axis.axvline(number, color=INK, ls=line, lw=1.2, label=mark)
        axis.set(xlabel="frame, 5 ms each", title=name)
    axes[0, 0].set_ylabel("share of its peak")
    axes[0, -1].legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def errors(found: list[dict], answers: Mapping[str, np.ndarray], apexes, against: str):
    """Mean errors with their intervals, against each kind of apex; and all errors against one.

    found     records of `mer.experiments.apex_errors.records`, of one or more kinds of apex
    against   the kind that `apexes` are
    """
    rows = [record for record in found if record["metric"] == "mae_frames"]
    kinds = list(dict.fromkeys(record["protocol"] for record in rows))
    names = list(answers)
    colours = dict(zip(names, sns.color_palette("colorblind", len(names))))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 0.42 * len(names) + 1.4), layout="constrained"
    )
    for record in rows:
        kind = kinds.index(record["protocol"])
        y = names.index(record["model"]) + 0.28 * (kind - (len(kinds) - 1) / 2)
        left.plot(
            [record["low"], record["high"]], [y, y], color=colours[record["model"]], lw=2, alpha=0.6
        )
        left.plot(
            record["value"],
            y,
            "os"[kind % 2],
            color=colours[record["model"]],
            ms=5.5,
            mfc="white" if kind else None,
        )
        left.annotate(
            f"{record['value']:.1f}",
            (record["high"], y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
        )
    for kind, word in enumerate(kinds):
        left.plot(
            [],
            [],
            "os"[kind % 2],
            color=INK,
            mfc="white" if kind else None,
            label=f"against {word}",
        )
    left.set(
        yticks=range(len(names)),
        yticklabels=names,
        xlim=(0, None),
        xlabel="mean absolute error, frames of 5 ms",
    )
    left.set_ylim(len(names) - 0.5, -0.6)
    left.grid(axis="y", visible=False)
    left.legend(fontsize=8, frameon=False, loc="lower right")
    for name, given in answers.items():
        sns.ecdfplot(
            np.abs(np.asarray(given) - apexes),
            color=colours[name],
            lw=1.8,
            ls="--" if name == BASELINE else "-",
            label=name,
            ax=right,
        )
    right.set(
        xlabel=f"error against {against}, frames",
        ylabel="share of sequences",
        xlim=(0, 30),
        title="Apex found within … frames",
    )
    right.legend(fontsize=8, frameon=False, loc="lower right")
    return figure


def cost(found: list[dict], moved: Mapping[str, float], chance: float, metric: str = "uar"):
    """Score against how far the tested apexes were moved; at the right, whole studies.

    found   records of `mer.experiments.ablation.records`; the first setting is trained and tested on annotated
            apexes, those named in `moved` are its tests with other frames, by how many frames
            on average, and the others are studies of their own
    """
    scores = {r["model"]: r for r in found if r["metric"] == metric}
    changes = {
        r["model"].split(" - ")[0]: r for r in found if r["metric"] == f"{metric}_difference"
    }
    first = next(iter(scores))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.4, 3.3), layout="constrained", width_ratios=[1.1, 1]
    )
    line = sorted([(0.0, first), *((by, name) for name, by in moved.items())])
    at = [by for by, _ in line]
    rows = pd.DataFrame([scores[name] for _, name in line])
    left.fill_between(at, rows.low, rows.high, color=PALE, alpha=0.5, lw=0)
    left.plot(at, rows.value, "o-", color=INK, lw=1.6, ms=5)
    for by, name in line:
        if name in changes and _told(changes[name]):
            left.plot(by, scores[name]["value"], "o", color=SURE, ms=7)
    left.axhline(chance, color=INK, ls=":", lw=1)
    left.annotate(
        "chance",
        (at[-1], chance),
        xytext=(0, -3),
        textcoords="offset points",
        fontsize=8,
        ha="right",
        va="top",
    )
    left.set(
        xlabel="tested apex moved by, frames of 5 ms",
        ylabel=metric.upper(),
        ylim=(0, 1),
        title="Only the test is moved",
    )
    whole = [name for name in changes if name not in moved]
    for y, name in enumerate(whole):
        change = changes[name]
        colour = SURE if _told(change) else UNSURE
        right.plot([change["low"], change["high"]], [y, y], color=colour, lw=2.5, alpha=0.55)
        right.plot(change["value"], y, "o", color=colour, ms=6.5)
        right.annotate(
            f"{change['value']:+.2f}",
            (change["value"], y),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    right.axvline(0, color=INK, ls=":", lw=1)
    right.set(
        yticks=range(len(whole)),
        yticklabels=whole,
        title="Training and test with another apex",
        xlabel=f"{metric.upper()} minus that of {first}",
    )
    right.set_ylim(len(whole) - 0.5, -0.7)
    right.grid(axis="y", visible=False)
    return figure


def _told(change: dict) -> bool:
    return not change["low"] <= 0 <= change["high"]
