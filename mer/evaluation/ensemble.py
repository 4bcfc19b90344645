"""Ensembles whose weights are learned without the people they are tested on.

For each outer fold the training subjects alone are dealt into inner folds; networks trained on
all but one of these score the people of that one. From these scores come the fold's
temperatures and weights, which are then applied to the outer networks' scores of the test
subjects. Scores that *other outer folds* gave to the same training subjects would be free, but
the networks that made them have been trained on the present test subject.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.evaluation import calibration, metrics, protocols, scores
from mer.evaluation.protocols import Fold
from mer.evaluation.scores import KEYS, class_columns

_GRID = np.linspace(0, 1, 21)
_INNER = ", inner"  # marks the protocol of inner folds


def inner_folds(folds: list[Fold], labels, subjects, count: int, seed: int = 0) -> list[Fold]:
    """Grouped folds of the training subjects of each fold: no test person is in any of them.

    Parameters
    ----------
    folds : list of Fold
        The outer ones.
    labels, subjects : (N,) array_like
    count : int
        Inner folds of each outer one.
    seed : int

    Returns
    -------
    list of Fold
        Named "outer/inner".

    Examples
    --------
    >>> from mer.evaluation import ensemble, protocols
    >>> people, labels = np.repeat(["ann", "ben", "cleo"], 2), [0, 1] * 3
    >>> outer = protocols.leave_one_subject_out(people)
    >>> [fold.name for fold in ensemble.inner_folds(outer, labels, people, count=2)]
    ['ann/0', 'ann/1', 'ben/0', 'ben/1', 'cleo/0', 'cleo/1']
    """
    labels, subjects = np.asarray(labels), np.asarray(subjects)
    found = []
    for fold in folds:
        parts = protocols.grouped_folds(labels[fold.train], subjects[fold.train], count, seed)
        found += [
            Fold(
                fold.protocol + _INNER,
                f"{fold.name}/{part.name}",
                fold.train[part.train],
                fold.train[part.test],
            )
            for part in parts
        ]
    return found


def as_inner(table: pd.DataFrame, outer: pd.DataFrame) -> pd.DataFrame:
    """Scores of people who are not tested in `outer`, as those of its inner folds.

    For an outer fold that trains on a whole cast, the cast's own folds are inner ones: nothing
    has to be trained twice.

    Parameters
    ----------
    table : DataFrame
        A score table.
    outer : DataFrame
        One of a single fold; if it tests somebody of `table`, `BadData`.

    Returns
    -------
    DataFrame
        The table, its protocol and folds named as `inner_folds` names them.

    Examples
    --------
    >>> from mer.evaluation import ensemble, scores
    >>> cast = scores.example()
    >>> strangers = cast.assign(protocol="examination", fold="strangers", subject="dan")
    >>> ensemble.as_inner(cast, strangers).fold.tolist()[::2]
    ['strangers/ann', 'strangers/ben', 'strangers/cleo']
    """
    shared = sorted(set(table.subject) & set(outer.subject))
    if shared:
        raise BadData(
            f"ensemble: {shared[0]} is tested, and nothing may be learned from them. "
            "Give scores of other people."
        )
    fold = f"{metrics.only(outer, 'fold')}/" + table.fold.astype(str)
    return table.assign(protocol=metrics.only(outer, "protocol") + _INNER, fold=fold)


def temperatures(inner: pd.DataFrame) -> pd.Series:
    """The temperature of each outer fold, from the score table of its inner folds (all seeds)."""
    return pd.Series(
        {fold: calibration.temperature(part) for fold, part in inner.groupby(_outer(inner))}
    )


def cooled(table: pd.DataFrame, learned: pd.Series, model: str | None = None) -> pd.DataFrame:
    """A score table, outer or inner, each row divided by the temperature of its outer fold."""
    return calibration.tempered(table, _each_row(table, learned)).assign(
        model=model or table.model.iloc[0]
    )


def weights(first: pd.DataFrame, second: pd.DataFrame) -> pd.Series:
    """How much `second` counts against `first` in each outer fold.

    Parameters
    ----------
    first, second : DataFrame
        Score tables of the same inner folds.

    Returns
    -------
    Series
        By outer fold the share, in steps of 0.05, with the least mean log loss on the test subjects
        of its inner folds.

    Examples
    --------
    >>> from mer.evaluation import ensemble, scores
    >>> inner = dict(protocol="loso, inner", fold="outer/0")
    >>> first, second = scores.example(wrong=[0, 1]), scores.example()
    >>> ensemble.weights(first.assign(**inner), second.assign(**inner))["outer"]
    np.float64(1.0)
    """
    first, second = _matched(first, second)
    found = {}
    for fold, rows in first.groupby(_outer(first)).groups.items():
        one, other = first.loc[rows], second.loc[rows]
        losses = [calibration.log_loss(_mixed(one, other, share)).mean() for share in _GRID]
        found[fold] = float(_GRID[int(np.argmin(losses))])
    return pd.Series(found)


def blended(
    first: pd.DataFrame, second: pd.DataFrame, learned: pd.Series, model: str
) -> pd.DataFrame:
    """The weighted mean of two score tables, `second` by the weight of the row's outer fold.

    Examples
    --------
    >>> from mer.evaluation import ensemble, scores
    >>> first, second = scores.example(wrong=[0]), scores.example()
    >>> learned = pd.Series(0.5, index=["ann", "ben", "cleo"])
    >>> ensemble.blended(first, second, learned, "both").p_joy.tolist()
    [0.5, 0.2, 0.8, 0.2, 0.8, 0.2]
    """
    first, second = _matched(first, second)
    mixed = _mixed(first, second, _each_row(first, learned)[:, None])
    return mixed.assign(model=model)[[*KEYS, *class_columns(mixed)]]


def stacked(
    inner: tuple[pd.DataFrame, pd.DataFrame], outer: tuple[pd.DataFrame, pd.DataFrame], model: str
) -> pd.DataFrame:
    """Two models, cooled and blended by what their inner folds teach: `temperatures`, `weights`
    and `blended` in one.

    inner, outer   score tables of both models, in one order

    Examples
    --------
    >>> from mer.evaluation import ensemble, scores
    >>> pair = scores.example(wrong=[0, 1]), scores.example()
    >>> inner = [one.assign(protocol="loso, inner", fold=one.fold + "/0") for one in pair]
    >>> ensemble.stacked(inner, pair, "both").p_joy.round(2).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    """
    heat = [temperatures(table) for table in inner]
    share = weights(*map(cooled, inner, heat))
    return blended(*map(cooled, outer, heat), share, model)


def next_seed(table: pd.DataFrame) -> pd.DataFrame:
    """Each seed's scores under the name of another seed: the same network, trained afresh."""
    seeds = sorted(table.seed.unique())
    return table.assign(seed=table.seed.map(dict(zip(seeds, seeds[1:] + seeds[:1]))))


