"""The recogniser on published flows of real people, and its own flows in their form.

MEGC2019 publishes the flow of a micro-expression as a picture of 28 x 28 cells: each channel is
scaled from its least to its greatest value, and the face is cut closer than the demo cuts it. How
far the skin moved is lost; here it is as far as a typical micro-expression moves it. Neither that
nor where the eyes lie was chosen by a real face's label.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation import calibration, metrics
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.learning.cross_validation import score_rows
from mer.learning.inputs import Inputs, evened, published_flow_inputs
from mer.preprocessing import flow
from mer.video.classes import NEUTRAL, SIZE

CELLS = 28  # side of a published picture
PROTOCOL, MODEL = "synthetic-to-real", "the demo's recogniser"
# The three classes of MEGC2019 and the emotions in each.
GROUPS = {
    "negative": ("disgust", "repression", "sadness"),
    "positive": ("happiness",),
    "surprise": ("surprise",),
}
PEAK = 2.2  # pixels that the skin moves at most, the median of the people's micro-expressions
_STRONGEST = 0.99  # quantile of a flow that stands for its peak: one cell may be an error
# Shares of a square face: the row of the eyes, between them, and from there to the mouth; in the
# published crops, and in the demo's (read off the crops of eight synthetic people).
_PUBLISHED = np.array([7.5, 15.4, 12.9]) / CELLS
_OWN = np.array([0.36, 0.37, 0.43])
_LEAST = 1e-9  # of a probability, whose share of a sum is asked for


def _to_own() -> np.ndarray:
    """Affine map (2, 3) from cells of a published picture to those of the demo's flow."""
    across, down = _OWN[1:] / _PUBLISHED[1:] * SIZE / CELLS
    place = np.array([[across, 0, 0], [0, down, 0]])
    eyes = np.array([0.5, _PUBLISHED[0]]) * CELLS - 0.5
    place[:, 2] = np.array([0.5, _OWN[0]]) * SIZE - 0.5 - place[:, :2] @ eyes
    return place


def in_pixels(signed: Inputs, peak: float = PEAK) -> np.ndarray:
    """Published flows as the recogniser reads flows: (N, 48, 48, 2) float32, in pixels.

    Parameters
    ----------
    signed : Inputs
        Of `inputs.published_flow_inputs`, zero where each face rests.
    peak : float
        Pixels that the strongest motion of each is brought to.
    """
    fields = [
        cv2.warpAffine(one, _to_own(), (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE)
        for one in signed.x[:, :2].numpy().transpose(0, 2, 3, 1)
    ]
    strengths = [np.quantile(np.linalg.norm(one, axis=-1), _STRONGEST) for one in fields]
    return np.stack([one * (peak / max(s, _LEAST)) for one, s in zip(fields, strengths)]).astype(
        np.float32
    )


def grouped(probabilities: np.ndarray, words: tuple[str, ...], classes: Iterable[str]):
    """Probabilities (N, words) as those of classes that hold several words, *neutral* left out:
    (N, classes). A class that is neither one of `GROUPS` nor a word is `BadData`."""
    columns = []
    for name in classes:
        members = GROUPS.get(name, (name,))
        if not set(members) <= set(words) - {NEUTRAL}:
            raise BadData(
                f"recogniser: it knows no class {name!r}, only {', '.join((*GROUPS, *words[1:]))}."
                " Choose a source with those classes."
            )
        columns.append(probabilities[:, [words.index(word) for word in members]].sum(1))
    found = np.stack(columns, 1) + _LEAST
    return found / found.sum(1, keepdims=True)


def scored(recogniser, signed: Inputs, model: str = MODEL) -> pd.DataFrame:
    """Score table of published flows, by a recogniser that learned from no real face.

    Parameters
    ----------
    recogniser : Recogniser
    signed : Inputs
        Of `inputs.published_flow_inputs`; classes of `GROUPS`.
    model : str
        How its rows are called.

    Returns
    -------
    DataFrame
        `mer.evaluation.scores`; one row a sequence, the emotions' probabilities added up.
    """
    said = recogniser.predict_proba_of_flows(in_pixels(signed))
    rows = np.arange(len(signed))
    fold = Fold(PROTOCOL, "all", rows[:0], rows)
    found = grouped(said, recogniser.classes, signed.classes)
    return score_rows(signed, rows, found, model, fold, 0, "test")


def measured(table: pd.DataFrame, bootstrap: int = 1000) -> list[Record]:
    """Accuracy, UF1, UAR, calibration error and log loss of a score table."""
    return [*metrics.evaluate(table, bootstrap), *calibration.records(table, bootstrap)]


def inputs_of_flows(flows: np.ndarray, sequences, classes) -> Inputs:
    """The recogniser's flows (N, 48, 48, 2) as evened inputs in the published form, 28 x 28: the
    published part of the face, motion and strain, around each picture's median."""
    whole = np.concatenate([flows, flow.strain(flows)[..., None]], -1).astype(np.float32)
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    small = [cv2.warpAffine(one, _to_own(), (CELLS, CELLS), flags=way) for one in whole]
    return evened(published_flow_inputs(small, sequences, classes))
