"""What a training can do for rare classes: change the loss, or what the network is shown.

| way      | what it does                                                   | source             |
|----------|----------------------------------------------------------------|--------------------|
| plain    | cross-entropy, every sequence once an epoch                    |                    |
| weights  | each class weighs the same in the loss                         | King and Zeng 2001 |
| sampling | each class is shown equally often, its sequences repeatedly    | He and Garcia 2009 |
| focal    | sequences that are already read well weigh less (gamma 2)      | Lin et al. 2017    |
| adjusted | the log of a class's share is added to its logit (tau 1), but  | Menon et al. 2021  |
|          | only while training: the rare class learns to make up for it   |                    |

Gamma and tau are those of the papers: nothing here was tuned. All counts are of the training
sequences. A class without any of them gets no weight, is never drawn, and is not adjusted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

from mer.core.errors import MerError

METHODS = ("plain", "weights", "sampling", "focal", "adjusted")
_GAMMA, _TAU = 2.0, 1.0

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def loss(way: str, labels: np.ndarray, classes: int, device: torch.device) -> Loss:
    """The loss of a training.

    Parameters
    ----------
    way : str
        One of `METHODS`; another one raises `MerError`.
    labels : (N,) array of int
        The training labels, whose counts matter.
    classes : int
    device : torch.device

    Returns
    -------
    callable
        Of logits (N, classes) and targets (N,).

    Examples
    --------
    >>> import torch
    >>> from mer.learning import imbalance
    >>> loss = imbalance.loss("focal", np.array([0, 0, 1]), 2, torch.device("cpu"))
    >>> round(loss(torch.zeros(1, 2), torch.tensor([1])).item(), 3)  # 0.5 ** 2 * log(2)
    0.173
    """
    if way not in METHODS:
        raise MerError(f"unknown way to balance {way!r}; choose one of {', '.join(METHODS)}")
    if way == "weights":
        weights = _tensor(class_weights(labels, classes), device)
        return lambda logits, target: F.cross_entropy(logits, target, weight=weights)
    if way == "adjusted":
        shift = _tensor(_TAU * log_shares(labels, classes), device)
        return lambda logits, target: F.cross_entropy(logits + shift, target)
    return _focal if way == "focal" else F.cross_entropy


def order(way: str, labels: np.ndarray, draw: torch.Generator) -> torch.Tensor:
    """Positions into `labels` in the order of one epoch, as many as there are labels.

    Every position once; with "sampling" drawn with replacement, each class equally likely.
    """
    if way != "sampling":
        return torch.randperm(len(labels), generator=draw)
    weights = class_weights(labels, int(labels.max()) + 1)[labels]
    return torch.multinomial(
        torch.from_numpy(weights), len(labels), replacement=True, generator=draw
    )


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """n / (classes present x count), (classes,): every class present weighs the same in total.

    Examples
    --------
    >>> from mer.learning import imbalance
    >>> imbalance.class_weights(np.array([0, 0, 0, 1]), classes=2).round(2)
    array([0.67, 2.  ])
    """
    counts = np.bincount(labels, minlength=classes)
    present = counts > 0
    return np.where(present, len(labels) / (np.maximum(counts, 1) * present.sum()), 0.0)


def log_shares(labels: np.ndarray, classes: int) -> np.ndarray:
    """Log of each class's share of the labels, (classes,); 0 for a class that has none."""
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, np.log(np.maximum(counts, 1) / len(labels)), 0.0)


def _focal(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    surprise = F.cross_entropy(logits, target, reduction="none")
    return ((1 - torch.exp(-surprise)) ** _GAMMA * surprise).mean()


def _tensor(values: np.ndarray, device: torch.device) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32, device=device)
