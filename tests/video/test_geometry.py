"""What landmarks tell of head and face, on landmarks made up."""

import numpy as np
import pytest
from support.landmarks import mesh, rotation

from mer.video import geometry
from mer.video.pictures import SIZE, middle, scale

SHOWN = {"brows": 0.24, "lips": 0.1, "width": 0.61, "corners": -0.71}


@pytest.mark.parametrize("turn", [(0, 0, 0), (0, 0.5, 0), (0.4, 0, 0), (0.2, -0.4, 0.3)])
@pytest.mark.parametrize("size", [30.0, 150.0])
def test_the_shape_does_not_see_how_the_head_is_held(turn, size):
    seen = mesh(**SHOWN, turn=turn, size=size)
    held = geometry.head(seen)
    assert np.allclose(held.turn, rotation(turn), atol=1e-6) and abs(held.size - size) < 1e-6
    shape = geometry.shape(seen, held)
    assert shape.shape == (geometry.SHAPE, 2)
    assert np.allclose(shape, geometry.shape(mesh(**SHOWN), geometry.head(mesh())), atol=1e-6)
    gaps = [shape[low, 1] - shape[high, 1] for high, low in geometry.GAPS]
    assert np.allclose(gaps, [SHOWN["lips"], 0.09, 0.09], atol=1e-6)
    pairs = geometry.PAIRS
    corners = shape[[7, pairs + 7]]
    assert corners[1, 0] - corners[0, 0] == pytest.approx(SHOWN["width"])
    assert -corners[:, 1].mean() == pytest.approx(SHOWN["corners"])
    assert np.allclose(-shape[[0, 1, 2, pairs, pairs + 1, pairs + 2], 1], SHOWN["brows"])
    assert geometry.LOWER[[7, pairs + 7, -1]].all() and not geometry.LOWER[[0, pairs]].any()


def test_an_expression_does_not_turn_the_head():
    still, loud = (geometry.head(mesh(**shown)) for shown in ({}, SHOWN))
    assert np.array_equal(still.turn, loud.turn) and np.array_equal(still.pose, loud.pose)


def test_the_signs_of_the_angles():
    yaw, pitch, roll = geometry.head(mesh(turn=(0, 0, 0.3))).angles
    assert abs(roll - np.degrees(0.3)) < 1e-6 and abs(yaw) + abs(pitch) < 1e-6
    assert geometry.head(mesh(turn=(0, 0.3, 0))).angles[0] * 0.3 != 0
    one, other = (geometry.head(mesh(turn=(0, angle, 0))).angles for angle in (0.3, -0.3))
    assert np.allclose(one[0], -other[0]) and abs(one[0]) > 12 and abs(one[1]) < 1e-6


def test_an_aligned_face_follows_shift_turn_and_size():
    one, other = geometry.head(mesh(size=60)), geometry.head(mesh(size=90, turn=(0, 0, 0.2)))
    assert scale(other.pose) / scale(one.pose) == pytest.approx(1.5)
    assert SIZE * scale(one.pose) == pytest.approx(60 * 1.85)
    roll = np.arctan2(other.pose[1, 0], other.pose[0, 0])
    assert roll == pytest.approx(0.2)
    assert middle(one.pose) == pytest.approx([200, 150 + 0.28 * 60])
