"""What a score says about an input, given how well its network fitted whom it learned from.

A network that did not fit its training people says nothing about what its input holds.
"""

from __future__ import annotations

import pandas as pd

from mer.core.errors import MerError
from mer.evaluation import metrics, scores
from mer.evaluation.records import Record

FITS = 0.95  # accuracy on its training people from which on a network has fitted them


def records(table: pd.DataFrame, bootstrap: int = 1000) -> list[Record]:
    """Metrics of the test rows of a table that was scored `with_train`, and behind them
    `training_accuracy`, that of its training rows."""
    return [*metrics.evaluate(scores.select(table), bootstrap), training_accuracy(table)]


def training_accuracy(table: pd.DataFrame) -> Record:
    """Accuracy on the training rows, the mean over folds and seeds; without any: `MerError`."""
    trained = table[table.split == "train"]
    if trained.empty:
        raise MerError("training accuracy: no training rows. Score the table with_train.")
    return Record(
        **metrics.head(trained),
        metric="training_accuracy",
        n=len(trained.drop_duplicates(["subject", "name"])),
        value=float(scores.right(trained).mean()),
    )


def known_people(
    split: pd.DataFrame, held_out: pd.DataFrame, bootstrap: int = 1000
) -> list[Record]:
    """What it is worth to have met the people who are tested: differences, sequence by sequence.

    split      score table of a random split, which tests people of whom other sequences train
    held_out   the same recipe by folds that hold whole people out; of it, only what `split` tests
    """
    known = scores.select(split).assign(model="people known")
    same = scores.select(held_out).merge(known[["subject", "name"]].drop_duplicates())
    return metrics.paired_difference(known, same.assign(model="people held out"), bootstrap)


def sentence(found: list[Record], chance: float) -> str:
    """Whether, and how far, a model tells the emotion of people it has never seen, in one sentence.

    found   `records` of one model under one protocol; without UAR or training accuracy: `MerError`
    """
    by = {record.metric: record for record in found}
    if not {"uar", "training_accuracy"} <= set(by):
        raise MerError("no sentence without UAR and training accuracy; give records()")
    uar, trained = by["uar"], by["training_accuracy"].value
    numbers = f"UAR {uar.text('.3f')}, chance is {chance:.2f}, accuracy in training {trained:.2f}"
    if uar.low > chance:
        way = (uar.value - chance) / (1 - chance)
        return (
            f"{uar.model} does better than guessing on people it has never seen, "
            f"by {way:.0%} of the way to always being right: {numbers}."
        )
    if trained < FITS:
        return (
            f"{uar.model} did not fit the people it learned from, so its score says nothing about "
            f"what its input holds: {numbers}, where {FITS} was asked for."
        )
    if uar.high < chance:
        return (
            f"{uar.model} knows the people it learned from by heart, and people it has never "
            f"seen less than a guess would: {numbers}."
        )
    return (
        f"{uar.model} knows the people it learned from by heart, but on people it has never seen "
        f"it cannot be told from guessing: {numbers}; about {uar.reach:.3f} above it could have "
        "been told."
    )
