"""The magnified difference of two frames."""

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest

from mer.core.errors import Unavailable
from mer.datasets import Sequence
from mer.experiments import first_look


class Frames:
    """A source of two frames, or of a flow and no frames."""

    def frame(self, sequence, number):
        return np.full((6, 4, 3), number, np.uint8)

    def flow(self, sequence):
        if sequence.numbers:
            raise Unavailable("no published flow")
        return np.zeros((28, 28, 3))


def test_a_change_is_enlarged_about_middle_grey_and_does_not_wrap_round():
    onset, apex = np.array([5, 100, 0, 250], np.uint8), np.array([3, 100, 250, 0], np.uint8)
    assert first_look.difference(onset, apex).tolist() == [112, 128, 255, 0]
    assert first_look.difference(onset, apex, 1).tolist() == [126, 128, 255, 0]


def test_frames_of_different_size_have_no_difference():
    with pytest.raises(ValueError, match="broadcast"):
        first_look.difference(np.zeros((4, 4), np.uint8), np.zeros((5, 5), np.uint8))


@pytest.mark.parametrize("numbers, panels", [((10, 20), 3), ((), 1)])
def test_with_frames_there_are_three_pictures_without_the_published_flow(numbers, panels):
    one = Sequence("s", "a", "b", "joy", onset=10, apex=20, offset=20, numbers=numbers)
    axes = first_look.plot_pair(Frames(), one).axes
    assert len(axes) == panels
    if numbers:
        assert (axes[2].images[0].get_array() == 208).all()  # 128 + 8 * 10
