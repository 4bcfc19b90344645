"""The leak of a random split, shown: casts in which the person tells the emotion, or does not.

Three casts of the same people (`mer.people.roles.cast`) differ in the bond between person and
emotion only. On each of them a reader is tested many times by sequences that were drawn at random,
and as often by whole people who were held out. Every sequence is tested once a repetition under
both, so the difference is paired: it is what knowing the tested people is worth.

A *reader* is a function (inputs, folds, seed) -> score table with training rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch.nn.functional as F

from mer.core.style import INK
from mer.evaluation import metrics, protocols, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.experiments import ablation, examination, leakage
from mer.experiments.plots import interval
from mer.experiments.small_samples import NETWORK
from mer.learning import discriminant
from mer.learning.cross_validation import cross_validate, score_rows
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe, fitted_apex

Reader = Callable[[Inputs, list[Fold], int], pd.DataFrame]
RANDOM, HELD_OUT, TRUTH = "random split", "people held out", "strangers"
# The discriminant's ridge with which it fits apex frames: chosen by its training score alone.
FITTING = 0.03
SIDE = 24  # of the networks' inputs in pixels
_COLOURS = {RANDOM: leakage.LEAKY, HELD_OUT: leakage.HONEST, TRUTH: INK}


def examined(run) -> examination.Examination:
    """Synthetic strangers, whatever the run's source: the casts of this question are synthetic."""
    asked = run.profile
    return examination.examine(
        run.path("strangers"),
        asked.strangers,
        asked.stranger_pairs,
        run.source.classes,
        run.seed,
        asked.stranger_shifts,
        run.quiet,
    )


def linear(ridge: float = discriminant.RIDGE) -> Reader:
    """A reader: the linear discriminant on whatever it is given."""
    return lambda inputs, folds, seed: discriminant.run(
        inputs, folds, seed=seed, ridge=ridge, with_train=True
    )


def network(recipe: Recipe, parts: Path, quiet: bool = False) -> Reader:
    """A reader: a network."""
    return lambda inputs, folds, seed: cross_validate(
        recipe, inputs, folds, [seed], parts, quiet, with_train=True
    )


def recipes(epochs: int) -> dict[str, Recipe]:
    """Networks that fit their training people, by stream; `epochs` for the apex frame."""
    flow = replace(NETWORK, label="flow", epochs=min(NETWORK.epochs, epochs))
    return {"apex": fitted_apex(epochs), "flow": flow}


def small(data: Inputs) -> Inputs:
    """Inputs of `SIDE` pixels, for networks that are trained many times."""
    return replace(data, x=F.interpolate(data.x, (SIDE, SIDE), mode="area"))


def random_folds(labels, folds: int, seed: int) -> list[Fold]:
    """A LEAK: sequences are dealt at random into `folds` parts with like classes, so that most
    tested people train as well. Every part is one random split."""
    from sklearn.model_selection import StratifiedKFold  # a second, which no worker needs

    labels, split = np.asarray(labels), StratifiedKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class with fewer sequences than parts is missing in some of them.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        parts = list(split.split(labels, labels))
    return [Fold(f"random-{folds}", str(i), *part) for i, part in enumerate(parts)]


def habits(inputs: Inputs, folds: list[Fold], seed: int = 0) -> pd.DataFrame:
    """A reader that sees nothing but who it is: how often the person showed each emotion while
    training; of a stranger it says what all people showed."""
    one = np.eye(len(inputs.classes))[inputs.labels]
    tables = []
    for fold in folds:
        rows = np.concatenate([fold.train, fold.test])
        every = one[fold.train].mean(0)
        known = {s: one[fold.train[inputs.subjects[fold.train] == s]].mean(0)
                 for s in set(inputs.subjects[fold.train])}  # fmt: skip
        says = np.array([known.get(s, every) for s in inputs.subjects[rows]])
        split = np.where(np.isin(rows, fold.test), "test", "train")
        tables.append(score_rows(inputs, rows, says, "who it is", fold, seed, split))
    return pd.concat(tables, ignore_index=True)


def ask(read: Reader, data: Iterable[Inputs], folds: int, repetitions: int) -> dict:
    """Score tables of all casts by `RANDOM` and `HELD_OUT`, training rows included.

    Each repetition, whose number is the seed of the rows, tests every sequence once: by `folds`
    random splits, and by as many groups of whole people, with as many sequences on average. The
    column `cast` numbers the casts.
    """
    found: dict[str, list[pd.DataFrame]] = {RANDOM: [], HELD_OUT: []}
    for (number, cast), seed in product(enumerate(data), range(repetitions)):
        made = {
            RANDOM: random_folds(cast.labels, folds, seed),
            HELD_OUT: protocols.grouped_folds(cast.labels, cast.subjects, folds, seed),
        }
        for how, some in made.items():
            found[how].append(read(cast, some, seed).assign(cast=number))
    return {name: pd.concat(tables, ignore_index=True) for name, tables in found.items()}


def truth(read: Reader, data: Iterable[Inputs], exam: Inputs) -> pd.DataFrame:
    """What the protocols try to estimate: trained on a whole cast, tested on strangers. The number
    of the cast is the seed of its rows."""
    return pd.concat(
        [read(*examination.sit(cast, exam), 0).assign(seed=i) for i, cast in enumerate(data)],
        ignore_index=True,
    )


