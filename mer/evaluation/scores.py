"""The score table: what every model writes and every metric reads.

One row a (sequence, model, protocol, fold, seed, split) with the true emotion and one column
p_<emotion> for each class of the source; the probabilities of a row sum to 1.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.core.files import atomic

KEYS = [
    "source",
    "database",
    "subject",
    "name",
    "emotion",
    "model",
    "protocol",
    "fold",
    "seed",
    "split",
]


def example(model: str = "made up", wrong: list[int] | None = None) -> pd.DataFrame:
    """A small score table to try things on: three people who show joy and grief.

    Parameters
    ----------
    model : str
        How it is called.
    wrong : list of int, optional
        The rows whose answer is wrong; all others are right, and all are 80 % sure.

    Examples
    --------
    >>> from mer.evaluation import scores
    >>> scores.example(wrong=[2])[["subject", "emotion", "p_grief", "p_joy"]]
      subject emotion  p_grief  p_joy
    0     ann     joy      0.2    0.8
    1     ann   grief      0.8    0.2
    2     ben     joy      0.8    0.2
    3     ben   grief      0.8    0.2
    4    cleo     joy      0.2    0.8
    5    cleo   grief      0.8    0.2
    """
    people, emotions = np.repeat(["ann", "ben", "cleo"], 2), np.tile(["joy", "grief"], 3)
    says_joy = emotions == "joy"
    says_joy[wrong or []] ^= True
    names = np.tile(["1", "2"], 3)
    keys = ["made up", "", people, names, emotions, model, "loso", people, 0, "test"]
    table = pd.DataFrame(dict(zip(KEYS, keys, strict=True)))
    return table.assign(p_grief=np.where(says_joy, 0.2, 0.8), p_joy=np.where(says_joy, 0.8, 0.2))


def class_columns(table: pd.DataFrame) -> list[str]:
    """The p_<emotion> columns, in the order of the classes."""
    return [column for column in table.columns if column.startswith("p_")]


def predicted(table: pd.DataFrame) -> pd.Series:
    """The class with the largest probability in each row; of equals the first."""
    columns = class_columns(table)
    names = np.array([column[2:] for column in columns])
    return pd.Series(names[table[columns].to_numpy().argmax(1)], table.index)


def right(table: pd.DataFrame) -> pd.Series:
    """Which rows give the true emotion the largest probability."""
    return predicted(table) == table.emotion


def by_sequence(values, table: pd.DataFrame) -> pd.Series:
    """The mean over seeds of one value a row, by (subject, name)."""
    sequences = pd.MultiIndex.from_frame(table[["subject", "name"]])
    return pd.Series(np.asarray(values, float), sequences).groupby(level=[0, 1]).mean()


def check(table: pd.DataFrame, where: str = "score table") -> pd.DataFrame:
    """Give the table back if it keeps the contract.

    Parameters
    ----------
    table : DataFrame
        A score table: the columns `KEYS`, and p_<emotion> for each class.
    where : str
        How errors call it, a file for instance.

    Returns
    -------
    DataFrame
        The same.

    Raises
    ------
    BadData
        If a column is missing, a split is neither train nor test, or the probabilities of a row
        do not sum to 1 (to three digits).

    Examples
    --------
    >>> from mer.evaluation import scores
    >>> scores.check(scores.example().assign(p_joy=0.9))
    Traceback (most recent call last):
        ...
    mer.core.errors.BadData: score table, row 2: probabilities of ann/1 sum to 1.1000, not 1 ...
    """
    missing = [key for key in KEYS if key not in table.columns]
    if missing or not class_columns(table):
        raise BadData(f"{where}: columns missing: {', '.join(missing) or 'p_<emotion>'}")
    if not set(table.split) <= {"train", "test"}:
        raise BadData(f"{where}: split must be train or test, found {sorted(set(table.split))}")
    probabilities = table[class_columns(table)].apply(pd.to_numeric, errors="coerce").to_numpy()
    wrong = np.flatnonzero(
        (np.abs(probabilities.sum(1) - 1) > 1e-3)
        | ~np.isfinite(probabilities).all(1)
        | (probabilities < 0).any(1)
    )
    if len(wrong):
        row = table.iloc[wrong[0]]
        raise BadData(
            f"{where}, row {wrong[0] + 2}: probabilities of {row.subject}/{row['name']} "
            f"sum to {probabilities[wrong[0]].sum():.4f}, not 1 ({len(wrong)} such rows)"
        )
    return table


def write(table: pd.DataFrame, path: Path | str) -> None:
    """Check a score table and write it as CSV with six digits, atomically."""
    with atomic(path) as draft:
        check(table).to_csv(draft, index=False, float_format="%.6f")


def read(path: Path | str) -> pd.DataFrame:
    """Read a score table and check it; a damaged one raises `BadData` with file and row.

    Examples
    --------
    >>> from mer.evaluation import scores
    >>> scores.write(scores.example(), "scores.csv")
    >>> scores.read("scores.csv").equals(scores.example())
    True
    """
    text = dict.fromkeys(
        ["source", "database", "subject", "name", "emotion", "model", "protocol", "fold", "split"],
        str,
    )
    try:
        table = pd.read_csv(path, dtype=text, keep_default_na=False)
    except ValueError as error:
        raise BadData(f"{path}: not a score table ({error}). Run its notebook again.") from error
    return check(table, str(path))


def single_split(table: pd.DataFrame, mixed: bool = False) -> None:
    """Refuse a mix of training and test rows, unless `mixed` says that the leak is meant."""
    if not len(table):
        raise BadData("score table: no rows to evaluate")
    if table.split.nunique() > 1 and not mixed:
        raise BadData(
            "score table: training and test rows together. Select split == 'test', "
            "or pass mixed=True where this leak is what you want to show."
        )


def select(table: pd.DataFrame, split: str = "test", **values) -> pd.DataFrame:
    """Rows of one split with the given values of columns.

    Examples
    --------
    >>> from mer.evaluation import scores
    >>> len(scores.select(scores.example(), split="test", protocol="loso", subject="ann"))
    2
    """
    chosen = table[table.split == split]
    for column, value in values.items():
        chosen = chosen[chosen[column] == value]
    return chosen.reset_index(drop=True)


def average(
    tables: list[pd.DataFrame], model: str, weights: list[float] | None = None
) -> pd.DataFrame:
    """Ensemble: the weighted mean of the softmax scores of several models.

    Parameters
    ----------
    tables : list of DataFrame
        Score tables of the same rows (sequence, protocol, fold, seed, split); others raise
        `BadData`.
    model : str
        What the ensemble is called.
    weights : list of float, optional
        By table, made to sum to 1; equal by default.

    Returns
    -------
    DataFrame
        A score table.

    Examples
    --------
    >>> from mer.evaluation import scores
    >>> both = scores.average([scores.example(), scores.example(wrong=[0])], "both")
    >>> both.p_joy.tolist()
    [0.5, 0.2, 0.8, 0.2, 0.8, 0.2]
    """
    key = [name for name in KEYS if name != "model"]
    parts = [table.set_index(key)[class_columns(table)].sort_index() for table in tables]
    if any(not part.index.equals(parts[0].index) for part in parts[1:]):
        raise BadData(
            "ensemble: the tables do not score the same sequences, folds and seeds. "
            "Run the notebooks of both streams with the same parameters."
        )
    share = np.asarray(weights or [1] * len(parts), float)
    share = share / share.sum()
    mixed = sum(weight * part for weight, part in zip(share, parts))
    return mixed.reset_index().assign(model=model)[[*KEYS, *parts[0].columns]]


def average_seeds(table: pd.DataFrame, model: str) -> pd.DataFrame:
    """The seeds of one model joined into one by averaging their scores (seed becomes -1)."""
    key = [name for name in KEYS if name not in ("model", "seed")]
    mixed = table.groupby(key, sort=True)[class_columns(table)].mean().reset_index()
    return mixed.assign(model=model, seed=-1)[[*KEYS, *class_columns(table)]]
