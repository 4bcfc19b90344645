"""What notebook 12 asks of real flows beyond training: baselines, the ensemble, a choice by inner
folds, costs, and what one database teaches about another."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from mer.core.errors import Unavailable
from mer.datasets import Sequence, Source
from mer.evaluation import ensemble, metrics, protocols
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.experiments import plots, synthetic_to_real
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

# What may be chosen by inner folds: how a flow is described, and the ridge.
CANDIDATES = tuple((of, ridge) for of in (discriminant.plain, discriminant.directions)
                   for ridge in (1.2, discriminant.RIDGE, 5.0))  # fmt: skip


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
    inner = ensemble.inner_folds(folds, inputs.labels, inputs.subjects, _inner_count(inputs, folds))
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


def chosen_inside(
    inputs: Inputs, folds: list[Fold], model: str, candidates=CANDIDATES
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """In each fold the discriminant that its own training subjects prefer, scored on the others.

    candidates   pairs of how flows are described (`discriminant.run`'s `of`) and a ridge

    Returns the score table; the UF1 that each candidate (a column, by name) has on the inner
    folds of each fold (a row), of which the largest, of equals the first, decides; and the CPU
    seconds of it all. No test subject has a say in the choice.
    """
    begin = time.process_time()
    inner = ensemble.inner_folds(folds, inputs.labels, inputs.subjects, _inner_count(inputs, folds))
    named = {f"{of.__name__}, ridge {ridge:g}": (of, ridge) for of, ridge in candidates}
    valued = {}
    for name, (of, ridge) in named.items():
        rows = discriminant.run(inputs, inner, ridge=ridge, of=of)
        outer = rows.fold.str.rsplit("/", n=1).str[0]
        valued[name] = {
            fold.name: metrics.by_seed(rows[outer == fold.name]).uf1.iloc[0] for fold in folds
        }
    values = pd.DataFrame(valued)
    tables = []
    for fold in folds:
        of, ridge = named[values.loc[fold.name].idxmax()]
        tables.append(discriminant.run(inputs, [fold], model, ridge=ridge, of=of))
    table = pd.concat(tables, ignore_index=True).drop(columns="seconds")
    return table, values, time.process_time() - begin


def compared(tables: list[pd.DataFrame], bootstrap: int, level: float = 0.95) -> list[Record]:
    """Paired differences of all pairs of models, the earlier table minus the later."""
    return [
        record
        for one, other in combinations(tables, 2)
        for record in metrics.paired_difference(one, other, bootstrap, level)
    ]


def against(gains: list[Record], others: list[str]) -> str:
    """One model against others, in one sentence: which are told to be worse, which to be better.

    gains   its paired differences, it minus the other; those to `others` count
    """
    asked = [r for r in gains if r.models[1] in others]
    groups = {
        "better than": [r for r in asked if r.sign > 0],
        "worse than": [r for r in asked if r.sign < 0],
        "not told from": [r for r in asked if not r.sign],
    }
    said = [
        f"{how} {', '.join(f'{r.models[1]} ({r.phrase()})' for r in found)}"
        for how, found in groups.items()
        if found
    ]
    return f"{asked[0].models[0]} is {'; '.join(said)}."


def databases_apart(found: list[Record], model: str, metric: str = "uf1") -> list[Record]:
    """How much better `model` does on one database than on another, for every two of `by_database`.

    Their people are different, so their errors are independent: the halves of the interval are the
    roots of the sums of squares, side by side (Newcombe's square-and-add).
    """
    own = [r for r in found if r.model == model and r.metric == metric]
    return [_apart(a, b) for a, b in combinations(own, 2)]


def _apart(a: Record, b: Record) -> Record:
    value = a.value - b.value
    names = (r.protocol.rsplit(", ", 1)[-1] for r in (a, b))
    return replace(
        a,
        model=" - ".join(f"{a.model} on {name}" for name in names),
        protocol=a.protocol.rsplit(", ", 1)[0],
        metric=f"{a.metric}_difference",
        n=a.n + b.n,
        value=value,
        low=value - math.hypot(a.value - a.low, b.high - b.value),
        high=value + math.hypot(a.high - a.value, b.value - b.low),
    )


def signed_row(data: Inputs, rows: list[int]):
    """Evened flows of one database beside each other, with the key to the directions."""
    fields = {
        f"{data.sequences[row].database}: {data.sequences[row].emotion}": data.x[row, :2]
        .numpy()
        .transpose(1, 2, 0)
        for row in rows
    }
    figure = plots.flow_row(None, None, fields)
    figure.axes[-1].set_title("key", fontsize=9)  # evened motion has no unit
    return figure


def _inner_count(inputs: Inputs, folds: list[Fold]) -> int:
    """Inner folds: as many as the smallest set of training subjects can fill, `INNER` at most."""
    return min(INNER, *(len(set(inputs.subjects[fold.train])) for fold in folds))


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
