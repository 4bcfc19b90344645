"""What a head does as a whole, told apart from what its face does.

A camera that sees a head move by a little sees a flow that is linear in the six small numbers of
that movement: three shifts, three turns. Four shapes span it in each direction: the same motion
everywhere, motion that grows to the right or downwards, and motion that grows with nearness
(Longuet-Higgins and Prazdny, 1980), for which the depth of an average face is put in. Whatever
they cannot explain is expression.
"""

from __future__ import annotations

from functools import cache

import numpy as np

CELLS = 14  # a flow is averaged over CELLS x CELLS squares
AFFINE = 3  # so many of the shapes are those of a flat face
_ROUNDS = 4
_SCALE = 0.14  # pixels of a face of 128: a cell that moves further on its own counts little


@cache
def shapes(side: int = CELLS) -> np.ndarray:
    """The four shapes of a rigid flow, (side * side, 4): 1, right, down, nearness.

    Coordinates run from -1 to 1 over the face box. Nearness is that of an ellipsoid which comes
    forward towards nose and mouth; its numbers were fitted to the flow of a synthetic head that
    turns.
    """
    x, y, near = _nearness(side)
    return np.stack([np.ones_like(x), x, y, near - _nearness(CELLS)[2].mean()], -1).reshape(-1, 4)


def _nearness(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, x = (np.mgrid[:side, :side] + 0.5) * 2 / side - 1
    ball = np.sqrt(np.clip(1 - (x / 0.82) ** 2 - (y / 1.29) ** 2, 0.02, None))
    forward = 1.5 * np.exp(-((abs(x) / 0.72) ** 2.6) - ((y - 0.87) / 1.02) ** 2)
    return x, y, ball + forward


def fit(
    cells: np.ndarray, weights: np.ndarray, count: int | None = None, scale: float = _SCALE
) -> np.ndarray:
    """The rigid part of a flow's cells, as coefficients (count, 2) of `shapes`.

    cells     (CELLS * CELLS, 2) in pixels
    weights   (CELLS * CELLS,) how much each cell may say
    count     how many of the shapes are fitted, the first ones (None: all)
    scale     pixels: a cell that moves further on its own counts little

    Least squares, repeated with less weight on cells that move on their own (Geman and McClure):
    a smile must not turn the head.
    """
    basis, trust = shapes()[:, :count], weights
    found = np.zeros((basis.shape[1], 2))
    for _ in range(_ROUNDS):
        weighted = basis * trust[:, None]
        ridge = 1e-6 * np.eye(basis.shape[1])
        found = np.linalg.solve(weighted.T @ basis + ridge, weighted.T @ cells)
        off = ((cells - basis @ found) ** 2).sum(axis=1)
        trust = weights / (1 + off / scale**2) ** 2
    return found
