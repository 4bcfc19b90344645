"""Large expressions, found by landmarks: rest, turns, long ones and starts in the middle."""

import numpy as np
import pytest
from support.demo_film import bump

from mer.video.landmark_spotting import LandmarkSpotter

REST = np.array([0.2, 0.015, 0.57, -0.745])
NOISE = np.array([0.003, 0.004, 0.006, 0.004])


def spot(changes, seconds=8.0, rate=10, angles=lambda t: (0, 0, 0), rest=REST):
    """The intervals of a face whose measures change by `changes(t)` (4,)."""
    spotter, random, found = LandmarkSpotter(), np.random.default_rng(0), []
    for time in np.arange(0, seconds, 1 / rate):
        measures = rest + changes(time) + random.normal(0, NOISE)
        held = np.array(angles(time), float)
        found.append(spotter.push(time, measures, held, spotter.ways(measures, held)))
    return [interval for interval in found if interval], spotter


def brows(size):
    return np.array([size, 0, 0, 0])


def lips(size):
    return np.array([0, size, 0, 0])


@pytest.mark.parametrize("rate", [5, 12])
@pytest.mark.parametrize("change", [brows(0.05), lips(0.15), [0, 0, 0.1, 0.05], brows(-0.06)])
def test_an_expression_is_an_interval(change, rate):
    (found,), spotter = spot(lambda t: np.multiply(change, bump(t, 3, 1.6)), rate=rate)
    assert abs(found.onset - 3.2) < 0.3 and abs(found.offset - 4.4) < 0.3
    assert abs(found.apex - 3.8) < 0.25 and found.seen and found.peak > 1.5
    assert spotter.mouth == (change[0] == 0)


@pytest.mark.parametrize(
    "changes, more",
    [
        (lambda t: np.zeros(4), {}),
        (lambda t: brows(0.015 * bump(t, 3, 1.5)), {}),  # too small
        (lambda t: brows(0.05 * bump(t, 3, 0.3)), {}),  # over as soon as a blink
        (lambda t: brows(0.003 * t), {}),  # the face sinks slowly
        (
            lambda t: brows(0.03 * bump(t, 3, 2)),
            {"angles": lambda t: (40 * bump(t, 3, 2), 0, 0)},
        ),  # what a turn adds
    ],
    ids=["rest", "small", "short", "drift", "turn"],
)
def test_what_is_no_expression(changes, more):
    assert spot(changes, **more)[0] == []


def test_a_long_expression_is_not_taken_for_rest():
    found, _ = spot(lambda t: lips(0.12 * (2 < t < 9)), seconds=14)
    assert len(found) == 1 and found[0].offset - found[0].onset > 6.5


def test_what_is_held_for_good_is_a_new_rest():
    found, spotter = spot(lambda t: brows(0.05 * (t > 2)), seconds=16)
    assert found == [] and spotter.open is None and spotter.amount < 0.5


def test_a_dip_does_not_end_an_expression_and_rest_does():
    dip, _ = spot(lambda t: lips(0.12 * (2 < t < 5) * (not 3.2 < t < 3.35)), rate=20)
    apart, _ = spot(lambda t: lips(0.12 * (2 < t < 5) * (not 3 < t < 3.6)), rate=20)
    assert len(dip) == 1 and len(apart) == 2
    assert apart[0].offset <= apart[1].onset


def test_a_face_met_with_its_mouth_open_comes_to_rest():
    found, spotter = spot(lambda t: lips(0.2 * (t < 1.5)) + lips(0.1 * bump(t, 5, 1.5)))
    (one,) = found
    assert 4.9 < one.onset < 5.8 and spotter.amount < 0.6


def test_hidden_measures_have_no_vote():
    spotter = LandmarkSpotter()
    for time in np.arange(0, 6, 0.1):
        measures = REST + lips(0.15 * bump(time, 2, 1.5))
        ways = spotter.ways(measures, np.zeros(3)) * [1, 0, 0, 0, 0]
        assert spotter.push(time, measures, np.zeros(3), ways) is None and spotter.open is None


def test_a_smile_is_a_wider_mouth_and_higher_corners_together():
    spotter, level = LandmarkSpotter(), np.zeros(3)
    for time in np.arange(0, 2, 0.1):
        spotter.push(time, REST, level, spotter.ways(REST, level))
    smile = spotter.ways(REST + [0, 0, 0.04, 0.023], level)
    wide = spotter.ways(REST + [0, 0, 0.04, -0.023], level)
    assert smile[:4].max() < 1 < smile.max() and wide.max() < 1


def shown(covers, change, seconds=10.0):
    """The intervals of a face whose brows rise by `change(t)`, while `covers(t)` or not."""
    spotter, found, hidden = LandmarkSpotter(), [], False
    for time in np.arange(0, seconds, 0.1):
        measures = REST + brows(change(time))
        if covers(time) != hidden:
            hidden = covers(time)
            found.append(spotter.cover(time, hidden))
            continue
        found.append(spotter.push(time, measures, np.zeros(3), spotter.ways(measures, np.zeros(3))))
    return [one for one in found if one]


def test_a_covered_face_has_a_rest_of_its_own():
    def covers(t):
        return 3 <= t < 8

    dragged = shown(covers, lambda t: 0.05 * covers(t))
    (raised,) = shown(covers, lambda t: 0.05 * covers(t) + 0.05 * (5 < t < 6.5))
    (before,) = shown(covers, lambda t: 0.05 * (1.5 < t < 3) + 0.09 * covers(t))
    assert dragged == []
    assert abs(raised.onset - 5) < 0.2 and abs(raised.offset - 6.5) < 0.2
    assert abs(before.onset - 1.5) < 0.2 and abs(before.offset - 3) < 0.3
