"""Clothes begin where a surface is cut along a level."""

import numpy as np
import pytest

from mer.people.body.clothes import clip


def test_clipping_cuts_a_surface_along_its_level():
    corners = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    level = 0.7 - corners[:, 0]
    kept, faces = clip(corners, triangles, level)
    a, b, c = (kept[faces[:, k]] for k in range(3))
    ab, ac = b - a, c - a
    areas = (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]) / 2
    assert (areas > 0).all() and areas.sum() == pytest.approx(0.7)
    assert kept[:, 0].max() == pytest.approx(0.7)
