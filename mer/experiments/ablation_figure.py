"""The figure that every ablation ends in: scores at the left, paired differences at the right."""

from __future__ import annotations

import matplotlib.pyplot as plt

from mer.evaluation.calibration import right as is_right
from mer.plots import INK, PALE

SURE, UNSURE = "#e2603f", "#7b8794"


def effects(found: list[dict], metric: str = "uar", chance: float | None = None, title: str = ""):
    """Score of each setting, and its paired difference to the first; an interval that leaves
    out zero is coloured.

    found   records of `mer.experiments.ablation.records`
    """
    values = [r for r in found if r["metric"] == metric]
    changes = {
        r["model"].split(" - ")[0]: r for r in found if r["metric"] == f"{metric}_difference"
    }
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 0.42 * len(values) + 1.5), sharey=True, layout="constrained"
    )
    for y, record in enumerate(values):
        _interval(left, record, y, INK, f"{record['value']:.2f}")
        change = changes.get(record["model"])
        if change:
            told = not change["low"] <= 0 <= change["high"]
            _interval(right, change, y, SURE if told else UNSURE, f"{change['value']:+.2f}")
    if chance is not None:
        left.axvline(chance, color=INK, ls=":", lw=1)
        left.text(chance, -0.62, " chance", fontsize=8, va="center")
    right.axvline(0, color=INK, ls=":", lw=1)
    left.set(
        yticks=range(len(values)),
        yticklabels=[r["model"] for r in values],
        xlabel=f"{metric.upper()}, people never seen",
    )
    left.set_ylim(len(values) - 0.5, -0.85)
    right.set(xlabel=f"{metric.upper()} minus that of {values[0]['model']}")
    for axis in (left, right):
        axis.locator_params(axis="x", nbins=6)
        axis.grid(axis="y", visible=False)
        axis.spines["left"].set_color(PALE)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def _interval(axis, record: dict, y: float, colour: str, text: str) -> None:
    axis.plot(
        [record["low"], record["high"]],
        [y, y],
        color=colour,
        lw=2.5,
        alpha=0.55,
        solid_capstyle="round",
    )
    axis.plot(record["value"], y, "o", color=colour, ms=6.5)
    axis.annotate(
        text,
        (record["value"], y),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        fontsize=8,
    )


def curves(tables: dict, title: str = "Accuracy after each epoch"):
    """Training (dashed) and test (solid) accuracy after each epoch, one panel a setting.

    tables   by name, score tables made with with_train and every_epoch
    """
    columns = min(4, len(tables))
    rows = -(-len(tables) // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(2.5 * columns, 2.1 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[len(tables) :]:
        axis.axis("off")
    for axis, (name, table) in zip(axes.flat, tables.items()):
        rates = table.assign(hit=is_right(table)).groupby(["split", "epoch"]).hit.mean()
        for split, line in (("train", "--"), ("test", "-")):
            rate = rates[split]
            axis.plot(
                rate.index,
                rate,
                line,
                color=INK if split == "test" else UNSURE,
                lw=1.8,
                label=split,
            )
        axis.fill_between(
            rates["test"].index, rates["test"], rates["train"], color=SURE, alpha=0.12
        )
        axis.set_title(name, fontsize=9)
        axis.set(ylim=(0, 1.02))
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    axes[0, 0].set_ylabel("accuracy")
    axes[0, 0].legend(fontsize=8, frameon=False, loc="upper left")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure
