"""The examination: strangers on whom every network that learned from the cast is scored.

A cast of CASME II's size says little about a difference of 0.05. But people who are rendered are
not scarce: here is a crowd, balanced over the emotions, of whom nobody is in a cast that trains
or that anything was tuned on. Rendered once a run, kept, shared by all notebooks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import delayed
from tqdm.auto import tqdm

from mer.core import cache
from mer.core.files import atomic
from mer.core.parallel import share
from mer.datasets.base import Sequence
from mer.datasets.strangers import Strangers
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.experiments import ablation, fitting, strangers
from mer.experiments.ablation import Setting
from mer.learning import inputs
from mer.learning.inputs import Inputs, concat
from mer.people import roles
from mer.preprocessing import apex, faces
from mer.preprocessing.pairs import SIZE, Pair

PROTOCOL = ablation.STRANGERS  # of the score tables
_NEEDED = "synthetic"  # the source whose people have strangers


@dataclass(frozen=True)
class Examination:
    """The strangers of a run, as a source and as pairs.

    Parameters
    ----------
    source : Strangers
    pairs : list of Pair
        As notebook 02 makes them: annotated apex, one square cut from the onset frame.
    name : str
        Changes with whatever shaped the strangers.
    quiet : bool
        Whether no bar shows how far it is.
    """

    source: Strangers
    pairs: list[Pair]
    name: str
    quiet: bool = False

    @cached_property
    def sequences(self) -> list[Sequence]:
        """In the order of the pairs."""
        return self.source.sequences()

    def crops(self, row: int, number: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Onset and apex of a pair, (SIZE, SIZE, 3) uint8 blue-green-red, or the onset and frame
        `number` of its sequence."""
        pair, sequence = self.pairs[row], self.sequences[row]
        wanted = pair.onset, pair.apex if number is None else number
        return tuple(faces.cut(self.source.frame(sequence, n), pair.box, SIZE) for n in wanted)

    def each(self, make: Callable, numbers: list[int] | None = None, **parameters) -> np.ndarray:
        """What `make` makes of every pair, (N, ...), on all cores, kept for the next who asks.

        Parameters
        ----------
        make : callable
            A function of a module of `mer`: `make(onset, apex, **parameters)` gives an array.
            What it depends on names the file, and so do the parameters, which are plain values.
        numbers : list of int, optional
            By pair, the frame that is taken for the apex.
        """
        name = cache.key(
            make.__module__,
            ("numpy", "opencv-python"),
            make=make.__qualname__,
            numbers=numbers,
            strangers=self.name,
            **parameters,
        )
        file = self.source.root / f"{make.__name__}-{name}.npz"
        if not file.exists():
            made = np.stack(list(self._made(make, numbers, parameters)))
            with atomic(file) as draft:
                np.savez(draft, made=made)
        return cache.ARRAYS.load(file)["made"]

    def _made(self, make: Callable, numbers: list[int] | None, parameters: dict):
        chosen = numbers or [None] * len(self.pairs)
        jobs = (
            delayed(make)(*self.crops(row, number), **parameters)
            for row, number in enumerate(chosen)
        )
        return tqdm(share(jobs, len(chosen)), make.__name__, len(chosen), disable=self.quiet)

    def inputs(self, kind: str, size: int) -> Inputs:
        """The strangers as the network of `kind` ("apex" or "flow") is shown the cast."""
        if kind == "apex":
            return self.apex_inputs((self.crops(row)[1] for row in range(len(self.pairs))), size)
        return self.flow_inputs(self.each(strangers.study_flow, size=size), size)

    def apex_inputs(self, pictures, size: int) -> Inputs:
        """Pictures (N, H, W, 3) uint8, in the order of the pairs, as apex inputs."""
        return inputs.apex_inputs(list(pictures), self.sequences, self.source.classes, size)

    def flow_inputs(self, fields, size: int) -> Inputs:
        """Fields (N, H, W, 3), in the order of the pairs, as flow inputs."""
        return inputs.flow_inputs(list(fields), self.sequences, self.source.classes, size)


