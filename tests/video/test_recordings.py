"""Which videos a path means: files, folders of them, and numbered pictures."""

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData
from mer.video.recordings import Pictures, Recording, recordings, videos


def pictures(folder, numbers, name="img{}.jpg"):
    folder.mkdir(parents=True)
    for number in numbers:
        cv2.imwrite(str(folder / name.format(number)), np.full((8, 8, 3), number, np.uint8))
    return folder


def test_a_folder_means_the_videos_in_it_and_below(tmp_path):
    (tmp_path / "deeper").mkdir()
    for name in ("b.mp4", "a.WEBM", "notes.txt", ".hidden.mp4", "deeper/c.avi"):
        (tmp_path / name).touch()
    found = videos([tmp_path, tmp_path / "b.mp4", tmp_path / "none.mp4"])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["a.WEBM", "b.mp4", "deeper/c.avi", "none.mp4"]
    with pytest.raises(BadData, match="no video in this folder"):
        (tmp_path / "empty").mkdir()
        videos([tmp_path / "empty"])


def test_recordings_are_called_like_their_files_and_folders(tmp_path):
    pictures(tmp_path / "sub01" / "EP02_01f", [1, 2])
    pictures(tmp_path / "sub02" / "one", [1])  # one picture is no recording
    (tmp_path / "s3").mkdir()
    (tmp_path / "s3" / "anger.avi").touch()
    found = recordings([tmp_path])
    assert [(one.subject, one.video) for one in found] == [("s3", "anger"), ("sub01", "EP02_01f")]
    assert recordings([tmp_path / "sub01" / "EP02_01f"]) == found[1:]
    with pytest.raises(BadData, match="neither a video nor a folder"):
        recordings([tmp_path / "sub02" / "one"])


def test_pictures_are_read_in_the_order_of_their_numbers_and_gaps_are_time(tmp_path):
    folder = pictures(tmp_path / "a", [9, 10, 12, 100], "img{}.jpg")
    with Pictures(folder, 200.0) as frames:
        read = [(round(frame.mean()), time) for frame, time in frames]
        assert len(frames) == 4 and frames.first == 9
    assert [value for value, _ in read] == [9, 10, 12, 100]
    assert [time for _, time in read] == pytest.approx([0, 1 / 200, 3 / 200, 91 / 200])


def test_pictures_need_a_rate_and_tell_when_they_begin(tmp_path):
    one = Recording("sub01", "a", pictures(tmp_path / "a", [46, 47]))
    with pytest.raises(BadData, match="Name it with --fps"):
        one.frames(None)
    assert one.begins(200.0, 1) == 45 / 200
    assert Recording("s", "v", tmp_path / "v.mp4").begins(None, 1) == 0.0


def test_a_damaged_picture_is_named(tmp_path):
    folder = pictures(tmp_path / "a", [1, 2])
    (folder / "img2.jpg").write_text("no picture")
    with pytest.raises(BadData, match=r"img2\.jpg: not a picture"):
        list(Pictures(folder, 30.0))
