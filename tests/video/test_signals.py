"""What the spotter's network reads: at any frame rate, from any reference, mirrored."""

import numpy as np
import pytest
import torch
from support.signals import filled, look, tracked

from mer.video import geometry, signals
from mer.video.signals import PARTS, RATE, VALUES, WINDOW, Signals, encode, mirrored
from mer.video.skin import beside_lids, skin
from mer.video.spotting import IntervalSpotter


def skin_of(found):
    grid, seen = found.window()
    return grid, seen[:, PARTS["skin"]]


@pytest.mark.parametrize("fps", [10, 30, 75])
def test_moments_do_not_depend_on_the_frame_rate(fps):
    grid, moved = skin_of(filled(lambda t: np.sin(2 * t), fps=fps))
    assert np.diff(grid) == pytest.approx(1 / RATE) and grid[0] == 0
    assert moved == pytest.approx(np.repeat(np.sin(2 * grid)[:, None], moved.shape[1], 1), abs=0.01)


def test_no_more_is_kept_than_a_window():
    found = filled(lambda t: 0.0, seconds=WINDOW + 3)
    grid, seen = found.window()
    assert len(grid) == pytest.approx(WINDOW * RATE, abs=1) and seen.shape == (len(grid), VALUES)
    assert len(found.frames) < 30 * WINDOW + 4


def test_motion_adds_up_over_references():
    found, spotter = Signals(), IntervalSpotter(beside_lids())
    for number in range(40):
        found.push(tracked(0.1 * (number % 20 + 1), look()), number / 25, spotter)
        if number == 19:
            found.rebase()
    assert skin_of(found)[1][-1] == pytest.approx(4.0, abs=0.01)
    found.push(tracked(0.0, look(), fresh=True), 1.6, spotter)
    assert skin_of(found)[1][-1] == pytest.approx(4.0, abs=0.01), "a slip moves nothing"


def test_another_face_forgets():
    found = filled(lambda t: t)
    found.forget()
    assert not found.frames and not found.looks


def test_a_head_turned_away_and_a_face_cut_off_are_told():
    assert not np.any(signals.hidden(filled(lambda t: 0.0).window()[1]))
    away, cut = signals.hidden(filled(lambda t: 0.0, turn=(0, 0.9, 0)).window()[1])
    assert away.all() and not cut.any()
    away, cut = signals.hidden(filled(lambda t: 0.0, whole=False).window()[1])
    assert cut.all() and not away.any()


def test_places_are_in_pixels():
    lips = [filled(lambda t: t, lips=size).window()[1] for size in (0.0, 0.1)]
    skin_first, skin_last = signals.places(lips[0])[[0, -1], 0]
    assert skin_last - skin_first == pytest.approx(1.96, abs=0.05)
    apart = np.abs(signals.places(lips[1]) - signals.places(lips[0])).max()
    assert apart == pytest.approx(0.1 * geometry.WIDTH, rel=0.01)


def test_a_mirrored_face_is_the_face_of_a_mirrored_picture():
    seen = torch.randn(2, 5, VALUES)
    assert torch.equal(mirrored(mirrored(seen)), seen)
    grid = skin().reshape(14, 14)
    motion = np.random.default_rng(0).normal(size=(14, 14, 2))
    both = []
    for part in (motion, motion[:, ::-1] * [-1, 1]):
        cells = part[grid > 0]
        found = Signals()
        found.push(tracked(cells, look()), 0.0, IntervalSpotter(beside_lids()))
        both.append(torch.from_numpy(found.window()[1]))
    assert torch.allclose(mirrored(both[0])[:, PARTS["skin"]], both[1][:, PARTS["skin"]])


def test_a_mirrored_turn_is_the_other_way():
    right, left = (
        torch.from_numpy(filled(lambda t: 0.0, turn=(0.2, turn, 0)).window()[1])
        for turn in (0.3, -0.3)
    )
    for part in ("head", "shape"):
        assert torch.allclose(mirrored(right)[:, PARTS[part]], left[:, PARTS[part]], atol=0.02)


def test_what_does_not_change_is_nothing_wherever_it_is():
    seen = torch.from_numpy(filled(lambda t: 0.0).window()[1])[None]
    elsewhere = seen.clone()
    for part in ("skin", "shape"):
        elsewhere[..., PARTS[part]] += 3
    assert torch.allclose(encode(seen), encode(elsewhere), atol=1e-4)
    assert encode(seen).shape[2] == seen.shape[1]


def test_a_window_shorter_than_its_lags_can_be_read():
    assert torch.isfinite(encode(torch.randn(1, 2, VALUES))).all()
