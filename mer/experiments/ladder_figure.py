"""The figures of notebook 09, in the style of `mer.plots`."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from mer.experiments.leakage import leak
from mer.plots import INK

HONEST, LEAKY = "#2a9d5c", "#e2603f"


def ladder(panels: dict[str, list[dict]], chance: float | None = None, title: str = ""):
    """The rungs below each other, one panel a title: values with their 95 % intervals.

    panels   metrics records of one model and one metric, a record a rung, in the same order
    chance   where a dotted line is drawn
    """
    first = next(iter(panels.values()))
    figure, axes = plt.subplots(
        1,
        len(panels),
        sharey=True,
        squeeze=False,
        layout="constrained",
        figsize=(2.6 * len(panels) + 2.6, 0.5 * len(first) + 1.3),
    )
    for axis, (name, records) in zip(axes.flat, panels.items()):
        _rungs(axis, records)
        if chance is not None:
            axis.axvline(chance, color=INK, ls=":", lw=1)
        axis.set(title=name, xlim=(0, 1.03))
    axes[0, 0].set(
        yticks=range(len(first)),
        ylim=(len(first) - 0.5, -0.7),
        yticklabels=[record["protocol"].replace(", ", ",\n") for record in first],
    )
    for colour, label in ((HONEST, "honest"), (LEAKY, "sees a part of the answer")):
        axes[0, 0].plot([], [], "o", color=colour, label=label)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    figure.suptitle(title, fontsize=11)
    return figure


def _rungs(axis, records: list[dict]) -> None:
    for y, record in enumerate(records):
        colour = LEAKY if leak(record["protocol"]) else HONEST
        axis.plot([record["low"], record["high"]], [y, y], color=colour, lw=2.5, alpha=0.5)
        axis.plot(record["value"], y, "o", color=colour, ms=7)
        axis.annotate(
            f"{record['value']:.2f}",
            (record["value"], y),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    axis.grid(axis="y", visible=False)


def epochs(curves: dict[str, np.ndarray], chosen: dict[str, float], title: str = ""):
    """Test accuracy after each epoch by name, and as a dashed line what choosing among them
    gives."""
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    for colour, (name, curve) in zip((LEAKY, HONEST, INK), curves.items()):
        axis.plot(
            np.arange(1, len(curve) + 1),
            curve,
            "o-",
            ms=3,
            color=colour,
            label=f"{name}, one epoch for all",
        )
        axis.axhline(
            chosen[name], color=colour, ls="--", lw=1, label=f"{name}, each fold its best epoch"
        )
    axis.set(xlabel="epoch", ylabel="test accuracy", title=title)
    axis.legend(fontsize=8, frameon=False)
    return figure
