"""Networks that are trained on all of some inputs, for other trainings to go on from."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from joblib import delayed

from mer.core import cache
from mer.learning import cross_validation, training
from mer.learning.inputs import Inputs, normalise
from mer.learning.training import Recipe


@dataclass(frozen=True)
class Start:
    """A trained network's weights (a state_dict), and the CPU seconds that it took."""

    weights: dict
    seconds: float


def pretrain(recipe: Recipe, inputs: Inputs, seeds: list[int], parts: Path) -> dict[int, Start]:
    """One network for each seed, trained on all of `inputs`; `parts` keeps the finished ones."""
    base = cross_validation.training_key(recipe, inputs, __name__)
    starts = cache.kept(
        [Path(parts) / f"start-{base}-{seed}.pt" for seed in seeds],
        lambda missing: [delayed(_pretrain)(recipe, inputs, seeds[i]) for i in missing],
        "pretrained networks",
        quiet=True,
        form=_WEIGHTS,
        pool=cross_validation.trained_on(__name__, inputs),
    )
    return dict(zip(seeds, starts, strict=True))


def _pretrain(recipe: Recipe, inputs: Inputs, seed: int) -> Start:
    """Train one network, on whatever machine."""
    with training.repeatable():
        whole, begin = np.arange(len(inputs)), time.process_time()
        network = training.fit(recipe, normalise(inputs, whole), whole, seed).network.cpu()
        return Start(network.state_dict(), time.process_time() - begin)


_WEIGHTS = cache.Format(
    lambda file, start: torch.save(vars(start), file),
    lambda file: Start(**torch.load(file, weights_only=True)),
)
