"""What covers a face, or opens its mouth, changes some blocks of it and leaves others alike."""

import cv2
import numpy as np
import pytest

from mer.video.likeness import BLOCKS, Likeness
from mer.video.pictures import SIZE


def face(seed=0):
    """A picture with structure everywhere, (SIZE, SIZE) uint8."""
    noise = np.random.default_rng(seed).normal(0, 1, (SIZE, SIZE))
    smooth = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def covered():
    picture = face()
    picture[77:] = face(1)[77:]
    return picture


def watched(pictures, step=0.1):
    likeness = Likeness()
    return [likeness.push(picture, step * n) for n, picture in enumerate(pictures)]


def rows(alike):
    return alike.reshape(BLOCKS, BLOCKS).mean(axis=1)


def test_a_face_that_stays_is_alike():
    assert np.min(watched([face()] * 5)) > 0.999


def test_light_changes_nothing():
    dark = (0.6 * face() + 20).astype(np.uint8)
    assert np.min(watched([face(), face(), dark])) > 0.98


def test_what_covers_the_mouth_leaves_the_brows_alike():
    usual, before = watched([face()] * 9 + [covered()])[-1]
    for alike in (usual, before):
        assert rows(alike)[:2].min() > 0.99 and rows(alike)[4] < 0.4


def test_what_stays_is_soon_as_before_and_later_usual():
    found = watched([face()] * 9 + [covered()] * 200)
    usual, before = found[20]
    assert rows(before)[4] > 0.99 and rows(usual)[4] < 0.7
    assert rows(found[-1][0])[4] > 0.9


def test_a_plain_block_cannot_be_told_apart():
    plain = np.full((SIZE, SIZE), 90, np.uint8)
    assert watched([plain, face()])[-1] == pytest.approx(1)


def test_another_face_is_not_compared_with_the_one_before():
    likeness = Likeness()
    likeness.push(face(), 0.0)
    likeness.forget()
    assert likeness.push(face(1), 0.1).min() > 0.999
