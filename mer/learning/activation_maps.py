"""Maps of where a network looks, each through a network that never saw the person.

Three kinds of map, all by captum. *Grad-CAM* (Selvaraju et al., ICCV 2017) and *HiResCAM*
(Draelos and Carin, 2020) ask what in the last convolution speaks for an emotion: the first
weighs each channel by its mean gradient, the second each position of each channel by its own,
which is exact for a network that ends, as SimpleCNN does, in one linear layer over all
positions. A *gate* is a spatial attention's own map.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from joblib import delayed

from mer.core import cache
from mer.core.errors import MerError
from mer.evaluation.protocols import Fold
from mer.learning import cross_validation
from mer.learning.inputs import Inputs
from mer.learning.models import SimpleCNN, SpatialGate
from mer.learning.training import Recipe, device, fit_and_score, prepared, repeatable


def of_folds(
    recipe: Recipe, inputs: Inputs, folds: list[Fold], seed: int, parts: Path, quiet: bool = False
) -> dict[str, np.ndarray]:
    """Train one network a fold and look through it at the fold's test sequences.

    Gives (N, size, size) float32 by kind of map; what speaks for the true emotion is asked. The
    first fold has the given seed, the next the one after it, and so on: no single random start
    speaks for all. With 0 epochs the networks are untrained, the control. Maps lie in `parts`,
    named by what shaped them: a fold found there is not trained again. Folds that leave a
    sequence out raise `MerError`.
    """
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    if not np.array_equal(tested, np.arange(len(inputs.labels))):
        raise MerError(
            "activation maps: the folds have to test every sequence exactly once; use "
            "protocols.subject_independent"
        )
    by = cache.versions("captum", "opencv-python")
    base = cross_validation.training_key(recipe, inputs, __name__, by=by)
    jobs = [(fold, seed + i) for i, fold in enumerate(folds)]
    made = cache.kept(
        [Path(parts) / f"maps-{cross_validation.job_key(base, *job)}.npz" for job in jobs],
        lambda missing: [delayed(_maps)(recipe, inputs, *jobs[i]) for i in missing],
        f"maps, {recipe.label}",
        unit="it",
        quiet=quiet,
        leave=False,
        pool=cross_validation.trained_on(__name__, inputs),
    )
    found = {}
    for fold, maps in zip(folds, made):
        for kind, part in maps.items():
            whole = found.setdefault(
                kind, np.zeros((len(tested), inputs.size, inputs.size), np.float32)
            )
            whole[fold.test] = part
    return found


def look(network: SimpleCNN, x: torch.Tensor, target: np.ndarray) -> dict[str, np.ndarray]:
    """Maps (N, size, size) float32, 0 or more, of x (N, channels, size, size), by kind.

    target   (N,) the class that the first two kinds of map speak for
    """
    from captum.attr import LayerActivation, LayerGradCam, LayerGradientXActivation

    network, x = network.eval(), x.to(device())
    target = torch.from_numpy(target).to(device())
    last = network.features[-1][0]
    found = {
        "Grad-CAM": LayerGradCam(network, last).attribute(x, target),
        "HiResCAM": LayerGradientXActivation(network, last)
        .attribute(x, target)
        .sum(1, keepdim=True),
    }
    gates = [part for part in network.modules() if isinstance(part, SpatialGate)]
    for number, gate in enumerate(gates, 1):
        found[f"gate {number}"] = LayerActivation(network, gate.mask).attribute(x)
    return {kind: _grown(part, x.shape[-1]) for kind, part in found.items()}


def _maps(recipe: Recipe, inputs: Inputs, fold: Fold, seed: int) -> dict[str, np.ndarray]:
    """The maps of one training, on whatever machine."""
    with repeatable():
        _, fitted = fit_and_score(recipe, inputs, fold.train, fold.test, seed)
        x = prepared(recipe, inputs, fold.train).x[fold.test]
        return look(fitted.network, x, inputs.labels[fold.test])


def _grown(maps: torch.Tensor, size: int) -> np.ndarray:
    """Positive part of (N, 1, h, w), smoothly enlarged to (N, size, size)."""
    small = maps.detach().clamp_min(0).float().cpu().numpy()[:, 0]
    return np.stack(
        [cv2.resize(one, (size, size), interpolation=cv2.INTER_LINEAR) for one in small]
    )
