"""Pictures of synthetic people in MEGC2019's form, made once and the same."""

import os

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData
from mer.experiments import synthetic_pictures
from mer.people import crowd
from mer.people.rng import stream


def test_published_form_is_that_of_megc2019():
    x, y = np.meshgrid(np.arange(112), np.arange(112))
    field = np.dstack([x * 0.02, -y * 0.05]).astype(np.float32)
    field[40:60, 40:60] += 3
    picture = synthetic_pictures.published_form(field)
    assert picture.shape == (28, 28, 3) and picture.dtype == np.uint8
    assert np.all(picture.min((0, 1)) == 0) and np.all(picture.max((0, 1)) == 255)
    assert picture[5, 25, 0] > picture[5, 2, 0]  # red is u, to the right
    assert picture[2, 5, 1] > picture[25, 5, 1]  # green is v, down
    assert picture[10, 12, 2] > 3 * picture[20, 20, 2]  # blue is strain: at borders


def test_a_still_pair_gives_a_picture_without_motion():
    assert np.all(synthetic_pictures.published_form(np.zeros((112, 112, 2), np.float32)) == 0)


class Steady:
    """Draws the mean, always."""

    def normal(self, mean, spread, size=None):
        return mean if size is None else np.full(size, mean, float)


def test_crop_puts_eyes_and_mouth_where_the_published_crops_have_them():
    frame = np.zeros((340, 280), np.uint8)
    eyes, mouth = np.array([[185.0, 128.0], [91.0, 128.0]]), np.array([138.0, 236.0])
    for x, y in (*eyes, mouth):
        cv2.circle(frame, (int(x), int(y)), 4, 255, -1)
    shot = crowd.Shot("a", "b", "happiness", frame, frame, eyes, mouth)
    onset, apex = synthetic_pictures.crop(shot, Steady())
    assert np.array_equal(onset, apex)
    small = cv2.resize(onset, (28, 28), interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small > 0.5 * small.max())
    upper = rows < 14
    assert rows[upper].mean() == pytest.approx(7.0, abs=0.6)
    assert rows[~upper].mean() == pytest.approx(7.0 + 12.9, abs=0.6)
    assert columns[upper].max() - columns[upper].min() == pytest.approx(15.4, abs=1.5)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    return folder, synthetic_pictures.pictures(
        folder, people=2, pairs=3, takes=2, seed=5, quiet=True
    )


@pytest.mark.slow
def test_pictures_hold_every_class_equally_often(made):
    _, pictures = made
    assert pictures.images.shape == (12, 28, 28, 3) and pictures.images.dtype == np.uint8
    assert pictures.labels.tolist() == [0, 0, 1, 1, 2, 2] * 2
    assert len(set(pictures.subjects)) == 2
    assert np.all(pictures.images.max((1, 2)) == 255)


@pytest.mark.slow
def test_takes_of_one_pair_differ_and_show_the_same_motion(made):
    _, pictures = made
    one, other = (pictures.images[k::2].astype(float) for k in (0, 1))
    assert np.abs(one - other).mean() > 1
    flat = [
        (part[..., 1] - part[..., 1].mean((1, 2), keepdims=True)).reshape(6, -1)
        for part in (one, other)
    ]
    unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in flat]
    alike = unit[0] @ unit[1].T
    assert np.diag(alike).mean() > alike[~np.eye(6, dtype=bool)].mean() + 0.2


@pytest.mark.slow
def test_pictures_come_back_from_the_folder_and_are_repeatable(made, tmp_path, monkeypatch):
    folder, pictures = made
    again = synthetic_pictures.pictures(tmp_path, people=1, pairs=3, takes=2, seed=5, quiet=True)
    assert np.array_equal(again.images, pictures.images[:6])
    monkeypatch.setattr(crowd, "cast_of", None)  # would fail if anybody were rendered
    kept = synthetic_pictures.pictures(folder, people=2, pairs=3, takes=2, seed=5, quiet=True)
    assert np.array_equal(kept.images, pictures.images)
    assert np.array_equal(kept.subjects, pictures.subjects)


@pytest.mark.slow
def test_damaged_file_of_pictures_is_bad_data(made, tmp_path):
    folder, _ = made
    name = sorted(os.listdir(folder))[0]
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(BadData, match="0000.npz: no readable pictures.*Delete"):
        synthetic_pictures.pictures(tmp_path, people=1, pairs=3, takes=2, seed=5, quiet=True)


def test_camera_is_repeatable():
    frames = [np.full((112, 112), 120.0, np.float32)] * 2
    first, second = (
        synthetic_pictures.through_camera(frames, stream(1, "a", "b", "camera")) for _ in range(2)
    )
    assert all(map(np.array_equal, first, second))
    assert first[0].dtype == np.uint8 and first[0].shape == (112, 112)