def of_run(run, people: int | None = None) -> Examination | None:
    """The examination of a run; None where the source has no strangers (real faces).

    run      a `mer.Run`, of which `profile`, `seed`, `source`, `path` and `quiet` are used
    people   how many strangers, the first of them (None: all of the profile's)
    """
    if run.source_name != _NEEDED:
        return None
    asked = run.profile
    return examine(
        run.path("strangers"),
        asked.strangers if people is None else people,
        asked.stranger_pairs,
        run.source.classes,
        run.seed,
        asked.stranger_shifts,
        run.quiet,
    )


def examine(
    folder: Path,
    people: int,
    pairs_each: int,
    classes: tuple[str, ...],
    seed: int = 0,
    shifts: tuple[int, ...] = (),
    quiet: bool = False,
) -> Examination:
    """An examination by `people` who show `pairs_each` sequences; rendered where not yet kept.

    shifts   frames that are rendered beside onset, midpoint and apexes, by their distance from
             the apex
    """
    cast = roles.crowd("examination", people, pairs_each, seed, classes)
    what = dict(pairs=pairs_each, classes=classes, seed=seed, shifts=shifts)
    name = cache.key(strangers.__name__, cache.RENDERING, **what)
    made = cache.kept(
        cache.numbered(folder, name, people),
        lambda missing: (
            delayed(strangers.film)(cast[i], cast[i].sitter(), shifts) for i in missing
        ),
        "strangers",
        quiet=quiet,
        form=strangers.PACKED,
    )
    kept = {role.name: one for role, one in zip(cast, made, strict=True)}
    source = Strangers(folder, people=kept, classes=classes)
    boxes = np.concatenate([one["boxes"] for one in made])
    pairs = [_pair(sequence, box) for sequence, box in zip(source.sequences(), boxes, strict=True)]
    return Examination(source, pairs, f"{name} {people}", quiet)


def _pair(one: Sequence, box: np.ndarray) -> Pair:
    x, y, side, found = box.tolist()
    middle = apex.midpoint(one.onset, one.offset)
    return Pair(one.subject, one.name, one.emotion, one.onset, one.apex, "annotation", one.apex,
                middle, x, y, side, bool(found))  # fmt: skip


def sit(cast: Inputs, examined: Inputs) -> tuple[Inputs, list[Fold]]:
    """One training with the whole cast and one test with all strangers, for `cross_validate`."""
    everybody = concat(cast, examined)
    train = np.arange(len(cast))
    return everybody, [Fold(PROTOCOL, "strangers", train, np.arange(len(cast), len(everybody)))]


def run(
    settings: list[Setting], seeds: list[int], parts: Path, quiet: bool = False
) -> tuple[dict[str, pd.DataFrame], list[Record]]:
    """Train every setting with the whole cast, and score it on the strangers.

    Parameters
    ----------
    settings : list of Setting
        Made by `setting`; the first is what `ablation.records` holds the others against.
    seeds : list of int
    parts : Path
        Folder for finished trainings, as in `cross_validate`.
    quiet : bool

    Returns
    -------
    dict of DataFrame
        By name, the score table of the strangers.
    list of Record
        For each setting `training_accuracy`, on the people it learned from as they are: a
        network that did not fit says nothing about what its input holds.
    """
    tables = ablation.run(settings, [], seeds, parts, quiet, with_train=True)
    tested = {name: scores.select(table) for name, table in tables.items()}
    return tested, [fitting.training_accuracy(table) for table in tables.values()]


def settle(
    settings: list[Setting], folds: list[Fold], seeds: list[int], parts: Path, quiet: bool = False
) -> tuple[dict[str, pd.DataFrame], list[Record]]:
    """`run`, or where the settings know no strangers (real faces), the `folds` of the cast."""
    if settings[0].folds:
        return run(settings, seeds, parts, quiet)
    return ablation.run(settings, folds, seeds, parts, quiet), []


def setting(recipe, cast: Inputs, examined: Inputs | None) -> Setting:
    """A setting of an ablation (`mer.experiments.ablation`) that is scored on the strangers;
    without them, one that needs folds of the cast."""
    return Setting(recipe, *sit(cast, examined)) if examined else Setting(recipe, cast)
