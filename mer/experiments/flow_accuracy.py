"""How right and how fast each flow is, and what emotion a network reads from it.

Two questions that need not have one answer. The first is put to the true motion of synthetic
people, in pixels and milliseconds; the second to whoever was filmed, by `mer.experiments.ablation`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch

from mer.datasets.base import Source
from mer.evaluation import metrics
from mer.experiments import earlier_study
from mer.experiments.ablation import Setting
from mer.learning.inputs import Inputs, apex_inputs, flow_inputs
from mer.learning.training import Recipe
from mer.preprocessing import faces, flow, pairs
from mer.preprocessing.flow_methods import DEFAULT, METHODS
from mer.preprocessing.pairs import Pair

MOVING = 0.5  # pixels: skin that moved further counts as moving
EDGES = (0, 0.25, 0.5, 1, 2, np.inf)  # pixels, of the true motion
SIZES = ("under 0.25", "0.25 to 0.5", "0.5 to 1", "1 to 2", "2 and more")
EARLIER = "farneback"  # the earlier implementation's algorithm
READ = (DEFAULT, EARLIER, "dis", "tv-l1")  # the flows from which a network reads emotions
_WARM = np.zeros((pairs.SIZE, pairs.SIZE), np.uint8)


# -- error and cost ---------------------------------------------------------------------------


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
        f"{mine.milliseconds:.0f} ms a pair, {gain['value']:+.3f} px "
        f"[{gain['low']:+.3f}, {gain['high']:+.3f}] beside {beside}; {place}."
    )


def difference(judged: pd.DataFrame, one: str, other: str, bootstrap: int = 1000) -> dict:
    """Metrics record of the error of `one` minus that of `other` where skin moves, in pairs."""
    errors = judged[judged.region == "moving"].pivot(
        index=["subject", "pair"], columns="method", values="error"
    )
    apart = (errors[one] - errors[other]).dropna()
    return {
        "model": f"{one} - {other}",
        "protocol": "truth",
        "metric": "epe_moving_px_difference",
        **metrics.mean_with_interval(apart, apart.index.get_level_values("subject"), bootstrap),
    }


def records(judged: pd.DataFrame, bootstrap: int = 1000) -> list[dict]:
    """Metrics records of each method: both errors with intervals over people, and seconds."""
    found = []
    for method, rows in judged.groupby("method", sort=False):
        head = {"model": method, "protocol": "truth"}
        for region, metric in (("all", "epe_px"), ("moving", "epe_moving_px")):
            valid = rows[rows.region == region].dropna(subset="error")
            found.append(
                {
                    **head,
                    "metric": metric,
                    **metrics.mean_with_interval(valid.error, valid.subject, bootstrap),
                }
            )
        found.append(
            {
                **head,
                "metric": "seconds",
                "n": rows.pair.nunique(),
                "value": float(rows.milliseconds.median() / 1000),
            }
        )
    return found


# -- emotion ----------------------------------------------------------------------------------


def algorithms(crops: list, data: Inputs, epochs: int, progress=iter) -> list[Setting]:
    """Settings of a sweep: one recipe on the default's flow (`data`), on those of the others in
    `READ`, and on the plain difference of the two pictures.

    crops   onset and apex of each pair, (H, W, 3) uint8, in the order of `data`
    """
    inputs = {DEFAULT: data}
    for method in progress(READ[1:]):
        inputs[method] = _alike(data, [field_of(*crop, method) for crop in crops])
    inputs["plain difference"] = difference_inputs(crops, data)
    return _settings(inputs, epochs)


def choices(crops: list, data: Inputs, epochs: int) -> list[Setting]:
    """Settings of a sweep: the earlier implementation's choices on its own algorithm, one by one.

    The first is Farneback's flow as this study feeds flows: signed, in pixels, as real numbers.
    The picture is the one choice that brings two others with it: it is stretched to its own
    range, and in a mirror it keeps its colours.
    """
    fields = [flow.compute(*crop, EARLIER) for crop in crops]
    plain = _alike(data, [_finished(field) for field in fields])
    pictures = [earlier_study.flow_picture(*crop) for crop in crops]
    return _settings(
        {
            EARLIER: plain,
            "8-bit HSV picture": apex_inputs(pictures, data.sequences, data.classes, data.size),
            "under 1 pixel is 0": _alike(data, [_finished(field, floored) for field in fields]),
            "stretched, each its own": _alike(
                data, [_finished(field, stretched) for field in fields]
            ),
            "mirrored without sign": replace(plain, kind="unsigned"),
        },
        epochs,
    )


def field_of(onset: np.ndarray, apex: np.ndarray, method: str) -> np.ndarray:
    """Flow and strain as notebook 03 keeps them, (H, W, 3), by the method of that name."""
    return _finished(flow.compute(onset, apex, method))


def floored(field: np.ndarray, least: float = 1.0) -> np.ndarray:
    """Motion smaller than `least` pixels taken for none."""
    return field * (np.linalg.norm(field, axis=-1, keepdims=True) >= least)


def stretched(field: np.ndarray) -> np.ndarray:
    """Motion scaled so that its size goes from 0 to 1 in every field; directions stay."""
    size = np.linalg.norm(field, axis=-1, keepdims=True)
    wide = max(float(np.ptp(size)), 1e-9)
    return (field * ((size - size.min()) / wide / np.maximum(size, 1e-9))).astype(np.float32)


def difference_inputs(crops: list, data: Inputs) -> Inputs:
    """Apex minus onset in grey levels as the only channel, for the sequences of `data`."""
    grey = [
        [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) for picture in crop]
        for crop in crops
    ]
    small = [
        cv2.resize(apex - onset, (data.size, data.size), interpolation=cv2.INTER_AREA)
        for onset, apex in grey
    ]
    return replace(data, x=torch.from_numpy(np.stack(small)[:, None]), kind="unsigned")


def _finished(field: np.ndarray, change=lambda field: field) -> np.ndarray:
    return flow.with_strain(change(flow.without_head_motion(field)))


def _alike(data: Inputs, fields: list) -> Inputs:
    return flow_inputs(fields, data.sequences, data.classes, data.size)


def _settings(inputs: dict[str, Inputs], epochs: int) -> list[Setting]:
    return [
        Setting(Recipe("simple-cnn", name, epochs, half=True), one) for name, one in inputs.items()
    ]
