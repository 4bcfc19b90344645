"""Pictures of where a network looks, and of how much of it lies where the face moved."""

from __future__ import annotations

import cv2
import matplotlib.pyplot as plt
import numpy as np

from mer.experiments.ablation_figure import SURE, UNSURE
from mer.plots import EMOTIONS, INK, PALE


def sheet(rows: dict[str, dict[str, np.ndarray]], face: np.ndarray, title: str = ""):
    """Maps over a face: one row a kind of map, one column an emotion, each on its own scale.

    rows   by name of the map and by emotion, (h, w)
    face   (H, W) grey, the backdrop
    """
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
        axis.set_title(emotion, color=EMOTIONS.get(emotion, INK), fontsize=11)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def before_after(
    found: list[dict], measure: str = "auc", chance: float = 0.5, unit: str = "", title: str = ""
):
    """Each map before training (hollow) and after (filled); a coloured one was changed by it.

    found   records of `mer.experiments.saliency.records`
    """
    values = {r["model"]: r for r in found if r["metric"] == measure}
    changes = {
        r["model"].split(" - ")[0]: r for r in found if r["metric"] == f"{measure}_difference"
    }
    names = [name for name in values if not name.startswith("untrained ")]
    figure, axis = plt.subplots(figsize=(7, 0.5 * len(names) + 1.4), layout="constrained")
    for y, name in enumerate(names):
        change = changes.get(name)
        told = change and not change["low"] <= 0 <= change["high"]
        dots = [(values[name], y, SURE if told else INK, True)]
        if change:
            dots = [
                (values[f"untrained {name}"], y + 0.17, UNSURE, False),
                (values[name], y - 0.17, SURE if told else INK, True),
            ]
        for record, height, colour, filled in dots:
            axis.plot(
                [record["low"], record["high"]],
                [height] * 2,
                color=colour,
                lw=2.2,
                alpha=0.55,
                solid_capstyle="round",
            )
            axis.plot(
                record["value"], height, "o", mec=colour, ms=6.5, mfc=colour if filled else "white"
            )
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
