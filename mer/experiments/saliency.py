"""Where a network looks, and how much of that lies where the face really moved.

The maps are those of `mer.learning.activation_maps`.
"""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.metrics import roc_auc_score

from mer.core.errors import MerError
from mer.core.style import INK, PALE, SURE, UNSURE, colour_of
from mer.evaluation import metrics
from mer.evaluation.records import Record, joint_level
from mer.preprocessing import faces

MOVED = 0.2  # the share of the visible face that counts as moved


def moved(
    flow: np.ndarray, visible: np.ndarray, box: faces.Box, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """The part of a face that moved most, and the part that is seen; both (size, size) bool.

    flow (H, W, 2) and visible (H, W) are a `Truth`'s. What the whole head does together is
    taken off first; the region is the `MOVED` share of the visible face with the longest arrows.
    """
    seen = faces.cut(visible.astype(np.uint8), box, size) > 0
    if seen.sum() < 1 / MOVED:
        raise MerError(
            "saliency: next to nothing of the face is visible. Leave this sequence "
            "out, or look at its frames."
        )
    field = faces.cut_flow(flow, box, size)
    length = np.linalg.norm(field - np.median(field[seen], axis=0), axis=-1)
    return seen & (length > np.quantile(length[seen], 1 - MOVED)), seen


def auc(picture: np.ndarray, region: np.ndarray, seen: np.ndarray) -> float:
    """Probability that a pixel inside the region has a higher value than another that is seen.

    0.5 is blind; a map that is the same everywhere gives just that (ties count half).
    """
    return float(roc_auc_score(region[seen], picture[seen]))


def share(picture: np.ndarray, region: np.ndarray, seen: np.ndarray) -> float:
    """Share of the map's mass inside the region, counted over what is seen.

    The least value counts as no attention, as a gate never closes wholly. A map that is the same
    everywhere has its mass spread evenly.
    """
    mass = np.where(seen, picture - picture[seen].min(), 0.0)
    if not mass.any():
        mass = seen.astype(float)
    return float(mass[region].sum() / mass.sum())


def judge(
    maps: dict[str, np.ndarray], truths: list[tuple[np.ndarray, np.ndarray]]
) -> dict[str, dict[str, np.ndarray]]:
    """By measure ("auc", "share") and by name of map: a value for every sequence, (N,)."""
    return {
        measure.__name__: {
            name: np.array(
                [measure(picture, *truth) for picture, truth in zip(pictures, truths, strict=True)]
            )
            for name, pictures in maps.items()
        }
        for measure in (auc, share)
    }


def records(
    judged: dict[str, dict[str, np.ndarray]],
    untrained: dict[str, dict[str, np.ndarray]],
    subjects,
    protocol: str,
    bootstrap: int = 1000,
) -> list[Record]:
    """Records of `judge`: mean values, those before training, and what training added.

    Maps that have no untrained counterpart are references. The intervals of the differences are
    widened for their number (Bonferroni), as in `mer.experiments.ablation.records`.
    """
    found = []
    for measure, values in judged.items():
        blank = untrained[measure]
        level = joint_level(len(blank))
        for name, value in values.items():
            rows = [(name, measure, value, 0.95)]
            if name in blank:
                rows += [
                    (f"untrained {name}", measure, blank[name], 0.95),
                    (
                        f"{name} - the same before training",
                        f"{measure}_difference",
                        value - blank[name],
                        level,
                    ),
                ]
            for model, metric, numbers, width in rows:
                told = {"model": model, "protocol": protocol, "metric": metric, "seeds": 1}
                found.append(
                    metrics.mean_with_interval(numbers, subjects, bootstrap, width, **told)
                )
    return found


def mean_map(pictures: np.ndarray) -> np.ndarray:
    """The mean of maps (N, H, W), each first scaled to 0..1, so that none outshouts the rest."""
    low = pictures.min((1, 2), keepdims=True)
    height = pictures.max((1, 2), keepdims=True) - low
    return ((pictures - low) / np.maximum(height, 1e-12)).mean(0)


def plot_maps(rows: dict[str, dict[str, np.ndarray]], face: np.ndarray, title: str = ""):
    """Maps over a face: one row a kind of map, one column an emotion, each on its own scale.

    rows   by name of the map and by emotion, (h, w)
    face   (H, W) grey, the backdrop
    """
    import matplotlib.pyplot as plt

    columns = list(next(iter(rows.values())))
    figure, axes = plt.subplots(
        len(rows),
        len(columns),
        squeeze=False,
        layout="constrained",
        figsize=(1.4 * len(columns) + 0.5, 1.42 * len(rows) + 0.5),
    )
    for line, (name, maps) in zip(axes, rows.items()):
        line[0].set_ylabel(name.replace(": ", "\n"), fontsize=9)
        for axis, emotion in zip(line, columns):
            grown = cv2.resize(maps[emotion], face.shape[::-1], interpolation=cv2.INTER_CUBIC)
            heat = np.clip((grown - grown.min()) / max(float(np.ptp(grown)), 1e-12), 0, 1)
            axis.imshow(face, cmap="gray", vmin=-80, vmax=255)
            axis.imshow(heat, cmap="inferno", vmin=0, vmax=1, alpha=0.75 * heat)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
    for axis, emotion in zip(axes[0], columns):
        axis.set_title(emotion, color=colour_of(emotion, INK), fontsize=11)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def plot_before_after(
    found: list[Record], measure: str = "auc", chance: float = 0.5, unit: str = "", title: str = ""
):
    """Each map before training (hollow) and after (filled); a coloured one was changed by it.

    found   what `records` gives
    """
    import matplotlib.pyplot as plt

    from mer.experiments.plots import interval

    values = {r.model: r for r in found if r.metric == measure}
    changes = {r.models[0]: r for r in found if r.metric == f"{measure}_difference"}
    names = [name for name in values if not name.startswith("untrained ")]
    figure, axis = plt.subplots(figsize=(7, 0.5 * len(names) + 1.4), layout="constrained")
    for y, name in enumerate(names):
        change = changes.get(name)
        told = change and change.excludes_zero
        dots = [(values[name], y, SURE if told else INK, True)]
        if change:
            dots = [
                (values[f"untrained {name}"], y + 0.17, UNSURE, False),
                (values[name], y - 0.17, SURE if told else INK, True),
            ]
        for record, height, colour, filled in dots:
            interval(axis, record, height, colour, fill=filled)
    axis.plot([], [], "o", color=INK, label="trained")
    axis.plot([], [], "o", color=SURE, label="trained, changed by it")
    axis.plot([], [], "o", mec=UNSURE, mfc="white", label="untrained")
    axis.axvline(chance, color=INK, ls=":", lw=1)
    axis.set(yticks=range(len(names)), yticklabels=names, xlabel=unit, title=title)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    axis.spines["left"].set_color(PALE)
    axis.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure
