"""What `make life-bars` counts, under which condition, and which bars hold."""

import pytest
from measure import bars_life
from measure.bars_life import LIFE, PEOPLE, during, judge, measure, spans, table
from measure.spotting_counts import count
from support.takes import take, told

from mer.people.behaviour.conditions import CONDITIONS, parse
from mer.video.earlier_rule import Change

FILM = take(
    told("turn", 2, 4, ""),
    told("macro", 3, 5),
    told("tilt", 3.5, 6, ""),
    told("speech", 10, 14, ""),
    told("micro", 20, 20.5, "disgust"),
    told("dropped", 25, 25.2, ""),
)


def test_minutes_of_a_name_are_joined_and_the_rest_is_still():
    assert spans(FILM, "turning") == [(2, 6)] and spans(FILM, "covered") == []
    still = spans(FILM, "still")
    assert still == [(0, 2), (6, 10), (14, 25), (25.2, 30)]
    assert during(FILM, "still")[1] == pytest.approx(30 - 4 - 4 - 0.2)


def test_events_and_expressions_count_where_they_fall():
    found = [
        Change("happiness", 3, 5),  # spots the macro-expression, half of it in a turn
        Change("surprise", 5.5, 7),  # false, while the head tilts
        Change("sadness", 11, 12),  # false, in speech
        Change("disgust", 20, 20.5),  # spots the micro-expression, at rest
        Change("disgust", 28, 29),  # false, at rest
    ]
    rows = {name: count(FILM, found, *during(FILM, name)) for name in ("still", *bars_life.WHILE)}
    told_of = {name: (row.true, row.found, row.hits, row.seconds) for name, row in rows.items()}
    assert told_of["turning"] == (1, 2, 1, 4.0)
    assert told_of["speaking"] == (0, 1, 0, 4.0)
    assert told_of["still"][:3] == (1, 2, 1)
    assert told_of["covered"] == (0, 0, 0, 0)
    assert rows["still"].micro_hits == 1 and rows["turning"].right == 1
    assert count(FILM, found).found == 5


def test_sets_are_of_different_people_and_last_ten_minutes():
    seeds = [seed for people in PEOPLE.values() for seed, *_ in people.sets().values()]
    assert len(set(seeds)) == len(seeds) and max(seeds) < 500  # those of training begin there
    for seed, seconds, takes, conditions in PEOPLE["scored"].sets().values():
        assert parse(conditions) and seconds >= 2 and takes >= 1 and seed
    assert set(PEOPLE["scored"].sets()) == {*CONDITIONS, LIFE}
    assert sum(s * n for _, s, n, _ in PEOPLE["scored"].sets().values()) >= 600


class Told:
    """An analyser that has found these events."""

    def __init__(self, events):
        self.events = events


def test_the_table_and_the_bars(monkeypatch):
    found = [Change("happiness", 3, 5), Change("disgust", 20, 20.5)]
    monkeypatch.setattr(bars_life, "watch", lambda make, film: (make().events, 0.0, []))
    result = measure(lambda: Told(found), {LIFE: [FILM]})
    lines = table(result).splitlines()
    assert any(line.startswith("speaking") for line in lines) and "1.00 [1.00, 1.00]" in lines[2]
    bars = judge(result)
    assert bars["f1"][2] and bars["still"] == (0.0, 1.0, True)
    assert bars["covered"] == (None, 1.0, False)  # nothing was covered: not shown to hold
    noisy = [*found, Change("sadness", 11, 12)]
    assert not judge(measure(lambda: Told(noisy), {LIFE: [FILM]}))["speaking"][2]
