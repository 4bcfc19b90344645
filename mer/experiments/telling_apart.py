"""What a study of few people can tell: many casts, their estimates, and the truth beside them.

A *cast* was examined under a protocol (the estimate) and on strangers (the truth); see
`mer.experiments.small_samples`. Intervals resample casts and strangers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from mer.core.errors import BadData
from mer.evaluation import metrics, scores
from mer.evaluation.records import Record
from mer.experiments.small_samples import ESTIMATES, LOSO, TRUTH

ASKED = 0.05  # the difference that is asked for
CLOSE = 0.15  # true differences up to this are those that a paper would argue about
SURE, POWER = 0.975, 0.8
# CASME II, three classes, leave one subject out: UF1 of those who were the best so far. Sources:
# See et al., "MEGC 2019", the tables of the papers, and the README of HTNet.
BEST_SO_FAR = (
    ("LBP-TOP", 2014, 0.703),
    ("Bi-WOOF", 2018, 0.781),
    ("OFF-ApexNet", 2019, 0.876),
    ("FeatRef", 2022, 0.892),
    ("SLSTT", 2022, 0.901),
    ("HTNet", 2023, 0.953),
    ("SRMCL", 2024, 0.964),
    ("CausalNet", 2025, 0.981),
)
_GRID = np.geomspace(0.002, 2, 400)  # spreads that the fit chooses from
_CASTS = 1  # the random stream that draws casts; people have another


@dataclass(frozen=True)
class Evidence:
    """The numbers of R recipes on C casts, of one metric.

    Parameters
    ----------
    metric : str
    recipes : tuple of str
    estimates : dict
        (R, C) by protocol; NaN where a recipe was not tested so.
    truth : (R, C)
    truths : (B, R, C)
        The truth with other strangers: bootstrap.
    samples : dict
        (R, C, B) by protocol: each estimate with other people of its cast.
    people : float
        In a cast, on average.
    """

    metric: str
    recipes: tuple[str, ...]
    estimates: dict[str, np.ndarray]
    truth: np.ndarray
    truths: np.ndarray
    people: float
    samples: dict[str, np.ndarray] = field(repr=False)

    @property
    def casts(self) -> int:
        return self.truth.shape[1]


def evidence(table: pd.DataFrame, metric: str = "uar", bootstrap: int = 1000) -> Evidence:
    """All that the functions below need, from a score table of `small_samples`.

    Fewer than two casts raise `BadData`: there would be no spread.
    """
    tested = scores.select(table)
    recipes, casts = tuple(tested.model.unique()), sorted(tested.seed.unique())
    if len(casts) < 2:
        raise BadData(f"{len(casts)} cast(s) have no spread. Make two or more.")
    shape = (len(recipes), len(casts))
    names = [name for name in ESTIMATES if name in set(tested.protocol)]
    estimates = {name: np.full(shape, np.nan) for name in names}
    samples = {name: np.full((*shape, bootstrap), np.nan) for name in names}
    truth, truths = np.empty(shape), np.empty((bootstrap, *shape))
    for (model, number, protocol), rows in tested.groupby(["model", "seed", "protocol"]):
        place = recipes.index(model), casts.index(number)
        (counts,) = metrics.confusion_by_subject(rows)
        value = metrics.from_confusion(counts.sum(0))[metric]
        weights = metrics.bootstrap_weights(len(counts), bootstrap)
        drawn = metrics.from_confusion(np.einsum("bs,stp->btp", weights, counts))[metric]
        if protocol == TRUTH:
            truth[place], truths[:, *place] = value, drawn
        else:
            estimates[protocol][place], samples[protocol][place] = value, drawn
    tested = tested[tested.protocol != TRUTH]
    people = tested.groupby("seed").subject.nunique().mean()
    return Evidence(metric, recipes, estimates, truth, truths, float(people), samples)


def _record(of: Evidence, model: str, protocol: str, metric: str, value, low, high) -> Record:
    return Record(
        model=model,
        protocol=protocol,
        metric=metric,
        n=of.casts,
        value=float(value),
        low=float(low),
        high=float(high),
    )


def bias(of: Evidence, protocol: str, recipes: Iterable[str] | None = None) -> Record:
    """Estimate minus truth, mean over casts and recipes (None: all that were tested so)."""
    rows = _rows(of, protocol, recipes)
    value = (of.estimates[protocol] - of.truth)[rows].mean()
    apart = (of.estimates[protocol] - of.truths)[:, rows].mean(1)
    drawn = (apart * _drawn(of)).sum(1)
    return _record(of, _called(rows, of), protocol, f"{of.metric}_bias", value,
                   *metrics.interval(drawn))  # fmt: skip


def spread(of: Evidence, protocol: str, recipes: Iterable[str] | None = None) -> Record:
    """How far the estimates of single casts lie from the truth beside their bias: the standard
    deviation over casts, with the interval of a normal one's; the root mean square of recipes."""
    rows = _rows(of, protocol, recipes)
    value = _pooled((of.estimates[protocol] - of.truth)[rows])
    return _record(of, _called(rows, of), protocol, f"{of.metric}_spread", value,
                   *_of_deviation(value, of.casts - 1))  # fmt: skip


