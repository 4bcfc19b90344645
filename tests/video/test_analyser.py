"""Expressions are found by time, not by frame; stillness, blinks and heads are none."""

import gc
import tracemalloc

import numpy as np
import pytest
from support.demo_film import WORDS, StubRecogniser, bump, film, frame

from mer.core.errors import MerError
from mer.video.analyser import Analyser
from mer.video.classes import NEUTRAL

ONSET, LENGTH = 1.2, 0.4


@pytest.fixture(autouse=True)
def without_landmarks(monkeypatch):
    """What moves in these films is one photograph, bent: the skin follows it, landmarks do not."""
    monkeypatch.setattr("mer.video.face_mesh.load", lambda: None)


def smile(time):
    return bump(time, ONSET, LENGTH, 5)


def watch(frames, recogniser=None):
    analyser = Analyser(recogniser or StubRecogniser())
    states = [analyser.push(*pair) for pair in frames]
    return analyser.close(), states


def overlap(event, onset, offset):
    shared = min(event.offset, offset) - max(event.onset, onset)
    return shared / (max(event.offset, offset) - min(event.onset, onset))


@pytest.mark.parametrize("fps", [25, 60, 200])
def test_a_smile_is_one_event_at_any_frame_rate(fps):
    report, states = watch(film(2.2, fps, smile))
    assert [event.emotion for event in report.events] == ["happiness"]
    event = report.events[0]
    assert overlap(event, ONSET, ONSET + LENGTH) >= 0.5, event
    assert abs(event.apex - (ONSET + LENGTH / 2)) < 0.08 and event.micro
    assert event.frame.shape == (128, 128, 3) and event.flow.shape == (64, 64, 3)
    assert event.flow.dtype == np.float32 and event.frame.dtype == np.uint8
    assert abs(report.fps - fps) < 0.5 and report.frames == len(states)
    assert {state.emotion for state in states} == {NEUTRAL, "happiness"}


def test_a_variable_frame_rate_moves_nothing():
    times = np.cumsum(np.random.default_rng(1).uniform(0.012, 0.045, 75))
    report, _ = watch((frame(smile=smile(t), number=n), t) for n, t in enumerate(times))
    first = times[0]
    assert len(report.events) == 1
    assert overlap(report.events[0], ONSET - first, ONSET + LENGTH - first) >= 0.5


@pytest.mark.parametrize(
    "moves",
    [
        {},
        {"lids": lambda t: bump(t, 1.0, 0.25)},
        {"shift": lambda t: (0.0, bump(t, 0.8, 1.0, 14))},
        {"shift": lambda t: (6 * np.sin(2 * t), 4 * np.sin(1.3 * t))},
    ],
    ids=["still", "blink", "nod", "sway"],
)
def test_no_expression_no_event_and_no_question(moves):
    recogniser = StubRecogniser()
    report, states = watch(film(2.4, 30, **moves), recogniser)
    assert report.events == () and recogniser.asked == 0
    assert {state.emotion for state in states} == {NEUTRAL}
    assert all(state.probabilities[NEUTRAL] == 1 for state in states)


def test_a_reading_at_least_every_0_4_seconds():
    asked = []

    class Noting(StubRecogniser):
        def predict_proba(self, *pair):
            asked.append(now)
            return super().predict_proba(*pair)

    analyser = Analyser(Noting())
    for picture, now in film(3.2, 30, lambda t: 5 * min(max(t - 1, 0) / 0.3, 1, (3 - t) / 0.3)):
        analyser.push(picture, now)
    assert len(analyser.events) == 1 and not analyser.events[0].micro
    assert max(np.diff([*asked])) <= 0.4 and asked[0] < 1.4


def test_a_file_is_read_with_fewer_questions_and_the_same_events():
    frames = list(film(3.2, 30, lambda t: 5 * min(max(t - 1, 0) / 0.3, 1, (3 - t) / 0.3)))
    recognisers, events = (StubRecogniser(), StubRecogniser()), []
    for recogniser, live in zip(recognisers, (True, False), strict=True):
        analyser = Analyser(recogniser, live=live)
        for picture, now in frames:
            analyser.push(picture, now)
        events.append([(e.emotion, e.onset, e.apex, e.offset) for e in analyser.close().events])
    assert events[0] == events[1] and len(events[0]) == 1
    assert recognisers[1].asked == 1 < recognisers[0].asked


def test_what_the_recogniser_calls_neutral_is_no_event():
    recogniser = StubRecogniser(NEUTRAL)
    report, _ = watch(film(2.2, 30, smile), recogniser)
    assert report.events == () and recogniser.asked > 0


