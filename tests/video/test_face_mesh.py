"""The networks find a face, upright and tilted, and read its landmarks; without them it goes on."""

import cv2
import numpy as np
import pytest
from support.demo_film import frame
from support.landmarks import needs_landmarks

from mer.video import face_mesh, geometry, tracking
from mer.video.pictures import SIZE, middle, scale

landmarks = pytest.mark.skipif(face_mesh.models() is None, reason=needs_landmarks)


@pytest.fixture(scope="module")
def networks():
    return face_mesh.load()


def turned(picture, angle):
    matrix = cv2.getRotationMatrix2D((320, 240), angle, 1)
    return cv2.warpAffine(picture, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)


def head(networks, picture):
    pose = networks.find(picture)[0]
    for _ in range(2):
        seen = networks.read(picture, pose)
        held = geometry.head(seen)
        pose = held.pose
    return seen, held


@landmarks
@pytest.mark.parametrize("angle", [0, 25, -25])
def test_a_face_is_found_and_its_tilt_told(networks, angle):
    seen, held = head(networks, turned(frame(), angle))
    assert seen.score > 0.9 and seen.points.shape == (468, 3)
    assert abs(held.angles[2] + angle) < 5
    assert 100 < SIZE * scale(held.pose) < 300


@landmarks
def test_size_and_colour_of_the_picture_hardly_matter(networks):
    _, held = head(networks, frame())
    _, large = head(networks, cv2.resize(frame(), None, fx=2, fy=2))
    assert abs(large.size / held.size - 2) < 0.1
    _, grey = head(networks, cv2.cvtColor(frame(), cv2.COLOR_BGR2GRAY))
    assert np.linalg.norm(middle(grey.pose) - middle(held.pose)) < 4


@landmarks
def test_a_wall_has_no_face_and_two_faces_are_two_the_larger_first(networks):
    assert networks.find(np.full((480, 640, 3), 90, np.uint8)) == []
    large, small = networks.find(frame(faces=2))
    assert scale(large) > scale(small) and middle(large)[0] < middle(small)[0]


def test_overlapping_boxes_are_one_face():
    box = np.array([[64.0, 64], [40, 40], [56, 60], [72, 60]])
    boxes = np.stack(
        [
            box,
            box + [[2, 0], [0, 0], [2, 0], [2, 0]],
            box - [[50, 50], [20, 20], [50, 50], [50, 50]],
        ]
    )
    one, other = face_mesh._merged(boxes, np.array([0.6, 0.9, 0.8]))
    assert one[0, 0] == pytest.approx(64 + 2 * 0.9 / 1.5) and other[0, 0] == 14


def test_without_the_package_there_are_no_networks(monkeypatch):
    monkeypatch.setattr(face_mesh, "find_spec", lambda name: None)
    assert face_mesh.models() is None and face_mesh.load() is None


# -- following --------------------------------------------------------------------------------


@landmarks
def test_landmarks_and_the_cascade_align_the_same_face(networks):
    with_mesh = tracking.Tracker(networks).follow(frame(), 0.0)
    without = tracking.Tracker().follow(frame(), 0.0)
    assert with_mesh.look and without.look is None
    apart = middle(with_mesh.pose) - middle(without.pose)
    assert np.linalg.norm(apart) < 0.1 * without.box.side
    assert 0.75 < with_mesh.box.side / without.box.side < 1.1


@landmarks
def test_landmarks_are_looked_at_more_often_while_something_moves(networks):
    counts = []
    for busy in (False, True):
        tracker = tracking.Tracker(networks)
        seen = [tracker.follow(frame(number=n), n / 30, busy) for n in range(30)]
        counts.append(sum(one.look is not None for one in seen))
    assert 4 <= counts[0] <= 6 and 9 <= counts[1] <= 13


@landmarks
def test_a_face_that_jumps_is_another_face(networks):
    tracker = tracking.Tracker(networks)
    assert tracker.follow(frame(), 0.0).other
    assert not tracker.follow(frame(), 0.1).other
    moved = np.roll(frame(), 200, axis=1)
    found = [tracker.follow(moved, 0.2 + n / 10) for n in range(25)]
    assert any(one and one.other for one in found) and found[-1].box.x > 300


@landmarks
def test_black_frames_show_no_face_and_it_is_found_again(networks):
    tracker = tracking.Tracker(networks)
    assert tracker.follow(frame(), 0.0)
    assert tracker.follow(np.zeros((480, 640, 3), np.uint8), 0.1) is None and tracker.dark
    found = tracker.follow(frame(), 0.2)
    assert found and found.other and not tracker.dark


@landmarks
def test_a_face_that_reaches_out_of_the_picture_is_not_whole(networks):
    tracker = tracking.Tracker(networks)
    assert tracker.follow(frame(), 0.0).look.whole
    cut = frame()[:, 320:].copy()
    found = tracking.Tracker(networks).follow(cut, 0.0)
    assert found is None or not found.look.whole


@landmarks
@pytest.mark.parametrize("turn, degrees", [(cv2.ROTATE_90_CLOCKWISE, 270), (cv2.ROTATE_180, 180)])
def test_a_face_that_lies_is_told_with_the_turn_that_it_needs(networks, turn, degrees):
    tracker, lying = tracking.Tracker(networks), cv2.rotate(frame(), turn)
    found = [tracker.follow(lying, n / 5) for n in range(12)]
    assert tracker.lying == degrees or any(found)
