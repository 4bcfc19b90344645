"""One pair under one method and one threshold, held against the true flow: what is lost where
small motion is taken for noise?"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from mer.experiments.flow_accuracy import MOVING
from mer.experiments.plots import wheel
from mer.preprocessing import flow


def cut_off(field: np.ndarray, threshold: float) -> np.ndarray:
    """A flow (H, W, 2) in which motion smaller than `threshold` pixels is nothing.

    Examples
    --------
    >>> from mer.experiments import flow_threshold
    >>> flow_threshold.cut_off(np.array([[[0.3, 0.4], [3.0, 4.0]]]), 1).tolist()
    [[[0.0, 0.0], [3.0, 4.0]]]
    """
    size = np.linalg.norm(field, axis=-1, keepdims=True)
    return np.where(size < threshold, 0, field)


def sentence(
    field: np.ndarray, threshold: float, truth: np.ndarray | None, mask: np.ndarray | None
) -> str:
    """How much of a flow (H, W, 2) a threshold silences and, where the truth is known, what that
    does to the end-point error on the skin `mask` that moves."""
    small = np.linalg.norm(field, axis=-1) < threshold
    if truth is None:
        return f"{small.mean():.0%} of the picture silenced; nobody knows the true motion here"
    moving = mask & (np.linalg.norm(truth, axis=-1) > MOVING)
    if not moving.any():
        return f"no skin here moves by more than {MOVING} px"
    before, after = (
        flow.endpoint_error(one, truth, moving) for one in (field, cut_off(field, threshold))
    )
    return (
        f"{small[moving].mean():.0%} of the moving skin silenced; "
        f"end-point error there {after:.2f} px, without a threshold {before:.2f} px"
    )


def plot(
    field: np.ndarray,
    threshold: float,
    truth: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    title: str = "",
):
    """A flow as it was estimated and above the threshold; where they are known, the true one and
    the distance to it on the skin `mask`. One key for all colours."""
    panels = {"estimated": field, f"from {threshold:.1f} px on": cut_off(field, threshold)}
    if truth is not None:
        panels["truth"] = truth
    largest = float(np.percentile(np.linalg.norm(panels.get("truth", field), axis=-1), 99)) or 1.0
    count = len(panels) + 1 + (truth is not None)
    figure, axes = plt.subplots(1, count, figsize=(2 * count, 2.7), layout="constrained")
    for axis, (name, one) in zip(axes, panels.items()):
        axis.imshow(flow.colours(one.astype(np.float32), largest))
        axis.set_title(name, fontsize=9)
        axis.axis("off")
    wheel(axes[len(panels)], largest)
    if truth is not None:
        distance = np.linalg.norm(cut_off(field, threshold) - truth, axis=-1)
        drawn = axes[-1].imshow(np.where(mask, distance, np.nan), cmap="magma", vmin=0)
        axes[-1].set_title("error above threshold", fontsize=9)
        axes[-1].axis("off")
        figure.colorbar(drawn, ax=axes[-1], label="pixels", shrink=0.7)
    figure.suptitle(f"{title}: {sentence(field, threshold, truth, mask)}".lstrip(": "), fontsize=9)
    return figure
