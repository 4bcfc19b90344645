"""Two streams in one: what temperatures and weight do, and how well each model is calibrated."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.style import INK, PALE, SURE, UNSURE
from mer.evaluation import calibration, scores

_SHARES = np.linspace(0, 1, 21)
_ROW = [key for key in scores.KEYS if key != "model"]


def losses(first: pd.DataFrame, second: pd.DataFrame) -> np.ndarray:
    """Mean log loss of the mixture for each share of `second` from 0 to 1, (21,).

    Only the probability of the truth enters. Both tables score the same rows.
    """
    matched = (one.sort_values(_ROW) for one in (first, second))
    one, other = (np.exp(-calibration.log_loss(table)) for table in matched)
    return np.array([-np.log((1 - share) * one + share * other).mean() for share in _SHARES])


def plot(first: pd.DataFrame, second: pd.DataFrame, heat: tuple[float, float], share: float):
    """How good a mixture is for each share of `second`, and how sure the chosen one is.

    first, second   score tables of the same rows
    heat            the temperatures by which their logits are divided
    share           of `second` in the mixture that the right panel shows
    """
    warm = [calibration.tempered(one, t) for one, t in zip((first, second), heat)]
    mixed = scores.average(warm, "both", [1 - share, share])
    names = [one.model.iloc[0] for one in (first, second)]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    left.plot(_SHARES, losses(first, second), "--", color=UNSURE, label="both temperatures 1")
    left.plot(_SHARES, losses(*warm), color=INK, label="these temperatures")
    left.plot(share, calibration.log_loss(mixed).mean(), "o", color=SURE, label="this mixture")
    left.set(
        xlabel=f"share of {names[1]}; the rest is {names[0]}",
        ylabel="mean log loss: less is better",
    )
    left.legend(fontsize=8, frameon=False)
    right.set_title("this mixture", fontsize=9)
    _reliability(right, calibration.reliability(mixed), SURE)
    right.set(xlabel="how sure it is", ylabel="how often it is right")
    figure.suptitle(
        f"Temperatures {heat[0]:.2f} ({names[0]}) and {heat[1]:.2f} ({names[1]}), "
        f"share {share:.2f}",
        fontsize=11,
    )
    return figure


def plot_reliability(tables: dict[str, pd.DataFrame], columns: int = 3):
    """One panel a model: how often it is right when it is so sure.

    tables   by model what `calibration.reliability` gives; the area of a dot is its share of
             the answers
    """
    rows = -(-len(tables) // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(2.6 * columns, 2.6 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[len(tables) :]:
        axis.axis("off")
    for axis, (name, table) in zip(axes.flat, tables.items()):
        _reliability(axis, table, INK)
        axis.set_title(name, fontsize=10)
    figure.supxlabel("how sure the model is (mean of its largest probability)", fontsize=9)
    figure.supylabel("how often it is right", fontsize=9)
    return figure


def _reliability(axis, table: pd.DataFrame, colour) -> None:
    axis.plot([0, 1], [0, 1], ":", color=INK, lw=1)
    axis.plot(table.confidence, table.right, color=PALE, lw=1.2)
    axis.scatter(table.confidence, table.right, s=400 * table.n / table.n.sum(), color=colour)
    axis.set(xlim=(0, 1.05), ylim=(-0.05, 1.05))
