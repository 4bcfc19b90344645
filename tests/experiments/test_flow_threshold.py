"""Small motion taken for noise, and what that does to the error."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mer.experiments import flow_threshold

SKIN = np.ones((8, 8), bool)


@pytest.fixture
def truth():
    """Half of the skin moves by 0.8 pixels, a quarter by 3, a quarter rests."""
    field = np.zeros((8, 8, 2))
    field[:4, :, 0], field[4:6, :, 1] = 0.8, 3
    yield field
    plt.close("all")


def test_only_motion_below_the_threshold_is_taken_out(truth):
    assert np.array_equal(flow_threshold.cut_off(truth, 0.8), truth)
    left = flow_threshold.cut_off(truth, 1.0)
    assert not left[:4].any() and (left[4:6, :, 1] == 3).all()


def test_the_sentence_counts_skin_that_moves(truth):
    said = flow_threshold.sentence(truth, 1.0, truth, SKIN)
    assert said.startswith("67% of the moving skin silenced")  # 4 of 6 moving rows
    assert "0.53 px, without a threshold 0.00 px" in said  # 0.8 * 4 / 6
    assert "0% of the moving" in flow_threshold.sentence(truth, 0.0, truth, SKIN)


def test_where_the_truth_is_unknown_no_error_is_told(truth):
    said = flow_threshold.sentence(truth, 1.0, None, None)
    assert said.startswith("75% of the picture") and "px" not in said


@pytest.mark.filterwarnings("error")
def test_skin_that_rests_is_said_to_rest():
    still = np.zeros((8, 8, 2))
    assert "no skin here moves" in flow_threshold.sentence(still, 1.0, still, SKIN)


@pytest.mark.parametrize("known, panels", [(True, 6), (False, 3)])
def test_the_figure_has_the_key_and_with_a_truth_the_error(truth, known, panels):
    more = (truth, SKIN) if known else ()
    figure = flow_threshold.plot(truth, 1.0, *more, title="dis")
    assert len(figure.axes) == panels  # with the scale of the error
    assert "radius" in "".join(axis.get_title() for axis in figure.axes)
