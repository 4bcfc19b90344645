"""Every ablation, one way: settings x folds x seeds -> score tables, held against the first.

An ablation changes one thing at a time. Each setting is a recipe with the inputs that it trains
on; all of them meet the same folds and seeds, so every comparison is paired. Training is
`mer.learning.cross_validation`'s: parallel, resumable, nothing trained twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from mer.core.errors import MerError
from mer.core.style import INK, PALE, SURE, UNSURE
from mer.evaluation import metrics, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, joint_level, label, tabulate
from mer.experiments.plots import interval
from mer.learning import cross_validation
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe

STRANGERS = "examination"  # the protocol that tests people of no cast
COLUMNS = {  # of a summary: titles by metric
    "training_accuracy": "training",
    "uf1": "UF1",
    "uar": "UAR",
    "uar_difference": "UAR minus the first's",
    "gap": "gap",
    "gap_difference": "gap minus the first's",
    "kept": "kept",
    "kept_difference": "kept minus the first's",
    "seconds": "CPU s a seed",
}


@dataclass(frozen=True)
class Setting:
    """What is tried: a recipe, whose label names the setting, and its inputs.

    folds   who trains and is tested, where this setting needs folds of its own
            (None: those of the ablation)
    """

    recipe: Recipe
    data: Inputs
    folds: list[Fold] | None = None

    @property
    def name(self) -> str:
        return self.recipe.label


def run(
    settings: list[Setting],
    folds: list[Fold],
    seeds: list[int],
    parts: Path,
    quiet: bool = False,
    **scored: bool,
) -> dict[str, pd.DataFrame]:
    """The score table of each setting, by name and in order; the first is the reference.

    `scored` is handed to `cross_validation.cross_validate_all`: with_train, every_epoch. Two
    settings of one name raise `MerError`.
    """
    names = [setting.name for setting in settings]
    if len(set(names)) < len(names):
        raise MerError(f"ablation: two settings have the same name ({', '.join(names)})")
    tables = cross_validation.cross_validate_all(
        [(one.recipe, one.data, one.folds or folds) for one in settings],
        seeds,
        parts,
        quiet,
        **scored,
    )
    return dict(zip(names, tables))


def records(
    tables: dict[str, pd.DataFrame], bootstrap: int = 1000, comparisons: int | None = None
) -> list[Record]:
    """Metrics of each setting, its CPU seconds, and its differences to the first one.

    comparisons   how many differences err in no more than 5 % together (Bonferroni), which makes
                  their intervals wider than 95 % (None: as many as there are here)
    """
    first, *others = tables.values()
    level = joint_level(comparisons or len(others))
    found = []
    for table in tables.values():
        found += [*metrics.evaluate(table, bootstrap), cross_validation.seconds(table)]
    for table in others:
        found += metrics.paired_difference(table, first, bootstrap, level)
    return found


def summary(found: list[Record]) -> pd.DataFrame:
    """One row a setting, its values with their intervals and its differences to the first:
    accuracy on its training people, UF1, UAR, gap, answers kept in another light, CPU seconds;
    whichever of them `found` holds."""
    return tabulate(found, COLUMNS, forms={"seconds": ".0f"})


def sentence(found: list[Record], metric: str = "uar") -> str:
    """What an ablation says, in one sentence: the setting that moves the metric most, by how much,
    and which of the others can be told from the first."""
    gains = sorted(
        (r for r in found if r.metric == f"{metric}_difference"), key=lambda r: -abs(r.value)
    )
    if not gains:
        raise MerError("ablation: nothing to compare; give records() at least two settings")
    first = gains[0].models[1]
    told = [r for r in gains if r.excludes_zero]
    if not told:
        least = max(r.reach for r in gains)  # a mean would count no width as precision
        return (
            f"No setting can be told from {first}: the largest difference is that of "
            f"{_change(gains[0])}; {could_tell(least)}."
        )
    said = f"Different from {first}: " + "; ".join(_change(r) for r in told)
    left = len(gains) - len(told)
    if not left:
        return f"{said}."
    return f"{said}; the other {'one' if left == 1 else left} cannot be told from it."


def could_tell(reach: float) -> str:
    """How large a difference would have been told, in words; nothing says so where all draws of
    the people agree, and the interval has no width."""
    if f"{reach:.3f}" == "0.000":
        return "all draws of these people say the same, so what could have been told is not known"
    return f"about {reach:.3f} could have been told"


def tested(found: list[Record]) -> str:
    """Who was tested, as the axis of a figure says it: strangers, or the cast's held-out people."""
    strangers = all(record.protocol.startswith(STRANGERS) for record in found)
    return "strangers" if strangers else "held-out people"


