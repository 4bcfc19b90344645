"""A whole analysis with landmarks: of takes in which expressions, turns and speech are rendered,
and of pictures that somebody might show it."""

from functools import cache

import cv2
import numpy as np
import pytest
from support.demo_film import StubRecogniser, scene, turned, write_video
from support.landmarks import needs_landmarks

from mer.core.parallel import one_thread
from mer.datasets.takes import read_takes
from mer.people.behaviour.events import Event
from mer.people.behaviour.schedule import Schedule
from mer.people.takes import record
from mer.video import face_mesh
from mer.video.analyser import Analyser, analyse
from mer.video.reading import SAMPLE, Video
from mer.video.recogniser import Recogniser

pytestmark = pytest.mark.skipif(face_mesh.models() is None, reason=needs_landmarks)

SHOWN = (("surprise", 1.57, 2.69), ("repression", 4.84, 5.31))  # in the sample, by its card
WALL = 90  # its grey


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser.load()


@pytest.fixture(scope="module")
def sample():
    """The six seconds that come with mer: (frame, time), 30 a second."""
    with Video(SAMPLE) as video:
        return list(video)


def watch(frames, recogniser=None):
    analyser = Analyser(recogniser or StubRecogniser())
    with one_thread():
        states = [analyser.push(*pair) for pair in frames]
    return analyser.close(), states


def told(report):
    return " ".join(report.notes)


def overlap(event, onset, offset):
    shared = min(event.offset, offset) - max(event.onset, onset)
    return shared / (max(event.offset, offset) - min(event.onset, onset))


def assert_shown(report, shown=SHOWN):
    """These expressions were found, and no others."""
    assert len(report.events) == len(shown), report.events
    for event, (emotion, onset, offset) in zip(report.events, shown, strict=True):
        assert event.emotion == emotion and overlap(event, onset, offset) >= 0.5, event


@cache
def noise(number):
    drawn = np.random.default_rng(number).normal(0, 1.5, (480, 1200, 3))
    return drawn.round().astype(np.int16)


def noisy(picture, number):
    """A camera's noise, so that nothing is still to the last bit."""
    height, width = picture.shape[:2]
    return np.clip(picture + noise(number % 5)[:height, :width], 0, 255).astype(np.uint8)


def portrait(scale):
    """Another person's face, and nothing else."""
    face = scene()[90:367, 170:470]
    return cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def paste(picture, part, x, y):
    height, width = part.shape[:2]
    picture[y : y + height, x : x + width] = part[: len(picture) - y]


# -- rendered takes ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def acted(tmp_path_factory, recogniser):
    """What is read from a take of 7 seconds: one smile, one turn, and some words."""
    events = (
        Event("macro", 0.6, 1.2, 1.9, "happiness", "6+12+25", (0.9, 1.6)),
        Event("turn", 2.4, 3.0, 3.6, held=(2.8, 3.2), what="yaw", towards=(0.0, np.radians(15))),
        Event("speech", 4.0, 5.5, 6.9, what="speaks"),
    )
    root = tmp_path_factory.mktemp("life")
    take = Schedule(1, "sub05", 7.0, False, events, ("turn", "speech"))
    record(root, [take], fps=25, seed=254, progress=False)
    with Video(read_takes(root)[0].video) as video:
        return watch(video, recogniser)


@pytest.mark.slow(50)
def test_an_expression_is_found_and_named(acted):
    first = acted[0].events[0]
    assert first.emotion == "happiness" and overlap(first, 0.6, 1.9) >= 0.5, first


@pytest.mark.slow
def test_a_turn_makes_no_expression(acted):
    report, states = acted
    assert not [event for event in report.events if 2.2 < event.onset < 3.8], report.events
    assert all(state.face for state in states), "and the face is not lost"


@pytest.mark.slow
def test_speaking_is_a_state(acted):
    spoken = [one for one in acted[0].states if one.state == "speaking"]
    assert len(spoken) == 1 and overlap(spoken[0], 4.0, 6.9) > 0.5, acted[0].states


# -- frame rates -------------------------------------------------------------------------------


def test_ten_frames_a_second_are_enough(sample, recogniser):
    report, _ = watch(sample[::3], recogniser)
    assert_shown(report)
    assert report.fps == pytest.approx(10)


def test_240_frames_a_second_are_read_as_well_and_not_all_looked_at(sample, recogniser):
    fast = [
        (noisy(picture, 8 * number + part), time + part / 240)
        for number, (picture, time) in enumerate(sample)
        for part in range(8)
    ]
    report, states = watch(fast, recogniser)
    assert_shown(report)
    assert report.frames == len(states) == 8 * len(sample) and report.fps == pytest.approx(240)
    assert len({state.time for state in states}) < 0.4 * len(states)


