"""Conditions of a take: switched on by name, apart from each other, never over what is coded."""

from itertools import pairwise

import numpy as np
import pytest
from support.takes import shown

from mer.core.errors import MerError
from mer.people.behaviour import conditions
from mer.people.behaviour.conditions import CONDITIONS, parse
from mer.people.behaviour.events import Event
from mer.people.behaviour.head_pose import beats, stands, turns
from mer.people.behaviour.lighting import lighting
from mer.people.behaviour.schedule import EXPRESSIONS, schedules
from mer.people.behaviour.speech import speech

KEY = (3, "sub01", "acted01-60s")
TIMES = np.arange(1500) / 25


@pytest.fixture(scope="module")
def lives():
    return schedules(5, 12, 60, wanted=CONDITIONS)


def test_names_are_parsed_in_one_order():
    assert parse("speech, turn") == parse("turn,speech") == ("turn", "speech")
    assert parse("all") == CONDITIONS and parse("none") == ()


@pytest.mark.parametrize("text", ["sneeze", "turn,", "", "all,turn", "Turn"])
def test_unknown_names_are_errors_that_list_the_known(text):
    with pytest.raises(MerError, match="no condition is called .*turn, tilt, .*, or all, or none"):
        parse(text)


def test_names_of_takes_say_their_conditions():
    def stem(*names, still=False):
        return schedules(0, 1, 20, still, names)[0].stem

    assert stem() == "acted01-20s" and stem("turn", "speech") == "acted01-turn-speech-20s"
    assert stem(*CONDITIONS) == "acted01-life-20s"
    assert stem("cover", still=True) == "still01-cover-20s"


def test_one_condition_leaves_the_people_the_expressions_and_the_others_as_they_are():
    alone, both = (schedules(2, 4, 40, wanted=names) for names in (("turn",), ("turn", "speech")))
    for one, two in zip(alone, both, strict=True):
        assert one.subject == two.subject
        for kind in (*EXPRESSIONS, "blink", "nod", "turn"):
            assert shown(one, kind) == shown(two, kind)
        assert not shown(one, "speech")


def test_every_condition_comes_up_and_lies_inside_the_take(lives):
    for kind in conditions.KINDS:
        events = [event for take in lives for event in shown(take, kind)]
        assert len(events) > 3
        assert all(e.onset >= 0 and e.onset <= e.apex < e.offset <= 60 for e in events)
        if kind != "midway":
            assert all(e.what for e in events)
    for kind in set(conditions.KINDS) - {"midway"}:
        assert all(b.onset > a.offset for take in lives for a, b in pairwise(shown(take, kind)))


def test_heads_turn_to_30_degrees_and_faces_have_80_to_300_pixels():
    takes = schedules(1, 40, 60, wanted=CONDITIONS)
    turned = np.degrees([e.towards for take in takes for e in shown(take, "turn")])
    most = np.abs(turned).max(0)
    assert (most <= 30).all() and (most > 25).all()
    sizes = [e.towards[0] for take in takes for e in shown(take, "approach")]
    assert 80 <= min(sizes) < 90 and 260 < max(sizes) <= 300


def test_nothing_moves_over_a_micro_expression(lives):
    for take in lives:
        for micro in shown(take, "micro"):
            for event in shown(take, "turn", "tilt", "approach", "cover"):
                for moving in ((event.onset, event.held[0]), (event.held[1], event.offset)):
                    assert not micro.overlaps(*moving)
            assert not any(micro.overlaps(e.onset, e.offset) for e in shown(take, "dropped"))


def test_nobody_speaks_while_an_expression_is_shown(lives):
    for take in lives:
        for event in shown(take, "speech"):
            assert not any(e.overlaps(event.onset, event.offset) for e in shown(take, *EXPRESSIONS))


def test_a_cover_leaves_something_of_an_expression_and_is_not_cut_off(lives):
    for take in lives:
        for cover in shown(take, "cover"):
            under = [e for e in shown(take, *EXPRESSIONS) if e.overlaps(cover.onset, cover.offset)]
            for event in under:
                units = {unit.lstrip("LR") for unit in event.action_units.split("+")}
                upper = units & {"1", "2", "4", "5", "7", "9"}
                seen = units - upper if cover.what.endswith(("eye", "forehead")) else upper
                assert seen, (cover.what, event.action_units)
            away = [e for e in shown(take, "approach") if e.towards[0] < 130]
            assert not any(e.overlaps(cover.onset, cover.offset) for e in away)


