"""How cost grows: CPU seconds of each step against people, sequences and pixels.

A small piece of work is done from a person to an answer, and then again with twice as much of
one thing. Nothing is kept: what is measured is always done.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from mer.core.errors import MerError
from mer.datasets.base import Sequence
from mer.evaluation.records import Record
from mer.learning import inputs, training
from mer.learning.training import Recipe
from mer.people import roles
from mer.people.casme2_statistics import STUDIED
from mer.people.roles import Role
from mer.preprocessing import faces, flow
from mer.preprocessing.pairs import SIZE

STEPS = {"rendering": "#2a9d5c", "flow": "#e2603f", "training": "#3b7dd8", "examination": "#7d5ba6"}
_RECIPE = Recipe("simple-cnn", "flow", epochs=5, half=True)
_MS = 1000


@dataclass(frozen=True)
class Work:
    """So many people who show so many sequences each, at so many pixels a side."""

    people: int = 1
    sequences: int = 2
    side: int = SIZE // 2

    @property
    def pairs(self) -> int:
        return self.people * self.sequences


def grid(factors: tuple[int, ...]) -> dict[str, list[Work]]:
    """By what grows, the same work with the other two unchanged.

    Parameters
    ----------
    factors : tuple of int
        1 first: how many people, how many sequences, and the parts into which the largest side
        is divided. Fewer than two raise `MerError`: they do not grow.
    """
    if len(factors) < 2:
        raise MerError("cost: growth needs two amounts or more")
    base = Work()
    return {
        "people": [replace(base, people=k) for k in factors],
        "sequences": [replace(base, sequences=k) for k in factors],
        "side": [replace(base, side=SIZE // k) for k in reversed(factors)],
    }


def cost(work: Work, seed: int = 0) -> dict[str, float]:
    """CPU seconds of each step of a piece of work: rendering onset and apex, the flow between
    them, some passes of training on it, and scoring as many."""
    cast = roles.crowd("training", work.people, work.sequences, seed)
    shown, spent = [], {"rendering": 0.0}
    with training.repeatable():
        for role in cast:
            frames, seconds = _rendered(role)
            shown += frames
            spent["rendering"] += seconds
        crops = [_crops(frames, part, work.side) for part, frames in shown]
        fields, spent["flow"] = _timed(lambda: [flow.onset_to_apex(*pair) for pair in crops])
        named = [Sequence("synthetic", part.subject, part.name, part.emotion) for part, _ in shown]
        data = inputs.flow_inputs(fields, named, STUDIED, work.side)
        rows = np.arange(len(data))
        fitted, spent["training"] = _timed(training.fit, _RECIPE, data, rows, seed)
        _, spent["examination"] = _timed(training.predict, fitted.network, data.x)
    return spent


@lru_cache
def _rendered(role: Role) -> tuple[list, float]:
    """A person's frames and the seconds they took, which are those of nobody else: what grows
    beside the person need not render them again."""
    return _timed(lambda: list(roles.frames(role, role.sitter())))


def _timed(function, *some):
    begun = time.process_time()
    return function(*some), time.process_time() - begun


def _crops(frames: dict, part, side: int) -> list[np.ndarray]:
    pictures = [cv2.imdecode(frames[n], cv2.IMREAD_COLOR) for n in (part.onset, part.apex)]
    box = faces.locate(pictures[0])
    return [faces.cut(picture, box, side) for picture in pictures]


def timings(factors: tuple[int, ...], seed: int = 0) -> list[Record]:
    """A record of `seconds` for each step of each piece of work of `grid`.

    The protocol says what grows, and the model how much of it there was. Rendering is left out
    where the side grows: a camera does not ask how many pixels a network reads.
    """
    pieces = grid(factors)
    cost(Work(sequences=1), seed + 1)  # somebody else: whatever is loaded or compiled only once
    spent = {work: cost(work, seed) for works in pieces.values() for work in works}
    return [
        Record(
            model=f"{step}, {getattr(work, grows)}",
            protocol=grows,
            metric="seconds",
            n=work.pairs,
            value=spent[work][step],
        )
        for grows, works in pieces.items()
        for work in works
        for step in STEPS
        if (step, grows) != ("rendering", "side")
    ]


def line(found: list[Record], grows: str, step: str) -> dict[int, float]:
    """CPU seconds of one step by the amount of what grows."""
    return {
        int(record.model.removeprefix(f"{step}, ")): record.value
        for record in found
        if record.protocol == grows and record.model.startswith(f"{step}, ")
    }


def doubled(found: list[Record], grows: str, step: str) -> float:
    """How many times as long a step takes with twice as much: 2 to the slope between
    logarithms."""
    known = line(found, grows, step)
    seconds = np.maximum(list(known.values()), 1e-6)
    return float(2 ** np.polyfit(np.log(list(known)), np.log(seconds), 1)[0])


def sentences(found: list[Record]) -> str:
    """What twice as much of each costs, and what one pair costs at the usual size."""
    said = []
    for grows in dict.fromkeys(record.protocol for record in found):
        times = [
            f"{step} {doubled(found, grows, step):.1f} times"
            for step in STEPS
            if line(found, grows, step)
        ]
        said.append(f"Twice the {grows}: {', '.join(times)} as long.")
    base = Work()
    each = [
        f"{step} {_MS * line(found, 'people', step)[base.people] / base.pairs:.0f} ms"
        for step in STEPS
    ]
    said.append(
        f"A pair at {base.side} pixels ({_RECIPE.epochs} passes of training): {', '.join(each)}."
    )
    return "\n".join(said)


def plot(found: list[Record]):
    """CPU seconds against people, sequences and pixels, a line for each step; on logarithmic
    axes a straight line is a power, and its slope the exponent."""
    labels = {"people": "people", "sequences": "sequences of each", "side": "side in pixels"}
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, layout="constrained")
    for axis, (grows, label) in zip(axes, labels.items()):
        for step, colour in STEPS.items():
            known = line(found, grows, step)
            axis.plot(list(known), list(known.values()), "o-", color=colour, ms=5)
        axis.set(xscale="log", yscale="log", xlabel=label)
        amounts = list(line(found, grows, "training"))
        axis.set_xticks(amounts, [str(amount) for amount in amounts])
        axis.xaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("CPU seconds")
    axes[-1].legend(
        axes[0].lines, STEPS, fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1)
    )
    figure.suptitle("How cost grows", fontsize=11, fontweight="bold")
    return figure
