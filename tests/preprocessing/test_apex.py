"""The spotter finds a planted peak, between frames too, and never the ends."""

import numpy as np
import pytest

from mer.preprocessing import apex


def sequence(peak, numbers, drift=0.0, seed=0):
    """A bright spot that swells until `peak` and shrinks again, with noise and drifting light."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:60, :60]
    frames = []
    for number in numbers:
        rise = np.interp(number, [numbers[0], peak, numbers[-1]], [0, 1, 0])
        spot = 60 * rise * np.exp(-((x - 30) ** 2 + (y - 40) ** 2) / 60)
        light = drift * (number - numbers[0])
        frames.append(100 + spot + light + rng.normal(0, 2, (60, 60)))
    return np.clip(frames, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("peak", [12, 25, 44])
def test_the_peak_is_found(peak):
    numbers = list(range(61))
    found = apex.spot(numbers, apex.difference_curve(sequence(peak, numbers)))
    assert abs(found - peak) <= 2


def test_the_peak_is_refined_between_thinned_frames():
    numbers = list(range(100, 161, 6))
    curve = [-((n - 127.0) ** 2) for n in numbers]
    assert apex.spot(numbers, np.array(curve)) == 127


@pytest.mark.parametrize("drift", [0.25, -0.25])
def test_changing_light_does_not_pull_the_apex_away(drift):
    numbers = list(range(61))
    frames = sequence(20, numbers, drift=drift)
    change = abs(float(frames[-1].mean()) - float(frames[0].mean()))
    assert change > 10, "the light changes more than the expression"
    assert abs(apex.spot(numbers, apex.difference_curve(frames)) - 20) <= 3


def test_flicker_is_no_expression():
    numbers = list(range(61))
    frames = sequence(30, numbers).astype(float)
    gain = 1 + 0.05 * np.random.default_rng(1).standard_normal(61)
    flicker = np.clip(frames * gain[:, None, None], 0, 255).astype(np.uint8)
    assert abs(apex.spot(numbers, apex.difference_curve(flicker)) - 30) <= 3


def test_two_frames_give_the_midpoint():
    assert apex.spot([10, 31], np.zeros(2)) == 20 == apex.midpoint(10, 31)


def test_nearest_frame_on_disk():
    assert apex.nearest([10, 16, 22, 25], 20) == 22