def test_a_face_is_lost_and_found_again():
    blank = np.full((480, 640, 3), 90, np.uint8)
    frames = [(frame(number=n), n / 30) for n in range(10)]
    frames += [(blank, n / 30) for n in range(10, 40)]
    frames += [(frame(number=n), n / 30) for n in range(40, 60)]
    report, states = watch(frames)
    assert states[9].face and states[20].face is None and states[-1].face
    assert "No face" in states[20].note and report.events == ()
    assert any("No face was found for" in note for note in report.notes)


def test_the_box_follows_the_head():
    states = watch(film(1.5, 30, shift=lambda t: (40 * t, 0)))[1]
    moved = states[-1].face.x - states[0].face.x
    assert abs(moved - 40 * states[-1].time) < 4


def test_the_larger_of_two_faces_is_followed_and_said_so():
    report, states = watch((frame(number=n, faces=2), n / 30) for n in range(5))
    assert states[-1].face.x < 200 and "largest" in states[0].note
    assert any("Several faces" in note for note in report.notes)


def test_grey_frames_and_other_sizes_do_as_well():
    tall = [
        (np.pad(p, ((400, 400), (0, 1), (0, 0)))[:, 120:521], t) for p, t in film(2.2, 30, smile)
    ]
    assert len(watch(tall)[0].events) == 1
    assert (
        len(watch((p.mean(axis=2).astype(np.uint8), t) for p, t in film(2.2, 30, smile))[0].events)
        == 1
    )


def test_a_large_frame_is_made_smaller_and_its_box_is_not():
    big = np.repeat(np.repeat(frame(), 6, axis=0), 6, axis=1)
    face = Analyser(StubRecogniser()).push(big, 0.0).face
    small = Analyser(StubRecogniser()).push(frame(), 0.0).face
    assert abs(face.side - 6 * small.side) < 90 and abs(face.x - 6 * small.x) < 90


def test_more_video_does_not_change_what_was():
    once = watch(film(2.2, 30, smile))[0]
    more = watch(film(4.4, 30, lambda t: smile(t) + smile(t - 2)))[0]
    assert len(more.events) == 2 and more.events[0] == once.events[0]


def test_nothing_grows_but_events_and_trace():
    """What three more seconds of the same leave in memory is what their event holds."""
    analyser = Analyser(StubRecogniser())
    held = []
    tracemalloc.start()
    for number, (picture, time) in enumerate(film(9, 30, lambda t: smile(t % 3)), 1):
        analyser.push(picture, time)
        if number % 90 == 0:
            gc.collect()
            own = sum(event.frame.nbytes + event.flow.nbytes for event in analyser.events)
            held.append(tracemalloc.get_traced_memory()[0] - own)
    tracemalloc.stop()
    assert len(analyser.events) == 3
    # All crops of three seconds would be 13 MB, all that the spotter looked at 0.13 MB.
    assert held[2] - held[1] < 50_000


def test_stale_frames_and_gaps_are_counted_not_believed():
    frames = [(frame(number=n), t) for n, t in enumerate((0, 0.1, 0.1, 0.05, 0.2, 5.0, 5.1))]
    report, states = watch(frames)
    assert report.frames == 7 and abs(report.duration - 5.1) < 1e-9
    assert states[2] == states[1] and report.events == ()
    assert any("2 frames came with the time" in note for note in report.notes)
    assert any("no frame came for over a second" in note for note in report.notes)


@pytest.mark.parametrize(
    "bad, words",
    [
        (np.zeros((480, 640, 3), np.uint16), "8 bits"),
        (np.zeros((480, 640, 4), np.uint8), "blue-green-red"),
        (np.zeros((20, 640), np.uint8), "at least 64"),
        (None, "8 bits"),
    ],
)
def test_what_is_no_picture_is_an_error(bad, words):
    with pytest.raises(MerError, match=words):
        Analyser(StubRecogniser()).push(bad, 0.0)


def test_a_time_that_is_no_number_is_an_error():
    with pytest.raises(MerError, match="timestamp"):
        Analyser(StubRecogniser()).push(frame(), float("nan"))


def test_no_frame_gives_an_empty_report():
    report = Analyser(StubRecogniser(), fps=30).close()
    assert report.frames == 0 and report.fps == 30 and report.notes == ("No frame came.",)
    assert report.seconds_by_emotion() == {NEUTRAL: 0.0} and set(WORDS) >= {NEUTRAL}


def test_a_long_expression_is_still_compared_with_the_face_before_it():
    pairs = []

    class Keeping(StubRecogniser):
        def predict_proba(self, onset_face, apex_face):
            pairs.append(np.abs(onset_face.astype(int) - apex_face).mean())
            return super().predict_proba(onset_face, apex_face)

    watch(film(3.8, 30, lambda t: 7 * np.clip(min(t - 1, 3.4 - t) / 0.3, 0, 1)), Keeping())
    assert pairs[-1] > 0.8 * max(pairs)
