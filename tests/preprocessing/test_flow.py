"""Flow against known motion, strain against its definition, and the kept files."""

import sys
import time

import cv2
import numpy as np
import pytest
import torch

from mer.core.errors import BadData, MerError, Unavailable
from mer.core.torchvision_guard import torchvision_importable
from mer.preprocessing import flow, flow_methods


@pytest.fixture(scope="module")
def skin():
    rng = np.random.default_rng(0)
    return cv2.normalize(
        cv2.GaussianBlur(rng.normal(size=(160, 160)), (0, 0), 2), None, 40, 210, cv2.NORM_MINMAX
    ).astype(np.uint8)


def shifted(image, right, down):
    matrix = np.float32([[1, 0, right], [0, 1, down]])
    return cv2.warpAffine(image, matrix, image.shape[::-1], borderMode=cv2.BORDER_REFLECT)


@pytest.mark.parametrize("method", [name for name in flow_methods.ready() if name != "still"])
def test_every_method_finds_a_small_shift_and_beats_no_motion(skin, method):
    truth = np.dstack([np.full(skin.shape, 1.3), np.full(skin.shape, -0.7)])
    inside = np.zeros(skin.shape, bool)
    inside[20:-20, 20:-20] = True
    found = flow.compute(skin, shifted(skin, 1.3, -0.7), method)
    error = flow.endpoint_error(found, truth, inside)
    assert found.shape == (160, 160, 2) and error < 0.25
    assert error < flow.endpoint_error(flow.compute(skin, skin, "still"), truth, inside)


def test_colour_frames_are_accepted_and_sizes_must_agree(skin):
    colour = cv2.cvtColor(skin, cv2.COLOR_GRAY2BGR)
    assert flow.compute(colour, colour).shape == (160, 160, 2)
    with pytest.raises(MerError, match="different size"):
        flow.compute(skin, skin[:100])
    with pytest.raises(MerError, match="unknown flow method 'guess'"):
        flow.compute(skin, skin, "guess")


def test_the_medium_preset_is_what_dis_says(skin):
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    moved = shifted(skin, 1.3, -0.7)
    assert np.array_equal(flow.compute(skin, moved, "dis"), search.calc(skin, moved, None))
    fast = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    assert np.array_equal(flow.compute(skin, moved, "dis-fast"), fast.calc(skin, moved, None))


def test_our_tv_l1_agrees_with_scikit_images_and_is_faster(skin):
    """Both are right to a tenth of a pixel; ours was 5 times as fast when this was written."""
    moved = shifted(skin, 1.3, -0.7)
    names = ("tv-l1", "tv-l1, scikit-image, close fit")
    found, spent = {}, {}
    for name in names:
        flow.compute(skin, skin, name)  # compiled and imported before the clock runs
        start = time.process_time()
        found[name] = flow.compute(skin, moved, name)[20:-20, 20:-20]
        spent[name] = time.process_time() - start
    apart = np.linalg.norm(found[names[0]] - found[names[1]], axis=-1)
    assert apart.mean() < 0.15
    assert spent[names[0]] < spent[names[1]]


