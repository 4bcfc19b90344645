"""How much an aligned face looks like it did before, block by block: a hand covers some of them,
a mouth that opens changes others, a head that turns changes most."""

from __future__ import annotations

import cv2
import numpy as np

BLOCKS = 5  # a side
_SIDE = 16  # pixels of a block
_PLAIN = 4.0  # grey levels: a block with less contrast cannot be compared
_USUAL = 5.0  # seconds in which what a face usually looks like follows it
_BEFORE = 0.4  # seconds: the face that was seen so long ago is the one before


class Likeness:
    """Push one aligned face after the other, (SIZE, SIZE) uint8."""

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        """Another face."""
        self._usual: np.ndarray | None = None
        self._seen: list[tuple[float, np.ndarray]] = []

    def push(self, face: np.ndarray, time: float) -> np.ndarray:
        """(2, BLOCKS * BLOCKS) correlation of each block, row by row, with what this face usually
        shows there, and with what it showed just before."""
        now = _blocks(face)
        self._seen.append((time, now))
        while len(self._seen) > 2 and time - self._seen[1][0] > _BEFORE:
            self._seen.pop(0)
        before = self._seen[0][1]
        if self._usual is None:
            self._usual = now
        found = np.array([_correlation(now, self._usual), _correlation(now, before)])
        step = time - self._seen[-2][0] if len(self._seen) > 1 else 0.0
        self._usual = self._usual + (1 - np.exp(-step / _USUAL)) * (now - self._usual)
        return found


def _blocks(face: np.ndarray) -> np.ndarray:
    """(BLOCKS * BLOCKS, pixels) of a face, each block less its mean."""
    side = BLOCKS * _SIDE
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    parts = small.reshape(BLOCKS, _SIDE, BLOCKS, _SIDE).transpose(0, 2, 1, 3)
    parts = parts.reshape(BLOCKS**2, -1)
    return parts - parts.mean(axis=1, keepdims=True)


def _correlation(now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """(N,) of the rows of two arrays (N, pixels) without a mean."""
    spread = np.sqrt((now**2).mean(axis=1)), np.sqrt((then**2).mean(axis=1))
    found = (now * then).mean(axis=1) / np.maximum(spread[0] * spread[1], 1e-6)
    return np.where(spread[1] < _PLAIN, 1.0, found)
