"""How right and how fast each flow is, held against the true motion of synthetic people.

What emotion a network reads from a flow is another question: `mer.experiments.flow_choices`.
"""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox

from mer.core.style import INK, PALE
from mer.datasets.base import Source
from mer.evaluation import metrics
from mer.evaluation.records import Record
from mer.preprocessing import faces, flow, pairs
from mer.preprocessing.flow_methods import DEFAULT, METHODS
from mer.preprocessing.pairs import Pair

MOVING = 0.5  # pixels: skin that moved further counts as moving
EDGES = (0, 0.25, 0.5, 1, 2, np.inf)  # pixels, of the true motion
SIZES = ("under 0.25", "0.25 to 0.5", "0.5 to 1", "1 to 2", "2 and more")
EARLIER = "farneback"  # the earlier implementation's algorithm
_WARM = np.zeros((pairs.SIZE, pairs.SIZE), np.uint8)
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


def sample(made: list[Pair]) -> list[Pair]:
    """One pair of each person: the first of the first, the second of the second, and so on, so
    that all emotions have their turn. The slowest methods need a third of a second for each."""
    by_person = {}
    for pair in made:
        by_person.setdefault(pair.subject, []).append(pair)
    return [own[i % len(own)] for i, own in enumerate(by_person.values())]


def judge(
    source: Source,
    sequences: dict,
    made: list[Pair],
    folder: Path,
    methods: list[str],
    progress=iter,
) -> pd.DataFrame:
    """End-point errors of every method on every pair, one row a pair, method and region.

    sequences   by key; folder holds the crops of the pairs
    region      "all" visible skin, "moving" by more than half a pixel, or a true motion of
                `SIZES` pixels; `share` is its part of the visible skin
    error       mean distance in pixels of the 224 x 224 face (NaN: nothing in this region)
    milliseconds   of the processor, whole pair
    """
    for method in methods:
        METHODS[method](_WARM, _WARM)  # compiling and loading are no part of a pair's cost
    rows = []
    for pair in progress(made):
        truth = source.truth(sequences[pair.key])
        real = faces.cut_flow(truth.flow, pair.box)
        regions = _regions(real, faces.cut(truth.visible.astype(np.uint8), pair.box) > 0)
        frames = [cv2.cvtColor(c, cv2.COLOR_BGR2GRAY) for c in pairs.crops(folder, pair)]
        for method in methods:
            start = time.process_time()
            found = METHODS[method](*frames)
            spent = (time.process_time() - start) * 1000
            rows += [
                {
                    "method": method,
                    "subject": pair.subject,
                    "pair": pair.key,
                    "milliseconds": spent,
                    "region": region,
                    "share": share,
                    "error": flow.endpoint_error(found, real, mask),
                }
                for region, (mask, share) in regions.items()
            ]
    return pd.DataFrame(rows)


def _regions(real: np.ndarray, seen: np.ndarray) -> dict[str, tuple[np.ndarray, float]]:
    size = np.linalg.norm(real, axis=-1)
    masks = {"all": seen, "moving": seen & (size > MOVING)}
    for name, low, high in zip(SIZES, EDGES, EDGES[1:]):
        masks[name] = seen & (size >= low) & (size < high)
    return {name: (mask, mask.sum() / max(seen.sum(), 1)) for name, mask in masks.items()}


def summary(judged: pd.DataFrame) -> pd.DataFrame:
    """By method, fastest first: median milliseconds a pair, mean errors `all` and `moving`, and
    whether it is on the front of each: nothing faster errs less."""
    errors = judged.pivot_table("error", "method", "region", sort=False)[["all", "moving"]]
    spent = judged.groupby("method").milliseconds.median()
    table = errors.assign(milliseconds=spent).sort_values("milliseconds")
    for error in ("all", "moving"):
        moves = table.drop("still", errors="ignore")[error]
        best = moves.cummin()
        table[f"front, {error}"] = (best < best.shift(fill_value=np.inf)).reindex(
            table.index, fill_value=False
        )
    return table.rename_axis(columns=None)


def standing(
    judged: pd.DataFrame, method: str = DEFAULT, beside: str = EARLIER, bootstrap: int = 1000
) -> str:
    """Where `method` stands, in one sentence: its error where skin moves beside that of another,
    with an interval over people, and whether another is both faster and more exact."""
    table = summary(judged)
    mine = table.loc[method]
    better = [
        name
        for name, row in table.iterrows()
        if row.milliseconds < mine.milliseconds and row.moving <= mine.moving
    ]
    gain = difference(judged, method, beside, bootstrap)
    place = (
        f"{', '.join(better)} is faster and no worse"
        if better
        else "nothing measured here is both faster and as exact"
    )
    return (
        f"Where skin moves, {method} errs by {mine.moving:.3f} px at "
        f"{mine.milliseconds:.0f} ms a pair, {gain.text('.3f')} px beside {beside}; {place}."
    )


def difference(judged: pd.DataFrame, one: str, other: str, bootstrap: int = 1000) -> Record:
    """The error of `one` minus that of `other` where skin moves, in pairs."""
    errors = judged[judged.region == "moving"].pivot(
        index=["subject", "pair"], columns="method", values="error"
    )
    apart = (errors[one] - errors[other]).dropna()
    told = {"model": f"{one} - {other}", "protocol": "truth", "metric": "epe_moving_px_difference"}
    return metrics.mean_with_interval(apart, None, bootstrap, **told)


def records(judged: pd.DataFrame, bootstrap: int = 1000) -> list[Record]:
    """Records of each method: both errors with intervals over people, and seconds."""
    found = []
    for method, rows in judged.groupby("method", sort=False):
        head = {"model": method, "protocol": "truth"}
        for region, metric in (("all", "epe_px"), ("moving", "epe_moving_px")):
            valid = rows[rows.region == region].dropna(subset="error")
            found.append(
                metrics.mean_with_interval(
                    valid.error, valid.subject, bootstrap, metric=metric, **head
                )
            )
        seconds = float(rows.milliseconds.median() / 1000)
        found.append(Record(**head, metric="seconds", n=rows.pair.nunique(), value=seconds))
    return found


def plot_pareto(judged: pd.DataFrame, chosen: str, lines: list[str], error: str = "moving"):
    """Milliseconds against error with the front at the left; at the right the error by the true
    size of the motion, of the methods `lines`.

    judged   as `judge` gives it
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
