"""The atlas of the skin: the face upright, at an even resolution."""

import numpy as np
import pytest

from mer.people.body import atlas


def test_atlas_shows_the_face_upright_at_an_even_resolution(place):
    right, forward, up = np.moveaxis(place[: atlas.ROLL], -1, 0)
    front = (np.abs(right) < 55) & (np.abs(up + 20) < 70) & (forward > -40)
    assert front.sum() > 50_000
    x, y = np.moveaxis(atlas.texel(right, forward, up)[front], -1, 0)
    rows, columns = np.nonzero(front)
    assert np.percentile(np.hypot(x - columns, y - rows), 99) < 1
    assert np.nanmedian(-np.gradient(up, axis=0)[front]) == pytest.approx(1 / atlas.DENSITY, 0.02)


def test_ears_have_islands_of_their_own(head):
    own = head.corners >= len(head.template)
    rows = head.texels[head.corners][..., 1]
    assert np.array_equal(rows > atlas.ROLL, own)
    ears = (head.template[head.triangles[own]] - head.eyes.mean(0)) * 1000
    assert np.abs(ears[:, 0]).min() > 55
    assert len(np.unique(head.triangles[own])) > 500
