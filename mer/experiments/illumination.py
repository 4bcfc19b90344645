"""Test faces in another light, scored by networks that were trained in the light of the recording.

Every sequence stands in the inputs once for each light. Training positions are those of the
recording alone; the people of a test fold are scored in all lights by one and the same network,
so a difference between two lights is paired and costs no training.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from mer.core.errors import BadData
from mer.evaluation import metrics, scores
from mer.evaluation.protocols import Fold
from mer.experiments import ablation
from mer.learning.inputs import Inputs

GAMMA = 2.2  # what a camera writes is about the 2.2nd root of the light that it saw
_MARK = "@"  # between a sequence's name and the light that it is shown in


@dataclass(frozen=True)
class Light:
    """How much less light falls on a face: photographic stops (halvings) at its two edges.

    Between the edges it changes smoothly, as round a face that is lit from one side.
    """

    name: str
    left: float
    right: float

    def __call__(self, face: np.ndarray) -> np.ndarray:
        """The picture (H, W, 3) uint8 in this light, rounded to 8 bits as a camera does.

        Noise is dimmed along with the face; a camera's own would not be.
        """
        across = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, face.shape[1]))
        stops = self.left + (self.right - self.left) * across
        gain = 2 ** (-stops / GAMMA)
        return np.clip(np.rint(face * gain[None, :, None]), 0, 255).astype(np.uint8)


RECORDED = Light("as recorded", 0, 0)
DARK, SIDE = Light("dark", 3, 3), Light("side-lit", 4, 0)
ALL = (RECORDED, DARK, SIDE)


def joined(parts: dict[str, Inputs]) -> Inputs:
    """The same sequences in several lights, one after the other; the first light trains.

    parts   by light, inputs of the same sequences in the same order, (N, 3, S, S) each

    In all lights but the first a sequence's name ends in "@" and the light. Parts that do not
    hold the same sequences, or names that hold an "@" already, raise `BadData`.
    """
    first, *others = parts.values()
    if any(part.sequences != first.sequences or part.kind != first.kind for part in others):
        raise BadData(
            "lighting: the parts hold other sequences than the first. "
            "Make the inputs of every light from one list of pairs."
        )
    marked = [one.key for one in first.sequences if _MARK in one.name]
    if marked:
        raise BadData(
            f"lighting: {marked[0]} has an {_MARK!r} in its name, which marks the "
            "light here. Rename the sequence in the coding table."
        )
    lights = list(parts)[1:]
    renamed = [
        replace(one, name=f"{one.name}{_MARK}{light}")
        for light in lights
        for one in first.sequences
    ]
    return replace(
        first,
        x=torch.cat([part.x for part in parts.values()]),
        labels=np.tile(first.labels, len(parts)),
        sequences=(*first.sequences, *renamed),
    )


def in_all(folds: list[Fold], count: int, lights: int) -> list[Fold]:
    """Folds of `count` sequences -> folds of joined inputs: training positions as they were,
    test positions in every one of the lights."""
    return [
        replace(fold, test=np.concatenate([fold.test + count * i for i in range(lights)]))
        for fold in folds
    ]


def split(table: pd.DataFrame, lights: list[str]) -> dict[str, pd.DataFrame]:
    """The score table of joined inputs, one table a light, with the sequences' own names.

    Training rows stand with the first light, in which they were trained. A light that the table
    does not hold raises `BadData`.
    """
    parts = table["name"].str.partition(_MARK)
    name, light = parts[0], parts[2].mask(parts[2] == "", lights[0])
    unknown = set(lights) - set(light)
    if unknown:
        raise BadData(
            f"lighting: no row in the light {', '.join(sorted(unknown))}. "
            "Train on joined inputs, with folds of in_all."
        )
    return {one: table.assign(name=name)[light == one].reset_index(drop=True) for one in lights}


def records(
    tables: dict[str, dict[str, pd.DataFrame]], light: str, bootstrap: int = 1000
) -> list[dict]:
    """Metrics records of a sweep's settings in one light, and what each buys over the first.

    tables   by setting, what `split` gave; the first setting is the reference

    To the metrics of `sweep.records` comes "kept", the share of answers that are what the same
    network answered in the first light, right or wrong: it can be measured where the scores
    themselves are near chance. A network that always says the same keeps all its answers.
    """
    lit = {
        name: parts[light].assign(protocol=f"{metrics.only(parts[light], 'protocol')}, {light}")
        for name, parts in tables.items()
    }
    found = [one for one in ablation.records(lit, bootstrap) if one["metric"] != "seconds"]
    level = ablation.joint_level(len(tables) - 1)
    shares = {name: _kept(parts, light) for name, parts in tables.items()}
    first, reference = next(iter(shares.items()))
    for name, share in shares.items():
        head = {"protocol": lit[name].protocol.iloc[0], "seeds": int(lit[name].seed.nunique())}
        people = share.index.get_level_values("subject")
        found.append(
            {
                **head,
                "model": name,
                "metric": "kept",
                **metrics.mean_with_interval(share, people, bootstrap),
            }
        )
        if name != first:
            found.append(
                {
                    **head,
                    "model": f"{name} - {first}",
                    "metric": "kept_difference",
                    **metrics.mean_with_interval(share - reference, people, bootstrap, level),
                }
            )
    return found


def _kept(parts: dict[str, pd.DataFrame], light: str) -> pd.Series:
    """By (subject, name): the share of seeds whose answer is that of the first light."""
    before, after = (_answers(parts[name]) for name in (next(iter(parts)), light))
    return (before == after.loc[before.index]).groupby(level=["subject", "name"]).mean()


def _answers(table: pd.DataFrame) -> pd.Series:
    """Test rows by (subject, name, seed): the position of the class with the largest score."""
    tested = scores.select(table)
    return pd.Series(
        tested[scores.class_columns(tested)].to_numpy().argmax(1),
        pd.MultiIndex.from_frame(tested[["subject", "name", "seed"]]),
    ).sort_index()
