"""From judgements to intervals and states: what is final, what goes on, what is never told."""

import numpy as np
import pytest
from support.demo_film import bump
from support.signals import CELLS, look, tracked

from mer.video.signals import RATE
from mer.video.spotter import Spotter


class Scripted:
    """A judge that says what it was told to, about the moments of the last window."""

    def __init__(self, expression=lambda t: 0.0, speaking=lambda t: 0.0, covered=lambda t: 0.0):
        self.courses = expression, speaking, covered
        self.now = 0.0

    def judge(self, seen):
        last = np.floor(self.now * RATE + 1e-6)
        times = np.arange(last - len(seen) + 1, last + 1) / RATE
        return np.array([[float(course(t)) for course in self.courses] for t in times])


def watched(script, seconds=6.0, fps=30, size=lambda t: 0.0, **more):
    """The intervals, when each was told, and the spotter, of a face whose lips open by `size`."""
    spotter, found = Spotter(script), []
    for time in np.arange(0, seconds, 1 / fps):
        script.now = time
        shown = look(**{"lips": 0.015 + size(time), **more})
        face = tracked(0.0, shown, fresh=time == 0)
        found += [(one, time) for one in spotter.push(face, time)]
    found += [(one, seconds) for one in spotter.close()]
    return [one for one, _ in found], [time for _, time in found], spotter


def between(onset, offset, likely=0.9):
    return lambda t: likely * (onset < t < offset)


@pytest.mark.parametrize("length", [0.2, 0.5, 2.0, 6.0])
@pytest.mark.parametrize("fps", [10, 30])
def test_an_expression_is_told_once_and_soon(length, fps):
    (found,), (told,), _ = watched(Scripted(between(1.5, 1.5 + length)), 9.0, fps)
    assert abs(found.onset - 1.5) < 0.05 and abs(found.offset - 1.5 - length) < 0.05
    assert found.onset <= found.apex <= found.offset
    assert told - found.offset < 1.5


def test_the_apex_is_where_the_face_has_gone_furthest():
    size = {"size": lambda t: 0.1 * bump(t, 2, 2)}
    (found,), _, _ = watched(Scripted(between(2, 4)), 6.0, **size)
    assert abs(found.apex - 3) < 0.1 and found.peak > 0.5
    with_slip = {"size": lambda t: 0.1 * (2.1 < t < 3.9) + 0.015 * (2.1 < t < 2.2)}
    (found,), _, _ = watched(Scripted(between(2, 4)), 6.0, **with_slip)
    assert abs(found.apex - 3) < 0.15, "not where a mouth that opens shoots over"


def test_one_that_goes_on_is_open_and_is_not_told_if_it_does_not_end():
    assert watched(Scripted(between(2, 99)), 4.0)[0] == []
    script = Scripted(between(2, 99))
    spotter = Spotter(script)
    for time in np.arange(0, 3.5, 1 / 30):
        script.now = time
        spotter.push(tracked(0.0, look()), time)
    assert abs(spotter.open[0] - 2) < 0.1 and spotter.since <= spotter.open[0]


@pytest.mark.parametrize(
    "course",
    [lambda t: 0.0, between(2, 4, 0.65), between(2, 2.06)],
    ids=["rest", "unlikely", "too short"],
)
def test_what_is_never_told(course):
    assert watched(Scripted(course))[0] == []


def test_two_expressions_are_two():
    found, _, _ = watched(Scripted(lambda t: 0.9 * (1 < t < 1.5 or 3 < t < 3.5)))
    assert len(found) == 2 and found[0].offset < found[1].onset


@pytest.mark.parametrize("hidden", [{"turn": (0, 0.9, 0)}, {"whole": False}], ids=["away", "cut"])
def test_a_face_that_is_turned_away_or_cut_off_shows_nothing(hidden):
    found, _, spotter = watched(Scripted(between(1, 3)), **hidden)
    assert found == [] and spotter.open is None
    assert spotter.condition == ("turned away" if "turn" in hidden else "covered")
    assert [one.state for one in spotter.spells] == [spotter.condition]


def test_conditions_are_spells_and_a_short_gap_is_none():
    speaking = lambda t: 0.9 * (1 < t < 2 or 2.5 < t < 3.5 or 6 < t < 7)  # noqa: E731
    _, _, spotter = watched(Scripted(speaking=speaking, covered=between(4, 5)), 8.0)
    assert [one.state for one in spotter.spells] == ["speaking", "covered", "speaking"]
    first = spotter.spells[0]
    assert abs(first.onset - 1) < 0.1 and abs(first.offset - 3.5) < 0.1
    assert spotter.condition == ""


def test_a_condition_is_told_while_it_lasts():
    assert watched(Scripted(speaking=between(1, 99)), 3.0)[2].condition == "speaking"


def test_another_face_forgets_what_was_open():
    script = Scripted(between(1, 99))
    _, _, spotter = watched(script, 3.0)
    spotter.forget()
    assert spotter.open is None and spotter.calm and spotter.condition == ""


def test_without_landmarks_the_skin_spots_alone():
    spotter, found = Spotter(judge=None), []
    for time in np.arange(0, 4, 1 / 30):
        cells = np.zeros((CELLS, 2))
        cells[-12:, 1] = bump(time, 1.5, 0.4, 1.0)
        face = tracked(cells, fresh=time == 0)
        found += spotter.push(face, time)
    (one,) = found + spotter.close()
    assert abs(one.onset - 1.5) < 0.15 and abs(one.offset - 1.9) < 0.15 and not one.seen
