"""Fit one model, deterministically, for a length that is fixed before training begins.

There is no early stopping and no choice among epochs: nothing that a test subject could
influence. Same seed, same machine, same weights.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import nn

from mer.learning import imbalance, models
from mer.learning.inputs import Inputs, augment, normalise


@dataclass(frozen=True)
class Recipe:
    """What is trained and how. The default is the earlier implementation's recipe.

    Parameters
    ----------
    model : str
        One of `models.MODELS`.
    label : str
        How its rows are called in the score table.
    epochs, batch, lr, weight_decay
        Of the training.
    optimiser : {"adam", "adamw"}
    flip, translate : float
        The augmentation (`inputs.augment`); 0 switches it off.
    balance : str
        What is done for rare classes, one of `imbalance.METHODS`.
    schedule : {"constant", "cosine"}
        Of the learning rate.
    half : bool
        Compute in bfloat16 where the processor has instructions for it.
    standardise : bool
        Show the network how each pixel differs from the training people's (`prepared`).

    Examples
    --------
    >>> from mer.learning import Recipe
    >>> Recipe("compact", "flow", epochs=30).lr
    0.001
    """

    model: str = "simple-cnn"
    label: str = "apex"
    epochs: int = 10
    batch: int = 32
    lr: float = 1e-3
    weight_decay: float = 0.0
    optimiser: str = "adam"
    flip: float = 0.3
    translate: float = 0.02
    balance: str = "plain"
    schedule: str = "constant"
    half: bool = False
    standardise: bool = False


def fitted_apex(epochs: int, label: str = "apex", model: str = "normed-cnn") -> Recipe:
    """A recipe with which a network fits the apex frames of a cast, as SimpleCNN's own does not.

    What all faces have in common is taken off (`standardise`), because it drowns what differs;
    nothing is augmented; and steps are small, many, and smaller in the end. Chosen for its
    accuracy on its training people alone, on two casts that no notebook trains on or tests (900
    and 901 of `mer.people.roles.cast`, 48 pixels): 1.00 on both after 30 epochs; 0.97 and 0.94
    of the harder one after 25 and 20.
    """
    return Recipe(
        model,
        label,
        epochs,
        batch=8,
        lr=3e-4,
        flip=0,
        translate=0,
        schedule="cosine",
        half=True,
        standardise=True,
    )


# Least deviation of a pixel, in [-1, 1]: one that is the same in everybody is not blown up.
_DEVIATION = 0.02
_AT_ONCE = 8  # pictures that are scored together: their maps stay in a core's cache


@dataclass
class Fitted:
    """A trained network with its training loss and accuracy after every epoch."""

    network: nn.Module
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)


def device() -> torch.device:
    """The GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@contextmanager
def repeatable():
    """While it lasts, torch computes one result, whatever the machine: one thread, one order.

    torch would also overwrite all fresh memory, to show code that reads before it writes; that
    costs a twelfth of a step, and training reads no such memory.
    """
    threads, fill = torch.get_num_threads(), torch.utils.deterministic.fill_uninitialized_memory
    mode = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(mode, warn_only=warn_only)
        torch.utils.deterministic.fill_uninitialized_memory = fill


