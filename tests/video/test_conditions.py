"""Turned away, covered, speaking: told from looks that are made up."""

import cv2
import numpy as np
import pytest
from support.landmarks import mesh

from mer.video import geometry
from mer.video.conditions import Cover, Speech, turned_away
from mer.video.pictures import SIZE
from mer.video.tracking import Look

NOTHING, CHANGED = np.zeros(2, bool), np.ones(2, bool)


def face(seed=0):
    """A picture with structure everywhere, (SIZE, SIZE) uint8."""
    noise = np.random.default_rng(seed).normal(0, 1, (SIZE, SIZE))
    smooth = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def look(picture, turn=(0, 0, 0)):
    seen = mesh(turn=turn)
    held = geometry.head(seen)
    return Look(held, geometry.measured(seen, held), 0.09, picture)


def covered(picture=None, rows=slice(96, 128), **more):
    picture = face() if picture is None else picture.copy()
    picture[rows, 32:96] = face(1)[rows, 32:96]
    return look(picture, **more)


def test_a_hand_hides_the_half_that_it_covers():
    cover = Cover()
    assert not cover.push(look(face()), 0.0, NOTHING, True).any()
    assert cover.push(covered(), 0.2, NOTHING, False).tolist() == [False, True]
    assert cover.push(covered(rows=slice(0, 32)), 0.4, NOTHING, False).tolist() == [True, False]
    assert not cover.push(look(face()), 0.6, NOTHING, True).any()


def test_what_landmarks_explain_light_and_turns_are_no_cover():
    cover = Cover()
    cover.push(look(face()), 0.0, NOTHING, True)
    assert not cover.push(covered(), 0.2, CHANGED, False).any()
    assert not cover.push(covered(turn=(0, 0.3, 0)), 0.4, NOTHING, False).any()
    dark = (0.6 * face() + 20).astype(np.uint8)
    assert not cover.push(look(dark), 0.6, NOTHING, False).any()


def test_an_open_mouth_is_no_hand_and_a_hand_at_the_cheeks_is_no_mouth():
    cover = Cover()
    cover.push(look(face()), 0.0, NOTHING, True)
    mouth = face()
    mouth[77:128, 52:76] = face(1)[77:128, 52:76]
    assert not cover.push(look(mouth), 0.2, CHANGED, False).any()
    hand = covered(rows=slice(77, 128))  # landmarks of a covered face are dragged along
    assert cover.push(hand, 0.4, CHANGED, False).tolist() == [False, True]
    blink = face()
    blink[26:51, 26:51], blink[26:51, 77:102] = 90, 90
    assert not cover.push(look(blink), 0.6, NOTHING, False).any()


def test_a_face_that_turns_is_not_what_others_are_compared_with():
    cover = Cover()
    for time in np.arange(0, 2, 0.1):
        cover.push(look(face(int(10 * time)), turn=(0, 0.1 * time, 0)), time, CHANGED, True)
    assert cover.push(covered(turn=(0, 0.01, 0)), 2.1, NOTHING, True).any()


def test_what_stays_for_long_is_part_of_the_face():
    cover = Cover()
    cover.push(look(face()), 0.0, NOTHING, True)
    hidden = [cover.push(covered(), t, NOTHING, True).any() for t in np.arange(0.2, 30, 0.2)]
    assert hidden[0] and hidden[90] and not hidden[-1]


def test_a_profile_is_turned_away_and_a_half_profile_is_not():
    assert turned_away(np.array([40.0, 0, 0])) and turned_away(np.array([0, -35.0, 0]))
    assert not turned_away(np.array([25.0, 20.0, 40.0]))


def spoken(lips, seconds=6.0, rate=12):
    speech = Speech()
    return speech, [speech.push(t, lips(t)) for t in np.arange(0, seconds, 1 / rate)]


@pytest.mark.parametrize("rhythm", [2.5, 3.0, 4.0])
def test_lips_that_open_and_close_some_times_a_second_speak(rhythm):
    speech, said = spoken(lambda t: 0.05 + 0.03 * np.sin(2 * np.pi * rhythm * t))
    assert not any(said[:6]) and all(said[30:])
    assert speech.covers(1.0, 3.0) and not speech.covers(-3.0, -1.0)


@pytest.mark.parametrize(
    "lips",
    [
        lambda t: 0.02,
        lambda t: 0.02 + 0.004 * np.sin(20 * t),  # landmarks that tremble
        lambda t: 0.02 + 0.15 * np.sin(np.pi * t) ** 2,  # a mouth that opens once a second
        lambda t: 0.2 + 0.01 * np.sin(20 * t) if t > 1 else 0.02,  # trembling while wide open
    ],
    ids=["still", "noise", "slow", "held"],
)
def test_what_is_no_speech(lips):
    assert not any(spoken(lips)[1])


def test_a_chin_that_goes_up_and_down_murmurs_and_one_smile_does_not():
    speech, calm = Speech(), Speech()
    for time in np.arange(0, 6, 0.04):
        speech.feel(time, np.sin(2 * np.pi * 2 * time) * (time > 3))
        calm.feel(time, 0.1 * np.sin(20 * time) + 2 * max(0, np.sin(np.pi * (time - 2))) ** 2)
    assert speech.murmurs(3.2, 3.4) and not speech.murmurs(0.5, 1.0)
    assert not calm.murmurs(0.5, 1.0)


def test_speech_goes_on_over_a_pause_and_ends():
    said = spoken(lambda t: 0.05 + 0.03 * np.sin(6 * np.pi * t) * (t < 3), seconds=9)[1]
    assert said[int(12 * 3.5)] and not said[-1]
