"""A second opinion on what an expression is, by a linear model of real people's flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mer.datasets.base import Sequence
from mer.learning import discriminant
from mer.learning.discriminant import Discriminant
from mer.video import published_form

_LEAST = 1e-9  # of a probability, whose share of a sum is asked for


@dataclass(frozen=True)
class SecondOpinion:
    """A discriminant of flows in the published form, and the classes that it tells apart: words
    of the recogniser, or `published_form.GROUPS` of them."""

    classes: tuple[str, ...]
    model: Discriminant

    def joined(self, said: np.ndarray, words: tuple[str, ...], flows: np.ndarray) -> np.ndarray:
        """Probabilities (N, words) of flows (N, 48, 48, 2), half of them by this model.

        The first word, neutral, keeps its probability; and the emotions of one class share what
        the class gets as before.
        """
        nobody = [Sequence("", "", "", self.classes[0])] * len(flows)
        seen = published_form.inputs_of_flows(flows, nobody, self.classes)
        own = published_form.grouped(said, words, self.classes)
        mean = (own + self.model.probabilities(discriminant.features(seen))) / 2
        found = said.copy()
        for place, name in enumerate(self.classes):
            members = [words.index(word) for word in published_form.GROUPS.get(name, (name,))]
            share = said[:, members] + _LEAST
            share = share / share.sum(1, keepdims=True)
            found[:, members] = (1 - said[:, :1]) * mean[:, place : place + 1] * share
        return found

    def tensors(self) -> dict[str, torch.Tensor]:
        """Its numbers, as weights are kept."""
        return {name: torch.from_numpy(values) for name, values in vars(self.model).items()}

    @classmethod
    def of(cls, classes: list[str], tensors: dict[str, torch.Tensor]) -> SecondOpinion:
        """The opinion that has these `tensors`; a missing one is a `KeyError`, one that does not
        fit the classes a `ValueError`."""
        model = Discriminant(tensors["slope"].numpy(), tensors["offset"].numpy())
        if model.slope.shape[1:] != model.offset.shape or len(model.offset) != len(classes):
            raise ValueError(f"second opinion: {model.slope.shape} for classes {classes}")
        return cls(tuple(classes), model)
