"""The earlier implementation's experiment, done again: its inputs, its recipe, its arithmetic.

Source: the public repository AI-AYJ/Micro-Expression-Based-Emotion-Recognition-System (June
2025). It trains one SimpleCNN on apex frames and one on pictures of the flow, on a random 80 %
of 153 sequences, and reports 95.42 %.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from scipy.stats import binomtest

from mer.experiments import plots
from mer.learning.inputs import Inputs, apex_inputs
from mer.learning.training import Recipe
from mer.preprocessing import flow, pairs

SEED = 42  # of its split and of its networks
EPOCHS = 10
PERCENT, RIGHT, SEQUENCES, TRAINED, TESTED = 95.42, 146, 153, 122, 31
STREAMS = ("apex", "flow picture")


def recipe(stream: str, epochs: int = EPOCHS) -> Recipe:
    """Its recipe: SimpleCNN, Adam at 0.001, batches of 32.

    Its page also names flips and shifts, but the scripts that train the two networks of the
    95.42 % contain neither, so there are none here.
    """
    return Recipe("simple-cnn", stream, epochs, flip=0, translate=0, half=True)


def flow_picture(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """Farneback's flow between two faces, as `drawn`."""
    return drawn(flow.compute(onset, apex, "farneback"))


def drawn(field: np.ndarray) -> np.ndarray:
    """A flow (H, W, 2) as it drew them: (H, W, 3) uint8 blue-green-red.

    Hue is the direction, saturation is full, brightness is the size of the motion stretched
    from the least to the largest of this very picture.
    """
    size, angle = cv2.cartToPolar(field[..., 0], field[..., 1], angleInDegrees=True)
    value = cv2.normalize(size, None, 0, 255, cv2.NORM_MINMAX)
    hsv = np.dstack([angle / 2, np.full_like(size, 255), value]).astype(np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)


def key(side: int) -> np.ndarray:
    """The key to its flow pictures, (side, side, 3) uint8 blue-green-red: a disc whose every point
    has the colour of a motion from the centre to there."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    disc = drawn(np.dstack([x, y]))
    disc[np.hypot(x, y) > 1] = 255
    return disc


def sheet(data: dict[str, Inputs], rows: list[int]):
    """Those `rows` of `streams` as pictures with their emotions, and the key to the colours."""
    side, pictures, titles = next(iter(data.values())).size, [], []
    for name in STREAMS:
        shown = (data[name].x[rows].numpy().transpose(0, 2, 3, 1)[..., ::-1] + 1) * 127.5
        pictures += [*shown.astype(np.uint8), key(side) if name == STREAMS[-1] else _blank(side)]
        titles += [*(f"{name}: {data[name].sequences[row].emotion}" for row in rows), ""]
    figure = plots.faces(pictures, titles, columns=len(rows) + 1)
    for x, y, arrow in ((0.03, 0.5, "←"), (0.97, 0.5, "→"), (0.5, 0.97, "↑"), (0.5, 0.03, "↓")):
        figure.axes[-1].text(
            x, y, arrow, transform=figure.axes[-1].transAxes, ha="center", va="center"
        )
    return figure


def _blank(side: int) -> np.ndarray:
    return np.full((side, side, 3), 255, np.uint8)


def streams(folder: Path, sequences, classes, size: int) -> dict[str, Inputs]:
    """Inputs of both streams by name, from the pairs of `sequences` that are kept in `folder`.

    Both are pictures scaled to [-1, 1]. A mirrored flow picture keeps its colours, as it did
    there, although a mirrored motion points the other way.
    """
    crops = [pairs.crops(folder, sequence) for sequence in sequences]
    pictures = ([apex for _, apex in crops], [flow_picture(*crop) for crop in crops])
    return {
        name: apex_inputs(pictured, sequences, classes, size)
        for name, pictured in zip(STREAMS, pictures)
    }


def counts_that_give(percent: float, most: int = SEQUENCES) -> list[tuple[int, int]]:
    """Every (right, of) up to `most` sequences that is `percent` to two decimals."""
    return [
        (right, n)
        for n in range(1, most + 1)
        for right in range(n + 1)
        if f"{100 * right / n:.2f}" == f"{percent:.2f}"
    ]


def share(right: int, n: int, method: str = "wilson") -> tuple[float, float]:
    """95 % interval of a share: "wilson", or "exact" for Clopper and Pearson's wider one.

    It takes the sequences as independent; several of one person are not, so the truth is wider.
    """
    found = binomtest(right, n).proportion_ci(0.95, method)
    return float(found.low), float(found.high)
