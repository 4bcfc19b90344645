"""What a larger input costs the SimpleCNN: weights, CPU seconds, milliseconds a step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from mer.core.errors import MerError
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.learning import cross_validation, models
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe

LARGEST = 224  # pixels: the earlier implementation's input
_PROBE = 32  # training samples that a cost is measured on


def weights(side: int, classes: int) -> dict[str, int]:
    """Parameters of the SimpleCNN at `side` pixels: in its convolutions, in its linear layer."""
    if side < 8:
        raise MerError(f"input size {side}: three poolings leave nothing of it; take 8 or more")
    network = models.build("simple-cnn", classes, 3, side)
    return {
        name: sum(one.numel() for one in part.parameters())
        for name, part in (("convolutions", network.features), ("linear", network.classify))
    }


def step(table: pd.DataFrame, folds: list[Fold], epochs: int) -> dict:
    """Metrics record: CPU milliseconds of one sample in one training step, scoring included.

    `table` has the seconds of `folds`, each trained for `epochs`.
    """
    record = cross_validation.seconds(table)
    shown = epochs * sum(len(fold.train) for fold in folds)
    return {**record, "metric": "ms_per_step", "value": 1000 * record["value"] / shown}


def price(
    recipe: Recipe, data: Inputs, folds: list[Fold], seed: int, parts: Path, quiet: bool = False
) -> list[dict]:
    """Records `seconds` and `ms_per_step` of a training that is not done.

    A few samples are trained on once and a fitting share of test sequences is scored; the
    seconds are scaled to all of the recipe's epochs and `folds`. No score comes of it.
    """
    first = folds[0]
    few = first.train[:_PROBE]
    tested = round(len(few) * len(first.test) / len(first.train) / recipe.epochs)
    probe = [Fold(first.protocol, "cost", few, first.test[: max(1, tested)])]
    table = cross_validation.cross_validate(
        replace(recipe, epochs=1), data, probe, [seed], parts, quiet
    )
    one = {**step(table, probe, 1), "n": len(few)}
    shown = recipe.epochs * sum(len(fold.train) for fold in folds)
    return [{**one, "metric": "seconds", "value": one["value"] * shown / 1000}, one]


def ensemble(tables: list[pd.DataFrame], model: str) -> pd.DataFrame:
    """The mean of several streams' scores, as `scores.average`; it costs what they all cost."""
    key = ["fold", "seed"]
    spent = sum(table.drop_duplicates(key).set_index(key).seconds for table in tables)
    return scores.average(tables, model).join(spent, on=key)
