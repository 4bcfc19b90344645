"""How much can 26 people tell? The same recipes on many casts with CASME II's own counts.

Each cast is a study as it could have been done: its people, tested under a protocol. What the
study tries to estimate is known here as well: the same recipe, trained on the whole cast and
tested on strangers. `mer.experiments.telling_apart` draws the conclusions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import torch.nn.functional as F
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import share
from mer.evaluation import protocols
from mer.evaluation.protocols import Fold
from mer.experiments import examination, strangers
from mer.learning import cross_validation, discriminant
from mer.learning.inputs import Inputs, concat
from mer.learning.training import Recipe
from mer.people import roles
from mer.people.behaviour.coding import Part
from mer.people.roles import Role

LOSO, GROUPED, RANDOM, TRUTH = "loso", "grouped", "random", "examination"
ESTIMATES = (LOSO, GROUPED, RANDOM)
GROUPS = 5
NETWORK = Recipe("compact", "small network", epochs=20, optimiser="adamw", lr=2e-3,
                 schedule="cosine")  # fmt: skip


@dataclass(frozen=True)
class Linear:
    """A recipe that costs milliseconds: the linear discriminant on some channels of an input.

    Parameters
    ----------
    name : str
    kind : {"flow", "difference", "apex"}
    channels : tuple of int
    side : int
        Pixels to which the input is averaged.
    ridge : float
        Of the discriminant.
    """

    name: str
    kind: str = "flow"
    channels: tuple[int, ...] = (0, 1, 2)
    side: int = 12
    ridge: float = discriminant.RIDGE

    def inputs(self, shown: dict[str, Inputs]) -> Inputs:
        """What this recipe is shown; the discriminant averages it once more over 2 x 2."""
        data = shown[self.kind]
        x = F.interpolate(data.x[:, self.channels], (2 * self.side,) * 2, mode="area")
        signed = data.kind == "flow" and 0 in self.channels
        return replace(data, x=x, kind=data.kind if signed or data.kind == "apex" else "unsigned")


LADDER = (
    Linear("flow, 12 px"),
    Linear("flow, 8 px", side=8),
    Linear("flow, 6 px", side=6),
    Linear("flow, 4 px", side=4),
    Linear("flow, 3 px", side=3),
    Linear("vertical alone", channels=(1,)),
    Linear("horizontal alone", channels=(0,)),
    Linear("strain alone", channels=(2,)),
    Linear("plain difference", "difference", (0,)),
    Linear("apex frame", "apex"),
)


def casts(run, count: int, bond: str = "casme2") -> list[dict[str, Inputs]]:
    """What is shown of `count` casts of 26 people with this bond between person and emotion
    (`roles.cast`), kept in the run's folder; of fewer people where the profile has fewer."""
    return [
        strangers.learners(
            run.path("casts"),
            _as_large_as(run.profile, roles.cast(number, run.seed, bond)),
            run.profile.size,
            run.source.classes,
            run.quiet,
        )
        for number in range(count)
    ]


def _as_large_as(profile, cast: list[Role]) -> list[Role]:
    return [
        replace(role, parts=tuple(_at_most(profile.per_class, role.parts)))
        for role in cast
        if profile.subjects is None or role.subject in profile.subjects
    ]


def _at_most(most: int | None, parts: Iterable[Part]) -> Iterator[Part]:
    """Of each emotion the first `most` sequences (None: all)."""
    shown = Counter()
    for part in parts:
        shown[part.emotion] += 1
        if most is None or shown[part.emotion] <= most:
            yield part


def examiners(exam: examination.Examination, size: int) -> dict[str, Inputs]:
    """The strangers by kind of input, as `casts` gives a cast."""
    changes = exam.each(strangers.difference, size=size)
    return {
        "apex": exam.inputs("apex", size),
        "flow": exam.inputs("flow", size),
        "difference": strangers.difference_inputs(changes, exam.sequences, exam.source.classes),
    }


def joined(casts: Sequence[dict[str, Inputs]], size: int) -> list[dict[str, Inputs]]:
    """Studies of more people: the casts in groups of `size`, each group as one cast; what is left
    over is left out."""
    return [
        {kind: concat(*(cast[kind] for cast in casts[i : i + size])) for kind in casts[0]}
        for i in range(0, len(casts) - size + 1, size)
    ]


def folds_of(cast: Inputs, wanted: Sequence[str] = ESTIMATES, groups: int = GROUPS) -> list[Fold]:
    """The folds of a study under the protocols that are wanted, which name them."""
    made = {
        LOSO: lambda: protocols.leave_one_subject_out(cast.subjects),
        GROUPED: lambda: protocols.grouped_folds(cast.labels, cast.subjects, groups),
        RANDOM: lambda: protocols.random_split(cast.labels),
    }
    return [replace(fold, protocol=name) for name in wanted for fold in made[name]()]


def linear(
    casts: Sequence[dict[str, Inputs]],
    exam: dict[str, Inputs] | None,
    recipes: Sequence[Linear] = LADDER,
    wanted: Sequence[str] = ESTIMATES,
    groups: int = GROUPS,
    quiet: bool = False,
) -> pd.DataFrame:
    """Score table of all recipes on all casts, under the protocols `wanted` and, if there are
    strangers (`exam`), with the whole cast on them. The number of the cast is its seed."""
    asked = [(recipe, exam and recipe.inputs(exam)) for recipe in recipes]
    jobs = (
        delayed(_studied)(recipe, recipe.inputs(cast), strange, folds, number)
        for number, cast in enumerate(casts)
        for folds in [folds_of(cast["flow"], wanted, groups)]
        for recipe, strange in asked
    )
    count = len(casts) * len(recipes)
    done = tqdm(share(jobs, count), "studies", count, unit="it", disable=quiet, leave=False)
    return pd.concat(done, ignore_index=True)


def _studied(
    recipe: Linear, cast: Inputs, exam: Inputs | None, folds: list[Fold], number: int
) -> pd.DataFrame:
    """One recipe on one cast; runs in a worker."""
    data, truth = examination.sit(cast, exam) if exam else (cast, [])
    table = discriminant.run(data, folds + truth, recipe.name, number, recipe.ridge)
    return table.drop(columns="seconds")


def network(
    casts: Sequence[dict[str, Inputs]],
    exam: dict[str, Inputs],
    recipe: Recipe,
    parts: Path,
    groups: int = GROUPS,
    quiet: bool = False,
) -> pd.DataFrame:
    """The same of a network, on flows of half the size; without LOSO, for its price. Scored with
    its training rows."""
    half = Linear(recipe.label, side=casts[0]["flow"].size // 4)
    trainings = []
    for cast in casts:
        data, truth = examination.sit(half.inputs(cast), half.inputs(exam))
        trainings.append((recipe, data, folds_of(cast["flow"], (GROUPED, RANDOM), groups) + truth))
    tables = cross_validation.cross_validate_all(trainings, [0], parts, quiet, with_train=True)
    return pd.concat(
        [table.assign(seed=number) for number, table in enumerate(tables)], ignore_index=True
    )
