"""What few people can tell: made-up studies whose bias and spread are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from support.factories import record, score_table

from mer.core.errors import BadData
from mer.evaluation import metrics
from mer.experiments import small_sample_figures, telling_apart
from mer.experiments.telling_apart import Evidence

RATES = np.array([0.80, 0.78, 0.70, 0.50])
CASTS, BIAS, SPREAD = 400, -0.02, 0.06


def made_up(casts=CASTS, resamples=200, seed=0):
    """Recipes of known worth, and studies that err by a bias and a spread of their own."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(RATES[:, None], casts, 1)
    said = truth + BIAS + rng.normal(0, SPREAD, truth.shape)
    people = rng.normal(0, SPREAD, (*truth.shape, resamples))
    return Evidence(
        metric="uar",
        recipes=("a", "b", "c", "d"),
        estimates={"loso": said},
        truth=truth,
        truths=truth + rng.normal(0, 0.003, (resamples, 4, 1)),
        people=24.0,
        samples={"loso": said[..., None] + people},
    )


def test_bias_and_spread_are_found_and_their_intervals_hold_them():
    of = made_up()
    bias, spread = telling_apart.bias(of, "loso"), telling_apart.spread(of, "loso")
    assert bias.contains(BIAS) and bias.excludes_zero and bias.model == "all recipes"
    assert spread.contains(SPREAD) and spread.reach < 0.01
    assert telling_apart.bias(of, "loso", ["c"]).model == "c"


@pytest.mark.parametrize(
    "bias, spread, said",
    [
        ((-0.02, -0.03, -0.01), (0.05, 0.04, 0.06), "Who happened to be in the study matters more"),
        ((0.02, 0.01, 0.03), (0.05, 0.04, 0.06), "Who happened to be in the study matters more"),
        ((-0.09, -0.1, -0.08), (0.05, 0.04, 0.06), "The bias matters more"),
        ((0.09, 0.08, 0.1), (0.05, 0.04, 0.06), "The bias matters more"),
        ((-0.05, -0.07, -0.03), (0.05, 0.04, 0.1), "cannot be told here"),
        ((0.00, -0.07, 0.07), (0.05, 0.04, 0.06), "cannot be told here"),
    ],
)
def test_whether_bias_or_spread_matters_more_follows_their_intervals(bias, spread, said):
    bias, spread = record(*bias, "uar_bias"), record(*spread, "uar_spread")
    assert said in telling_apart.matters_more(bias, spread)


@pytest.mark.parametrize("low, said", [(0.03, "holds"), (0.06, "does not hold")])
def test_deviations_are_held_against_the_square_root(low, said):
    first, more = record(0.10, 0.07, 0.2), record(0.07, low, 0.15)
    words = telling_apart.falls_as_expected([(24, first), (96, more)])
    assert "96 people: 0.070" in words and "square root 0.050, which" in words
    assert words.endswith(said) and words.startswith("24 people: 0.100")
    assert telling_apart.falls_as_expected([(24, first)]).count("people") == 1


def test_few_casts_give_a_wide_spread():
    assert telling_apart.spread(made_up(4), "loso").reach > 0.05


def test_an_interval_covers_the_truth_as_often_as_bias_and_spread_allow():
    of = made_up()
    z = norm.ppf(0.975)
    expected = norm.cdf(z - BIAS / SPREAD) - norm.cdf(-z - BIAS / SPREAD)
    assert telling_apart.coverage(of).value == pytest.approx(expected, abs=0.02)


def test_the_order_of_two_is_right_as_often_as_their_difference_says():
    of = made_up()
    found = telling_apart.pairs(of).set_index(["better", "worse"])
    apart = np.sqrt(2) * SPREAD
    for (better, worse), row in found.iterrows():
        true = RATES["abcd".index(better)] - RATES["abcd".index(worse)]
        assert row.difference == pytest.approx(true)
        assert row.right == pytest.approx(norm.cdf(true / apart), abs=0.06)
        assert row.deviation == pytest.approx(apart, rel=0.1)
        assert row.told == pytest.approx(telling_apart.told_chance(true, apart), abs=0.08)
    fair = telling_apart.right_order(of)
    assert fair.contains(norm.cdf(telling_apart.ASKED / apart))
    assert telling_apart.deviation(of).contains(apart)