def shuffled(table: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """As sure as the table, and knows nothing: its scores, dealt to other rows of the seed."""
    rng = np.random.default_rng(seed)
    table, columns = table.reset_index(drop=True), class_columns(table)
    probabilities = table[columns].to_numpy().copy()
    for rows in table.groupby("seed").indices.values():
        probabilities[rows] = probabilities[rng.permutation(rows)]
    return table.assign(**{name: probabilities[:, i] for i, name in enumerate(columns)})


def _outer(table: pd.DataFrame) -> pd.Series:
    """The outer fold that each row belongs to, also for rows of inner folds."""
    outer = table.fold.str.rsplit("/", n=1).str[0]
    return table.fold.where(~table.protocol.str.endswith(_INNER), outer)


def _each_row(table: pd.DataFrame, learned: pd.Series) -> np.ndarray:
    """The value learned for each row's outer fold."""
    values = _outer(table).map(learned)
    if values.isna().any():
        fold = table.fold[values.isna()].iloc[0]
        raise BadData(
            f"ensemble: nothing was learned for fold {fold}. Run the inner folds of "
            "the same folds as the score tables."
        )
    return values.to_numpy()


def _matched(first: pd.DataFrame, second: pd.DataFrame) -> list[pd.DataFrame]:
    """Both tables in one order of rows; `BadData` if they do not score the same ones."""
    scores.average([first, second], "both")
    key = [name for name in KEYS if name != "model"]
    return [table.sort_values(key, ignore_index=True) for table in (first, second)]


def _mixed(first: pd.DataFrame, second: pd.DataFrame, share) -> pd.DataFrame:
    columns = class_columns(first)
    probabilities = (1 - share) * first[columns].to_numpy() + share * second[columns].to_numpy()
    return first.assign(**{name: probabilities[:, i] for i, name in enumerate(columns)})
