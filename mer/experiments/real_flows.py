"""What notebook 10 asks of real flows beyond training: baselines, the ensemble, costs, what one
database teaches about another, and the published results beside ours."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mer.core.errors import Unavailable
from mer.core.style import INK, SURE
from mer.datasets import Sequence, Source
from mer.evaluation import ensemble, metrics, protocols
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.experiments import synthetic_to_real
from mer.learning import cross_validation, discriminant
from mer.learning.conditions import with_extra_training
from mer.learning.inputs import Inputs, concat
from mer.learning.training import Recipe

# Chosen by inner cross-validation (training subjects of five grouped folds, dealt into four
# inner folds), and on synthetic people. The networks learn evened flows.
SCRATCH = Recipe(
    "pooled",
    "compact, from scratch",
    15,
    lr=2e-3,
    weight_decay=0.01,
    optimiser="adamw",
    schedule="cosine",
    balance="adjusted",
)
SYNTHETIC = Recipe(
    "pooled",
    "synthetic people only",
    10,
    lr=1e-3,
    weight_decay=0.01,
    optimiser="adamw",
    schedule="cosine",
)
TUNED = replace(SCRATCH, label="compact, pre-trained on synthetic people", epochs=8, lr=5e-4)
# The earlier implementation's network, on published flows.
SIMPLE = Recipe("simple-cnn", "SimpleCNN", 10, half=True)
# STSTNet as its paper trains it.
PAPER = Recipe("ststnet", "ststnet", 800, 256, 5e-5, flip=0, translate=0)

INNER = 4  # inner folds, at most, from which the shares of the ensemble are learned
_PICTURES = 600  # at most so many synthetic pictures join the linear model's training

# Published results on the MEGC2019 composite: UF1 under leave-one-subject-out over 68 subjects,
# predictions pooled: 442 sequences, and by database (SMIC 164, CASME II 145, SAMM 133). The
# figures are the compilation in the README of HTNet (Wang et al.,
# github.com/wangzhifengharrison/HTNet) and, for the rows marked MEB, of Varanka et al.,
# arXiv 2211.11425. The last column says whether the method's own training code keeps the epoch
# that scores best on the test subject.
COLUMNS = ("method", "all", "smic", "casme2", "samm", "epoch chosen on the test subject")
_PUBLISHED = (
    ("LBP-TOP", 0.588, 0.200, 0.703, 0.395, "no"),
    ("Bi-WOOF", 0.630, 0.573, 0.781, 0.521, "no"),
    ("CapsuleNet", 0.652, 0.582, 0.707, 0.621, "yes"),
    ("OFF-ApexNet", 0.720, 0.682, 0.876, 0.541, "unknown"),
    ("OFF-ApexNet (MEB)", 0.703, 0.683, 0.774, 0.605, "no"),
    ("OFF-ApexNet (MEB)", 0.839, 0.782, 0.928, 0.790, "yes"),
    ("Dual-Inception", 0.732, 0.665, 0.862, 0.587, "unknown"),
    ("STSTNet", 0.735, 0.680, 0.838, 0.659, "no"),
    ("STSTNet (MEB)", 0.713, 0.714, 0.704, 0.662, "no"),
    ("STSTNet (MEB)", 0.774, 0.721, 0.869, 0.704, "yes"),
    ("RCN", 0.743, 0.633, 0.851, 0.760, "no"),
    ("FeatRef", 0.784, 0.701, 0.892, 0.737, "unknown"),
    ("EMR (macro-expressions added)", 0.789, 0.746, 0.829, 0.775, "yes"),
    ("HTNet", 0.860, 0.805, 0.953, 0.813, "yes"),
)


def majority(
    inputs: Inputs, folds: list[Fold], model: str = "always the largest class"
) -> pd.DataFrame:
    """Score table of a model that names the training subjects' most frequent class."""
    tables = []
    for fold in folds:
        counts = np.bincount(inputs.labels[fold.train], minlength=len(inputs.classes))
        sure = np.eye(len(inputs.classes))[[counts.argmax()] * len(fold.test)]
        tables.append(cross_validation.score_rows(inputs, fold.test, sure, model, fold, 0, "test"))
    return pd.concat(tables, ignore_index=True)


def published_faces(source: Source, sequences: list[Sequence]) -> list[np.ndarray]:
    """The published apex face of every sequence, (H, W, 3) uint8 blue-green-red; none if one is
    missing, in words that say which and where it would lie."""
    try:
        return [source.apex_face(sequence) for sequence in sequences]
    except Unavailable as missing:
        print(f"Left out: {missing}")
        return []


def for_seeds(table: pd.DataFrame, seeds: list[int]) -> pd.DataFrame:
    """The rows of a model without randomness, once for each seed."""
    return pd.concat([table.assign(seed=seed) for seed in seeds], ignore_index=True)


def joined(
    first: pd.DataFrame, untouched: pd.DataFrame, inputs: Inputs, folds: list[Fold], model: str
) -> tuple[pd.DataFrame, pd.Series, float]:
    """The linear model and the synthetic people's networks averaged; the latter's share in each
    fold; and the CPU seconds that one seed of it takes.

    first       rows of `discriminant.run` on `folds`
    untouched   rows of `synthetic_to_real.score_pretrained`, any number of seeds

    The share differs from fold to fold: it is the one with the least log loss when the fold's
    training subjects are dealt into inner folds. No test subject has a say in it.
    """
    seeds, begin = sorted(untouched.seed.unique()), time.process_time()
    people = min(len(set(inputs.subjects[fold.train])) for fold in folds)
    inner = ensemble.inner_folds(folds, inputs.labels, inputs.subjects, min(INNER, people))
    shares = ensemble.weights(
        for_seeds(discriminant.run(inputs, inner), seeds).drop(columns="seconds"),
        synthetic_to_real.in_folds(untouched, inner, inputs).drop(columns="seconds"),
    )
    seconds = (
        time.process_time()
        - begin
        + cross_validation.seconds(first).value
        + cross_validation.seconds(untouched).value
    )
    blend = ensemble.blended(
        for_seeds(first, seeds).drop(columns="seconds"),
        synthetic_to_real.in_folds(untouched, folds, inputs).drop(columns="seconds"),
        shares,
        model,
    )
    return blend, shares, seconds