def test_equal_estimates_count_half():
    of = made_up(2)
    of.estimates["loso"][:] = 0.5
    assert (telling_apart.pairs(of).right == 0.5).all()


def test_recipes_that_were_not_tested_under_a_protocol_are_left_out():
    of = made_up(3)
    of.estimates["loso"][3] = np.nan
    found = telling_apart.pairs(of)
    assert len(found) == 3 and "d" not in set(found.worse)
    assert not np.isnan(telling_apart.bias(of, "loso").value)


def test_the_fitted_spread_is_the_most_likely_one():
    apart = np.array([0.01, 0.05, 0.2])
    for spread in (0.02, 0.1, 0.4):
        found = telling_apart.fitted_spread(apart, norm.cdf(apart / spread))
        assert found == pytest.approx(spread, rel=0.02)


def test_people_are_needed_as_the_square_of_the_deviation():
    least = telling_apart.told_least()
    assert telling_apart.told_chance(telling_apart.ASKED, least) == pytest.approx(0.8)
    needed = telling_apart.people_needed(record(2 * least, least, 3 * least), 24)
    assert (needed.value, needed.low, needed.high) == pytest.approx((96, 24, 216))


def test_the_steps_of_the_literature_add_up():
    found = telling_apart.steps(0.05)
    best = [score for *_, score in telling_apart.BEST_SO_FAR]
    assert sorted(best) == best and found.gain.sum() == pytest.approx(best[-1] - best[0])
    assert found.right.between(0.5, 1).all() and (found.told < found.right).all()


def tables():
    """Two recipes, two casts: leave one subject out, and the strangers."""
    truth, people = np.array([0, 1, 2, 0]), ["s1", "s1", "s2", "s2"]
    rows = []
    for number in (0, 1):
        for model, guess in (("a", truth), ("b", np.array([0, 1, 1, number]))):
            for protocol in ("loso", "examination"):
                who = people if protocol == "examination" else [f"{number}-{p}" for p in people]
                rows.append(score_table(truth, guess, who, number, model, protocol))
    return pd.concat(rows, ignore_index=True)


def test_evidence_is_what_the_metrics_say():
    of = telling_apart.evidence(tables(), "uar", 50)
    assert of.recipes == ("a", "b") and of.casts == 2 and of.people == 2
    for number in (0, 1):
        chosen = tables().query(f"model == 'b' and seed == {number} and protocol == 'loso'")
        (uar,) = (r.value for r in metrics.evaluate(chosen, 10) if r.metric == "uar")
        assert of.estimates["loso"][1, number] == of.truth[1, number] == uar
    assert of.truths.shape == (50, 2, 2) and of.samples["loso"].shape == (2, 2, 50)


def test_one_cast_has_no_spread():
    with pytest.raises(BadData, match="1 cast.* no spread"):
        telling_apart.evidence(tables().query("seed == 0"))


def test_the_figures_show_what_they_are_given():
    of = made_up(6)
    (axis,) = small_sample_figures.studies(of, "b").axes
    assert len(axis.lines[0].get_xdata()) == 6 and axis.get_title() == "loso"
    errors = [f(of, "loso") for f in (telling_apart.bias, telling_apart.spread)]
    assert len(small_sample_figures.errors(errors).axes) == 2
    ranks = small_sample_figures.tables(of).axes[0]
    assert [t.get_text() for t in ranks.get_yticklabels()] == ["a", "b", "c", "d"]
    pairs = telling_apart.pairs(of)
    (axis,) = small_sample_figures.order(pairs, 0.08, 0.08, 6).axes
    assert len(axis.lines[0].get_xdata()) == len(pairs) == 6
    spread = telling_apart.deviation(of)
    needed = telling_apart.people_needed(spread, 24)
    (axis,) = small_sample_figures.growth([(24, spread), (48, spread)], spread, needed, 0.02).axes
    assert axis.get_xscale() == "log"
    (mark,) = (line for line in axis.lines if line.get_label() == "people needed, loso")
    assert mark.get_xdata()[0] == needed.value
