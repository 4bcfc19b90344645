"""How the skin of an aligned face has moved since a reference, the head's motion taken out."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from mer.core.opencv import one_opencv_thread
from mer.preprocessing import faces, head_motion
from mer.video.pictures import SIZE

_INNER = slice(18, SIZE - 18)  # columns of an aligned face beyond which no cell shows skin


class SkinFlow:
    """The flow from a reference face to others, (SIZE, SIZE) uint8 each."""

    def __init__(self):
        # Dense inverse search on the finest scale, without the smoothing by variation that costs
        # most: averaging over cells does that.
        self._search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._search.setFinestScale(0)
        self._search.setPatchStride(7)
        self._search.setGradientDescentIterations(6)
        self._search.setVariationalRefinementIterations(0)

    def between(self, reference: np.ndarray, face: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(4, 2) the rigid motion in shapes of `head_motion`, and (K, 2) what it leaves of the
        motion of the K cells that show skin."""
        flow = np.zeros((SIZE, SIZE, 2), np.float32)
        with one_opencv_thread():
            pair = (np.ascontiguousarray(picture[:, _INNER]) for picture in (reference, face))
            flow[:, _INNER] = self._search.calc(*pair, None)
        cells = cv2.resize(flow, (head_motion.CELLS,) * 2, interpolation=cv2.INTER_AREA)
        cells = cells.reshape(-1, 2)
        rigid = head_motion.fit(cells, skin())
        return rigid, (cells - head_motion.shapes() @ rigid)[skin() > 0]


def moved(pose: np.ndarray, rigid: np.ndarray) -> np.ndarray:
    """The pose (2, 3) of a face that has moved by the flow `rigid` (4, 2) since it was cut: of
    that flow the shift, the growth and the turn in the picture, no shear."""
    half = SIZE / 2
    (u, v), (u_x, v_x), (u_y, v_y), _ = rigid
    grow, turn = (u_x + v_y) / 2 / half, (v_x - u_y) / 2 / half
    linear = np.array([[1 + grow, -turn], [turn, 1 + grow]])
    shift = np.array([u, v]) + half - linear @ [half, half]
    return np.column_stack([pose[:, :2] @ linear, pose[:, :2] @ shift + pose[:, 2]])


def change_of_lids(reference: np.ndarray, face: np.ndarray) -> float:
    """How much the eyes of two faces differ, in grey levels."""
    return float(cv2.mean(cv2.absdiff(face, reference), _lids().view(np.uint8))[0])


def smoothed(cells: np.ndarray) -> np.ndarray:
    """(K, 2) each cell averaged with those beside it."""
    return _neighbours() @ cells


@cache
def skin() -> np.ndarray:
    """(CELLS * CELLS,) 1 for cells of skin, 0 for the eyes and for what is no face.

    Narrower than the box: cells on the outline of a head show what comes out behind it.
    """
    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE
    wide = np.where(y < 0.5, 0.31, 0.31 - 0.1 * (y - 0.5))
    face = (((x - 0.5) / wide) ** 2 < 1) & (y > 0.06) & (y < 0.93)
    corners = (abs(x - 0.5) > 0.22) & (y < 0.14)
    shown = (face & ~corners & ~_lids()).astype(np.float32)
    share = cv2.resize(shown, (head_motion.CELLS,) * 2, interpolation=cv2.INTER_AREA)
    return (share > 0.6).astype(float).ravel()


@cache
def beside_lids() -> np.ndarray:
    """(K,) bool, of the K cells of skin those that a blink drags along."""
    return (_rows() > 0.2) & (_rows() < 0.5)


@cache
def _rows() -> np.ndarray:
    """(K,) how far down the cells of skin are, 0 to 1."""
    row = (np.arange(head_motion.CELLS) + 0.5) / head_motion.CELLS
    return np.repeat(row, head_motion.CELLS)[skin() > 0]


@cache
def _neighbours() -> np.ndarray:
    """(K, K) what each cell of skin takes from itself and from the cells around it: a bell curve
    with a deviation of 0.8 cells. Noise differs from cell to cell, expressions do not."""
    places = np.argwhere(skin().reshape(head_motion.CELLS, head_motion.CELLS) > 0)
    apart = ((places[:, None] - places) ** 2).sum(axis=-1)
    share = np.where(apart <= 4, np.exp(-apart / (2 * 0.8**2)), 0.0)
    return share / share.sum(axis=1, keepdims=True)


@cache
def _lids() -> np.ndarray:
    """Mask (SIZE, SIZE) of both eyes, where lids and pupils move; not of the nose's bridge."""
    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE
    eyes = ~faces.regions(SIZE)[0] & (y > 0.25) & (y < 0.45)
    return eyes & (abs(x - 0.5) > 0.09) & (abs(x - 0.5) < 0.38)
