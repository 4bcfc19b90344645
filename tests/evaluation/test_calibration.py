"""Calibration: known errors are measured, the right temperature is found."""

import numpy as np
import pandas as pd
import pytest
from support.factories import CLASSES, score_table

from mer.core.errors import BadData
from mer.evaluation import calibration


def drawn(sharpness, people=40, each=25, seed=0):
    """A table whose classes are drawn from its own scores, then sharpened: logits times a
    factor, so that `sharpness` is the temperature that makes it honest again."""
    rng = np.random.default_rng(seed)
    count = people * each
    logits = rng.normal(0, 1.5, (count, 3))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = np.array([rng.choice(3, p=chance) for chance in probabilities])
    sharp = probabilities**sharpness
    table = score_table(truth, truth, [f"s{i % people}" for i in range(count)])
    return table.assign(
        **{
            f"p_{name}": (sharp / sharp.sum(1, keepdims=True))[:, i]
            for i, name in enumerate(CLASSES)
        }
    )


def test_error_of_a_constant_claim_is_its_distance_from_the_truth():
    truth = np.zeros(100, int)
    guess = np.where(np.arange(100) < 60, 0, 1)  # 80 % sure, right in 60 %
    table = score_table(truth, guess, [f"s{i // 10}" for i in range(100)])
    ece, loss = calibration.records(table, 200)
    assert ece["value"] == pytest.approx(0.2) and ece["metric"] == "ece"
    assert ece["low"] <= 0.2 <= ece["high"] and ece["n"] == 100
    assert loss["value"] == pytest.approx(-0.6 * np.log(0.8) - 0.4 * np.log(0.1))
    bins = calibration.reliability(table)
    assert len(bins) == 1
    assert bins.iloc[0].tolist() == pytest.approx([0.8, 0.6, 100])


def test_honest_scores_have_no_error_beyond_the_floor():
    ece = {s: calibration.records(drawn(s), 50)[0]["value"] for s in (1, 3)}
    floor = calibration.floor(drawn(1))
    assert ece[1] < floor + 0.02 and ece[3] > floor + 0.1
    few = drawn(1, people=5, each=10)
    assert calibration.floor(few) > 2 * floor


@pytest.mark.parametrize("sharpness", [0.5, 1, 3])
def test_temperature_undoes_the_sharpening(sharpness):
    table = drawn(sharpness)
    found = calibration.temperature(table)
    assert found == pytest.approx(sharpness, rel=0.15)
    cooled = calibration.tempered(table, found)
    assert calibration.log_loss(cooled).mean() <= calibration.log_loss(table).mean()
    assert (calibration.right(cooled) == calibration.right(table)).all()


def test_scores_rounded_to_zero_do_not_break_the_logarithm():
    table = score_table([0, 1], [0, 1], ["a", "b"])
    table[["p_disgust", "p_happiness", "p_surprise"]] = [1.0, 0.0, 0.0]
    assert np.isfinite(calibration.log_loss(table)).all()
    assert np.isfinite(calibration.tempered(table, 2.0).filter(like="p_").to_numpy(float)).all()


def test_seeds_are_averaged_and_splits_not_mixed():
    both = pd.concat([drawn(1), drawn(3).assign(seed=1)])
    ece = calibration.records(both, 50)[0]
    alone = [calibration.records(drawn(s), 50)[0]["value"] for s in (1, 3)]
    assert ece["value"] == pytest.approx(np.mean(alone)) and ece["n"] == 1000
    with pytest.raises(BadData, match="together"):
        calibration.records(pd.concat([drawn(1), drawn(1).assign(split="train")]))
