"""The schedule of a take: what is shown when, apart from each other, and balanced."""

from collections import Counter
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pytest
from support.takes import shown

from mer.core.errors import MerError
from mer.people.behaviour import schedule
from mer.people.behaviour.schedule import EXPRESSIONS, PAUSE, schedules

FIRST = "62bc5155d01c14fa"  # of events that every seed has had ever since


@pytest.mark.parametrize("seconds", [2, 3, 7.5, 20, 30, 60])
def test_expressions_stand_apart_and_inside_the_take(seconds):
    for take in schedules(1, 12, seconds):
        apart = shown(take, *EXPRESSIONS)
        assert apart[0].onset > 0.4 and apart[-1].offset < seconds - 0.4
        assert all(b.onset - a.offset >= PAUSE - 1e-9 for a, b in pairwise(apart))
        assert all(e.onset < e.apex < e.offset for e in take.events)
        assert take.events[0].onset > 0 and max(e.offset for e in take.events) <= seconds


def test_as_many_events_as_asked_for():
    sets = schedules(2, 40, 30)
    micros = [len(shown(take, "micro")) for take in sets]
    assert 3 <= min(micros) < max(micros) <= 9
    assert np.mean([len(shown(take, "macro")) for take in sets]) > 1
    # A set of an hour each: the rates come out without the grain of short takes.
    for take in schedules(2, 6, 600):
        assert 4 / 1.5 < len(shown(take, "blink")) / 10 < 20


def test_lengths_are_those_of_the_statistics():
    events = [event for take in schedules(5, 40, 60) for event in take.events]
    long = {
        kind: [e.offset - e.onset for e in events if e.kind == kind]
        for kind in ("micro", "macro", "blink")
    }
    assert min(long["micro"]) >= 0.12 - 1e-9 and max(long["micro"]) < 0.9
    assert 0.28 < np.median(long["micro"]) < 0.40
    assert min(long["macro"]) >= 0.5 and max(long["macro"]) <= 4
    assert min(long["blink"]) >= 0.15 and max(long["blink"]) <= 0.30


def test_no_blink_and_no_nod_hides_a_micro_expression():
    for take in schedules(4, 20, 60):
        for event in shown(take, "blink", "nod"):
            assert all(
                event.offset < micro.onset or event.onset > micro.offset
                for micro in shown(take, "micro")
            )
        assert all(b.onset > a.offset for a, b in pairwise(shown(take, "blink")))


def test_emotions_are_balanced_over_a_set():
    emotions = Counter(
        event.emotion for take in schedules(6, 9, 30) for event in shown(take, "micro")
    )
    assert set(emotions) == set(schedule.STUDIED)
    assert max(emotions.values()) - min(emotions.values()) <= 1


def test_a_set_begins_the_same_however_long_it_is():
    assert schedules(0, 3, 30) == schedules(0, 6, 30)[:3]
    assert schedules(0, 3, 30) != schedules(1, 3, 30)
    assert len({take.subject for take in schedules(0, 26, 20)}) == 26


def test_without_conditions_takes_are_those_of_the_first_generator():
    events = [
        (take.subject, event.kind, round(event.onset, 6), event.emotion, event.action_units)
        for take in (*schedules(0, 6, 30), *schedules(3, 2, 8, still=True))
        for event in take.events
    ]
    assert sha256(repr(events).encode()).hexdigest()[:16] == FIRST


def test_still_takes_show_no_expression():
    for take in schedules(0, 10, 60, still=True):
        assert {event.kind for event in take.events} <= {"blink", "nod"}
        assert shown(take, "blink")


@pytest.mark.parametrize(
    "count, seconds, what",
    [(1, 1, "1 seconds: choose 2 to 600"), (1, 601, "601 seconds"), (0, 30, "0 takes")],
)
def test_impossible_sets_are_errors(count, seconds, what):
    with pytest.raises(MerError, match=what):
        schedules(0, count, seconds)