def test_a_take_begins_midway_in_a_macro_expression():
    for take in schedules(4, 10, 20, wanted=("midway",)):
        first, told = (shown(take, kind)[0] for kind in ("macro", "midway"))
        assert first.onset < 0 < first.offset == told.offset and told.onset == 0
        later = [e for e in shown(take, *EXPRESSIONS) if e is not first]
        assert all(e.onset >= first.offset + 1.5 for e in later)
    (still,) = schedules(4, 1, 20, still=True, wanted=("midway",))
    assert not shown(still, "midway", "macro")


# -- what the events do ---------------------------------------------------------------------------


def test_a_head_comes_back_to_nearly_the_same_place(lives):
    take = next(take for take in lives if len(shown(take, "turn")) > 2)
    path = turns(KEY, shown(take, "turn"), TIMES)
    rests = []
    for event in shown(take, "turn"):
        middle = path[round(event.apex * 25)]
        np.testing.assert_allclose(middle[[0, 2]], event.towards, atol=0.06)
        rests.append(path[min(round(event.offset * 25) + 1, len(path) - 1)])
    assert 0.001 < np.abs(rests).max() < 0.1
    assert np.abs(np.diff(path, axis=0)).max() < 0.15  # no jump


def test_a_face_has_the_size_that_its_event_says(lives):
    take = next(take for take in lives if shown(take, "approach"))
    path = stands(KEY, shown(take, "approach"), TIMES, 1.3)
    for event in shown(take, "approach"):
        size = conditions.FACE * 1.3 / (1.3 + path[round(event.apex * 25), 1])
        assert size == pytest.approx(event.towards[0], rel=0.02)


def test_speech_moves_the_mouth_with_pauses_and_nothing_besides(lives):
    take = max(lives, key=lambda take: len(shown(take, "speech")))
    curves = speech(KEY, take.events, TIMES)
    assert {"jawOpenLeft", "mouthPuckerRight", "mouthPressLeft"} <= set(curves)
    assert all(name.startswith(("jaw", "mouth")) for name in curves)
    speaks = np.any([(e.onset < TIMES) & (e.offset > TIMES) for e in shown(take, "speech")], 0)
    for curve in curves.values():
        assert not curve[~speaks].any() and curve.min() >= 0 and curve.max() <= 1
    jaw = curves["jawOpenLeft"]
    assert jaw[speaks].max() > 0.2 and (jaw[speaks] < 0.02).any()
    assert not beats(KEY, take.events, TIMES)[~speaks].any()


def held(what, rise, hold, fall):
    """A change of light from second 5 on, the camera's settling included."""
    top, falls = 5 + rise, 5 + rise + hold
    return Event("light", 5.0, (top + falls) / 2, falls + fall + conditions.SETTLE,
                 held=(top, falls), what=what, towards=(1.0,))  # fmt: skip


def test_the_camera_gets_used_to_light_and_a_lamp_goes_out():
    cloud = held("cloud", 1.0, 8.0, 1.0)
    seen = lighting(KEY, [cloud], TIMES)
    level = seen.gains.mean(1)
    assert not seen.lamp.any() and np.allclose(level[:125], 1)
    assert level[round(6.2 * 25)] < 0.85
    assert level[(13 * 25)] > level[round(6.2 * 25)] + 0.05  # exposed longer
    assert level[round(15.3 * 25) :].max() > 1.02  # and then, for a while, too long
    assert level[-1] == pytest.approx(1, abs=0.01)
    lamp = held("lamp", 0.1, 3.0, 0.1)
    seen = lighting(KEY, [lamp], TIMES)
    assert seen.lamp[150].min() > 0.2 and not seen.lamp[:125].any() and not seen.lamp[210:].any()
    assert np.allclose(lighting(KEY, [], TIMES).gains, 1)
