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
_ROUNDS = 4
_SCALE = 0.14  # pixels of a face of 128: a cell that moves further on its own counts little


@cache
def shapes() -> np.ndarray:
    """The four shapes of a rigid flow, (CELLS * CELLS, 4): 1, right, down, nearness.

    Coordinates run from -1 to 1 over the face box. Nearness is that of an ellipsoid which comes
    forward towards nose and mouth; its numbers were fitted to the flow of a synthetic head that
    turns.
    """
    y, x = (np.mgrid[:CELLS, :CELLS] + 0.5) * 2 / CELLS - 1
    ball = np.sqrt(np.clip(1 - (x / 0.82) ** 2 - (y / 1.29) ** 2, 0.02, None))
    forward = 1.5 * np.exp(-((abs(x) / 0.72) ** 2.6) - ((y - 0.87) / 1.02) ** 2)
    near = ball + forward
    return np.stack([np.ones_like(x), x, y, near - near.mean()], axis=-1).reshape(-1, 4)


def fit(cells: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The rigid part of a flow's cells, as coefficients (4, 2) of `shapes`.

    cells     (CELLS * CELLS, 2) in pixels
    weights   (CELLS * CELLS,) how much each cell may say

    Least squares, repeated with less weight on cells that move on their own (Geman and McClure):
    a smile must not turn the head.
    """
    basis, trust = shapes(), weights
    found = np.zeros((4, 2))
    for _ in range(_ROUNDS):
        weighted = basis * trust[:, None]
        found = np.linalg.solve(weighted.T @ basis + 1e-6 * np.eye(4), weighted.T @ cells)
        off = ((cells - basis @ found) ** 2).sum(axis=1)
        trust = weights / (1 + off / _SCALE**2) ** 2
    return found
