"""One training, several tests: the same sequences under several conditions, and extra people.

A condition is anything that changes what a network is shown of a sequence: another light,
another apex. The first one trains; the people of a test fold are then scored under all
conditions by one and the same network, so a difference between two conditions is paired and
costs no training.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.learning.inputs import Inputs, concat

MARK = " @ "  # between the name of a sequence and the condition that it is shown under


def stack(conditions: Mapping[str, Inputs]) -> Inputs:
    """Inputs under all conditions, one after the other; the first one is to train on.

    conditions   by name, inputs of the same sequences in the same order, (N, C, S, S) each

    Under all but the first, a sequence's name ends in `MARK` and the name of the condition.
    Other sequences than the first's, or a name that holds the mark already, raise `BadData`.
    """
    first, *others = conditions.values()
    marked = [one.key for one in first.sequences if MARK in one.name]
    if marked:
        raise BadData(
            f"conditions: {marked[0]} has {MARK!r} in its name, which marks the condition here. "
            "Rename the sequence in the coding table."
        )
    for name, data in list(conditions.items())[1:]:
        if data.sequences != first.sequences:
            raise BadData(
                f"conditions: {name} holds other sequences than {next(iter(conditions))}. "
                "Make the inputs of all conditions from one list of pairs."
            )
    renamed = [
        replace(
            data, sequences=tuple(replace(s, name=f"{s.name}{MARK}{name}") for s in data.sequences)
        )
        for name, data in zip(list(conditions)[1:], others)
    ]
    return concat(first, *renamed)


def folds_for(folds: list[Fold], count: int, conditions: int) -> list[Fold]:
    """Folds of `count` sequences -> folds of stacked inputs: training positions as they were,
    test positions under every one of the conditions."""
    return [
        replace(fold, test=np.concatenate([fold.test + count * i for i in range(conditions)]))
        for fold in folds
    ]


def unstack(table: pd.DataFrame, conditions: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The score table of stacked inputs, one table a condition, with the sequences' own names.

    conditions   as they were stacked. Training rows stand with the first, in which they trained.

    Conditions that do not score as many sequences as the first raise `BadData`.
    """
    conditions = list(conditions)
    parts = table["name"].str.partition(MARK)
    named, condition = table.assign(name=parts[0]), parts[2].mask(parts[2] == "", conditions[0])
    found = {one: named[condition == one].reset_index(drop=True) for one in conditions}
    tested = {one: len(scores.select(rows)) for one, rows in found.items()}
    uneven = [one for one in conditions if tested[one] != tested[conditions[0]]]
    if uneven:
        raise BadData(
            f"conditions: {', '.join(uneven)} not scored on the sequences of {conditions[0]}. "
            "Train on the inputs of `stack`, with the folds of `folds_for`."
        )
    return found


def with_extra_training(
    data: Inputs, extra: Inputs, folds: list[Fold]
) -> tuple[Inputs, list[Fold]]:
    """Inputs with those of `extra` people behind them, and folds of which every training part
    holds the extra ones too. Who is tested stays as it was."""
    whole = concat(data, extra)
    more = np.arange(len(data), len(whole))
    return whole, [replace(fold, train=np.concatenate([fold.train, more])) for fold in folds]
