"""Networks that have seen synthetic people only, as they are or as a start for real ones."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed

from mer.core.files import atomic
from mer.core.parallel import one_thread, workers
from mer.datasets.base import Sequence
from mer.evaluation.protocols import Fold
from mer.experiments.synthetic_to_real import Pictures
from mer.learning import cross_validation, models, training
from mer.learning.inputs import Inputs, evened, mirror, normalise, published_flow_inputs
from mer.learning.training import Recipe

PROTOCOL = "synthetic-to-real"


@dataclass(frozen=True)
class Start:
    """A trained network's weights (a state_dict), and the CPU seconds that it took."""

    weights: dict
    seconds: float


def synthetic_inputs(made: Pictures, classes: tuple[str, ...]) -> Inputs:
    """Pictures of synthetic people in the form that notebook 10 gives the real ones."""
    shown = [
        Sequence(source="synthetic", subject=subject, name=str(index), emotion=classes[label])
        for index, (label, subject) in enumerate(zip(made.labels, made.subjects))
    ]
    images = [np.float32(image) / np.float32(255) for image in made.images]
    return evened(published_flow_inputs(images, shown, classes))


def pretrain(recipe: Recipe, drawn: Inputs, seeds: list[int], parts: Path) -> dict[int, Start]:
    """One network for each seed, trained on all of `drawn`; `parts` keeps the finished ones."""
    base = cross_validation.fingerprint(recipe, drawn)[:16]
    files = {seed: Path(parts) / f"start-{base}-{seed}.pt" for seed in seeds}
    missing = [seed for seed in seeds if not files[seed].exists()]
    Parallel(n_jobs=1 if torch.cuda.is_available() else workers(len(missing)))(
        delayed(_pretrain)(recipe, drawn, seed, files[seed]) for seed in missing
    )
    return {seed: Start(**torch.load(file, weights_only=True)) for seed, file in files.items()}


def _pretrain(recipe: Recipe, drawn: Inputs, seed: int, file: Path) -> None:
    with one_thread():
        training.repeatable()
        whole, begin = np.arange(len(drawn.labels)), time.process_time()
        network = training.fit(recipe, normalise(drawn, whole), whole, seed).network.cpu()
        seconds = time.process_time() - begin
    with atomic(file) as draft:
        torch.save({"weights": network.state_dict(), "seconds": seconds}, draft)


def score(recipe: Recipe, starts: dict[int, Start], drawn: Inputs, real: Inputs) -> pd.DataFrame:
    """Score table of real flows, by networks that never saw one; `seconds` is their training's.

    Real flows are scaled as the synthetic ones were in training. A score is the mean over a
    sequence and its mirror image.
    """
    made, found = len(drawn.labels), len(real.labels)
    joined = replace(real, x=torch.cat([drawn.x, real.x]))
    x = normalise(joined, np.arange(made)).x[made:]
    fold = Fold(PROTOCOL, "all", np.arange(0), np.arange(found))
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
    dealt = []
    for fold in folds:
        dealt.append(table[np.isin(key, fold.test)].assign(protocol=fold.protocol, fold=fold.name))
    return pd.concat(dealt, ignore_index=True)
