"""Acting of a schedule: faces and heads move as it says, whatever the camera."""

import numpy as np
import pytest
from support.takes import shown

from mer.people import takes
from mer.people.behaviour.acting import act
from mer.people.behaviour.performance import skin_shift
from mer.people.behaviour.schedule import EXPRESSIONS, schedules
from mer.people.body.clothes import dress

SEED = 3


@pytest.fixture(scope="module")
def plan():
    return schedules(SEED, 1, 2)


def dressed(subject):
    person = takes.sitter(SEED, subject)
    return dress(person.figure(), person.seed)


@pytest.mark.slow
def test_face_is_at_rest_at_the_onset_and_moves_most_at_the_apex():
    take = next(
        take
        for take in schedules(SEED, 9, 8)
        if shown(take, "macro", "blink") and len(shown(take, *EXPRESSIONS)) > 1
    )
    acting = act(dressed(take.subject), take, 200, SEED)
    show = acting.show

    def shift(seconds):
        expression = show.intensities[round(seconds * 200), :-2]
        return skin_shift(acting.figure, show.fields[:-2], expression).max()

    for event, peak in zip(take.events, acting.peaks, strict=True):
        if event.kind in EXPRESSIONS:
            assert shift(event.onset) < 0.02 * peak
            assert shift(event.apex) == pytest.approx(peak, rel=0.05)
            between = np.linspace(event.onset, event.offset, 15)
            assert max(map(shift, between)) < 1.1 * peak
            assert shift(event.offset) < 0.35 * peak
            assert shift(min(event.offset + 0.5, 7.99)) == 0
            assert (peak < 5) if event.kind == "micro" else (6 <= peak <= 14)
        elif event.kind == "blink":
            assert show.intensities[round(event.apex * 200), -1] > 0.7


@pytest.mark.slow
def test_two_cameras_see_the_same_performance(plan):
    figure = dressed(plan[0].subject)
    fast, slow = (act(figure, plan[0], fps, SEED) for fps in (200, 20))
    assert fast.show.actions == slow.show.actions
    np.testing.assert_allclose(fast.show.intensities[::10], slow.show.intensities, atol=1e-6)
    np.testing.assert_allclose(fast.motion[::10], slow.motion)
    np.testing.assert_allclose(fast.show.gaze[::10], slow.show.gaze)


@pytest.mark.slow
def test_head_moves_several_pixels_on_shoulders_that_stay():
    take = schedules(SEED, 1, 30, still=True)[0]
    acting = act(dressed(take.subject), take, 10, SEED)
    eyes = np.concatenate(acting.figure.head.eye_vertices)
    low = np.flatnonzero(acting.attached == 0)
    places = [acting.vertices(index) for index in range(0, 300, 5)]
    eyes = [acting.camera.project(place[eyes]).mean(0) for place in places]
    assert 4 < np.ptp(eyes, 0).max() < 60
    first = acting.camera.project(places[0][low])
    assert max(np.abs(acting.camera.project(p[low]) - first).max() for p in places) < 4