def has_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 here: a GPU, or AVX-512 BF16, or AMX."""
    return device().type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def fit(
    recipe: Recipe,
    inputs: Inputs,
    train: np.ndarray,
    seed: int,
    watch=None,
    start: dict | None = None,
) -> Fitted:
    """Train a network on `inputs` (already normalised) at the positions `train`.

    start            weights (a state_dict) to go on from; None: a fresh network
    watch(network)   called after every epoch with the network as it is used, in eval mode; it
                     draws no random numbers, so training is the same with and without it
    """
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    network = models.build(recipe.model, len(inputs.classes), inputs.x.shape[1], inputs.size)
    if start is not None:
        network.load_state_dict(start)
    network = network.to(device(), memory_format=torch.channels_last).train()
    half = recipe.half and has_bfloat16()
    optimiser, schedule = _optimiser(recipe, network, len(train))
    labels = torch.from_numpy(inputs.labels)
    loss_of = imbalance.loss(recipe.balance, inputs.labels[train], len(inputs.classes), device())
    fitted = Fitted(network)
    for _ in range(recipe.epochs):
        order = torch.from_numpy(train)[imbalance.order(recipe.balance, inputs.labels[train], draw)]
        losses = hits = 0
        for chosen in order.split(recipe.batch):
            x = inputs.x[chosen]
            if recipe.flip or recipe.translate:
                x = augment(x, inputs.kind, draw, recipe.flip, recipe.translate)
            target = labels[chosen].to(device())
            with torch.autocast(device().type, torch.bfloat16, enabled=half):
                logits = network(_placed(x))
            loss = loss_of(logits.float(), target)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            losses += loss.item() * len(chosen)
            hits += (logits.argmax(1) == target).sum().item()
        fitted.loss.append(losses / len(train))
        fitted.accuracy.append(hits / len(train))
        if watch:
            watch(network.eval())
            network.train()
    network.eval()
    return fitted


@torch.no_grad()
def predict(network: nn.Module, x: torch.Tensor, half: bool = False) -> np.ndarray:
    """Softmax scores, (N, classes) float64; with `half` computed as `Recipe.half` trains."""
    with torch.autocast(device().type, torch.bfloat16, enabled=half and has_bfloat16()):
        logits = [network(_placed(part)).double().cpu() for part in x.split(_AT_ONCE)]
    return torch.softmax(torch.cat(logits), dim=1).numpy()


def prepared(recipe: Recipe, inputs: Inputs, train: np.ndarray) -> Inputs:
    """Inputs as the network of a recipe is shown them, by statistics of the training positions.

    `normalise`d; and where the recipe asks to `standardise`, each pixel minus its mean over the
    training positions, divided by its deviation there.
    """
    scaled = normalise(inputs, train)
    if not recipe.standardise:
        return scaled
    known = scaled.x[train]
    deviation = known.std(0, correction=0) + _DEVIATION
    return replace(scaled, x=(scaled.x - known.mean(0)) / deviation)


def fit_and_score(
    recipe: Recipe,
    inputs: Inputs,
    train: np.ndarray,
    rows: np.ndarray,
    seed: int,
    every_epoch: bool = False,
    start: dict | None = None,
) -> tuple[np.ndarray, Fitted]:
    """Normalise by the training positions, train, and score other positions.

    Parameters
    ----------
    recipe : Recipe
    inputs : Inputs
    train, rows : (N,) arrays of int
        Positions to train on, and to score.
    seed : int
    every_epoch : bool
        Score after every epoch.
    start : dict, optional
        Weights to go on from, as in `fit`.

    Returns
    -------
    (N, classes) float64
        Softmax scores; with `every_epoch` (epochs, N, classes), the last of them the same.
    Fitted
        The network with its training loss and accuracy.

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> from mer.learning import Recipe, flow_inputs, training
    >>> made = [Sequence("made up", who, "1", "joy") for who in ("ann", "ben")]
    >>> data = flow_inputs([np.ones((28, 28, 3))] * 2, made, ["grief", "joy"], size=28)
    >>> both = np.arange(2)
    >>> found, _ = training.fit_and_score(Recipe("compact", epochs=1), data, both, both, seed=0)
    >>> found.shape, found.sum(1).round(3)
    ((2, 2), array([1., 1.]))
    """
    scaled = prepared(recipe, inputs, train)
    if not every_epoch:
        fitted = fit(recipe, scaled, train, seed, start=start)
        return predict(fitted.network, scaled.x[rows], recipe.half), fitted
    probabilities = []
    fitted = fit(
        recipe,
        scaled,
        train,
        seed,
        lambda network: probabilities.append(predict(network, scaled.x[rows], recipe.half)),
        start,
    )
    return np.stack(probabilities), fitted


def _placed(x: torch.Tensor) -> torch.Tensor:
    """A batch where the network is, in the memory order that convolutions like best."""
    return x.to(device(), memory_format=torch.channels_last)


def _optimiser(recipe: Recipe, network: nn.Module, n: int):
    make = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe.optimiser]
    optimiser = make(network.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * -(-n // recipe.batch)
    cosine = recipe.schedule == "cosine"
    return optimiser, torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: 0.5 * (1 + math.cos(math.pi * step / steps)) if cosine else 1.0
    )
