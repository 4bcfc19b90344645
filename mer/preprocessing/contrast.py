"""Contrast of a face picture: left as it is, equalised, or equalised tile by tile (CLAHE).

Only luminance is equalised. The three colours of a pixel are then scaled alike, which keeps hue
and saturation; keeping a luminance-chroma conversion's chroma instead would leave a brightened
face grey.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from mer.core.errors import BadData, MerError


@dataclass(frozen=True)
class Contrast:
    """A way to spread the grey levels of a picture. Called with one, it gives the new picture.

    Parameters
    ----------
    name : str
    change : callable, optional
        Luminance (H, W) uint8 -> the new luminance, (H, W) uint8; None leaves it as it is.

    Examples
    --------
    >>> from mer.preprocessing import contrast
    >>> dull = np.array([[100, 101], [102, 103]], np.uint8)
    >>> contrast.EQUALISED(dull)
    array([[  0,  85],
           [170, 255]], dtype=uint8)
    """

    name: str
    change: Callable[[np.ndarray], np.ndarray] | None = None

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """The picture with its luminance changed: (H, W, 3) uint8 blue-green-red, or (H, W)."""
        grey = luminance(picture)
        if self.change is None:
            return picture
        new = self.change(grey)
        if picture.ndim == 2:
            return new
        scale = new / np.maximum(grey, 1, dtype=np.float32)
        return np.clip(np.rint(picture * scale[..., None]), 0, 255).astype(np.uint8)


def luminance(picture: np.ndarray) -> np.ndarray:
    """Grey levels (H, W) uint8 of a picture, as the optical flow reads them.

    Anything but (H, W, 3) or (H, W) uint8 raises `BadData`.
    """
    colour = picture.ndim == 3 and picture.shape[2] == 3
    if picture.dtype != np.uint8 or not (colour or picture.ndim == 2):
        raise BadData(
            f"contrast: a picture of shape {picture.shape} and type {picture.dtype}; "
            "give (H, W, 3) uint8, blue-green-red, as mer.preprocessing.pairs keeps them, or (H, W)"
        )
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if colour else picture


def clahe(clip: float, tiles: int) -> Contrast:
    """Contrast-limited adaptive histogram equalisation.

    Each of tiles x tiles parts of the picture is equalised by itself, and neighbours are blended.
    With the peaks of the histogram cut off, noise in flat regions is not stretched without bound.

    Parameters
    ----------
    clip : float
        How many times its even share of a tile a grey level may count, above 0.
    tiles : int
        Along each side, at least 1.

    Returns
    -------
    Contrast

    Raises
    ------
    MerError
        If the limit or the tiles make no sense.

    Notes
    -----
    Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.

    Examples
    --------
    >>> from mer.preprocessing import contrast
    >>> contrast.clahe(2, tiles=8).name
    'CLAHE 2, 8 x 8'
    """
    if clip <= 0 or tiles < 1:
        raise MerError(
            f"CLAHE with clip limit {clip} and {tiles} tiles a side: the limit has to "
            "be above 0, and there has to be a tile"
        )
    return Contrast(
        f"CLAHE {clip:g}, {tiles} x {tiles}", partial(_tile_by_tile, clip=float(clip), tiles=tiles)
    )


def _tile_by_tile(grey: np.ndarray, clip: float, tiles: int) -> np.ndarray:
    # OpenCV's object keeps its buffers, so two threads must not share one.
    return cv2.createCLAHE(clip, (tiles, tiles)).apply(grey)


NONE = Contrast("none")
EQUALISED = Contrast("equalised", cv2.equalizeHist)
# Clip limit 2 on 8 x 8 tiles is the usual choice; the other three are the sweep around it.
CLAHE = tuple(clahe(clip, tiles) for tiles in (8, 4) for clip in (2, 8))
ALL = (NONE, EQUALISED, *CLAHE)


def grey_levels(picture: np.ndarray) -> np.ndarray:
    """Share of a picture's pixels at each grey level, (256,) float64; they sum to 1."""
    counts = np.bincount(luminance(picture).ravel(), minlength=256)
    return counts / counts.sum()
