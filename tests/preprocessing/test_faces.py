"""Faces are cut the same way in every frame."""

import numpy as np

from mer.preprocessing import faces


def test_a_frame_without_a_face_gives_its_centre_and_says_so():
    box = faces.locate(np.full((340, 280, 3), 127, np.uint8))
    assert box == faces.Box(0, 30, 280, found=False)


def test_a_box_stays_inside_the_frame():
    wide = faces.widen(faces.Box(0, 10, 270), 340, 280)
    assert wide.x >= 0 and wide.x + wide.side <= 280 and wide.y + wide.side <= 340


def test_cut_keeps_what_is_in_the_box():
    frame = np.zeros((100, 100, 3), np.uint8)
    frame[20:60, 30:70] = 200
    assert faces.cut(frame, faces.Box(30, 20, 40), 80).min() >= 199
    assert faces.cut(frame, faces.Box(30, 20, 40), 20).shape == (20, 20, 3)


def test_flow_is_scaled_with_its_face():
    field = np.full((100, 100, 2), 3, np.float32)
    assert np.allclose(faces.cut_flow(field, faces.Box(10, 10, 50), 100), 6)
