"""The shapes of a moving head, at every resolution, and how many of them are fitted."""

import cv2
import numpy as np
import pytest

from mer.preprocessing import head_motion

CELLS = head_motion.CELLS
MOVED = np.array([[1.0, -0.5], [0.3, 0.1], [-0.2, 0.2], [0.4, 0.0]])


@pytest.mark.parametrize("count", [head_motion.AFFINE, None])
def test_a_motion_of_the_shapes_that_are_fitted_is_found(count):
    cells = head_motion.shapes()[:, :count] @ MOVED[:count]
    found = head_motion.fit(cells, np.ones(len(cells)), count)
    np.testing.assert_allclose(found, MOVED[:count], atol=1e-3)


def test_a_flat_face_cannot_explain_depth():
    cells = head_motion.shapes() @ MOVED
    flat = head_motion.shapes()[:, : head_motion.AFFINE]
    left = cells - flat @ head_motion.fit(cells, np.ones(len(cells)), head_motion.AFFINE)
    assert np.abs(left[:, 0]).max() > 0.1 and np.abs(left[:, 1]).max() < 1e-3


def test_the_shapes_of_a_picture_average_to_those_of_its_cells():
    picture = (head_motion.shapes(16 * CELLS) @ MOVED).reshape(16 * CELLS, 16 * CELLS, 2)
    small = cv2.resize(picture, (CELLS, CELLS), interpolation=cv2.INTER_AREA).reshape(-1, 2)
    np.testing.assert_allclose(small, head_motion.shapes() @ MOVED, atol=0.04)


def test_a_larger_scale_trusts_what_moves_on_its_own():
    cells = head_motion.shapes() @ MOVED
    cells[:40] += [0, 3]
    weights = np.ones(len(cells))
    near, far = (
        np.abs(head_motion.fit(cells, weights, scale=scale) - MOVED).max() for scale in (0.1, 10)
    )
    assert near < 0.05 < far