def test_raft_without_weights_says_where_they_belong(skin, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert "raft" not in flow_methods.ready()
    with pytest.raises(Unavailable, match=r"raft: .*Put torchvision's raft_small.*\.pth into"):
        flow.compute(skin, skin, "raft")


def test_raft_without_torchvision_says_so(skin, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(flow_methods, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.models.optical_flow", None)
    file = flow_methods.raft_weights()
    file.parent.mkdir()
    torch.save({}, file)
    assert "raft" not in flow_methods.ready()
    with pytest.raises(Unavailable, match="raft: torchvision cannot be imported"):
        flow.compute(skin, skin, "raft")


def test_raft_with_weights_takes_pictures_of_any_size(skin, tmp_path, monkeypatch):
    with torchvision_importable():
        from torchvision.models.optical_flow import Raft_Small_Weights, raft_small

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    file = flow_methods.raft_weights()
    assert file.name == Raft_Small_Weights.DEFAULT.url.rpartition("/")[2]
    file.parent.mkdir()
    torch.save(raft_small(weights=None).state_dict(), file)
    assert "raft" in flow_methods.ready()
    found = flow.compute(skin[:100, :90], skin[:100, :90], "raft")
    assert found.shape == (100, 90, 2) and found.dtype == np.float32


def test_strain_ignores_translation_and_measures_stretch():
    y, x = np.mgrid[:40, :40].astype(np.float32)
    assert flow.strain(np.dstack([0 * x + 3, 0 * y - 2])).max() == 0
    assert np.allclose(flow.strain(np.dstack([0.1 * x, 0 * y])), 0.1, atol=1e-6)
    assert np.allclose(flow.strain(np.dstack([0.1 * y, 0 * x])), 0.1 / np.sqrt(2), atol=1e-6)


def test_a_small_rotation_has_no_strain():
    y, x = np.mgrid[-20:20, -20:20].astype(np.float32)
    assert flow.strain(np.dstack([-0.05 * y, 0.05 * x])).max() < 1e-6


def test_head_motion_is_removed_and_expression_kept():
    field = np.full((40, 40, 2), 1.5, np.float32)
    field[:5, :5] += 2
    rest = flow.without_head_motion(field)
    assert np.allclose(rest[20, 20], 0) and np.allclose(rest[0, 0], 2)


@pytest.mark.parametrize("method", ["dis-fine", "farneback"])
def test_onset_to_apex_is_motion_less_the_heads_with_its_strain(skin, method):
    moved = shifted(skin, 2, -1)
    moved[60:90, 60:90] = shifted(skin, 3, -1)[60:90, 60:90]
    field = flow.onset_to_apex(skin, moved, method)
    assert field.shape == (160, 160, 3) and field.dtype == np.float32
    assert np.allclose(np.median(field[..., :2], axis=(0, 1)), 0, atol=1e-6)
    assert field[75, 75, 0] > 0.5
    motion = flow.without_head_motion(flow.compute(skin, moved, method))
    assert np.array_equal(field, flow.with_strain(motion))
    with pytest.raises(MerError, match="different size"):
        flow.onset_to_apex(skin, moved[:100])


def test_error_of_an_empty_mask_is_not_a_number(skin):
    field = flow.compute(skin, skin, "still")
    assert np.isnan(flow.endpoint_error(field, field, np.zeros(skin.shape, bool)))


def test_colours_show_direction_and_rest():
    field = np.zeros((1, 3, 2), np.float32)
    field[0, 1] = 2, 0
    field[0, 2] = -2, 0
    rest, right, left = flow.colours(field, largest=2)[0]
    assert rest.tolist() == [255, 255, 255]
    assert np.allclose(right, [255, 0, 0], atol=1) and np.allclose(left, [0, 255, 255], atol=1)


def test_kept_flow_comes_back_and_a_cut_file_is_named(tmp_path, skin):
    field = flow.with_strain(flow.compute(skin, shifted(skin, 1, 0)))
    path = tmp_path / "flow/sub01_EP01.npz"
    flow.save(path, field, flow.DEFAULT)
    assert np.array_equal(flow.load(path), field)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadData, match=r"sub01_EP01\.npz.*notebook 03"):
        flow.load(path)


def test_magnified_motion_is_that_many_times_as_large():
    row, column = np.indices((60, 60))
    blob = (255 * np.exp(-((row - 30) ** 2 + (column - 20) ** 2) / 30)).astype(np.uint8)
    motion = np.zeros((60, 60, 2), np.float32)
    motion[..., 0] = 2
    moved = flow.magnify(np.dstack([blob] * 3), motion, 5)[..., 0]
    assert np.unravel_index(moved.argmax(), moved.shape) == (30, 30)
    assert np.array_equal(flow.magnify(blob, motion, 0), blob)
