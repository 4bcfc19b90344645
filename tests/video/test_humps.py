"""Humps of a trace that are no expression, and what made them."""

import numpy as np
import pytest

from mer.video.humps import humps
from mer.video.report import Event, Report, Spell


def trace(moves=(), seconds=10.0):
    """Rows at rest; each move is (column, onset, offset, height) added as half a wave."""
    time = np.arange(0, seconds, 0.05)
    rows = np.column_stack([time, *(np.full(len(time), value) for value in (0.1, 100, 80, 300, 1))])
    for column, onset, offset, height in moves:
        share = np.clip((time - onset) / (offset - onset), 0, 1)
        rows[:, column] += height * np.sin(np.pi * share)
    return rows.astype(np.float32)


def found(*moves, events=(), states=()):
    report = Report(events, 10.0, 300, 30.0, trace=trace(moves), states=states)
    return [one.state for one in humps(report) if 2.9 < one.onset < 3.3]


BUMP = (1, 3.0, 3.6, 1.0)


@pytest.mark.parametrize(
    "cause, name",
    [
        ((3, 3.0, 3.6, 12.0), "nod"),
        ((4, 3.0, 3.6, -12.0), "nod"),
        ((2, 3.0, 3.6, 12.0), "head"),
        ((5, 3.1, 3.4, 9.0), "blink"),
    ],
)
def test_a_hump_is_called_by_what_made_it(cause, name):
    assert found(BUMP, cause) == [name]


def test_what_made_no_hump_is_not_named_and_a_hump_without_a_cause_is_not_either():
    assert found((3, 3.0, 3.6, 12.0)) == [] and found(BUMP) == []
    assert found((1, 3.0, 6.0, 1.0), (5, 4.0, 4.2, 9.0)) == [], "no blink lasts so long"


def test_events_and_states_have_names_already():
    smile = Event("happiness", 2.9, 3.3, 3.7, 0.8, {}, None, None)
    nod = (3, 3.0, 3.6, 12.0)
    assert found(BUMP, nod, events=(smile,)) == []
    assert found(BUMP, nod, states=(Spell("speaking", 3.5, 4.0),)) == []
    assert found(BUMP, nod, events=(smile,)) != found(BUMP, nod)


def test_two_humps_that_follow_at_once_are_one_and_a_missing_face_is_none():
    again = (1, 3.7, 4.2, 1.0)
    assert found(BUMP, again, (3, 3.0, 4.2, 12.0)) == ["nod"]
    empty = Report((), 0.0, 0, 30.0)
    lost = Report((), 1.0, 30, 30.0, trace=np.full((20, 6), np.nan, np.float32))
    assert humps(empty) == humps(lost) == []
