"""Test faces in another light, scored by networks that were trained in the light of the recording.

Lights (`mer.experiments.lights`) are conditions (`mer.learning.conditions`) of which the
recording's alone trains.
"""

from __future__ import annotations

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.style import INK, PALE
from mer.evaluation import metrics, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, joint_level
from mer.experiments import ablation, examination
from mer.experiments.ablation import Setting
from mer.experiments.plots import interval
from mer.learning import conditions
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe
from mer.preprocessing.contrast import grey_levels

# A lamp's own colour for each light, the recording's first; any further light is drawn in ink.
LAMPS = (INK, "#7d5ba6", "#e9a820")


def setting(
    recipe: Recipe, cast: dict[str, Inputs], examined: dict[str, Inputs] | None, folds: list[Fold]
) -> Setting:
    """A setting that trains in the first light and is tested in all.

    Parameters
    ----------
    recipe : Recipe
    cast, examined : dict
        By light, the inputs of the cast and of the strangers; without strangers, the cast is
        tested by folds.
    folds : list of Fold
        Of the cast in one light.
    """
    first = next(iter(cast.values()))
    if examined:
        return examination.setting(recipe, first, conditions.stack(examined))
    folds = conditions.folds_for(folds, len(first), len(cast))
    return Setting(recipe, conditions.stack(cast), folds)


def records(
    tables: dict[str, dict[str, pd.DataFrame]],
    light: str,
    bootstrap: int = 1000,
    comparisons: int | None = None,
) -> list[Record]:
    """Records of an ablation's settings in one light, and what each buys over the first.

    tables        by setting, what `conditions.unstack` gave; the first setting is the reference
    comparisons   as in `ablation.records`

    To the metrics of `ablation.records` comes "kept", the share of answers that are what the same
    network answered in the first light, right or wrong: it can be measured where the scores
    themselves are near chance. A network that always says the same keeps all its answers.
    """
    lit = {
        name: parts[light].assign(protocol=f"{metrics.only(parts[light], 'protocol')}, {light}")
        for name, parts in tables.items()
    }
    found = [r for r in ablation.records(lit, bootstrap, comparisons) if r.metric != "seconds"]
    level = joint_level(comparisons or len(tables) - 1)
    shares = {name: _kept(parts, light) for name, parts in tables.items()}
    first, reference = next(iter(shares.items()))
    for name, share in shares.items():
        told = {**metrics.head(lit[name]), "model": name, "metric": "kept"}
        found.append(metrics.mean_with_interval(share, None, bootstrap, **told))
        if name != first:
            told |= {"model": f"{name} - {first}", "metric": "kept_difference"}
            gain = share - reference
            found.append(metrics.mean_with_interval(gain, None, bootstrap, level, **told))
    return found


def _kept(parts: dict[str, pd.DataFrame], light: str) -> pd.Series:
    """By (subject, name): the share of seeds whose answer is that of the first light."""
    before, after = (_answers(parts[name]) for name in (next(iter(parts)), light))
    return (before == after.loc[before.index]).groupby(level=["subject", "name"]).mean()


def _answers(table: pd.DataFrame) -> pd.Series:
    """Test rows by (subject, name, seed): the class with the largest probability."""
    tested = scores.select(table)
    rows = pd.MultiIndex.from_frame(tested[["subject", "name", "seed"]])
    return pd.Series(scores.predicted(tested).to_numpy(), rows).sort_index()


def plot_histograms(pictures: dict[str, np.ndarray], title: str = ""):
    """Pictures side by side, each above its histogram of grey levels.

    pictures   by name, (H, W, 3) uint8 blue-green-red
    """
    figure, axes = plt.subplots(
        2,
        len(pictures),
        figsize=(1.75 * len(pictures), 3.2),
        height_ratios=[2, 1],
        squeeze=False,
        layout="constrained",
    )
    for (top, low), (name, picture) in zip(axes.T, pictures.items()):
        top.imshow(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        top.set_title(name, fontsize=9)
        top.axis("off")
        share = grey_levels(picture).reshape(64, 4).sum(1)
        low.fill_between(np.arange(64) * 4, share, step="mid", color=INK, lw=0)
        low.set(xlim=(0, 255), ylim=(0, None), xticks=[0, 255], yticks=[])
        low.tick_params(labelsize=8)
        low.grid(False)
    axes[1, 0].set_ylabel("share", fontsize=8)
    axes[1, len(pictures) // 2].set_xlabel("grey level", fontsize=8)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def plot_pictures(rows: dict[str, list[np.ndarray]], columns: list[str], title: str = ""):
    """Pictures (H, W, 3) uint8 blue-green-red in labelled rows and columns."""
    figure, axes = plt.subplots(
        len(rows),
        len(columns),
        squeeze=False,
        layout="constrained",
        figsize=(1.75 * len(columns) + 0.3, 1.75 * len(rows) + 0.5),
    )
    for line, (name, pictures) in zip(axes, rows.items()):
        line[0].set_ylabel(name, fontsize=10)
        for axis, picture in zip(line, pictures):
            axis.imshow(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
    for axis, name in zip(axes[0], columns):
        axis.set_title(name, fontsize=9)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def plot_lights(found: dict[str, list[Record]], chance: float | None = None, title: str = ""):
    """Scores of every setting in every light, and the share of answers that a light leaves.

    found   by light, the recording's first: metrics records of `ablation.records`, and of
            `mer.experiments.illumination.records` for the others
    """
    names = [r.model for r in next(iter(found.values())) if r.metric == "uar"]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 0.55 * len(names) + 1.8), sharey=True, layout="constrained"
    )
    offsets = np.linspace(-0.24, 0.24, len(found))
    for i, (light, records) in enumerate(found.items()):
        colour = LAMPS[i] if i < len(LAMPS) else INK
        for axis, metric in ((left, "uar"), (right, "kept")):
            for record in (r for r in records if r.metric == metric):
                interval(axis, record, names.index(record.model) + offsets[i], colour)
        left.plot([], [], "o-", color=colour, label=light)
    if chance is not None:
        left.axvline(chance, color=INK, ls=":", lw=1)
        left.text(chance, -0.62, " chance", fontsize=8, va="center")
    who = ablation.tested([r for records in found.values() for r in records])
    left.set(yticks=range(len(names)), yticklabels=names, xlabel=f"UAR, {who}")
    left.set_ylim(len(names) - 0.5, -0.8)
    left.locator_params(axis="x", nbins=6)
    right.set(xlabel="share of answers kept in that light", xlim=(0, 1.04))
    for axis in (left, right):
        axis.grid(axis="y", visible=False)
        axis.spines["left"].set_color(PALE)
    figure.legend(loc="outside lower center", ncols=len(found), fontsize=8, frameon=False)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure
