"""Score against cost, in the style of `mer.plots`."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, StrMethodFormatter

from mer.plots import INK

STREAMS = {"apex": "#3b7dd8", "flow": "#e2603f", "ensemble": "#7d5ba6"}


def score_against_cost(
    found: list[dict],
    priced: list[dict] = (),
    metric: str = "uar",
    chance: float | None = None,
    title: str = "",
):
    """A line a stream: the score of each input size over the CPU seconds that a seed costs.

    found    records of `mer.experiments.ablation.records`, models named "<stream>, <side> px"
    priced   `seconds` records of sizes that were not trained: a vertical line each
    """
    cost = {r["model"]: r["value"] for r in found if r["metric"] == "seconds"}
    figure, axis = plt.subplots(figsize=(7.5, 4), layout="constrained")
    for stream, colour in STREAMS.items():
        line = [r for r in found if r["metric"] == metric and r["model"].startswith(f"{stream},")]
        x = [cost[r["model"]] for r in line]
        axis.plot(x, [r["value"] for r in line], "o-", color=colour, ms=7, label=stream)
        for at, record in zip(x, line):
            axis.plot(
                [at, at],
                [record["low"], record["high"]],
                color=colour,
                lw=2.5,
                alpha=0.35,
                solid_capstyle="round",
            )
            axis.annotate(
                _side(record),
                (at, record["value"]),
                xytext=(5, 5),
                textcoords="offset points",
                fontsize=8,
                color=colour,
            )
    for record in priced:
        colour = STREAMS[record["model"].split(",")[0]]
        axis.axvline(record["value"], color=colour, ls="--", lw=1)
        axis.annotate(
            f"{_side(record)}:\ncost only",
            (record["value"], 0.98),
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
        ylabel=f"{metric.upper()}, people never seen",
        title=title,
    )
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _side(record: dict) -> str:
    return record["model"].split(", ")[1]
