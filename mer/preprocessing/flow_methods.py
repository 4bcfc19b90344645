"""The algorithms of optical flow that the study compares, by name.

Each takes two (H, W) uint8 pictures and gives (H, W, 2) float32: how far the skin seen at each
pixel of the first has moved to the right and down, in pixels. Libraries that only one of them
needs are imported by it alone.
"""

from __future__ import annotations

from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from mer.core.errors import Unavailable
from mer.core.opencv import one_opencv_thread
from mer.core.torchvision_guard import torchvision_importable

# torchvision's name for its weights, with the first digits of their SHA-256.
_RAFT_WEIGHTS = "raft_small_C_T_V2-01064c6d.pth"
_RAFT_SMALLEST, _RAFT_STEP = 128, 8  # pixels: least side, and what a side is a multiple of


def still(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """No motion at all: the answer that every algorithm has to beat."""
    return np.zeros((*onset.shape, 2), np.float32)


def farneback(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """Farneback's polynomial expansion (SCIA 2003), with the earlier implementation's settings:
    pyr_scale 0.5, 3 levels, window 15, 3 iterations, poly_n 5, poly_sigma 1.2."""
    return cv2.calcOpticalFlowFarneback(onset, apex, None, 0.5, 3, 15, 3, 5, 1.2, 0)


def dis(
    onset: np.ndarray,
    apex: np.ndarray,
    finest: int = 1,
    stride: int = 3,
    steps: int = 25,
    refinements: int = 5,
) -> np.ndarray:
    """Dense inverse search (Kroeger et al., ECCV 2016); the default is OpenCV's medium preset.

    finest        last scale that is searched: 0 is the picture itself, 1 its half, 2 its quarter
    stride        pixels from one patch (8 x 8) to the next
    steps         of gradient descent, for each patch and scale
    refinements   rounds of smoothing by variation, for each scale
    """
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(finest)
    search.setPatchStride(stride)
    search.setGradientDescentIterations(steps)
    search.setVariationalRefinementIterations(refinements)
    with one_opencv_thread():
        return search.calc(onset, apex, None)


# A micro-expression is a pixel or two large, so the finest scale is where most of it is found;
# and from the coarser ones a patch has so short a way left that 8 steps do for the preset's 25.
_fine = partial(dis, finest=0, stride=4, steps=8)


def ilk(onset: np.ndarray, apex: np.ndarray, radius: int = 7, warps: int = 3) -> np.ndarray:
    """Iterative Lucas-Kanade, scikit-image's: least squares in a window of 2 radius + 1 pixels
    (Le Besnerais and Champagnat, ICIP 2005)."""
    from skimage.registration import optical_flow_ilk

    return _right_down(
        optical_flow_ilk(onset, apex, radius=radius, num_warp=warps, dtype=np.float32)
    )


def tv_l1(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """The study's own TV-L1 (`mer.preprocessing.tvl1`), several times as fast as scikit-image's."""
    from mer.preprocessing.tvl1 import tv_l1 as own

    return own(onset, apex)


def tv_l1_library(
    onset: np.ndarray, apex: np.ndarray, attachment: float = 15, warps: int = 5
) -> np.ndarray:
    """scikit-image's TV-L1 (Zach et al., DAGM 2007), by default as it comes.

    attachment   weight of the pictures' difference against the smoothness of the motion
    """
    from skimage.registration import optical_flow_tvl1

    return _right_down(
        optical_flow_tvl1(onset, apex, attachment=attachment, num_warp=warps, dtype=np.float32)
    )


def _right_down(rows_first: np.ndarray) -> np.ndarray:
    """scikit-image gives (2, H, W), the motion down first."""
    return np.ascontiguousarray(rows_first[::-1].transpose(1, 2, 0))


def raft(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """RAFT's small network (Teed and Deng, ECCV 2020), torchvision's, where its weights are on
    this machine; nothing is fetched. Without weights or torchvision: `Unavailable`."""
    import torch

    file = raft_weights()
    if not file.is_file():
        raise Unavailable(
            f"raft: its weights are not on this machine. Put torchvision's "
            f"{file.name} into {file.parent}, or choose another method."
        )
    height, width = onset.shape
    pictures = [
        torch.from_numpy(
            np.pad(picture, [(0, _raft_room(height)), (0, _raft_room(width))], mode="edge")
        )
        for picture in (onset, apex)
    ]
    pair = [(p.float() / 127.5 - 1).expand(1, 3, *p.shape) for p in pictures]
    with torch.inference_mode():
        found = _raft_network(file)(*pair)[-1][0]
    return np.ascontiguousarray(found[:, :height, :width].permute(1, 2, 0).numpy())


def raft_weights() -> Path:
    """Where torch keeps what it once fetched; the file need not be there."""
    import torch

    return Path(torch.hub.get_dir()) / "checkpoints" / _RAFT_WEIGHTS


def _raft_room(side: int) -> int:
    """Pixels that a side has to grow by for RAFT."""
    return max(side + -side % _RAFT_STEP, _RAFT_SMALLEST) - side


@cache
def _raft_network(file: Path):
    import torch

    try:
        with torchvision_importable():
            from torchvision.models.optical_flow import raft_small
    except ImportError as error:
        raise Unavailable(
            f"raft: torchvision cannot be imported ({error}). Install it, or choose another method."
        ) from error
    network = raft_small(weights=None)
    network.load_state_dict(torch.load(file, weights_only=True, map_location="cpu"))
    return network.eval()


DEFAULT = "dis-fine"
METHODS = {
    "still": still,
    "farneback": farneback,
    "dis-fast": partial(dis, finest=2, stride=4, steps=16),  # OpenCV's fast preset
    "dis": dis,
    "dis-fine, stride 8": partial(_fine, stride=8),
    "dis-fine": _fine,
    "dis-fine, 10 refinements": partial(_fine, refinements=10),
    "ilk": ilk,
    "tv-l1": tv_l1,
    "tv-l1, scikit-image": tv_l1_library,
    "tv-l1, scikit-image, close fit": partial(tv_l1_library, attachment=60, warps=3),
    "raft": raft,
}


def ready() -> list[str]:
    """Names of the methods that can be used here: RAFT only where torchvision and its weights
    are."""
    raft_too = find_spec("torchvision") is not None and raft_weights().is_file()
    return [name for name in METHODS if name != "raft" or raft_too]
