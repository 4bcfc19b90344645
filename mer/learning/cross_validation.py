"""Recipe x folds x seeds -> score table, in parallel, resumable.

Every (fold, seed) is an independent single-threaded job, so the result does not depend on how
many run at once, nor on which machine of a cluster (`mer.core.cluster`). A finished job leaves its
rows in a part file named by a fingerprint of everything that shaped it; an interrupted
experiment picks those up.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import astuple, replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm

from mer.core import cluster
from mer.core.files import atomic
from mer.evaluation import scores
from mer.evaluation.protocols import Fold
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe, fit_and_score, has_bfloat16, repeatable

_HERE = Path(__file__).resolve().parents[1]


def cross_validate(
    recipe: Recipe,
    inputs: Inputs,
    folds: list[Fold],
    seeds: list[int],
    parts: Path,
    quiet: bool = False,
    with_train: bool = False,
    every_epoch: bool = False,
    start: dict[int, dict] | None = None,
) -> pd.DataFrame:
    """Train and score every fold with every seed; give the score table with CPU seconds a job.

    parts        folder for finished jobs (resume: a job found there is not trained again)
    with_train   also score the training sequences, as split "train"
    every_epoch  score after every epoch: each sequence has one row an epoch, numbered from 1 in
                 a column `epoch`. `mer.evaluation.metrics` refuses such a table until epochs are
                 chosen, in `mer.experiments.leakage`: `last_epoch` (honest: what training without
                 `every_epoch` gives) or `epoch_chosen_on_test` (the leak, by its name)
    start        by seed, the weights that training goes on from (None: fresh networks)

    The table has the columns of `mer.evaluation.scores` and `seconds`, the CPU seconds that the
    row's job took when it was trained (scoring included).
    """
    return cross_validate_all(
        [(recipe, inputs, folds)], seeds, parts, quiet, with_train, every_epoch, start
    )[0]


def cross_validate_all(
    trainings: list[tuple[Recipe, Inputs, list[Fold]]],
    seeds: list[int],
    parts: Path,
    quiet: bool = False,
    with_train: bool = False,
    every_epoch: bool = False,
    start: dict[int, dict] | None = None,
) -> list[pd.DataFrame]:
    """Several recipes, each with its inputs and folds, as one pile of jobs: no core waits for
    the last fold of one recipe before the next begins. One table a recipe, as `cross_validate` gives it.
    """
    start = start or dict.fromkeys(seeds)
    piles, todo = [], {}
    for recipe, inputs, folds in trainings:
        base = fingerprint(recipe, inputs, with_train, every_epoch)
        jobs = {
            Path(parts) / f"{job_name(base + _weights_hash(start[seed]), fold, seed)}.csv": (
                recipe,
                inputs,
                fold,
                seed,
            )
            for seed in seeds
            for fold in folds
        }
        piles.append((recipe, list(jobs)))
        todo |= {path.name: job for path, job in jobs.items() if not path.exists()}
    if todo:
        _train(todo, parts, quiet, with_train, every_epoch, start)
    return [_collect(paths, recipe) for recipe, paths in piles]


def _train(
    todo: dict[str, tuple],
    parts: Path,
    quiet: bool,
    with_train: bool,
    every_epoch: bool,
    start: dict[int, dict | None],
) -> None:
    """Do all jobs (recipe, inputs, fold, seed), and keep the rows of each under its name."""
    shared = {id(inputs): inputs for _, inputs, *_ in todo.values()}
    with cluster.pool(len(todo), list(shared.values()), version) as pool:
        done = pool(
            joblib.delayed(_run_job)(*job, name, with_train, every_epoch, start[job[-1]])
            for name, job in todo.items()
        )
        for name, table in tqdm(done, total=len(todo), desc="folds", disable=quiet, leave=False):
            with atomic(Path(parts) / name) as draft:
                table.to_csv(draft, index=False)


def _collect(paths: list[Path], recipe: Recipe) -> pd.DataFrame:
    text = {"fold": str, "subject": str, "name": str}
    table = pd.concat(
        [pd.read_csv(path, dtype=text, keep_default_na=False) for path in paths], ignore_index=True
    )
    return table.assign(model=recipe.label)


def _run_job(
    recipe: Recipe,
    inputs: Inputs,
    fold: Fold,
    seed: int,
    name: str,
    with_train: bool,
    every_epoch: bool,
    start: dict | None,
) -> tuple[str, pd.DataFrame]:
    """One training, on whatever machine; the caller keeps the rows under `name`."""
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
    return name, table.assign(seconds=round(seconds, 3))


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


def seconds(table: pd.DataFrame) -> dict:
    """CPU seconds of one seed's folds (mean over seeds), as a metrics record."""
    jobs = table.drop_duplicates(["fold", "seed"])
    return {
        "model": table.model.iloc[0],
        "protocol": table.protocol.iloc[0],
        "metric": "seconds",
        "n": int(table.fold.nunique()),
        "seeds": int(table.seed.nunique()),
        "value": float(jobs.groupby("seed").seconds.sum().mean()),
    }


def version() -> str:
    """What makes equal jobs give equal rows: the code, the torch, the kind of processor."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_HERE.rglob("*.py"))))
    return (
        f"{digest.hexdigest()} torch {torch.__version__} GPU {torch.cuda.is_available()} "
        f"bfloat16 {has_bfloat16()}"
    )


def fingerprint(recipe: Recipe, inputs: Inputs, *scored: bool) -> str:
    """Hash of what shapes a training: code, recipe, data, and what is scored.

    Not the recipe's label: notebooks that need one training under several names share it.
    """
    digest = hashlib.sha256(version().encode())
    digest.update(inputs.x.numpy().tobytes())
    digest.update(inputs.labels.tobytes())
    names = [sequence.key for sequence in inputs.sequences]
    unnamed = astuple(replace(recipe, label=""))
    digest.update(repr((unnamed, names, inputs.classes, inputs.kind, scored)).encode())
    return digest.hexdigest()


def _weights_hash(weights: dict | None) -> str:
    """Names the weights that training goes on from; "" for a fresh network."""
    if weights is None:
        return ""
    digest = hashlib.sha256()
    for name, values in weights.items():
        digest.update(name.encode() + values.numpy().tobytes())
    return digest.hexdigest()


def job_name(base: str, fold: Fold, seed: int) -> str:
    """Names one training among all: what shaped it, who trained, who is tested, which seed."""
    digest = hashlib.sha256(f"{base} {fold.protocol} {fold.name} {seed}".encode())
    digest.update(fold.train.tobytes() + b"|" + fold.test.tobytes())
    return f"{digest.hexdigest()[:16]}"