# -- where the face is -------------------------------------------------------------------------


def test_frames_that_go_black_are_said_and_what_is_around_them_is_read(sample, recogniser):
    frames = [(picture * (not 3 < time < 4), time) for picture, time in sample]
    report, states = watch(frames, recogniser)
    assert_shown(report)
    assert "black" in states[105].note and states[105].face is None
    assert "No face was found for 1.0 s." in report.notes


@pytest.mark.parametrize(
    "turn, degrees", [(cv2.ROTATE_90_CLOCKWISE, 270), (cv2.ROTATE_90_COUNTERCLOCKWISE, 90)]
)
def test_a_face_on_its_side_is_said_with_the_remedy(sample, turn, degrees):
    report, states = watch((cv2.rotate(picture, turn), time) for picture, time in sample)
    assert f"Turn the video by {degrees} degrees clockwise" in told(report)
    assert "lies on its side" in states[90].note
    again = {90: cv2.ROTATE_90_CLOCKWISE, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}[degrees]
    mended = [(cv2.rotate(cv2.rotate(picture, turn), again), time) for picture, time in sample[:60]]
    assert watch(mended)[0].notes == ()


def test_a_file_that_asks_to_be_turned_is_read_upright(sample, recogniser, tmp_path):
    lying = (cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE) for picture, _ in sample)
    path = write_video(tmp_path / "phone.mp4", lying, codec="mp4v")
    assert "Turn the video by 90 degrees clockwise" in told(analyse(path, recogniser))
    report = analyse(turned(path), recogniser)
    (surprise,) = (event for event in report.events if event.emotion == "surprise")
    assert overlap(surprise, *SHOWN[0][1:]) >= 0.5, report.events
    assert report.notes == ("The file asks to be turned by 90 degrees; that was done.",)


def test_a_face_half_out_of_the_picture_shows_nothing(sample):
    """Cut through the eye further away, it is a face of which a part is hidden …"""
    report, states = watch(
        (np.ascontiguousarray(picture[:, 270:]), time) for picture, time in sample
    )
    assert report.events == () and states[90].condition == "covered" and states[90].face.x < 0


def test_half_a_face_is_none_and_lies_on_no_side(sample):
    """… and cut through the nose it is no face any more, however the picture is turned."""
    report, states = watch(
        (np.ascontiguousarray(picture[:, 320:]), time) for picture, time in sample
    )
    assert report.events == () and not any(state.face for state in states)
    assert told(report).startswith("No face was found in any frame.")


# -- company -----------------------------------------------------------------------------------


def beside(sample, scale, since=0.0):
    """The sample before a wall on which another face hangs, `scale` times as large as it was."""
    poster = portrait(scale)
    for number, (picture, time) in enumerate(sample):
        wide = np.full((480, 1200, 3), WALL, np.uint8)
        wide[:, 560:] = picture
        if time >= since:
            paste(wide, poster, 10, 0)
        yield noisy(wide, number), time


@pytest.mark.parametrize("since", [0.0, 3.0], ids=["from the beginning", "later"])
def test_a_larger_face_on_a_poster_does_not_take_over(sample, recogniser, since):
    report, states = watch(beside(sample, 1.7, since), recogniser)
    assert_shown(report)
    living = [state.face is not None and state.face.x > 560 for state in states]
    assert all(living[45:]), "the one who moves is followed"
    assert "Several faces were seen" in told(report)


def crossing(sample, front):
    """Two people pass each other and stop: the sample, from the left to the right, and a smaller
    face; `front` is whether the sample passes in front."""
    for number, (picture, time) in enumerate(sample):
        wide = np.full((480, 1000, 3), WALL, np.uint8)
        own = picture[:, 170:470], min(round(20 + 160 * time), 700), 0
        other = portrait(0.8), max(round(600 - 160 * time), 0), 120
        for part in (other, own) if front else (own, other):
            paste(wide, *part)
        yield noisy(wide, number), time


@pytest.mark.parametrize("front", [True, False], ids=["before", "behind"])
def test_two_people_who_cross_make_no_expressions(sample, recogniser, front):
    report, states = watch(crossing(sample, front), recogniser)
    assert all(any(overlap(event, *when) > 0.3 for _, *when in SHOWN) for event in report.events), (
        report.events
    )
    assert states[15].face.x < 300, "the larger one is followed …"
    assert states[-1].face.x > 600, "… and found again"
    assert "Several faces were seen" in told(report)
