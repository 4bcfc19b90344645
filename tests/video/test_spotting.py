"""Clocks, cells and intervals on numbers alone: no picture is looked at here."""

import cv2
import numpy as np
import pytest
from support.demo_film import bump, frame

from mer.preprocessing import head_motion
from mer.video import pictures, skin, tracking
from mer.video.spotting import IntervalSpotter, Moment
from mer.video.timestamps import Clock, FileClock

CELLS = int(skin.skin().sum())


def spot(moves, seconds=4.0, fps=60, place=lambda t: (0.0, 0.0), eyes=lambda t: 0.0):
    """The intervals of a face of which the first 12 cells move by `moves(t)` pixels."""
    spotter, found = IntervalSpotter(np.arange(CELLS) < 6), []
    noise = np.random.default_rng(0)
    for time in np.arange(0, seconds, 1 / fps):
        cells = noise.normal(0, 0.01, (CELLS, 2))
        cells[:12, 0] += moves(time)
        found.append(spotter.push(Moment(time, cells, np.array(place(time)), eyes(time))))
    return [interval for interval in found if interval], spotter


@pytest.mark.parametrize("fps", [25, 100])
def test_a_movement_is_an_interval(fps):
    (found,), _ = spot(lambda t: bump(t, 1.5, 0.5, 0.8), fps=fps)
    assert abs(found.onset - 1.5) < 0.12 and abs(found.offset - 2.0) < 0.12
    assert abs(found.apex - 1.75) < 0.06 and 0.6 < found.peak < 0.9


@pytest.mark.parametrize(
    "moves, more",
    [
        (lambda t: 0.0, {}),
        (lambda t: 0.08 * t, {}),  # the head's slow turning
        (lambda t: bump(t, 1.5, 0.5, 0.08), {}),  # too weak
        (lambda t: 0.6 * (t > 1.5), {}),  # does not come back
        (lambda t: bump(t, 1.5, 0.05, 0.8), {}),  # over within a single frame or two
        (lambda t: bump(t, 1.5, 0.6, 0.5), {"place": lambda t: (0.0, bump(t, 1.5, 0.6, 9))}),
    ],
    ids=["rest", "drift", "weak", "a new rest", "flash", "nod"],
)
def test_what_is_no_expression(moves, more):
    assert spot(moves, **more)[0] == []


def test_eyes_that_blink_silence_the_cells_beside_them_only():
    spotter = IntervalSpotter(np.arange(CELLS) < 12)
    for time in np.arange(0, 3, 1 / 60):
        cells = np.zeros((CELLS, 2))
        cells[:12] = bump(time, 1.5, 0.3, 0.5)
        spotter.push(Moment(time, cells, np.zeros(2), bump(time, 1.5, 0.3, 30)))
        assert spotter.open is None


def test_what_a_nod_leaves_behind_does_not_hide_an_expression():
    (found,), _ = spot(lambda t: 0.3 * min(max(t - 1.0, 0) * 5, 1) + bump(t, 2.1, 0.5, 0.9))
    assert abs(found.onset - 2.1) < 0.15 and abs(found.offset - 2.6) < 0.15


def test_a_new_reference_is_no_movement():
    spotter = IntervalSpotter(np.zeros(CELLS, bool))
    for number in range(60):
        moment = Moment(number / 30, np.full((CELLS, 2), 0.004 * (number % 30)), np.zeros(2), 0.0)
        spotter.push(moment)
        if number == 29:
            spotter.rebase(moment)
        assert spotter.open is None and spotter.strength < 0.1


def test_another_face_forgets_what_was_open():
    _, spotter = spot(lambda t: 0.8 * min(max(t - 1.5, 0) * 5, 1), seconds=2.2)
    assert spotter.open and not spotter.calm
    spotter.forget()
    assert spotter.open is None and spotter.calm and spotter.strength == 0


# -- clocks -----------------------------------------------------------------------------------


