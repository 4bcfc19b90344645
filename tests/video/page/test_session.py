"""One visitor's state: frames counted, gaps told, files read, given up and forgotten."""

import pytest
from support import scripted
from support.scripted import jpeg

from mer.core.errors import BadData
from mer.video.page.session import Camera, Engine, Session, Stopped
from mer.video.page.uploads import UPLOAD_LIMIT, Upload, megabytes


@pytest.fixture
def session():
    return Session(scripted.engine())


def test_missed_frames_are_counted_and_old_ones_passed_over():
    camera = Camera()
    assert [camera.count(time, n) for time, n in ((5.0, 10), (5.1, 11), (5.1, 11), (5.4, 14))] == [
        True,
        True,
        False,
        True,
    ]
    assert (camera.read, camera.missed) == (3, 2)
    assert camera.seconds == pytest.approx(0.4)
    assert camera.rate == pytest.approx(1 / 0.2)


def test_a_camera_without_frames_has_no_rate():
    assert (Camera().rate, Camera().seconds) == (0, 0)


def test_live_frames_become_events_on_a_clock_that_begins_at_zero(session):
    session.start(64, 48)
    for number in range(40):
        state = session.frame(jpeg(), 100 + number / 30, number + 1)
    assert state.time == pytest.approx(39 / 30)
    assert [event.emotion for event in session.report.events] == ["happiness"]
    assert session.report.frames == 40 and session.report.fps == pytest.approx(30)
    session.stop()
    assert session.state is None and session.report.changes == 1
    assert session.frame(jpeg(), 200, 200) is None, "nothing runs any more"


def test_a_damaged_frame_counts_as_missed(session):
    session.start(64, 48)
    session.frame(jpeg(), 1.0, 1)
    session.frame(b"no jpeg", 1.1, 2)
    session.frame(jpeg(), 1.2, 3)
    assert (session.camera.read, session.camera.missed) == (2, 1)


def test_a_second_start_begins_anew_and_clear_forgets(session):
    session.start(64, 48)
    for number in range(40):
        session.frame(jpeg(), number / 30, number + 1)
    session.start(64, 48)
    assert session.report.changes == 0
    session.clear()
    assert session.camera is None and session.report.frames == 0


def test_two_sessions_know_nothing_of_each_other():
    reads = scripted.engine()
    one, other = Session(reads), Session(reads)
    one.start(64, 48)
    other.start(64, 48)
    for number in range(40):
        one.frame(jpeg(), number / 30, number + 1)
    assert (one.report.changes, other.report.changes) == (1, 0)


def test_a_file_is_read_to_its_end(session, video):
    told = []
    session.watch(video, tell=lambda frames, whole: told.append((frames, whole)))
    assert session.report.frames == 90 and session.report.changes == 3
    assert [frames for frames, _ in told] == list(range(1, 91))


def test_bad_input_is_named_by_the_visitors_name(session, tmp_path):
    path = tmp_path / "video.mp4"
    path.write_text("no video")
    with pytest.raises(BadData, match="holiday.mp4: not a video") as caught:
        session.watch(path, "holiday.mp4")
    assert str(tmp_path) not in str(caught.value)


def test_reading_can_be_stopped(session, video):
    with pytest.raises(Stopped):
        session.watch(video, tell=lambda frames, whole: frames == 5 and session.stop())
    assert session.report.frames == 0


def test_whoever_was_stopped_does_not_overwrite_the_next(video):
    """A file is given up for another one, and its analyser only notices at its last frame."""

    def slow(path, progress=iter):
        session.clear()  # the visitor has turned to something else meanwhile
        return scripted.analyse(path)

    session = Session(Engine(None, slow))
    with pytest.raises(Stopped):
        session.watch(video)
    assert session.report.frames == 0


# -- uploads -----------------------------------------------------------------------------------


def test_an_upload_arrives_whole_and_does_not_stay():
    upload = Upload("../holiday.mp4", 10)
    upload.add(0, b"01234")
    upload.add(0, b"01234")  # came twice
    assert not upload.whole
    upload.add(5, b"56789")
    assert upload.whole and upload.path.read_bytes() == b"0123456789"
    assert upload.name == "holiday.mp4" and upload.path.suffix == ".mp4"
    upload.close()
    assert not upload.path.parent.exists()


def test_more_than_was_promised_is_not_taken():
    upload = Upload("a.mp4", 3)
    upload.add(0, b"0123")
    assert upload.got == 0
    upload.close()


def test_too_large_an_upload_is_refused():
    with pytest.raises(BadData, match=f"where {megabytes(UPLOAD_LIMIT)} are taken"):
        Upload("a.mp4", UPLOAD_LIMIT + 1)
