"""Find the apex: the frame between onset and offset where an expression is strongest.

A spotter draws one curve over the frames of a sequence, high where the face is far from its
onset; its answer is the frame of the peak (`spot`). Nobody trained these four:

    frame difference    grey levels that change, whatever changes them
    flow magnitude      how far the skin has moved since the onset, on average
    strongest region    the same in brows, cheeks or mouth, where the most moves
    optical strain      how much the skin is stretched (Shreve et al., FG 2011; Liong et al.,
                        ACPR 2015, spot the apex by it)

The eyes belong to no region: a blink moves more skin than a micro-expression does. What the head
does as a whole is taken out of each flow. The baseline that a spotter has to beat is the
midpoint of the interval, which on CASME II is 8.28 frames off on average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import share
from mer.datasets.base import Sequence, Source
from mer.preprocessing import faces, flow

SIZE = 112  # side in pixels of the faces that are read
SPOTTERS = ("frame difference", "flow magnitude", "strongest region", "optical strain")
DEFAULT = "strongest region"


@dataclass(frozen=True)
class Reading:
    """What the spotters see in a sequence: `curves` (N,) by spotter at frame `numbers` (N,), in
    the square `box` of each frame; `region` is the one that the strongest region stands for."""

    numbers: np.ndarray
    curves: Mapping[str, np.ndarray]
    region: str
    box: faces.Box

    def answer(self, spotter: str = DEFAULT) -> int:
        """The frame where this spotter puts the apex."""
        return spot(self.numbers, self.curves[spotter])

    @property
    def length(self) -> int:
        """Frames from onset to offset."""
        return int(self.numbers[-1] - self.numbers[0])


def read(source: Source, sequence: Sequence) -> Reading:
    """Cut the face out of every frame from onset to offset, and draw the spotters' curves.

    Only evenly spaced frames are read, and the offset. A thinned synthetic sequence has its key
    frames on disk besides, the true apex among them: an odd frame number would give it away.

    Parameters
    ----------
    source : Source
        One with frames; what cannot be read raises `BadData`.
    sequence : Sequence
        With onset and offset.

    Returns
    -------
    Reading
    """
    numbers = even(sequence.numbers, sequence.onset, sequence.offset, source.frame_step)
    box = faces.locate(source.frame(sequence, sequence.onset))
    crops = (faces.cut(source.frame(sequence, number), box, SIZE) for number in numbers)
    grey = np.stack([cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) for crop in crops])
    return Reading(numbers, *curves(grey), box)


def read_all(source: Source, sequences: list[Sequence], quiet: bool = False) -> dict[str, Reading]:
    """The readings of all sequences by their keys, on all cores."""
    jobs = (delayed(read)(source, sequence) for sequence in sequences)
    done = tqdm(share(jobs, len(sequences)), "spotting", len(sequences), disable=quiet)
    return dict(zip([sequence.key for sequence in sequences], done, strict=True))


def curves(grey: np.ndarray) -> tuple[dict[str, np.ndarray], str]:
    """The curve of each spotter over the faces of a sequence.

    Parameters
    ----------
    grey : (N, S, S) uint8
        The first at the onset and the last at the offset.

    Returns
    -------
    dict of (N,) arrays
        By spotter; motion is in pixels of these faces.
    str
        The region that the strongest one is.

    Examples
    --------
    >>> from mer.preprocessing import apex
    >>> drawn, region = apex.curves(np.zeros((3, 112, 112), np.uint8))
    >>> list(drawn) == list(apex.SPOTTERS), drawn["optical strain"].shape
    (True, (3,))
    """
    skin, parts = faces.regions(grey.shape[-1])
    motion, stretch, by_part = [], [], {name: [] for name in parts}
    for face in grey:
        field = flow.onset_to_apex(grey[0], face)
        size = np.linalg.norm(field[..., :2], axis=-1)
        motion.append(size[skin].mean())
        stretch.append(field[..., 2][skin].mean())
        for name, part in parts.items():
            by_part[name].append(size[part].mean())
    strongest = max(by_part, key=lambda name: max(by_part[name]))
    found = (difference_curve(grey), motion, by_part[strongest], stretch)
    drawn = {name: np.asarray(curve) for name, curve in zip(SPOTTERS, found, strict=True)}
    return drawn, strongest


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
    """The frame number at a curve's peak, refined between thinned frames by a parabola.

    Parameters
    ----------
    numbers : (N,) of int
        Frame numbers, in order: onset first, offset last. Neither is ever the answer.
    curve : (N,) array
        One value a frame.

    Returns
    -------
    int
        Without a frame between onset and offset, their midpoint.

    Examples
    --------
    >>> from mer.preprocessing import apex
    >>> apex.spot([46, 50, 54, 58, 62], np.array([0.0, 1.0, 3.0, 2.0, 0.0]))
    55
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


def midpoint(onset: int, offset: int) -> int:
    """The baseline: half way between onset and offset.

    Examples
    --------
    >>> from mer.preprocessing import apex
    >>> apex.midpoint(46, 86)
    66
    """
    return (onset + offset) // 2


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
