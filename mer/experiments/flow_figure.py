"""The figure of notebook 03: what exact motion costs, and how the error grows with the motion."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox

from mer.experiments.flow_accuracy import SIZES, summary
from mer.plots import INK, PALE

_CHOSEN, _OTHER = "#e2603f", "#7b8794"
# Where a name may stand beside its point: shift in points, and which of its edges is there.
_PLACES = (
    (-6, -6, "right", "top"),
    (6, 6, "left", "bottom"),
    (8, 0, "left", "center"),
    (-8, 0, "right", "center"),
    (0, 8, "center", "bottom"),
    (0, -8, "center", "top"),
    (-6, 6, "right", "bottom"),
    (6, -6, "left", "top"),
)
_UNLIKE_CHOSEN = (0, 1, 2, 4, 9, 7)  # of the colour-blind palette: at most six more lines


def pareto(judged: pd.DataFrame, chosen: str, lines: list[str], error: str = "moving"):
    """Milliseconds against error with the front at the left; at the right the error by the true
    size of the motion, of the methods `lines`.

    judged   as `mer.experiments.flow_accuracy.judge` gives it
    chosen   the method that is marked
    error    "moving" or "all": whose error the left panel shows
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(12, 5), width_ratios=[1.25, 1], layout="constrained"
    )
    _front(left, summary(judged), chosen, error)
    _by_size(right, judged, chosen, lines)
    _name(left)
    figure.suptitle(
        f"{judged.pair.nunique()} pairs of {judged.subject.nunique()} people, all "
        "methods on the same",
        fontsize=10,
    )
    return figure


def _front(axis, table: pd.DataFrame, chosen: str, error: str) -> None:
    nothing = table[error].get("still")
    table = table.drop("still", errors="ignore")
    front = table[table[f"front, {error}"]]
    low, high = table.milliseconds.min() / 1.6, table.milliseconds.max() * 1.6
    axis.step(
        [*front.milliseconds, high],
        [*front[error], front[error].iloc[-1]],
        where="post",
        color=PALE,
        lw=2,
        zorder=1,
        label="front: nothing faster errs less",
    )
    for name, row in table.iterrows():
        colour = _CHOSEN if name == chosen else INK if name in front.index else _OTHER
        axis.plot(
            row.milliseconds,
            row[error],
            "o",
            color=colour,
            ms=10 if name == chosen else 7,
            mfc=colour if name in front.index else "white",
            mew=1.5,
            gid=name,
        )
    if nothing:
        axis.axhline(nothing, color=INK, ls=":", lw=1)
        axis.annotate(
            "nothing moved", (low, nothing), fontsize=8, xytext=(4, -11), textcoords="offset points"
        )
    where = {"moving": "where skin moves", "all": "all visible skin"}[error]
    axis.set(
        xscale="log",
        xlim=(low / 1.5, high),
        xlabel="milliseconds a pair, one core",
        ylabel=f"end-point error {where}, pixels",
        title="What exact motion costs",
    )
    axis.xaxis.set_major_formatter("{x:g}")
    _in_pixels(axis)
    axis.set_ylim(0.75 * table[error].min(), 1.25 * max(table[error].max(), nothing or 0))
    axis.legend(fontsize=8, frameon=False, loc="upper right", bbox_to_anchor=(1, 0.87))


def _name(axis) -> None:
    """Write each point's name beside it, at the first of eight places that is still free."""
    axis.figure.draw_without_rendering()  # only now do the axes have their final size
    points = [line for line in axis.lines if line.get_gid()]
    spots = axis.transData.transform([line.get_xydata()[0] for line in points])
    taken = [Bbox.from_bounds(x - 7, y - 7, 14, 14) for x, y in spots]
    for line in points:
        text = None
        for dx, dy, ha, va in _PLACES:
            if text:
                text.remove()
            text = axis.annotate(
                line.get_gid(),
                (line.get_xdata()[0], line.get_ydata()[0]),
                xytext=(dx, dy),
                textcoords="offset points",
                ha=ha,
                va=va,
                fontsize=8,
                color=line.get_color(),
                fontweight="bold" if line.get_color() == _CHOSEN else None,
            )
            box = text.get_window_extent()
            inside = axis.bbox.x0 < box.x0 and box.x1 < axis.bbox.x1
            if inside and not any(box.overlaps(other) for other in taken):
                break
        taken.append(box)


def _by_size(axis, judged: pd.DataFrame, chosen: str, lines: list[str]) -> None:
    means = judged.pivot_table("error", "region", "method").reindex(SIZES)
    shares = judged.drop_duplicates(["pair", "region"]).groupby("region").share.mean()
    palette = sns.color_palette("colorblind")
    colours = iter([palette[i] for i in _UNLIKE_CHOSEN])
    for name in lines:
        if name == chosen:
            look = {"color": _CHOSEN, "lw": 2.5, "ms": 5, "zorder": 3}
        elif name == "still":
            look = {"color": INK, "ls": ":", "ms": 4}
        else:
            look = {"color": next(colours), "lw": 1.3, "ms": 4}
        axis.plot(
            range(len(SIZES)),
            means[name],
            marker="o",
            **look,
            label="nothing moved" if name == "still" else name,
        )
    axis.set(
        xticks=range(len(SIZES)),
        ylabel="end-point error, pixels",
        xlabel="true motion in pixels, and its share of the skin",
        xticklabels=[f"{size}\n{shares[size]:.0%}" for size in SIZES],
        title="… and which motion is hard",
    )
    _in_pixels(axis)
    axis.tick_params(axis="x", labelsize=8)
    axis.legend(fontsize=8, frameon=False)


def _in_pixels(axis) -> None:
    """A logarithmic scale of errors, with numbers that can be read."""
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_locator(NullLocator())
