"""Recipe x folds x seeds -> score table, in parallel, resumable.

Every (fold, seed) is an independent single-threaded job, so the result does not depend on how
many run at once, nor on which machine of a cluster (`mer.core.parallel`). A finished job leaves
its rows in a part file named by everything that shaped it; an interrupted experiment picks those
up.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from itertools import islice, product
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from joblib import delayed

from mer.core import cache, parallel
from mer.core.dependencies import code_key
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.evaluation.records import Record
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe, fit_and_score, has_bfloat16, repeatable


def cross_validate(
    recipe: Recipe,
    inputs: Inputs,
    folds: list[Fold],
    seeds: list[int],
    parts: Path | str,
    quiet: bool = False,
    with_train: bool = False,
    every_epoch: bool = False,
    start: dict[int, dict] | None = None,
) -> pd.DataFrame:
    """Train and score every fold with every seed.

    Parameters
    ----------
    recipe : Recipe
    inputs : Inputs
    folds : list of Fold
    seeds : list of int
    parts : Path
        Folder for finished jobs (resume: a job found there is not trained again).
    quiet : bool
        Whether no bar shows how far it is.
    with_train : bool
        Also score the training sequences, as split "train".
    every_epoch : bool
        Score after every epoch: each sequence has one row an epoch, numbered from 1 in a column
        `epoch`. `mer.evaluation.metrics` refuses such a table until epochs are chosen, in
        `mer.experiments.leakage`: `last_epoch` (honest: what training without `every_epoch`
        gives) or `epoch_chosen_on_test` (the leak, by its name).
    start : dict, optional
        By seed, the weights that training goes on from; fresh networks by default.

    Returns
    -------
    DataFrame
        A score table (`mer.evaluation.scores`) with `seconds`, the CPU seconds that the row's job
        took when it was trained (scoring included).

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> from mer.evaluation import protocols
    >>> from mer.learning import Recipe, cross_validate, flow_inputs
    >>> made = [Sequence("made up", who, "1", "joy") for who in ("ann", "ben")]
    >>> data = flow_inputs([np.ones((28, 28, 3))] * 2, made, ["grief", "joy"], size=28)
    >>> folds = protocols.leave_one_subject_out(data.subjects)[:1]
    >>> table = cross_validate(Recipe("compact", epochs=1), data, folds, [0], "parts", quiet=True)
    >>> table[["subject", "fold", "split"]].values.tolist()
    [['ann', 'ann', 'test']]
    """
    return cross_validate_all(
        [(recipe, inputs, folds)], seeds, parts, quiet, with_train, every_epoch, start
    )[0]


def cross_validate_all(
    trainings: list[tuple[Recipe, Inputs, list[Fold]]],
    seeds: list[int],
    parts: Path | str,
    quiet: bool = False,
    with_train: bool = False,
    every_epoch: bool = False,
    start: dict[int, dict] | None = None,
) -> list[pd.DataFrame]:
    """Several recipes, each with its inputs and folds, as one pile of jobs: no core waits for
    the last fold of one recipe before the next begins. One table a recipe, as `cross_validate`
    gives it.
    """
    start = start or dict.fromkeys(seeds)
    files, jobs = [], []
    for recipe, inputs, folds in trainings:
        base = training_key(recipe, inputs, with_train=with_train, every_epoch=every_epoch)
        for seed, fold in product(seeds, folds):
            files.append(Path(parts) / f"{job_key(base, fold, seed, start[seed])}.csv")
            job = recipe, inputs, fold, seed, with_train, every_epoch, start[seed]
            jobs.append(delayed(_run_job)(*job))
    tables = cache.kept(
        files,
        lambda missing: [jobs[i] for i in missing],
        "folds",
        unit="it",
        quiet=quiet,
        leave=False,
        form=_ROWS,
        pool=trained_on(__name__, *(inputs for _, inputs, _ in trainings)),
    )
    rest = iter(tables)
    return [
        pd.concat(islice(rest, len(seeds) * len(folds)), ignore_index=True).assign(
            model=recipe.label
        )
        for recipe, _, folds in trainings
    ]


def trained_on(module: str, *inputs: Inputs):
    """The `pool` of `cache.kept` for jobs of a module that train on these inputs: this machine,
    or the user's cluster, which has to have the same version. Inputs may be named twice."""
    shared = {id(one): one for one in inputs}.values()
    return lambda count: parallel.pool(count, partial(version, module), *shared)


