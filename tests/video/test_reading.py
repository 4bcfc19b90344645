"""Files of every kind end in a report or in a sentence that says what to do."""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from support.demo_film import StubRecogniser, bump, film, frame, turned, write_video

from mer.core.errors import BadData
from mer.video.analyser import analyse
from mer.video.reading import Video


@pytest.fixture(autouse=True)
def without_landmarks(monkeypatch):
    """What moves in these films is one photograph, bent: the skin follows it, landmarks do not."""
    monkeypatch.setattr("mer.video.face_mesh.load", lambda: None)


def smile(time):
    return bump(time, 0.6, 0.4, 5)


@pytest.fixture(scope="module")
def smiling(tmp_path_factory):
    return write_video(
        tmp_path_factory.mktemp("video") / "smile.mkv",
        (picture for picture, _ in film(1.6, 30, smile)),
    )


def still(path, count=8, fps=30.0, codec="VP80", change=lambda picture: picture):
    return write_video(path, (change(frame(number=n)) for n in range(count)), fps, codec)


def test_a_video_is_read_with_its_own_times(smiling):
    seen = []

    def progress(frames):
        seen.append(len(frames))
        return frames

    report = analyse(smiling, StubRecogniser(), progress)
    assert [event.emotion for event in report.events] == ["happiness"]
    assert abs(report.events[0].apex - 0.8) < 0.1
    assert report.frames == 48 and seen == [48] and abs(report.fps - 30) < 0.5
    assert abs(report.duration - 47 / 30) < 0.01 and report.notes == ()


@pytest.mark.parametrize(
    "content, words",
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"this is no video\n" * 99, "not a video"),
        (b"\x1aE\xdf\xa3" + bytes(500), "not a video"),
    ],
    ids=["missing", "empty", "text", "head of a Matroska file only"],
)
def test_what_is_no_video(tmp_path, content, words):
    path = tmp_path / "film.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadData, match=words) as error:
        analyse(path, StubRecogniser())
    assert "film.mp4" in str(error.value)


def test_a_picture_is_no_video(tmp_path):
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), frame())
    with pytest.raises(BadData, match="one picture is no video"):
        analyse(path, StubRecogniser())


def test_a_file_cut_off_before_its_first_frame(tmp_path, smiling):
    path = tmp_path / "short.mkv"
    path.write_bytes(smiling.read_bytes()[:900])
    with pytest.raises(BadData, match="cut off"):
        analyse(path, StubRecogniser())


def test_a_truncated_file_is_read_as_far_as_it_goes_and_said_so(tmp_path):
    whole = still(tmp_path / "whole.avi", 30, codec="MJPG")
    path = tmp_path / "half.avi"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    report = analyse(path, StubRecogniser())
    assert 10 < report.frames < 20
    assert any("cut off" in note and "30 frames" in note for note in report.notes)


def test_no_face_in_any_frame(tmp_path):
    path = still(tmp_path / "wall.mkv", change=lambda p: np.full_like(p, 90))
    report = analyse(path, StubRecogniser())
    assert report.events == () and np.isnan(report.trace[:, 1]).all()
    assert any("No face was found in any frame" in note for note in report.notes)


def test_several_faces(tmp_path):
    path = write_video(tmp_path / "two.mkv", (frame(number=n, faces=2) for n in range(4)))
    report = analyse(path, StubRecogniser())
    assert any("largest was followed" in note for note in report.notes)
    assert report.trace[-1, 2] < 200


def test_portrait_and_odd_sizes(tmp_path):
    path = still(
        tmp_path / "tall.avi",
        3,
        codec="MJPG",
        change=lambda p: np.pad(p[:, 141:502], ((140, 41), (0, 0), (0, 0))),
    )
    report = analyse(path, StubRecogniser())
    assert np.isfinite(report.trace[:, 1]).all()


def test_rotation_that_the_file_asks_for_is_done(tmp_path):
    def lying(picture):
        return cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE)

    path = still(tmp_path / "lying.mp4", 3, codec="mp4v", change=lying)
    assert np.isnan(analyse(path, StubRecogniser()).trace[:, 1]).all()
    with Video(turned(path)) as video:
        assert next(iter(video))[0].shape == (480, 640, 3)
    assert np.isfinite(analyse(path, StubRecogniser()).trace[:, 1]).all()


@pytest.mark.parametrize("depth, times", [(cv2.CV_8U, 1), (cv2.CV_16U, 256)], ids=["8", "16"])
def test_grey_and_16_bit_files_come_as_8_bit_colour(tmp_path, depth, times):
    kind = [cv2.VIDEOWRITER_PROP_DEPTH, depth, cv2.VIDEOWRITER_PROP_IS_COLOR, 0]
    path, code = tmp_path / "grey.mkv", cv2.VideoWriter_fourcc(*"FFV1")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 30.0, (640, 480), kind)
    grey = frame().mean(axis=2).astype((np.uint8, np.uint16)[depth == cv2.CV_16U])
    for _ in range(3):
        writer.write(grey * times)
    writer.release()
    with Video(path) as video:
        first, _ = next(iter(video))
    assert first.dtype == np.uint8 and first.shape == (480, 640, 3)
    assert abs(first.mean() - grey.mean()) < 3
    assert np.isfinite(analyse(path, StubRecogniser()).trace[:, 1]).all()


def test_4k(tmp_path):
    path = still(
        tmp_path / "large.avi", 3, codec="MJPG", change=lambda p: cv2.resize(p, (3840, 2880))
    )
    report = analyse(path, StubRecogniser())
    assert report.trace[-1, 4] > 800  # the face's side, in pixels of the large frame


def test_a_frame_rate_of_a_thousand_is_taken_as_it_is(tmp_path):
    report = analyse(still(tmp_path / "fast.avi", 20, 1000.0, "MJPG"), StubRecogniser())
    assert abs(report.fps - 1000) < 20 and report.events == ()


def test_an_absurd_frame_rate_is_mended_and_said_so(tmp_path):
    path = still(tmp_path / "absurd.avi", 20, 30.0, "MJPG")
    content = bytearray(path.read_bytes())
    place = content.index(b"strh") + 8 + 20  # scale and rate of the stream
    content[place : place + 8] = (1).to_bytes(4, "little") + (90_000).to_bytes(4, "little")
    path.write_bytes(content)
    report = analyse(path, StubRecogniser())
    assert abs(report.fps - 30) < 0.1
    assert any(
        "timestamps make no sense" in note and "30 a second" in note for note in report.notes
    )


def test_opencv_prints_nothing_about_a_text_file(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no video")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from mer.video import Video; Video(sys.argv[1])",
            str(path),
        ],
        capture_output=True,
        text=True,
    )
    assert done.stderr.count("\n") < 40 and "OpenCV(" not in done.stderr
    assert "BadData" in done.stderr
