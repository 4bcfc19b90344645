"""A performance: as strong as a micro-expression, and no leak of the class."""

from dataclasses import replace

import numpy as np
import pytest

from mer.people.behaviour.coding import parts
from mer.people.behaviour.performance import BLINK, peak_displacement, perform, pose, skin_shift
from mer.people.body.action_units import facial_actions
from mer.people.casme2_statistics import EMOTIONS
from mer.people.identity import identity
from mer.people.rng import stream
from mer.study.profiles import PROFILES


@pytest.fixture(scope="module")
def part():
    return next(part for part in parts(PROFILES["full"].people, 3) if part.subject == "sub15")


def everything():
    return [part for seed in range(12) for part in parts(PROFILES["full"].people, seed)]


def coded(show, part):
    wanted = facial_actions(part.action_units)
    return [show.actions.index(action) for action in wanted]


@pytest.mark.parametrize("units", ["4+7", "12", "17", "1", "L10"])
def test_displacement_is_that_of_a_micro_expression_whatever_the_action(actor, part, units):
    show = perform(actor, replace(part, action_units=units), 3, 60)
    at_apex = show.intensities[show.numbers.tolist().index(part.true_apex)]
    moved = skin_shift(actor, show.fields[:-2], at_apex[:-2])
    assert 0.8 <= moved.max() <= 4.5
    assert moved.max() == pytest.approx(show.peak, rel=1e-3)


def test_leader_peaks_at_the_true_apex_and_all_rest_at_the_onset(actor, part):
    for units in ("4+7+9", "6+12", "15+17"):
        show = perform(actor, replace(part, action_units=units), 3, 1)
        curve = show.intensities[:, show.actions.index(show.leader)]
        assert show.numbers[curve.argmax()] == part.true_apex
        assert show.leader in facial_actions(units)
        assert np.all(show.intensities[0, :-2] == 0)
        assert np.all(show.intensities[:, :-2] >= 0)


def test_coded_actions_are_stronger_than_their_company(actor, part):
    part = replace(part, action_units="12")
    show = perform(actor, part, 3, 60)
    own = coded(show, part)
    others = [i for i in range(len(show.actions) - 2) if i not in own]
    reach = np.array(
        [
            skin_shift(actor, show.fields[i : i + 1], np.ones(1)).max()
            for i in range(len(show.actions) - 2)
        ]
    )
    seen = show.intensities[:, :-2].max(0) * reach
    assert others and seen[others].max() < 0.6 * seen[own].max()


def test_distractors_ignore_the_emotion(actor, part):
    one = perform(actor, part, 3, 60)
    other = perform(actor, replace(part, emotion="sadness", action_units="1"), 3, 60)
    assert one.peak == other.peak
    for name in ("turns", "shifts", "gaze"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.intensities[:, -2:], other.intensities[:, -2:])
    assert one.actions[-2:] == other.actions[-2:] == BLINK


def test_lids_slide_over_the_eyeball(actor, part):
    show = perform(actor, part, 3, 60)
    still = replace(show, turns=0 * show.turns, shifts=0 * show.shifts)
    for closed in (0.3, 0.6, 0.9):
        strengths = np.zeros_like(show.intensities)
        strengths[:, -2:] = closed
        place = pose(actor, replace(still, intensities=strengths), 0)
        for lid in show.lids:
            distance = np.linalg.norm(place[lid.vertices] - lid.centre, axis=1)
            assert np.all(distance > lid.least - 1e-6)


def test_emotions_are_equally_strong():
    person = identity(3, "sub15")
    rows = [part for part in everything() if part.emotion in EMOTIONS[:5]]
    drawn = {}
    for row in rows:
        peak = peak_displacement(person, stream(0, row.subject, row.name, "strength"))
        drawn.setdefault(row.emotion, []).append(peak)
    medians = [np.median(values) for name, values in drawn.items() if name != "sadness"]
    assert max(medians) / min(medians) < 1.15
