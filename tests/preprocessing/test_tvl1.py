"""TV-L1 finds a shift, keeps borders sharp, and sees nothing where nothing moves."""

import cv2
import numpy as np
import pytest

from mer.preprocessing.tvl1 import tv_l1


@pytest.fixture(scope="module")
def skin():
    noise = np.random.default_rng(0).normal(size=(120, 100))
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2), None, 40, 210, cv2.NORM_MINMAX).astype(
        np.uint8
    )


def shifted(image, right, down):
    matrix = np.float32([[1, 0, right], [0, 1, down]])
    return cv2.warpAffine(image, matrix, image.shape[::-1], borderMode=cv2.BORDER_REFLECT)


@pytest.mark.parametrize("right, down", [(1.3, -0.7), (-3.5, 2.0), (0.0, 0.4)])
def test_tv_l1_finds_a_shift(skin, right, down):
    found = tv_l1(skin, shifted(skin, right, down))
    assert found.shape == (120, 100, 2) and found.dtype == np.float32
    error = np.linalg.norm(found - [right, down], axis=-1)[12:-12, 12:-12]
    assert error.mean() < 0.2


def test_tv_l1_keeps_a_sharp_border_between_moving_and_still(skin):
    apex = skin.copy()
    apex[:, 50:] = shifted(skin, 0, 1.5)[:, 50:]
    found = tv_l1(skin, apex)[20:-20, :, 1].mean(0)
    assert abs(found[:44].mean()) < 0.2 and found[56:88].mean() == pytest.approx(1.5, abs=0.25)


def test_tv_l1_of_equal_pictures_is_still(skin):
    assert np.abs(tv_l1(skin, skin)).max() < 1e-3
    flat = np.full((40, 40), 128, np.uint8)
    assert np.all(tv_l1(flat, flat) == 0)
