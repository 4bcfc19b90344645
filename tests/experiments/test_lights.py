"""Another light: how it falls on a face, and what a network is then shown of it."""

import numpy as np

from mer.experiments import lights, strangers
from mer.preprocessing import contrast


def faces(seed=0):
    rng = np.random.default_rng(seed)
    return [np.full((64, 64, 3), 90, np.uint8) + rng.integers(0, 90, (64, 64, 3), np.uint8)] * 2


def test_a_stop_halves_the_light():
    grey = np.full((4, 10, 3), 200, np.uint8)
    one = lights.Light("one stop", 1, 1)(grey)
    assert (one == round(200 * 0.5 ** (1 / 2.2))).all()
    assert (lights.RECORDED(grey) == grey).all()


def test_light_from_one_side_falls_smoothly():
    row = lights.SIDE(np.full((4, 60, 3), 200, np.uint8))[0, :, 0].astype(int)
    assert row[-1] == 200 and row[0] == round(200 * 2 ** (-4 / 2.2))
    assert (np.diff(row) >= 0).all() and np.diff(row).max() < 8


def test_a_lit_face_is_the_apex_in_that_light_and_contrast():
    onset, apex = faces()[0], faces(1)[0]
    plain = lights.lit_face(onset, apex, "none", "as recorded", 64)
    assert (plain == apex).all()
    dark = lights.lit_face(onset, apex, "equalised", "dark", 64)
    assert (dark == contrast.EQUALISED(lights.DARK(apex))).all()
    assert lights.lit_face(onset, apex, "none", "dark", 16).shape == (16, 16, 3)


def test_a_lit_flow_is_that_of_two_frames_in_one_light():
    onset, apex = faces()
    apex = np.roll(apex, 2, axis=1)
    flow = lights.lit_flow(onset, apex, "none", "as recorded", 16)
    np.testing.assert_array_equal(flow, strangers.study_flow(onset, apex, 16))
    dark = lights.lit_flow(onset, apex, "none", "dark", 16)
    lit = strangers.study_flow(lights.DARK(onset), lights.DARK(apex), 16)
    np.testing.assert_array_equal(dark, lit)
