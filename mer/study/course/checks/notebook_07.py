"""Checks of the exercises to notebook 07."""

import numpy as np

from mer.evaluation import metrics
from mer.study.course import made_up
from mer.study.course.checking import array, call, close, exercise


def _sum_to_one(weights):
    return weights / weights.sum(1, keepdims=True)


@exercise(
    "07.1",
    lambda p, temperature: _sum_to_one(p / temperature),  # changes nothing
    lambda p, temperature: _sum_to_one(p**temperature),  # hotter, not cooler
    lambda p, temperature: p ** (1 / temperature),  # no probabilities
    lambda p, temperature: _sum_to_one(np.exp(p / temperature)),  # p is no logit
)
def cooled(answer):
    p = np.random.default_rng(0).dirichlet([1, 1, 1], 20)
    for temperature in (0.5, 2.0, 3.0):
        found = array(call(answer, p.copy(), temperature), p.shape)
        if not np.allclose(found, _sum_to_one(p ** (1 / temperature)), atol=1e-6):
            return (
                "The logits are the logarithms of p, up to a constant: divide those by the "
                "temperature, take them back with exp, and let each row sum to 1."
            )
    return None


_FLOW, _APEX = made_up.answers("flow", 0.75, 1), made_up.answers("apex", 0.62, 2)
_UAR = next(r for r in metrics.paired_difference(_FLOW, _APEX) if r.metric == "uar_difference")
_ALONE = [next(r for r in metrics.evaluate(t) if r.metric == "uar") for t in (_FLOW, _APEX)]


@exercise(
    "07.2",
    _UAR.value,
    _UAR.high,
    _ALONE[0].low - _ALONE[1].high,  # two intervals held against each other
    _ALONE[0].low,
)
def at_least(answer):
    if close(answer, _UAR.low, 0.006):
        return None
    return (
        "In the line of the paired difference in UAR: three numbers, the difference and the two "
        "ends of its interval. Which of them is the cautious one?"
    )
