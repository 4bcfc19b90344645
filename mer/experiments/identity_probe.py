"""Who is it? How well a person is named from what a network is shown, and from what it makes of it.

A closed set: half of the sequences of each person are given with the name, the other half have to
be named. The strangers of the examination suit it: nobody of them trained the network, and every
half shows each emotion equally often, so that the emotion is no help.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch

from mer.core.errors import BadData
from mer.core.style import INK, SURE, UNSURE
from mer.evaluation import metrics
from mer.evaluation.records import Record
from mer.experiments.plots import interval
from mer.learning import discriminant
from mer.learning.inputs import Inputs, concat
from mer.learning.training import Recipe, fit, predict, prepared, repeatable

METRIC = "person_named"


def halves(subjects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the first half of each person's sequences, and of the others.

    Somebody with a single sequence raises `BadData`: nothing would be left to name.
    """
    place = np.array([(subjects[:i] == who).sum() for i, who in enumerate(subjects)])
    count = np.array([(subjects == who).sum() for who in subjects])
    if count.min() < 2:
        raise BadData(
            f"identity probe: {subjects[count.argmin()]} has a single sequence. "
            "Leave this person out, or render more pairs of each."
        )
    first = place < count // 2
    return np.flatnonzero(first), np.flatnonzero(~first)


def name(features: np.ndarray, subjects: np.ndarray, model: str, bootstrap: int = 1000) -> Record:
    """How often the second half of everybody's sequences is given the right name.

    Parameters
    ----------
    features : (N, D) array
        One row a sequence; scaled to unit deviation here, by the named half.
    subjects : (N,) array of str
    model : str
        What the features are.
    bootstrap : int
        Resamples of the people.

    Returns
    -------
    Record
        `person_named`, a share; guessing gives one over the number of people.
    """
    return _share(_named_right(features, subjects), subjects, bootstrap, model, METRIC)


def difference(
    described: dict[str, np.ndarray], one: str, other: str, subjects, bootstrap: int = 1000
) -> Record:
    """The same of the features `one`, minus that of `other`, sequence by sequence."""
    gain = _named_right(described[one], subjects) - _named_right(described[other], subjects)
    return _share(gain, subjects, bootstrap, f"{one} - {other}", f"{METRIC}_difference")


def _named_right(features: np.ndarray, subjects: np.ndarray) -> np.ndarray:
    """1 where a sequence of the second half is given the right name, else 0."""
    known, asked = halves(subjects)
    people, who = np.unique(subjects, return_inverse=True)
    scale = features[known].std(0)
    x = (features - features[known].mean(0)) / np.where(scale > 1e-9, scale, 1)
    named = discriminant.fit(x[known], who[known], len(people)).probabilities(x[asked]).argmax(1)
    return (named == who[asked]).astype(float)


def _share(values, subjects: np.ndarray, bootstrap: int, model: str, metric: str) -> Record:
    return metrics.mean_with_interval(
        values,
        subjects[halves(subjects)[1]],
        bootstrap,
        model=model,
        protocol=f"closed set of {len(set(subjects))}",
        metric=metric,
    )


def light(data: Inputs) -> np.ndarray:
    """Brightness and contrast of pictures: mean and deviation of grey, (N, 2)."""
    grey = data.x.mean(1).flatten(1).double()
    return torch.stack([grey.mean(1), grey.std(1)], 1).numpy()


def learned(recipe: Recipe, cast: Inputs, asked: Inputs, seed: int = 0) -> tuple[np.ndarray, float]:
    """What a network that learned emotions from `cast` makes of others, before its last layer.

    Returns
    -------
    (N, D) array
        Features of `asked`.
    float
        Accuracy on the cast in the last epoch.
    """
    train = np.arange(len(cast))
    everybody = prepared(recipe, concat(cast, asked), train)
    with repeatable():
        fitted = fit(recipe, everybody, train, seed)
    caught: list[torch.Tensor] = []
    fitted.network.classify.register_forward_pre_hook(
        lambda _, given: caught.append(given[0].flatten(1).double().cpu())
    )
    predict(fitted.network, everybody.x[len(cast) :])
    return torch.cat(caught).numpy(), fitted.accuracy[-1]


def sentence(flow: Record, people: int) -> str:
    """Whether the flow removes the person, in one sentence."""
    chance = 1 / people
    numbers = f"{flow.text('.0%')} of the sequences get the right name, guessing {chance:.0%}"
    if flow.low is not None and flow.low > chance:
        return f"The flow does not remove the person: {numbers}."
    return f"Whether the flow holds the person cannot be told: {numbers}."


def plot(found: list[Record], people: int):
    """How often the person is named, from each kind of features; dotted: by guessing."""
    figure, axis = plt.subplots(figsize=(7, 0.45 * len(found) + 1.2), layout="constrained")
    for y, record in enumerate(found):
        colour = SURE if record.low > 1 / people else UNSURE
        interval(axis, record, y, colour, f"{record.value:.0%}")
    axis.axvline(1 / people, color=INK, ls=":", lw=1)
    axis.set(
        xlim=(-0.02, 1.05),
        ylim=(len(found) - 0.5, -0.7),
        yticks=range(len(found)),
        yticklabels=[record.model for record in found],
        xlabel=f"right person of {people}",
        title="Who is it?",
    )
    axis.grid(axis="y", visible=False)
    return figure
