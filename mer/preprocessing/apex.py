"""When is an expression strongest? Spotting the apex between a known onset and offset.

Every spotter gives one number a frame; the apex is where it peaks. The baseline that a spotter
has to beat is the midpoint of the interval, which on CASME II is 8.28 frames off on average.
"""

from __future__ import annotations

import cv2
import numpy as np


def midpoint(onset: int, offset: int) -> int:
    """The baseline: half way between onset and offset."""
    return (onset + offset) // 2


def difference_curve(frames: np.ndarray, blur: float = 1.0) -> np.ndarray:
    """How much each frame differs from the onset and the offset frame, (N,) in grey levels.

    frames is (N, H, W) uint8, the first at the onset and the last at the offset. Every frame is
    first brought to the onset's mean brightness, because a flickering lamp changes more pixels
    than a face does, and blurred against sensor noise. A difference is a root mean square: a
    few pixels that change much (a mouth corner) count more than many that change a little.

    The distances from both ends are multiplied (as a geometric mean): an apex is far from both,
    and a drift that grows towards one end only does not look like one.
    """
    soft = np.stack([cv2.GaussianBlur(frame.astype(np.float32), (0, 0), blur) for frame in frames])
    brightness = soft.mean(axis=(1, 2), keepdims=True)
    soft *= brightness[0] / np.maximum(brightness, 1e-6)
    from_onset, from_offset = (
        np.sqrt(((soft - end) ** 2).mean(axis=(1, 2))) for end in (soft[0], soft[-1])
    )
    return np.sqrt(from_onset * from_offset)


def spot(numbers, curve: np.ndarray) -> int:
    """The frame number at the curve's peak, refined between thinned frames by a parabola.

    numbers are the frame numbers of the curve's values, in order; onset and offset themselves
    are never the answer. A sequence without a frame between them gives its midpoint.
    """
    numbers = np.asarray(numbers)
    if len(numbers) < 3:
        return midpoint(int(numbers[0]), int(numbers[-1]))
    peak = 1 + int(np.argmax(curve[1:-1]))
    near = slice(peak - 1, peak + 2)
    a, b, _ = np.polyfit(numbers[near] - numbers[peak], curve[near], 2)
    shift = -b / (2 * a) if a < 0 else 0.0
    low, high = numbers[peak - 1] - numbers[peak], numbers[peak + 1] - numbers[peak]
    return int(round(numbers[peak] + np.clip(shift, low / 2, high / 2)))


def even(numbers, onset: int, offset: int, step: int) -> np.ndarray:
    """Every `step`-th frame number from the onset on, as far as it is on disk, and the offset."""
    numbers = np.asarray(numbers)
    inside = numbers[(numbers >= onset) & (numbers <= offset)]
    return inside[((inside - onset) % step == 0) | (inside == offset)]


def moved(numbers, apex: int, by: int) -> int:
    """The frame on disk that is nearest to `by` frames after the apex (before: negative).

    It stays after the onset and not beyond the offset, the first and last of `numbers`: a
    sequence has no expression outside, and the onset itself would show no motion at all.
    """
    return nearest(numbers[1:], apex + by)


def nearest(numbers, number: int) -> int:
    """The frame on disk that is nearest to `number` (synthetic sequences may be thinned)."""
    numbers = np.asarray(numbers)
    return int(numbers[np.abs(numbers - number).argmin()])
