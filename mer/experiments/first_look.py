"""One sequence at first sight: onset, apex, and the difference that nobody sees."""

from __future__ import annotations

import numpy as np

from mer.datasets.base import Sequence, Source
from mer.experiments import plots

REST = 128  # the grey level of a pixel that has not changed


def difference(onset: np.ndarray, apex: np.ndarray, factor: float = 8) -> np.ndarray:
    """The change of each pixel, magnified about middle grey.

    Parameters
    ----------
    onset, apex : (H, W, 3) or (H, W) uint8
    factor : float
        How many times a change is enlarged; what leaves 0 to 255 is cut off.

    Returns
    -------
    uint8, of the same shape

    Examples
    --------
    >>> from mer.experiments import first_look
    >>> onset = np.array([[5, 100, 100]], np.uint8)
    >>> first_look.difference(onset, np.array([[3, 100, 200]], np.uint8))
    array([[112, 128, 255]], dtype=uint8)
    """
    change = apex.astype(float) - onset
    return np.clip(REST + factor * change, 0, 255).astype(np.uint8)


def plot_pair(source: Source, sequence: Sequence):
    """Onset, apex and their magnified difference; without frames, the published flow."""
    if not sequence.numbers:
        picture = (source.flow(sequence)[..., ::-1] * 255).astype(np.uint8)
        return plots.faces([picture], [f"flow of {sequence.key}"], columns=1, width=3)
    onset, apex = (source.frame(sequence, n) for n in (sequence.onset, sequence.apex))
    titles = ["onset", f"apex: {sequence.emotion}", "difference, 8 times"]
    return plots.faces([onset, apex, difference(onset, apex)], titles, columns=3, width=2.4)
