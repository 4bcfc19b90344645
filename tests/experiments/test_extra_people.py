"""The flows of extra people are made as the study makes its own."""

import os

import cv2
import numpy as np
import pytest

from mer.core.errors import BadData
from mer.experiments import extra_people
from mer.experiments.synthetic_pictures import Pictures
from mer.people import crowd
from mer.preprocessing import faces, flow, pairs

CLASSES = ("happiness", "surprise")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extra-people")
    return folder, extra_people.flows(folder, CLASSES, 1, 1, 28, seed=5, quiet=True)


@pytest.mark.slow
def test_flows_show_every_class_in_pixels_of_the_study(made):
    _, extra = made
    assert extra.x.shape == (2, 3, 28, 28) and extra.kind == "flow"
    assert extra.labels.tolist() == [0, 1] and len(set(extra.subjects)) == 1
    assert 0.2 < float(extra.x[:, :2].abs().max()) < 20


@pytest.mark.slow
def test_flows_come_back_from_the_folder(made, monkeypatch):
    folder, extra = made
    monkeypatch.setattr(crowd, "cast_of", None)  # would fail if anybody were rendered
    again = extra_people.flows(folder, CLASSES, 1, 1, 28, seed=5, quiet=True)
    assert (again.x == extra.x).all() and again.sequences == extra.sequences


@pytest.mark.slow
def test_damaged_file_of_flows_is_bad_data(made, tmp_path):
    name = next(iter(os.listdir(made[0])))
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(BadData, match="0000.npz: no readable extra people.*Delete"):
        extra_people.flows(tmp_path, CLASSES, 1, 1, 28, seed=5, quiet=True)


def test_a_pair_is_treated_as_in_the_notebooks():
    """The same frames through mer.preprocessing, as notebooks 02 and 03 use them."""
    rng = np.random.default_rng(0)
    onset = cv2.GaussianBlur(rng.integers(0, 255, (340, 280)).astype(np.uint8), (0, 0), 3)
    apex = np.roll(onset, 2, axis=0)
    shot = crowd.Shot("a", "b", "happiness", onset, apex, np.zeros((2, 2)), np.zeros(2))
    box = faces.Box(0, 30, 280, found=False)
    assert faces.locate(cv2.cvtColor(onset, cv2.COLOR_GRAY2BGR)) == box
    found = extra_people.study_flow(shot)
    assert found.shape == (pairs.SIZE, pairs.SIZE, 3)
    expected = flow.without_head_motion(flow.compute(*(faces.cut(f, box) for f in (onset, apex))))
    assert np.allclose(found[..., :2], expected, atol=1e-4)


def test_published_pictures_become_motion_around_rest():
    images = np.full((6, 28, 28, 3), 100, np.uint8)
    images[:, 4:8, 4:8] = 200
    made = Pictures(images, np.arange(6) % 2, np.array(["x"] * 6))
    extra = extra_people.published(made, CLASSES, step=2)
    assert extra.labels.tolist() == [0, 0, 0] and extra.subjects[0] == "extra-x"
    assert extra.x[0, :, 0, 0].tolist() == [0, 0, 0]
    assert extra.x[0, 0, 5, 5].item() == pytest.approx(100 / 255)