def coverage(of: Evidence, protocol: str = LOSO, level: float = 0.95) -> Record:
    """How often the interval over the people of a cast holds the truth of that cast."""
    rows = _rows(of, protocol)
    low, high = _edges(of.samples[protocol][rows], level)
    held = (low <= of.truth[rows]) & (of.truth[rows] <= high)
    drawn = (held.mean(0) * _drawn(of)).sum(1)
    return _record(of, "all recipes", protocol, "coverage", held.mean(), *metrics.interval(drawn))


def matters_more(bias: Record, spread: Record) -> str:
    """Whether a single study errs by its bias or by who was in it, in one sentence."""
    sizes = sorted(abs(x) for x in (bias.low, bias.high))
    least, most = (0.0 if bias.low <= 0 <= bias.high else sizes[0]), sizes[1]
    numbers = f"bias {bias.text('+.3f')}, spread {spread.text('.3f')}"
    if spread.low > most:
        return f"Who happened to be in the study matters more than the bias: {numbers}."
    if spread.high < least:
        return f"The bias matters more than who happened to be in the study: {numbers}."
    return f"Whether bias or spread is the larger cannot be told here: {numbers}."


def falls_as_expected(found: list[tuple[float, Record]]) -> str:
    """Whether deviations of studies of ever more people fall with the square root of their number.

    found   (people, deviation), the smallest studies first; with one of them there is no telling
    """
    people, first = found[0]
    lines = [f"{people:.0f} people: {first.text('.3f')} of {first.n} studies"]
    for more, record in found[1:]:
        expected = first.value * np.sqrt(people / more)
        fits = "which the interval holds" if record.contains(expected) else "which it does not hold"
        lines.append(
            f"{more:.0f} people: {record.text('.3f')} of {record.n} studies; "
            f"by the square root {expected:.3f}, {fits}"
        )
    return "\n".join(lines)


def pairs(of: Evidence, protocol: str = LOSO) -> pd.DataFrame:
    """Every two recipes, the better one in truth first.

    Returns
    -------
    DataFrame
        better, worse, difference (true, mean over casts), right (share of casts in which the
        estimates have the same order; equal ones count half), told (share in which the interval
        of the paired difference says so), wrong (share in which it says the opposite), and
        deviation (of the estimated difference, over casts).
    """
    found = []
    for a, b in _better_first(of, protocol):
        apart = of.estimates[protocol][a] - of.estimates[protocol][b]
        low, high = _edges(of.samples[protocol][a] - of.samples[protocol][b])
        found.append(
            {
                "better": of.recipes[a],
                "worse": of.recipes[b],
                "difference": of.truth[a].mean() - of.truth[b].mean(),
                "right": _order(apart).mean(),
                "told": (low > 0).mean(),
                "wrong": (high < 0).mean(),
                "deviation": apart.std(ddof=1),
            }
        )
    return pd.DataFrame(found).sort_values("difference", ignore_index=True)


