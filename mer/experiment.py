"""Recipe x folds x seeds -> score table, in parallel, resumable.

Every (fold, seed) is an independent single-threaded job, so the result does not depend on how
many run at once, nor on which machine of a cluster (`mer.cluster`). A finished job leaves its
rows in a part file named by a fingerprint of everything that shaped it; an interrupted
experiment picks those up.
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

from mer import cluster, scores
from mer.files import atomic
from mer.inputs import Inputs
from mer.protocols import Fold
from mer.training import Recipe, fit_and_score

_HERE = Path(__file__).resolve().parent
_CODE = ("attention.py", "balance.py", "experiment.py", "inputs.py", "models.py", "training.py")


def run(recipe: Recipe, inputs: Inputs, folds: list[Fold], seeds: list[int], parts: Path,
        quiet: bool = False, with_train: bool = False, every_epoch: bool = False,
        start: dict[int, dict] | None = None) -> pd.DataFrame:
    """Train and score every fold with every seed; give the score table with CPU seconds a job.

    parts        folder for finished jobs (resume: a job found there is not trained again)
    with_train   also score the training sequences, as split "train"
    every_epoch  score after every epoch: each sequence has one row an epoch, numbered from 1 in
                 a column `epoch`. `mer.metrics` refuses such a table until epochs are chosen:
                 `mer.ladder.last_epoch` (honest: what training without `every_epoch` gives) or
                 `mer.ladder.epoch_chosen_on_test` (the leak, by its name)
    start        by seed, the weights that training goes on from (None: fresh networks)

    The table has the columns of `mer.scores` and `seconds`, the CPU seconds that the row's job
    took when it was trained (scoring included).
    """
    base = fingerprint(recipe, inputs, with_train, every_epoch)
    start = start or dict.fromkeys(seeds)
    begun = {seed: base + _weights_hash(start[seed]) for seed in seeds}
    jobs = [(fold, seed, Path(parts) / f"{job_name(begun[seed], fold, seed)}.csv")
            for seed in seeds for fold in folds]
    todo = {path.name: job for *job, path in jobs if not path.exists()}
    if todo:
        with cluster.pool(len(todo), inputs, version) as pool:
            done = pool(joblib.delayed(_run_job)(recipe, inputs, *job, name, with_train,
                                                 every_epoch, start[job[1]])
                        for name, job in todo.items())
            for name, table in tqdm(done, total=len(todo), desc=recipe.label, disable=quiet,
                                    leave=False):
                with atomic(Path(parts) / name) as draft:
                    table.to_csv(draft, index=False)
    return pd.concat([pd.read_csv(path, dtype={"fold": str, "subject": str, "name": str},
                                  keep_default_na=False) for *_, path in jobs], ignore_index=True)


def _run_job(recipe: Recipe, inputs: Inputs, fold: Fold, seed: int, name: str,
             with_train: bool, every_epoch: bool, start: dict | None
             ) -> tuple[str, pd.DataFrame]:
    """One training, on whatever machine; the caller keeps the rows under `name`."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    rows = np.concatenate([fold.train, fold.test]) if with_train else fold.test
    begun = time.process_time()
    chances, _ = fit_and_score(recipe, inputs, fold.train, rows, seed, every_epoch, start)
    seconds = time.process_time() - begun
    split = np.where(np.isin(rows, fold.test), "test", "train")
    if every_epoch:
        table = pd.concat([score_rows(inputs, rows, now, recipe.label, fold, seed, split)
                           .assign(epoch=epoch) for epoch, now in enumerate(chances, 1)])
    else:
        table = score_rows(inputs, rows, chances, recipe.label, fold, seed, split)
    return name, table.assign(seconds=round(seconds, 3))


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


def version() -> str:
    """What makes equal jobs give equal rows: the code, the torch, the kind of processor."""
    digest = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _CODE))
    return f"{digest.hexdigest()} torch {torch.__version__} GPU {torch.cuda.is_available()}"


def fingerprint(recipe: Recipe, inputs: Inputs, *scored: bool) -> str:
    """Hash of what shapes a training: code, recipe, data, and what is scored."""
    digest = hashlib.sha256(version().encode())
    digest.update(inputs.x.numpy().tobytes())
    digest.update(inputs.labels.tobytes())
    names = [sequence.key for sequence in inputs.sequences]
    digest.update(repr((astuple(recipe), names, inputs.classes, inputs.kind, scored)).encode())
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
