"""What a mixture's temperatures and weight do."""

import numpy as np
import pytest
from support.factories import TRUTH, table

from mer.evaluation import calibration, scores
from mer.experiments import mixing

WRONG = (TRUTH + 1) % 3
GOOD, BAD = table(TRUTH, "flow"), table(WRONG, "apex")


def test_the_loss_of_every_share_is_that_of_the_mixture_whatever_the_order_of_rows():
    soft = [calibration.tempered(one, 3) for one in (BAD, GOOD)]
    found = mixing.losses(soft[0], soft[1].sample(frac=1, random_state=0))
    by_average = [
        calibration.log_loss(scores.average(soft, "both", [1 - s, s])).mean()
        for s in np.linspace(0, 1, 21)
    ]
    assert found == pytest.approx(by_average)
    assert found.argmin() == 20 and mixing.losses(*soft[::-1]).argmin() == 0


def test_the_chosen_mixture_lies_on_the_curve_of_its_temperatures():
    left, right = mixing.plot(BAD, GOOD, (4.0, 2.0), 0.35).axes
    before, warm, chosen = left.lines
    (share,), (loss,) = chosen.get_data()
    assert share == 0.35 and loss == pytest.approx(warm.get_ydata()[7])
    assert not np.allclose(before.get_ydata(), warm.get_ydata())
    assert "share of flow" in left.get_xlabel()
    assert right.collections


def test_each_model_has_a_panel_and_a_dot_the_size_of_its_share():
    bins = {name: calibration.reliability(one) for name, one in (("a", GOOD), ("b", BAD))}
    first, second, empty = mixing.plot_reliability(bins).axes
    assert (first.get_title(), second.get_title()) == ("a", "b") and not empty.axison
    assert first.collections[0].get_sizes().sum() == pytest.approx(400)
    assert first.collections[0].get_offsets()[0][1] == 1
    assert second.collections[0].get_offsets()[0][1] == 0
