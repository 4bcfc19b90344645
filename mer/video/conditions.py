"""What keeps a face from being read: it is turned away, something covers it, or it speaks."""

from __future__ import annotations

import numpy as np

AWAY, COVERED, SPEAKING = CONDITIONS = ("turned away", "covered", "speaking")

_AWAY = 35.0, 30.0  # degrees of yaw and pitch from looking into the camera


def turned_away(angles: np.ndarray) -> np.ndarray:
    """Whether heads at these angles (..., 3) show too little of the face."""
    return (np.abs(angles[..., 0]) > _AWAY[0]) | (np.abs(angles[..., 1]) > _AWAY[1])