def records(
    tables: dict[str, pd.DataFrame], stream: str, bond: str, bootstrap: int = 1000
) -> list[Record]:
    """What one reader (`stream`) does in casts with one bond.

    Returns
    -------
    list of Record
        Of each table (model "<stream>, <how it was tested>", protocol "bond <bond>") the metrics,
        with intervals over people and repetitions, and the accuracy on training sequences; and
        `RANDOM` minus `HELD_OUT`, paired.
    """
    named = {
        how: table.assign(model=f"{stream}, {how}", protocol=f"bond {bond}")
        for how, table in tables.items()
    }
    found = []
    for table in named.values():
        found += [*metrics.evaluate(scores.select(table), bootstrap), _fitted(table)]
    return found + metrics.paired_difference(
        *(scores.select(named[how]) for how in (RANDOM, HELD_OUT)), bootstrap
    )


def _fitted(table: pd.DataFrame) -> Record:
    trained = table[table.split == "train"]
    return Record(
        **metrics.head(trained),
        metric="training_accuracy",
        n=int(trained.groupby("seed").size().iloc[0]),
        value=float(scores.right(trained).mean()),
    )


def single_splits(table: pd.DataFrame, metric: str = "uar") -> np.ndarray:
    """What each random split by itself would have reported: one value a cast, seed and fold."""
    return np.array([
        metrics.from_confusion(metrics.confusion_by_subject(part).sum((0, 1)))[metric]
        for _, part in scores.select(table).groupby(["cast", "seed", "fold"])
    ])  # fmt: skip


def sentence(found: list[Record], stream: str, metric: str = "uar") -> str:
    """What the random split adds to what strangers would see, bond by bond, in one sentence."""
    chosen = [
        r
        for r in found
        if r.metric == f"{metric}_difference" and r.models[0] == f"{stream}, {RANDOM}"
    ]
    told = [f"{r.protocol}: {r.text('.3f')}, {_verdict(r)}" for r in chosen]
    return f"{stream}, {RANDOM} minus {HELD_OUT}: " + "; ".join(told) + "."


def _verdict(record: Record) -> str:
    if record.excludes_zero:
        return "a leak" if record.sign > 0 else "a loss"
    return f"no leak can be told ({ablation.could_tell(record.reach)})"


def knowing_people(counts: np.ndarray, whose: str) -> str:
    """What it is worth to know each person and nothing else, in one sentence.

    counts   sequences of each person (row) and emotion (column)
    """
    right, always, n = (int(x) for x in (counts.max(1).sum(), counts.sum(0).max(), counts.sum()))
    only = int(((counts > 0).sum(1) == 1)[counts.sum(1) > 1].sum())
    return (
        f"{whose}: saying what this person shows most often is right in {right} of {n} sequences "
        f"({right / n:.0%}), saying the most frequent emotion to everybody in {always} "
        f"({always / n:.0%}). {only} of {(counts.sum(1) > 1).sum()} people with several sequences "
        "show one emotion only."
    )


def control(found: list[Record], guessing: float) -> str:
    """What labels without meaning say of each protocol, in one sentence a reader and protocol.

    found      records of `records`, the labels being `leakage.meaningless`
    guessing   the UAR of who knows nothing
    """
    said = [
        f"{r.model}: UAR {r.text('.3f')}, "
        + (
            f"more than guessing ({guessing:.2f}): it has seen the answer"
            if r.low > guessing
            else f"not told to be more than guessing ({guessing:.2f})"
        )
        for r in found
        if r.metric == "uar"
    ]
    return "\n".join(said)


def plot(found: list[Record], streams: list[str], bonds, singles: dict, metric: str = "uar"):
    """A panel a reader: each way to be tested, bond by bond, and every random split as a dot.

    singles   by (stream, bond), what single random splits say (`single_splits`)
    """
    figure, axes = plt.subplots(
        1, len(streams), figsize=(2.9 * len(streams) + 0.6, 4), sharey=True, layout="constrained"
    )
    for axis, stream in zip(np.atleast_1d(axes), streams):
        for place, bond in enumerate(bonds):
            dots = singles.get((stream, bond), [])
            spots = place + 0.33 + np.linspace(-0.06, 0.06, len(dots))
            axis.plot(dots, spots, ".", ms=4, color=leakage.LEAKY, alpha=0.35)
            for step, (how, colour) in enumerate(_COLOURS.items()):
                for r in found:
                    if (r.model, r.protocol, r.metric) == (
                        f"{stream}, {how}",
                        f"bond {bond}",
                        metric,
                    ):
                        interval(axis, r, place + 0.1 - 0.2 * step, colour)
        axis.set(title=stream, xlim=(0, 1.02), xlabel=metric.upper())
        axis.grid(axis="y", visible=False)
    first = np.atleast_1d(axes)[0]
    first.set(yticks=range(len(bonds)), yticklabels=[f"bond\n{bond}" for bond in bonds])
    for how, colour in _COLOURS.items():
        first.plot([], [], "o", color=colour, label=how)
    first.plot([], [], ".", color=leakage.LEAKY, alpha=0.5, label="one random split")
    figure.legend(loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    return figure