def test_a_clock_counts_from_the_first_frame_and_keeps_the_order():
    clock = Clock()
    steps = [clock.tick(time) for time in (7.0, 7.1, 7.1, 7.05, 7.2, 9.0)]
    assert steps == [0.0, pytest.approx(0.1), None, None, pytest.approx(0.1), pytest.approx(1.8)]
    assert clock.time == pytest.approx(2.0) and clock.frames == 6
    assert clock.stale == 2 and clock.gaps == 1
    assert np.isnan(Clock().rate())


def test_the_frame_rate_is_not_that_of_rounded_times():
    clock = Clock()
    for number in range(40):
        clock.tick(round(number / 30, 3))
    assert clock.rate() == pytest.approx(30, abs=0.01)
    clock.tick(9.0)  # a gap
    assert clock.rate() == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize(
    "rate, step",
    [(25.0, 1 / 25), (200.0, 1 / 200), (0.0, 1 / 30), (float("nan"), 1 / 30), (90_000.0, 1 / 30)],
)
def test_a_file_without_timestamps_gets_the_rate_in_its_head_or_the_usual_one(rate, step):
    clock = FileClock(rate)
    assert [clock.time(0.0) for _ in range(3)] == pytest.approx([0, step, 2 * step])
    assert clock.mended == 2


def test_a_files_timestamps_are_believed_unless_they_leap_or_run_back():
    clock = FileClock(30)
    found = [clock.time(said) for said in (5.0, 5.04, 5.1, 4000.0, 4000.04, 3.0, float("nan"))]
    assert np.diff(found) == pytest.approx([0.04, 0.06, 1 / 30, 0.04, 1 / 30, 1 / 30])
    assert clock.mended == 3


# -- cells and faces --------------------------------------------------------------------------


def test_a_moving_head_is_taken_out_and_a_smile_is_not():
    head = head_motion.shapes() @ np.array([[1.0, -0.5], [0.3, 0.1], [-0.2, 0.2], [0.4, 0.0]])
    smile = np.zeros_like(head)
    smile[140:148] = 0.0, -1.0
    weights = np.ones(len(head))
    assert np.abs(head - head_motion.shapes() @ head_motion.fit(head, weights)).max() < 1e-3
    left = head + smile - head_motion.shapes() @ head_motion.fit(head + smile, weights)
    assert np.abs(left[140:148, 1] + 1).max() < 0.1 and np.abs(left[:120]).max() < 0.1


def test_the_eyes_are_no_skin_and_what_lies_beside_them_is_known():
    cells = skin.skin().reshape(head_motion.CELLS, head_motion.CELLS)
    assert cells.sum() == len(skin.beside_lids()) and skin.beside_lids().any()
    row = int(0.35 * head_motion.CELLS)
    assert cells[row].sum() < cells[row + 4].sum() and cells[:, 0].sum() == 0


def test_a_face_is_followed_through_shift_turn_and_growth():
    tracker, first = tracking.Tracker(), frame()
    start = tracker.follow(first, 0.0)
    assert start.fresh and not start.cells.any()
    for number in range(1, 16):
        now = turned(first, angle=0.4 * number, grow=1 + 0.004 * number, right=2.0 * number)
        found = tracker.follow(now, number / 30)
    assert found and np.abs(found.cells).max() < 0.3
    box = found.box
    assert abs(box.side / start.box.side - 1.06) < 0.02
    angle = np.degrees(np.arctan2(found.pose[1, 0], found.pose[0, 0]))
    assert abs(abs(angle) - 6) < 0.6


def turned(picture, angle, grow, right):
    matrix = cv2.getRotationMatrix2D((320, 240), angle, grow)
    matrix[0, 2] += right
    return cv2.warpAffine(picture, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)


def test_a_wall_loses_the_face_and_a_face_is_found_again():
    tracker = tracking.Tracker()
    assert tracker.follow(frame(), 0.0)
    assert tracker.follow(np.full((480, 640, 3), 80, np.uint8), 0.1) is None
    assert tracker.follow(frame(), 0.2).fresh


def test_large_frames_are_shrunk_and_small_ones_are_not_grown():
    small, factor = pictures.shrunk(np.zeros((2160, 3840, 3), np.uint8), 960)
    assert small.shape == (540, 960, 3) and factor == 0.25
    assert pictures.shrunk(frame(), 960)[1] == 1.0
