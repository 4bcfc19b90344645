"""Optical flow from onset to apex, optical strain, and how well both fit the truth.

A flow is (H, W, 2) float32 in pixels: how far the skin seen at each onset pixel has moved to
the right and down by the apex.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np

from mer.core.errors import BadData, MerError
from mer.core.files import atomic
from mer.preprocessing.flow_methods import DEFAULT, METHODS


def compute(onset: np.ndarray, apex: np.ndarray, method: str = DEFAULT) -> np.ndarray:
    """Flow between two frames.

    Parameters
    ----------
    onset, apex : (H, W, 3) or (H, W) uint8
        Of one size.
    method : str
        One of `flow_methods.METHODS`.

    Returns
    -------
    (H, W, 2) float32
        Pixels to the right and down, for each pixel of the onset frame.

    Raises
    ------
    MerError
        If there is no such method, or the frames differ in size.

    Examples
    --------
    >>> from mer.preprocessing import flow
    >>> wave = np.sin(np.arange(128) / 8)
    >>> onset = (128 + 100 * np.outer(wave, wave)).astype(np.uint8)
    >>> apex = np.roll(onset, 2, axis=1)  # two pixels to the right
    >>> flow.compute(onset, apex)[64, 64].round(2) + 0.0
    array([2., 0.], dtype=float32)
    """
    if method not in METHODS:
        raise MerError(f"unknown flow method {method!r}; choose one of {', '.join(METHODS)}")
    if onset.shape != apex.shape:
        raise MerError(f"flow: frames of different size {onset.shape} and {apex.shape}")
    grey = [cv2.cvtColor(f, cv2.COLOR_BGR2GRAY) if f.ndim == 3 else f for f in (onset, apex)]
    return METHODS[method](*grey)


def onset_to_apex(onset: np.ndarray, apex: np.ndarray, method: str = DEFAULT) -> np.ndarray:
    """What the study reads of a sequence: what its skin does between the two frames.

    Flow, less the head's motion, with strain.

    Parameters
    ----------
    onset, apex, method
        As in `compute`.

    Returns
    -------
    (H, W, 3) float32
        Right and down in pixels, and the strain.

    Examples
    --------
    >>> from mer.preprocessing import flow
    >>> still = np.zeros((64, 64), np.uint8)
    >>> flow.onset_to_apex(still, still).shape
    (64, 64, 3)
    """
    return with_strain(without_head_motion(compute(onset, apex, method)))


def without_head_motion(flow: np.ndarray) -> np.ndarray:
    """Subtract the median motion: what the whole face does together is no expression."""
    return flow - np.median(flow, axis=(0, 1), keepdims=True)


def averaged(onset: np.ndarray, apex: np.ndarray, size: int, method: str = DEFAULT) -> np.ndarray:
    """What the skin does between two faces, averaged to (size, size, 2); in pixels of the faces.

    Up to here every step adds: the flow of two things that happen at once is about the sum of
    the flows of each. The strain, which does not add, is taken afterwards (`with_strain`).
    """
    field = without_head_motion(compute(onset, apex, method))
    return cv2.resize(field, (size, size), interpolation=cv2.INTER_AREA)


def magnify(onset: np.ndarray, flow: np.ndarray, factor: float) -> np.ndarray:
    """The onset frame (H, W, 3) uint8 with its skin moved `factor` times as far as `flow` says.

    Looks up, for every pixel, what has come there; a few rounds suffice, the motion is smooth.
    """
    y, x = np.indices(flow.shape[:2], np.float32)
    back = factor * flow[..., :2].astype(np.float32)
    for _ in range(6):
        back = factor * cv2.remap(
            flow[..., :2].astype(np.float32),
            x - back[..., 0],
            y - back[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return cv2.remap(
        onset, x - back[..., 0], y - back[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def strain(flow: np.ndarray) -> np.ndarray:
    """Magnitude of the optical strain: how much the skin is stretched or sheared.

    sqrt(e_xx^2 + e_yy^2 + 2 e_xy^2) with the symmetric part of the flow's gradient. Rigid
    translation has none.

    Parameters
    ----------
    flow : (..., H, W, 2) array
        In pixels.

    Returns
    -------
    (..., H, W) float32
        Pixels a pixel.

    Notes
    -----
    Shreve, Godavarthy, Goldgof and Sarkar, "Macro- and micro-expression spotting in long videos
    using spatio-temporal strain", FG 2011.

    Examples
    --------
    >>> from mer.preprocessing import flow
    >>> moved = np.ones((8, 8, 2))
    >>> stretched = moved * np.arange(8)[:, None]  # to the right: by 0, 1, 2 ... pixels
    >>> float(flow.strain(moved).max()), float(flow.strain(stretched * [1, 0]).max())
    (0.0, 1.0)
    """
    du_dy, du_dx = np.gradient(flow[..., 0], axis=(-2, -1))
    dv_dy, dv_dx = np.gradient(flow[..., 1], axis=(-2, -1))
    shear = 0.5 * (du_dy + dv_dx)
    return np.sqrt(du_dx**2 + dv_dy**2 + 2 * shear**2).astype(np.float32)


def with_strain(flow: np.ndarray, blur: float = 2.0) -> np.ndarray:
    """(H, W, 3) float32: the flow and, as third channel, the strain of its smoothed field."""
    return np.dstack([flow, strain(cv2.GaussianBlur(flow, (0, 0), blur))]).astype(np.float32)


def endpoint_error(flow: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    """Mean end-point error: the distance between two flows.

    Parameters
    ----------
    flow, truth : (H, W, 2) array
        In pixels.
    mask : (H, W) bool
        Where to look.

    Returns
    -------
    float
        In pixels; NaN for an empty mask.

    Notes
    -----
    Baker et al., "A database and evaluation methodology for optical flow", IJCV 92, 2011.

    Examples
    --------
    >>> from mer.preprocessing import flow
    >>> rest = np.zeros((4, 4, 2))
    >>> flow.endpoint_error(rest + [3, 4], rest, np.ones((4, 4), bool))
    5.0
    """
    distance = np.linalg.norm(flow - truth, axis=-1)[mask]
    return float(distance.mean()) if distance.size else float("nan")


def colours(flow: np.ndarray, largest: float | None = None) -> np.ndarray:
    """A flow as a picture: hue is direction, saturation is size, white is rest.

    Parameters
    ----------
    flow : (H, W, 2 or more) float32
        In pixels; only its first two channels are shown.
    largest : float, optional
        Pixels of full saturation; by default the 99th percentile of this flow.

    Returns
    -------
    (H, W, 3) uint8
        Red-green-blue.

    Examples
    --------
    >>> from mer.preprocessing import flow
    >>> flow.colours(np.zeros((1, 1, 2), np.float32))
    array([[[255, 255, 255]]], dtype=uint8)
    """
    size, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    largest = largest or max(float(np.percentile(size, 99)), 1e-6)
    hsv = np.dstack([angle, np.clip(size / largest, 0, 1), np.ones_like(size)])
    return (cv2.cvtColor(hsv.astype(np.float32), cv2.COLOR_HSV2RGB) * 255).astype(np.uint8)


def save(path: Path, field: np.ndarray, method: str) -> None:
    """Keep a flow with strain (H, W, 3) as float32, with the name of its algorithm."""
    with atomic(path) as draft:
        np.savez_compressed(draft, flow=field[..., :2], strain=field[..., 2], method=method)


def load(path: Path) -> np.ndarray:
    """A kept flow with its strain, (H, W, 3) float32; a damaged file raises `BadData`."""
    try:
        with np.load(path) as kept:
            return np.dstack([kept["flow"], kept["strain"]])
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise BadData(f"{path}: not a kept flow ({error}). Run notebook 03 again.") from error
