"""Recipe x folds x seeds -> score table, in parallel, resumable.

Every (fold, seed) is an independent single-threaded job, so the result does not depend on how
many run at once. A finished job leaves its rows in a part file named by a fingerprint of
everything that shaped it; an interrupted experiment picks those up.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import astuple
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm

from mer import scores
from mer.files import atomic
from mer.inputs import Inputs
from mer.protocols import Fold
from mer.training import Recipe, fit_and_score

_HERE = Path(__file__).resolve().parent
_CODE = ("experiment.py", "inputs.py", "models.py", "training.py")


def run(recipe: Recipe, inputs: Inputs, folds: list[Fold], seeds: list[int], parts: Path,
        quiet: bool = False, with_train: bool = False, every_epoch: bool = False
        ) -> pd.DataFrame:
    """Train and score every fold with every seed; give the score table with CPU seconds a job.

    parts        folder for finished jobs (resume: a job found there is not trained again)
    with_train   also score the training sequences, as split "train"
    every_epoch  score after every epoch: each sequence has one row an epoch, numbered from 1 in
                 a column `epoch`. `mer.metrics` refuses such a table until epochs are chosen:
                 `mer.ladder.last_epoch` (honest: what training without `every_epoch` gives) or
                 `mer.ladder.epoch_chosen_on_test` (the leak, by its name)

    The table has the columns of `mer.scores` and `seconds`, the CPU seconds that the row's job
    took when it was trained (scoring included).
    """
    base = _fingerprint(recipe, inputs, with_train, every_epoch)
    jobs = [(fold, seed, Path(parts) / f"{_job(base, fold, seed)}.csv")
            for seed in seeds for fold in folds]
    todo = [job for job in jobs if not job[2].exists()]
    workers = 1 if torch.cuda.is_available() else min(len(todo), joblib.cpu_count()) or 1
    pool = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")
    done = pool(joblib.delayed(_run_job)(recipe, inputs, fold, seed, path, with_train,
                                          every_epoch)
                for fold, seed, path in todo)
    for _ in tqdm(done, total=len(todo), desc=recipe.label, disable=quiet, leave=False):
        pass
    return pd.concat([pd.read_csv(path, dtype={"fold": str, "subject": str, "name": str},
                                  keep_default_na=False) for *_, path in jobs], ignore_index=True)


def _run_job(recipe: Recipe, inputs: Inputs, fold: Fold, seed: int, path: Path,
             with_train: bool, every_epoch: bool) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    rows = np.concatenate([fold.train, fold.test]) if with_train else fold.test
    start = time.process_time()
    chances, _ = fit_and_score(recipe, inputs, fold.train, rows, seed, every_epoch)
    seconds = time.process_time() - start
    split = np.where(np.isin(rows, fold.test), "test", "train")
    if every_epoch:
        table = pd.concat([score_rows(inputs, rows, now, recipe.label, fold, seed, split)
                           .assign(epoch=epoch) for epoch, now in enumerate(chances, 1)])
    else:
        table = score_rows(inputs, rows, chances, recipe.label, fold, seed, split)
    with atomic(path) as draft:
        table.assign(seconds=round(seconds, 3)).to_csv(draft, index=False)


def score_rows(inputs: Inputs, rows: np.ndarray, chances: np.ndarray, model: str, fold: Fold,
               seed: int, split) -> pd.DataFrame:
    """Softmax scores of the positions `rows` as rows of the score table."""
    chosen = [inputs.sequences[row] for row in rows]
    table = pd.DataFrame({
        "source": [s.source for s in chosen], "database": [s.database for s in chosen],
        "subject": [s.subject for s in chosen], "name": [s.name for s in chosen],
        "emotion": [s.emotion for s in chosen], "model": model, "protocol": fold.protocol,
        "fold": fold.name, "seed": seed, "split": split})
    columns = {f"p_{name}": chances[:, i] for i, name in enumerate(inputs.classes)}
    return scores.check(table.assign(**columns))


def seconds(table: pd.DataFrame) -> dict:
    """CPU seconds of one seed's folds (mean over seeds), as a metrics record."""
    jobs = table.drop_duplicates(["fold", "seed"])
    return {"model": table.model.iloc[0], "protocol": table.protocol.iloc[0],
            "metric": "seconds", "n": int(table.fold.nunique()),
            "seeds": int(table.seed.nunique()),
            "value": float(jobs.groupby("seed").seconds.sum().mean())}


def _fingerprint(recipe: Recipe, inputs: Inputs, *scored: bool) -> str:
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update((_HERE / name).read_bytes())
    digest.update(inputs.x.numpy().tobytes())
    digest.update(inputs.labels.tobytes())
    names = [sequence.key for sequence in inputs.sequences]
    digest.update(repr((astuple(recipe), names, inputs.classes, inputs.kind, scored,
                        torch.__version__, torch.cuda.is_available()))
                  .encode())
    return digest.hexdigest()


def _job(base: str, fold: Fold, seed: int) -> str:
    digest = hashlib.sha256(f"{base} {fold.protocol} {fold.name} {seed}".encode())
    digest.update(fold.train.tobytes() + b"|" + fold.test.tobytes())
    return f"{digest.hexdigest()[:16]}"