def fitted_spread(difference: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The spread s for which Phi(difference / s) is most likely how often the order is right.

    Parameters
    ----------
    difference, right : (..., pairs)
        True differences, not negative, and shares of casts.

    Returns
    -------
    (...) array

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import norm
    >>> from mer.experiments import telling_apart
    >>> apart = np.array([0.02, 0.05, 0.10])
    >>> telling_apart.fitted_spread(apart, norm.cdf(apart / 0.08)).round(2)
    np.float64(0.08)
    """
    best = [
        (right * norm.logcdf(difference / s) + (1 - right) * norm.logcdf(-difference / s)).sum(-1)
        for s in _GRID
    ]
    return _GRID[np.argmax(best, 0)]


def right_order(of: Evidence, protocol: str = LOSO, asked: float = ASKED) -> Record:
    """The chance that the better of two recipes comes out better in one cast, if `asked` lies
    between them: by the fitted spread, which is refitted for other casts and strangers."""
    a, b = np.array(_better_first(of, protocol)).T
    right = _order(of.estimates[protocol][a] - of.estimates[protocol][b])
    apart = of.truth[a].mean(1) - of.truth[b].mean(1)
    value = norm.cdf(asked / fitted_spread(apart, right.mean(1)))
    casts = _drawn(of)
    other = np.einsum("bc,brc->br", casts, of.truths[:, a] - of.truths[:, b])
    shares = casts @ right.T
    shares = np.where(other < 0, 1 - shares, shares)
    drawn = norm.cdf(asked / fitted_spread(np.abs(other), shares))
    return _record(of, "better of two", protocol, "right_order", value, *metrics.interval(drawn))


def deviation(of: Evidence, protocol: str = LOSO, close: float = CLOSE) -> Record:
    """Standard deviation over casts of the estimated difference of two recipes, root mean square
    of those pairs whose true difference is `close` at most (of the closest, if none is)."""
    found = pairs(of, protocol)
    near = found[found.difference <= max(close, found.difference.min())]
    value = float(np.sqrt((near.deviation**2).mean()))
    return _record(of, "difference of two", protocol, f"{of.metric}_deviation", value,
                   *_of_deviation(value, of.casts - 1))  # fmt: skip


def told_chance(apart, deviation: float):
    """The chance that a difference `apart` is told (two-sided, at 5 %), if its estimate has this
    standard deviation."""
    return norm.cdf(np.asarray(apart) / deviation - norm.ppf(SURE))


def told_least(asked: float = ASKED) -> float:
    """The standard deviation with which a difference of `asked` is told with a power of 0.8."""
    return asked / (norm.ppf(SURE) + norm.ppf(POWER))


def people_needed(deviation: Record, people: float, asked: float = ASKED) -> Record:
    """How many people a study needs to tell `asked` with a power of 0.8, if `people` give this
    deviation and the variance falls with their number."""
    least = told_least(asked)
    value, low, high = (
        people * (x / least) ** 2 for x in (deviation.value, deviation.low, deviation.high)
    )
    return Record(
        model=f"a difference of {asked:g}",
        protocol=deviation.protocol,
        metric="people_needed",
        n=deviation.n,
        value=value,
        low=low,
        high=high,
    )


def steps(deviation: float) -> pd.DataFrame:
    """The published best of each time against the one before: how much it gained, whether a study
    of 26 people could tell that, and the chance that the order is right at all."""
    table = pd.DataFrame(BEST_SO_FAR, columns=["method", "year", "UF1"])
    gain = table.UF1.diff()
    return table.assign(
        gain=gain, told=told_chance(gain, deviation), right=norm.cdf(gain / deviation)
    ).iloc[1:]


def _rows(of: Evidence, protocol: str, recipes: Iterable[str] | None = None) -> np.ndarray:
    tested = ~np.isnan(of.estimates[protocol]).any(1)
    wanted = np.isin(of.recipes, of.recipes if recipes is None else list(recipes))
    return np.flatnonzero(tested & wanted)


def _called(rows: np.ndarray, of: Evidence) -> str:
    return of.recipes[rows[0]] if len(rows) == 1 else "all recipes"


def _better_first(of: Evidence, protocol: str) -> list[tuple[int, int]]:
    mean = of.truth.mean(1)
    rows = _rows(of, protocol)
    return [(a, b) if mean[a] >= mean[b] else (b, a) for a, b in combinations(rows, 2)]


def _order(apart: np.ndarray) -> np.ndarray:
    """1 where the estimates have the right order, 0 where the wrong one, 0.5 where they tie."""
    return (np.sign(np.round(apart, 9)) + 1) / 2


def _edges(samples: np.ndarray, level: float = 0.95) -> np.ndarray:
    edge = (1 - level) / 2
    return np.nanquantile(samples, [edge, 1 - edge], axis=-1)


def _drawn(of: Evidence) -> np.ndarray:
    """Weights (B, C) of resampled casts."""
    return metrics.bootstrap_weights(of.casts, len(of.truths), _CASTS) / of.casts


def _pooled(values: np.ndarray) -> float:
    return float(np.sqrt(values.var(axis=1, ddof=1).mean()))


def _of_deviation(value: float, freedom: int) -> tuple[float, float]:
    high, low = chi2.ppf([0.025, 0.975], freedom)
    return value * np.sqrt(freedom / low), value * np.sqrt(freedom / high)
