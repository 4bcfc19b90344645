"""What landmarks tell of head and face, on landmarks made up."""

import numpy as np
import pytest
from support.landmarks import mesh, rotation

from mer.video import geometry
from mer.video.pictures import SIZE, middle, scale

SHOWN = {"brows": 0.24, "lips": 0.1, "width": 0.61, "corners": -0.71}


@pytest.mark.parametrize("turn", [(0, 0, 0), (0, 0.5, 0), (0.4, 0, 0), (0.2, -0.4, 0.3)])
@pytest.mark.parametrize("size", [30.0, 150.0])
def test_measures_do_not_see_how_the_head_is_held(turn, size):
    seen = mesh(**SHOWN, turn=turn, size=size)
    held = geometry.head(seen)
    assert np.allclose(held.turn, rotation(turn), atol=1e-6) and abs(held.size - size) < 1e-6
    assert np.allclose(geometry.measured(seen, held), list(SHOWN.values()), atol=1e-6)
    assert abs(geometry.lids(seen, held) - 0.09) < 1e-6


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