def _load_rows(file: Path) -> pd.DataFrame:
    text = {"fold": str, "subject": str, "name": str}
    return pd.read_csv(file, dtype=text, keep_default_na=False)


_ROWS = cache.Format(lambda file, table: table.to_csv(file, index=False), _load_rows)


def _run_job(
    recipe: Recipe,
    inputs: Inputs,
    fold: Fold,
    seed: int,
    with_train: bool,
    every_epoch: bool,
    start: dict | None,
) -> pd.DataFrame:
    """The rows of one training, on whatever machine."""
    rows = np.concatenate([fold.train, fold.test]) if with_train else fold.test
    begun = time.process_time()
    with repeatable():
        probabilities, _ = fit_and_score(recipe, inputs, fold.train, rows, seed, every_epoch, start)
    seconds = time.process_time() - begun
    split = np.where(np.isin(rows, fold.test), "test", "train")
    if every_epoch:
        table = pd.concat(
            [
                score_rows(inputs, rows, now, recipe.label, fold, seed, split).assign(epoch=epoch)
                for epoch, now in enumerate(probabilities, 1)
            ]
        )
    else:
        table = score_rows(inputs, rows, probabilities, recipe.label, fold, seed, split)
    return table.assign(seconds=round(seconds, 3))


def score_rows(
    inputs: Inputs,
    rows: np.ndarray,
    probabilities: np.ndarray,
    model: str,
    fold: Fold,
    seed: int,
    split,
) -> pd.DataFrame:
    """Softmax scores of the positions `rows` as rows of the score table."""
    chosen = [inputs.sequences[row] for row in rows]
    table = pd.DataFrame(
        {
            "source": [s.source for s in chosen],
            "database": [s.database for s in chosen],
            "subject": [s.subject for s in chosen],
            "name": [s.name for s in chosen],
            "emotion": [s.emotion for s in chosen],
            "model": model,
            "protocol": fold.protocol,
            "fold": fold.name,
            "seed": seed,
            "split": split,
        }
    )
    columns = {f"p_{name}": probabilities[:, i] for i, name in enumerate(inputs.classes)}
    return scores.check(table.assign(**columns))


def seconds(table: pd.DataFrame) -> Record:
    """CPU seconds of one seed's folds (mean over seeds)."""
    jobs = table.drop_duplicates(["fold", "seed"])
    return Record(
        model=table.model.iloc[0],
        protocol=table.protocol.iloc[0],
        metric="seconds",
        n=int(table.fold.nunique()),
        seeds=int(table.seed.nunique()),
        value=float(jobs.groupby("seed").seconds.sum().mean()),
    )


def version(module: str = __name__) -> str:
    """What makes equal jobs of a module give equal results: the code, the torch, the kind of
    processor."""
    return (
        f"{code_key(module)} torch {torch.__version__} GPU {torch.cuda.is_available()} "
        f"bfloat16 {has_bfloat16()}"
    )


def training_key(recipe: Recipe, inputs: Inputs, module: str = __name__, **more) -> str:
    """Changes with whatever shapes a training: code, recipe, data, and `more` plain values.

    Not with the recipe's label: notebooks that need one training under several names share it.
    """
    return cache.digest(
        version(module),
        replace(recipe, label=""),
        inputs.x.numpy(),
        inputs.labels,
        [sequence.key for sequence in inputs.sequences],
        inputs.classes,
        inputs.kind,
        more,
    )


def job_key(base: str, fold: Fold, seed: int, start: dict | None = None) -> str:
    """Names one job among all of a training: its fold and seed, and the weights it begins with."""
    weights = start and {name: values.numpy() for name, values in start.items()}
    return cache.digest(base, fold, seed, weights)
