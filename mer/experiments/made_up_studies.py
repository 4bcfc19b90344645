"""Studies whose truth is known because they are made up: what notebook 04 tries a score on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mer.evaluation import scores
from mer.evaluation.metrics import bootstrap_weights

PROTOCOL = "made up"


def table(model: str, people, truth, answers, classes, seed: int = 0) -> pd.DataFrame:
    """The score table of a reader that is always sure of its answer.

    Parameters
    ----------
    model : str
    people, truth, answers : (N,) array_like of str
        Who shows which emotion, and what the reader says.
    classes : list of str
    seed : int

    Returns
    -------
    DataFrame

    Raises
    ------
    BadData
        If an answer is none of the classes.
    """
    keys = dict(source=PROTOCOL, database="", model=model, protocol=PROTOCOL, split="test")
    made = pd.DataFrame({"subject": people, "emotion": truth}).assign(**keys, seed=seed)
    made = made.assign(fold=made.subject, name=[str(row) for row in range(len(made))])
    sure = {f"p_{one}": np.asarray(answers) == one for one in classes}
    return scores.check(made.assign(**{name: hit.astype(float) for name, hit in sure.items()}))


def hits(
    studies: int,
    people: int,
    each: int,
    readers: int = 1,
    share: float = 0.6,
    spread: float = 0.2,
    seed: int = 0,
) -> np.ndarray:
    """Whether readers are right, (studies, readers, people, each) bool.

    Every person has an ease of their own, the same for all readers: the chance that an answer is
    right. It is drawn from a beta distribution with the mean `share` and the standard deviation
    `spread`; so the true accuracy of every reader is `share`, and no reader is better than another.
    """
    rng = np.random.default_rng(seed)
    both = share * (1 - share) / spread**2 - 1
    ease = rng.beta(share * both, (1 - share) * both, (studies, 1, people, 1))
    return rng.random((studies, readers, people, each)) < ease


def crowd(people: int, each: int, classes, spread: float = 0.2, seed: int = 0) -> pd.DataFrame:
    """The score table of one reader on people of different ease, who show all classes equally."""
    right = hits(1, people, each * len(classes), spread=spread, seed=seed).reshape(people, -1)
    truth = np.tile(classes, people * each)
    other = np.roll(classes, 1)[np.tile(np.arange(len(classes)), people * each)]
    names = np.repeat([f"person {i:02d}" for i in range(people)], right.shape[1])
    return table("reader", names, truth, np.where(right.ravel(), truth, other), classes)


def intervals(values: np.ndarray, resamples: int = 1000, level: float = 0.95) -> np.ndarray:
    """Bootstrap intervals (2, studies) of the means of (studies, units): units are resampled."""
    weights = bootstrap_weights(values.shape[1], resamples) / values.shape[1]
    edge = (1 - level) / 2
    return np.quantile(values @ weights.T, [edge, 1 - edge], axis=1)


def least_error(differences: np.ndarray, resamples: int = 2000) -> np.ndarray:
    """The least error rate at which each difference would be told.

    Parameters
    ----------
    differences : (…, people)
        A difference between two readers for each person.
    resamples : int
        Of the people.

    Returns
    -------
    (…) array
        Twice the share of resamples whose mean is on the other side of zero: an interval at the
        level 1 - a leaves out zero where this is less than a.
    """
    weights = bootstrap_weights(differences.shape[-1], resamples)
    means = differences @ weights.T
    return 2 * np.minimum((means <= 0).mean(-1), (means >= 0).mean(-1))
