"""Contrast: luminance is spread, colour kept; and pictures that are none are refused."""

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData, MerError
from mer.experiments.lights import DARK
from mer.preprocessing import contrast


@pytest.fixture
def face():
    """A dull picture: brown grey levels between 60 and 120, darker to the left."""
    across = np.linspace(60, 120, 64)[None, :] + np.random.default_rng(0).normal(0, 3, (64, 64))
    return np.clip(across[..., None] * [0.7, 0.9, 1.1], 0, 255).astype(np.uint8)


def spread(picture):
    return np.ptp(contrast.luminance(picture).astype(int))


def test_none_gives_the_picture_itself(face):
    assert contrast.NONE(face) is face


def test_equalising_uses_all_grey_levels_evenly(face):
    equal = contrast.EQUALISED(contrast.luminance(face))
    share = contrast.grey_levels(equal)
    assert np.ptp(equal) == 255
    assert share[:128].sum() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("change", contrast.ALL[1:], ids=lambda change: change.name)
def test_every_change_spreads_luminance_and_keeps_hue(face, change):
    changed = change(face)
    assert changed.shape == face.shape and changed.dtype == np.uint8
    assert spread(changed) > spread(face)
    before, after = (cv2.cvtColor(p, cv2.COLOR_BGR2HSV)[..., 0] for p in (face, changed))
    middle = (changed.max(2) < 250) & (changed.max(2) > 60)  # neither cut off nor near black
    assert np.median(np.abs(before.astype(int) - after)[middle]) <= 1


def test_a_higher_limit_or_smaller_tiles_change_more(face):
    apart = [
        np.abs(contrast.clahe(*settings)(face).astype(int) - face).mean()
        for settings in ((1, 8), (8, 8))
    ]
    assert apart[0] < apart[1]
    one, many = (contrast.clahe(8, tiles)(face)[:, :8].mean() for tiles in (1, 8))
    assert many > one + 5  # the dark edge is stretched by itself only with tiles of its own


def test_equalising_undoes_a_dimmer_lamp_up_to_rounding(face):
    bright, dim = (contrast.EQUALISED(picture).astype(int) for picture in (face, DARK(face)))
    assert np.abs(bright - dim).mean() < 0.2 * np.abs(face.astype(int) - DARK(face)).mean()


@pytest.mark.parametrize(
    "picture",
    [np.zeros((8, 8, 3), np.float32), np.zeros((8, 8, 4), np.uint8), np.zeros(8, np.uint8)],
)
def test_what_is_no_picture_is_refused(picture):
    for change in (contrast.NONE, contrast.EQUALISED):
        with pytest.raises(BadData, match="blue-green-red"):
            change(picture)


@pytest.mark.parametrize("clip, tiles", [(0, 8), (-1, 8), (2, 0)])
def test_clahe_needs_a_limit_and_a_tile(clip, tiles):
    with pytest.raises(MerError, match="clip limit"):
        contrast.clahe(clip, tiles)


def test_settings_have_names_of_their_own():
    assert len({one.name for one in contrast.ALL}) == 6
    assert contrast.CLAHE[0].name == "CLAHE 2, 8 x 8"
