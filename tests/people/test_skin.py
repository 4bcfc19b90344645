"""Skin: texture that flow can follow, and the same paint for the same seed."""

import cv2
import numpy as np
import pytest
from support.people import first

from mer.people.body.skin import paint
from mer.people.identity import identity


@pytest.mark.slow
def test_paint_is_the_same_for_the_same_seed(head, place):
    person = identity(3, "sub15")
    atlas = paint(head, place, person, 3)
    assert atlas.shape == (*head.atlas, 3) and atlas.dtype == np.float32
    assert atlas.min() > 0 and atlas.max() <= 1
    assert np.array_equal(atlas, paint(head, place, person, 3))
    assert not np.array_equal(atlas, paint(head, place, person, 4))


@pytest.mark.parametrize("light", [True, False])
def test_skin_has_fine_texture_that_flow_can_follow_but_no_rash(head, place, light):
    seed, person = first(lambda p: p.tone < 0.1 if light else p.tone > 0.9)
    grey = 255 * cv2.cvtColor(paint(head, place, person, seed), cv2.COLOR_RGB2GRAY)
    cheek = (np.abs(place[..., 0] - 38) < 12) & (np.abs(place[..., 2] + 28) < 9)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 6)
    assert 1.2 < fine[cheek].std() < 6
    chroma = cv2.cvtColor(paint(head, place, person, seed), cv2.COLOR_RGB2Lab)[..., 1]
    assert (chroma - cv2.GaussianBlur(chroma, (0, 0), 12))[cheek].std() < 2.5
