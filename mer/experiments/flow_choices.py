"""What emotion a network reads from a flow, by the algorithm and by how its result is prepared.

How near a flow is to the true motion is another question: `mer.experiments.flow_accuracy`.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch

from mer.experiments import earlier_study
from mer.experiments.ablation import Setting
from mer.experiments.flow_accuracy import EARLIER
from mer.learning.inputs import Inputs, apex_inputs, flow_inputs
from mer.learning.training import Recipe
from mer.preprocessing import flow
from mer.preprocessing.flow_methods import DEFAULT

READ = (DEFAULT, EARLIER, "dis", "tv-l1")  # the flows from which a network reads emotions


def algorithms(crops: list, data: Inputs, epochs: int, progress=iter) -> list[Setting]:
    """Settings of an ablation: one recipe on the default's flow (`data`), on those of the others in
    `READ`, and on the plain difference of the two pictures.

    crops   onset and apex of each pair, (H, W, 3) uint8, in the order of `data`
    """
    inputs = {DEFAULT: data}
    for method in progress(READ[1:]):
        inputs[method] = _alike(data, [flow.onset_to_apex(*crop, method) for crop in crops])
    inputs["plain difference"] = difference_inputs(crops, data)
    return _settings(inputs, epochs)


def choices(crops: list, data: Inputs, epochs: int) -> list[Setting]:
    """Settings of an ablation: the earlier implementation's choices, one by one on its algorithm.

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