def by_database(table: pd.DataFrame, bootstrap: int) -> list[Record]:
    """Metrics of each database alone; the protocol names it."""
    return [
        replace(record, protocol=f"{record.protocol}, {database}")
        for database, rows in table.groupby("database")
        for record in metrics.evaluate(rows, bootstrap)
    ]


def uf1(table: pd.DataFrame) -> dict[str, float]:
    """UF1 "pooled" and by the names of the databases."""
    parts = {"pooled": table, **dict(iter(table.groupby("database")))}
    return {name: float(metrics.by_seed(part).uf1.mean()) for name, part in parts.items()}


def paper_cost(epochs: int, inputs: Inputs, folds: list[Fold], parts: Path, quiet: bool) -> Record:
    """CPU seconds that all `folds` of STSTNet's own schedule would take.

    Two folds are trained for `epochs`; their seconds are scaled by epochs and training sequences.
    """
    pair = [folds[0], folds[-1]]
    rows = cross_validation.cross_validate(
        replace(PAPER, epochs=epochs), inputs, pair, [0], parts, quiet
    )
    spent = rows.drop_duplicates("fold").seconds.sum() / sum(len(fold.train) for fold in pair)
    total = spent * sum(len(fold.train) for fold in folds) * PAPER.epochs / epochs
    return Record(
        model=f"ststnet, {PAPER.epochs} epochs (two folds, scaled)",
        protocol=folds[0].protocol,
        metric="seconds",
        n=len(folds),
        seeds=1,
        value=float(total),
    )


def crossed(inputs: Inputs, drawn: Inputs) -> pd.DataFrame:
    """The linear model trained on one database, or on synthetic people, and tested on another.

    A score table; `protocol` reads "smic to casme2". Within a database: leave one subject out.
    """
    data = concat(inputs, some(drawn))
    where = np.array([sequence.database or "synthetic" for sequence in data.sequences])
    names = sorted(set(where) - {"synthetic"})
    tables = []
    for source in [*names, "synthetic"]:
        train = np.flatnonzero(where == source)
        for target in names:
            test = np.flatnonzero(where == target)
            label = f"{source} to {target}"
            folds = [Fold(label, "all", train, test)]
            if source == target:
                folds = [
                    Fold(label, fold.name, train[fold.train], train[fold.test])
                    for fold in protocols.leave_one_subject_out(data.subjects[train])
                ]
            tables.append(discriminant.run(data, folds))
    return pd.concat(tables, ignore_index=True)


def mixed(inputs: Inputs, drawn: Inputs, folds: list[Fold]) -> pd.DataFrame:
    """The linear model's score table with synthetic people among every fold's training people."""
    data, helped = with_extra_training(inputs, some(drawn), folds)
    return discriminant.run(data, helped, "linear, synthetic people mixed in")


def some(drawn: Inputs, most: int = _PICTURES) -> Inputs:
    """At most `most` synthetic pictures, evenly picked."""
    return drawn.take(np.unique(np.linspace(0, len(drawn) - 1, most).round().astype(int)))


def published_results(
    ours: dict[str, float], leaking: dict[str, float] | None = None
) -> pd.DataFrame:
    """The published rows and ours: UF1 by database.

    ours maps "pooled" and the names of databases to a UF1; leaking does so for our network
    with its epoch chosen on the test subject. The column *all* is filled for us only where all
    three databases took part: a pool of two is another test.
    """
    rows = [dict(zip(COLUMNS, row)) for row in _PUBLISHED]
    if leaking:
        rows.append(_row("this study, a network, leaking", leaking, "yes"))
    return pd.DataFrame([*rows, _row("this study", ours, "no")], columns=COLUMNS)


def plot_literature(table: pd.DataFrame):
    """Published UF1 by database; filled: the epoch was fixed beforehand, hollow: it was not."""
    databases = [name for name in ("all", "smic", "casme2", "samm") if table[name].notna().any()]
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    for x, database in enumerate(databases):
        spread = np.linspace(-0.3, 0.3, len(table))
        for i, row in table.iterrows():
            honest = row.iloc[-1] == "no"
            mine = row.method.startswith("this study")
            ink = SURE if mine else INK
            axis.plot(
                x + spread[i],
                row[database],
                "o",
                ms=9 if mine else 6,
                mec=ink,
                mfc=ink if honest else "white",
            )
    axis.plot([], [], "o", color=INK, label="epoch fixed beforehand")
    axis.plot([], [], "o", mec=INK, mfc="white", label="chosen on the test subject, or unknown")
    axis.plot([], [], "o", color=SURE, label="this study")
    axis.set(
        xticks=range(len(databases)),
        xticklabels=databases,
        ylabel="UF1",
        ylim=(0.15, 1),
        title="Published results, database by database",
    )
    axis.legend(fontsize=8, loc="lower right")
    return figure


def _row(name: str, values: dict[str, float], chosen: str) -> dict:
    row = {"method": name, **values, COLUMNS[-1]: chosen}
    if {"smic", "casme2", "samm"} <= set(values):
        row["all"] = values["pooled"]
    return row
