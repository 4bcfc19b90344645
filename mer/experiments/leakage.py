"""Leakage: the same trainings under protocols that let in more or less of the answer.

Two sets of folds are trained once, with the network scored after every epoch: the random split
by sequence (its training sequences scored as well), and grouped folds. A protocol is a
selection of their rows. The two leaks that a selection can make, training rows and an epoch
chosen by its test score, exist in this module alone, each under its own name.
"""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.core.style import INK
from mer.evaluation import metrics, protocols, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record, label
from mer.experiments.plots import interval
from mer.learning.inputs import Inputs

GROUPS = 5  # grouped folds where the profile has none of its own
HONEST, LEAKY = "#2a9d5c", "#e2603f"


def last_epoch(table: pd.DataFrame) -> pd.DataFrame:
    """Scores after the last epoch: the length of training was fixed beforehand.

    table   score table with a column `epoch` (trained with every_epoch=True)
    """
    _need_epochs(table)
    return _without_epoch(table[table.epoch == table.epoch.max()])


def epoch_chosen_on_test(table: pd.DataFrame) -> pd.DataFrame:
    """A LEAK: in each fold and seed the epoch that scores best on the fold's own test rows.

    The criterion is accuracy; among equals the longest training is kept. Training loops that
    keep "the best epoch" without validation subjects do this. The protocol of the rows given
    back says so. `table` as in `last_epoch`, one model.
    """
    return _at_best_epoch(table[table.split == "test"])


def training_data_included(table: pd.DataFrame) -> pd.DataFrame:
    """A LEAK: test and training rows together, after the last epoch.

    The rows keep their split, so `metrics.evaluate` refuses them unless `mixed` is asked for.
    """
    return _with_training_data(last_epoch(table))


def test_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Test rows after the last epoch: nothing is added to what the protocol itself lets in."""
    return scores.select(last_epoch(table))


def with_leaks(
    tables: dict[str, pd.DataFrame],
    people: bool = False,
    epoch: bool = False,
    sequences: bool = False,
) -> pd.DataFrame:
    """The rows of one model with each leak let in or kept out: LEAKS, unless all are False.

    tables      as in `evaluate`
    people      the random split instead of grouped folds
    epoch       the one that scores best on the test rows
    sequences   training rows count too; they are there for the random split alone, so this lets
                in the people as well
    """
    table = tables["random" if people or sequences else "grouped"]
    rows = _at_best_epoch(table) if epoch else last_epoch(table)
    return _with_training_data(rows) if sequences else scores.select(rows)


# From the most leakage to none: the folds that were trained, and how their rows are read.
PROTOCOLS = (
    ("random", training_data_included),
    ("random", test_rows),
    ("random", epoch_chosen_on_test),
    ("grouped", epoch_chosen_on_test),
    ("grouped", test_rows),
)
LEAKS = {
    "training data included": "the sequences themselves",
    "random": "the people",
    "epoch chosen on test": "the epoch",
}


def leak(protocol: str) -> str:
    """What a score under this protocol has seen of the answer, in words; "" if it is honest."""
    return ", ".join(what for sign, what in LEAKS.items() if sign in protocol)


def folds_by_name(inputs: Inputs, groups: int | None = None) -> dict[str, list[Fold]]:
    """The two sets of folds that are trained; `groups` grouped folds (None: `GROUPS`).

    Honest folds that would share a subject raise `BadData`; the random split shares them, and
    is meant to.
    """
    made = {
        "random": protocols.random_split(inputs.labels),
        "grouped": protocols.grouped_folds(inputs.labels, inputs.subjects, groups or GROUPS),
    }
    for fold in made["grouped"]:
        shared = protocols.shared_subjects(fold, inputs.subjects)
        if shared:
            raise BadData(
                f"{fold.protocol}, fold {fold.name}: {', '.join(sorted(shared))} on "
                "both sides. Give every sequence its subject in the coding table."
            )
    return made


def ensemble(tables: list[pd.DataFrame], model: str = "ensemble") -> pd.DataFrame:
    """The mean of several models' scores, epoch by epoch. Tables as in `last_epoch`."""
    for table in tables:
        _need_epochs(table)
    return pd.concat(
        [
            scores.average(
                [_without_epoch(table[table.epoch == epoch]) for table in tables], model
            ).assign(epoch=epoch)
            for epoch in sorted(tables[0].epoch.unique())
        ],
        ignore_index=True,
    )


def evaluate(tables: dict[str, pd.DataFrame], bootstrap: int = 1000) -> list[Record]:
    """Metrics of one model under every protocol, in the order of `PROTOCOLS`.

    tables   by folds, the rows of every epoch; those of "random" hold training rows too
    """
    return [
        record
        for name, read in PROTOCOLS
        for record in metrics.evaluate(
            read(tables[name]), bootstrap, mixed=read is training_data_included
        )
    ]


def meaningless(inputs: Inputs, seed: int) -> Inputs:
    """The same sequences with labels that tell nothing of an expression: a control.

    Each person's emotions are renamed by a permutation drawn for this person alone. People keep
    their habits (who showed one emotion only still does), so whoever recognises the person does
    well; what a *stranger* shows cannot be known, and the expected UAR is that of guessing.
    """
    draw = np.random.default_rng(seed)
    names = {
        subject: draw.permutation(len(inputs.classes)) for subject in sorted(set(inputs.subjects))
    }
    labels = np.array(
        [names[subject][label] for subject, label in zip(inputs.subjects, inputs.labels)], np.int64
    )
    renamed = tuple(
        replace(sequence, emotion=inputs.classes[label])
        for sequence, label in zip(inputs.sequences, labels)
    )
    return replace(inputs, labels=labels, sequences=renamed)


