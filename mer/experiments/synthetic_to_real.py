"""From synthetic people to real ones: a network that is trained on pictures of the former alone
(`mer.experiments.synthetic_pictures`), and scored on the published flows or trained further.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mer.evaluation.protocols import Fold
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import cross_validation, models, training
from mer.learning.inputs import Inputs, concat, evened, mirror, normalise, published_flow_inputs
from mer.learning.pretraining import Start
from mer.learning.training import Recipe

PROTOCOL = "synthetic-to-real"


def synthetic_inputs(made: Pictures, classes: tuple[str, ...]) -> Inputs:
    """Pictures of synthetic people in the form that notebook 12 gives the real ones."""
    return evened(published_flow_inputs(*made.as_flows(classes), classes))


def score_pretrained(
    recipe: Recipe, starts: dict[int, Start], drawn: Inputs, real: Inputs
) -> pd.DataFrame:
    """Score table of real flows, by networks that never saw one; `seconds` is their training's.

    Real flows are scaled as the synthetic ones were in training. A score is the mean over a
    sequence and its mirror image.
    """
    x = normalise(concat(drawn, real), np.arange(len(drawn))).x[len(drawn) :]
    fold = Fold(PROTOCOL, "all", np.arange(0), np.arange(len(real)))
    tables = []
    for seed, start in starts.items():
        network = models.build(recipe.model, len(real.classes), x.shape[1], real.size)
        network.load_state_dict(start.weights)
        network = network.to(training.device()).eval()
        probabilities = np.mean(
            [training.predict(network, view) for view in (x, mirror(x, real.kind))], 0
        )
        table = cross_validation.score_rows(
            real, fold.test, probabilities, recipe.label, fold, seed, "test"
        )
        tables.append(table.assign(seconds=round(start.seconds, 3)))
    return pd.concat(tables, ignore_index=True)


def in_folds(table: pd.DataFrame, folds: list[Fold], inputs: Inputs) -> pd.DataFrame:
    """The rows of a table that no real person shaped, as rows of these folds' test parts.

    A network that saw nobody is the same network in every fold; so dealt, its rows can be
    averaged with those of networks that differ from fold to fold. A sequence that is tested in
    several folds (inner folds) gets a row in each.
    """
    place = {(s.subject, s.name): i for i, s in enumerate(inputs.sequences)}
    key = np.array([place[pair] for pair in zip(table.subject, table["name"])])
    dealt = [
        table[np.isin(key, fold.test)].assign(protocol=fold.protocol, fold=fold.name)
        for fold in folds
    ]
    return pd.concat(dealt, ignore_index=True)
