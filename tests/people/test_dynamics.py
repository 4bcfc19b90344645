"""The course of an expression, and small movements that tell nothing of it."""

import numpy as np
import pytest

from mer.people.behaviour import dynamics
from mer.people.behaviour.dynamics import activation

SPAN = (50, 120)
MOMENTS = np.arange(50, 121)


def test_activation_rests_at_the_onset_peaks_at_the_apex_and_falls_more_slowly():
    numbers = np.arange(10, 61)
    curve = activation(numbers, 10, 30, 60, np.random.default_rng(0))
    assert curve[0] == 0 and curve[1] < 0.01
    assert numbers[curve.argmax()] == 30 and curve.max() == 1
    assert np.all(np.diff(curve[:21]) > 0) and np.all(np.diff(curve[20:]) < 0)
    assert 0.04 < curve[-1] < 0.31


@pytest.mark.parametrize("move", [
    lambda name, n: dynamics.gaze_path(3, "sub01", name, n, SPAN),
    lambda name, n: dynamics.blinks(3, "sub01", name, n, SPAN, (50, 80)),
    lambda name, n: np.hstack(dynamics.head_motion(3, "sub01", name, n, 50)),
    lambda name, n: dynamics.flicker(3, "sub01", name, n),
])  # fmt: skip
def test_distractors_are_the_same_on_thinned_frames_and_differ_between_sequences(move):
    whole = move("EP01_01", MOMENTS)
    assert np.allclose(move("EP01_01", MOMENTS[::7]), whole[::7])
    assert any(not np.allclose(move(f"EP02_{k:02d}", MOMENTS), whole) for k in range(20))


def test_blinks_close_the_eyes_briefly_and_leave_the_key_frames_open():
    numbers, keys = np.arange(0, 2000), (300, 700)
    shown = [dynamics.blinks(3, "sub01", f"t{k}", numbers, (0, 2000), keys) for k in range(30)]
    closed = np.array(shown)
    assert closed.min() == 0 and 0.7 < closed.max() <= 1
    assert closed[:, keys].max() <= 0.5
    lengths = [
        np.diff(np.flatnonzero(np.diff(np.r_[0, one > 0, 0]))).reshape(-1)[::2] for one in closed
    ]
    assert np.median(np.concatenate(lengths)) * 5 == pytest.approx(225, abs=60)  # milliseconds
    whole = sum((np.diff(np.r_[0, one > 0.5]) > 0).sum() for one in closed)
    assert 0.1 < whole / (len(closed) * 10) < 0.5  # a second: 6 to 30 a minute


def test_gaze_jumps_and_rests():
    path = dynamics.gaze_path(3, "sub01", "t", np.arange(0, 4000), (0, 4000))
    speed = np.linalg.norm(np.diff(path, axis=0), axis=1) * dynamics.FPS  # radians a second
    assert np.median(speed) < 0.1 and speed.max() > 0.7
    assert np.abs(path).max() < np.radians(20)


def test_head_starts_at_the_onset_pose_and_moves_little():
    for k in range(20):
        turns, shifts = dynamics.head_motion(3, "sub01", f"t{k}", MOMENTS, 50)
        assert np.all(turns[0] == 0) and np.all(shifts[0] == 0)
        assert 0 < np.abs(shifts).max() < 2e-3 and np.abs(turns).max() < 0.01