def gap(table: pd.DataFrame, bootstrap: int = 1000) -> Record:
    """Overfitting: accuracy on a fold's training rows minus on its test rows.

    `table` was scored `with_train`. The mean over all test sequences, with an interval over the
    people who were tested.
    """
    told = metrics.head(table)
    return metrics.mean_with_interval(_gaps(table), None, bootstrap, metric="gap", **told)


def gap_difference(
    a: pd.DataFrame, b: pd.DataFrame, bootstrap: int = 1000, level: float = 0.95
) -> Record:
    """How much more `a` overfits than `b`, sequence by sequence.

    Of many comparisons some would err by chance, which a higher `level` prevents.
    """
    return metrics.mean_with_interval(
        _gaps(a) - _gaps(b), None, bootstrap, level, metric="gap_difference", **metrics.head(a, b)
    )


def gaps(
    tables: dict[str, pd.DataFrame], bootstrap: int = 1000, comparisons: int | None = None
) -> list[Record]:
    """Gap of each setting and its differences to the first, as wide as those of `records`."""
    first, *others = tables.values()
    level = joint_level(comparisons or len(others))
    return [
        *(gap(table, bootstrap) for table in tables.values()),
        *(gap_difference(table, first, bootstrap, level) for table in others),
    ]


def _gaps(table: pd.DataFrame) -> pd.Series:
    """By (subject, name): accuracy of the fold's training minus the share of seeds that were
    right about this sequence."""
    hits = scores.right(table).astype(float)
    trained = table.split == "train"
    known = hits[trained].groupby([table.fold[trained], table.seed[trained]]).mean()
    tested = table[~trained]
    of_fold = known.loc[pd.MultiIndex.from_frame(tested[["fold", "seed"]])].to_numpy()
    return scores.by_sequence(of_fold - hits[~trained].to_numpy(), tested)


def _change(record: Record) -> str:
    return f"{record.models[0]} ({record.phrase()})"


def plot_effects(
    found: list[Record], metric: str = "uar", chance: float | None = None, title: str = ""
):
    """Score of each setting, and its paired difference to the first; an interval that leaves
    out zero is coloured.

    found   what `records` gives
    """
    values = [r for r in found if r.metric == metric]
    changes = {r.models[0]: r for r in found if r.metric == f"{metric}_difference"}
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 0.42 * len(values) + 1.5), sharey=True, layout="constrained"
    )
    for y, record in enumerate(values):
        interval(left, record, y, INK, f"{record.value:.2f}")
        change = changes.get(record.model)
        if change:
            colour = SURE if change.excludes_zero else UNSURE
            interval(right, change, y, colour, f"{change.value:+.2f}")
    if chance is not None:
        left.axvline(chance, color=INK, ls=":", lw=1)
        left.text(chance, -0.62, " chance", fontsize=8, va="center")
    right.axvline(0, color=INK, ls=":", lw=1)
    left.set(
        yticks=range(len(values)),
        yticklabels=[r.model for r in values],
        xlabel=f"{label(metric)}, {tested(values)}",
    )
    left.set_ylim(len(values) - 0.5, -0.85)
    right.set(xlabel=f"{label(metric)} minus that of {values[0].model}")
    for axis in (left, right):
        axis.locator_params(axis="x", nbins=6)
        axis.grid(axis="y", visible=False)
        axis.spines["left"].set_color(PALE)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure


def plot_curves(tables: dict, title: str = "Accuracy after each epoch"):
    """Training (dashed) and test (solid) accuracy after each epoch, one panel a setting.

    tables   by name, score tables made with with_train and every_epoch
    """
    columns = min(4, len(tables))
    rows = -(-len(tables) // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(2.5 * columns, 2.1 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[len(tables) :]:
        axis.axis("off")
    for axis, (name, table) in zip(axes.flat, tables.items()):
        rates = table.assign(hit=scores.right(table)).groupby(["split", "epoch"]).hit.mean()
        for split, line in (("train", "--"), ("test", "-")):
            rate = rates[split]
            axis.plot(
                rate.index,
                rate,
                line,
                color=INK if split == "test" else UNSURE,
                lw=1.8,
                label=split,
            )
        axis.fill_between(
            rates["test"].index, rates["test"], rates["train"], color=SURE, alpha=0.12
        )
        axis.set_title(name, fontsize=9)
        axis.set(ylim=(0, 1.02))
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    axes[0, 0].set_ylabel("accuracy")
    axes[0, 0].legend(fontsize=8, frameon=False, loc="upper left")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    return figure
