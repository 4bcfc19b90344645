"""The spotter of the field: peaks of regional flow, without the head's motion."""

from itertools import pairwise

import numpy as np
import pytest
from support.demo_film import bump, film, frame

from mer.video.regional_flow import RegionalFlow


def spotted(frames):
    spotter = RegionalFlow()
    for picture, time in frames:
        spotter.push(picture, time)
    return spotter.close()


@pytest.mark.parametrize("fps", [30, 60])
def test_a_quick_smile_is_a_peak_whatever_the_frame_rate(fps):
    found = spotted(film(3.0, fps, smile=lambda t: bump(t, 1.4, 0.5, 5)))
    highest = max(found, key=lambda one: one.height)
    assert (highest.onset + highest.offset) / 2 == pytest.approx(1.65, abs=0.2)
    assert {round(one.offset - one.onset, 2) for one in found} <= {0.4, 1.2}
    assert all(one.micro == (one.offset - one.onset < 0.5) for one in found)


def test_movements_do_not_overlap_and_are_in_order():
    found = spotted(film(5.0, 30, smile=lambda t: bump(t, 0.9, 0.5, 5) + bump(t, 3.0, 1.5, 5)))
    assert len(found) > 1
    assert all(one.offset <= other.onset for one, other in pairwise(found))


def test_what_the_nose_does_too_is_the_head():
    moving, still = (RegionalFlow() for _ in range(2))
    for number in range(25):
        shift = (0.4 * number, 0.0)
        moving.push(frame(shift=shift, number=number), number / 30)
        still.push(frame(smile=5 * (number > 10), number=number), number / 30)
    assert max(moving._scores["micro"]) < max(still._scores["micro"]) / 2


def test_without_a_face_or_with_few_frames_nothing_is_found():
    grey = np.full((480, 640, 3), 80, np.uint8)
    assert spotted((grey, n / 30) for n in range(60)) == []
    assert spotted((frame(number=n), n / 30) for n in range(5)) == []
    assert RegionalFlow().close() == []