def average_of_folds(table: pd.DataFrame) -> dict[str, float]:
    """Each fold scored alone, then the mean over folds (and seeds): the other way to count.

    A fold with a single class has no confusion to make between classes that are not there.
    Published averages over folds are of this kind; `metrics.evaluate` pools instead.
    """
    scores.single_split(table)
    folds = [
        metrics.from_confusion(metrics.confusion_by_subject(part).sum((0, 1)))
        for _, part in table.groupby(["seed", "fold"])
    ]
    return {name: float(np.mean([fold[name] for fold in folds])) for name in metrics.METRICS}


def accuracy_by_epoch(table: pd.DataFrame) -> pd.Series:
    """Accuracy on the test rows after each epoch, mean over seeds. `table` as in `last_epoch`."""
    _need_epochs(table)
    test = table[table.split == "test"]
    return scores.right(test).groupby(test.epoch).mean()


def _at_best_epoch(table: pd.DataFrame) -> pd.DataFrame:
    """All rows of the epoch with which a fold and seed are right most often on their test rows."""
    _need_epochs(table)
    test = table[table.split == "test"]
    rate = scores.right(test).groupby([test.fold, test.seed, test.epoch]).mean().unstack()
    best = rate.iloc[:, ::-1].idxmax(axis=1)
    chosen = pd.MultiIndex.from_frame(table[["fold", "seed"]]).map(best)
    kept = _without_epoch(table[table.epoch.to_numpy() == chosen])
    return kept.assign(protocol=kept.protocol + ", epoch chosen on test")


def _with_training_data(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(protocol=rows.protocol + ", training data included")


def _need_epochs(table: pd.DataFrame) -> None:
    if "epoch" not in table.columns:
        raise BadData("score table: no column 'epoch'. Train with every_epoch=True.")


def _without_epoch(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="epoch").reset_index(drop=True)


def plot_protocols(panels: dict[str, list[Record]], chance: float | None = None, title: str = ""):
    """The protocols below each other, one panel a title: values with their 95 % intervals.

    panels   metrics records of one model and one metric, a record a protocol, in the same order
    chance   the UAR of guessing: a dotted line in the panel of the UAR, the only one that has one
    """
    first = next(iter(panels.values()))
    figure, axes = plt.subplots(
        1,
        len(panels),
        sharey=True,
        squeeze=False,
        layout="constrained",
        figsize=(2.6 * len(panels) + 2.6, 0.5 * len(first) + 1.3),
    )
    for axis, (name, records) in zip(axes.flat, panels.items()):
        _draw(axis, records)
        if chance is not None and records[0].metric == "uar":
            axis.axvline(chance, color=INK, ls=":", lw=1)
        axis.set(title=name, xlim=(0, 1.03))
    axes[0, 0].set(
        yticks=range(len(first)),
        ylim=(len(first) - 0.5, -0.7),
        yticklabels=[record.protocol.replace(", ", ",\n") for record in first],
    )
    for colour, kind in ((HONEST, "honest"), (LEAKY, "sees a part of the answer")):
        axes[0, 0].plot([], [], "o", color=colour, label=kind)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    figure.suptitle(title, fontsize=11)
    return figure


def plot_beside_honest(chosen: list[Record], honest: list[Record]):
    """The three metrics of one model with the leaks that were let in, and without any."""
    figure, axis = plt.subplots(figsize=(7, 2.9), layout="constrained")
    for y, (one, other) in enumerate(zip(chosen, honest, strict=True)):
        interval(axis, other, y + 0.2, HONEST, f"{other.value:.2f}")
        if leak(one.protocol):
            interval(axis, one, y - 0.2, LEAKY, f"{one.value:.2f}")
    seen = leak(chosen[0].protocol)
    axis.set(
        xlim=(0, 1.03),
        ylim=(len(honest) - 0.4, -0.7),
        yticks=range(len(honest)),
        yticklabels=[label(record.metric) for record in honest],
        title=f"The score has seen {seen or 'nothing of the answer'}",
    )
    axis.grid(axis="y", visible=False)
    return figure


def _draw(axis, records: list[Record]) -> None:
    for y, record in enumerate(records):
        colour = LEAKY if leak(record.protocol) else HONEST
        interval(axis, record, y, colour, f"{record.value:.2f}")
    axis.grid(axis="y", visible=False)


def plot_epochs(curves: dict[str, np.ndarray], chosen: dict[str, float], title: str = ""):
    """Test accuracy after each epoch by name, and as a dashed line what choosing among them
    gives."""
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    for colour, (name, curve) in zip((LEAKY, HONEST, INK), curves.items()):
        axis.plot(
            np.arange(1, len(curve) + 1),
            curve,
            "o-",
            ms=3,
            color=colour,
            label=f"{name}, one epoch for all",
        )
        axis.axhline(
            chosen[name], color=colour, ls="--", lw=1, label=f"{name}, each fold its best epoch"
        )
    axis.set(xlabel="epoch", ylabel="test accuracy", title=title)
    axis.legend(fontsize=8, frameon=False)
    return figure
