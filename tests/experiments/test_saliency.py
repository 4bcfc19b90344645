"""How much of where a network looks lies where the face moved."""

import numpy as np
import pytest
from support import factories

from mer.core.errors import MerError
from mer.evaluation import protocols
from mer.experiments import saliency
from mer.learning import activation_maps
from mer.learning.training import Recipe
from mer.preprocessing import faces

SIZE = 24
SEEN = np.ones((SIZE, SIZE), bool)
RECIPE = Recipe("cbam-last", "CBAM", epochs=6, flip=0, translate=0)


@pytest.fixture(scope="module")
def corners():
    return factories.corners(SIZE)


@pytest.fixture(scope="module")
def folds(corners):
    return protocols.grouped_folds(corners.labels, corners.subjects, 2)


@pytest.fixture(scope="module")
def truths(corners):
    found = []
    for label in corners.labels:
        region = np.zeros((SIZE, SIZE), bool)
        region[(slice(3, 9), slice(15, 21))[label], (slice(3, 9), slice(15, 21))[label]] = True
        found.append((region, SEEN))
    return found


@pytest.fixture(scope="module")
def maps(corners, folds, tmp_path_factory):
    return activation_maps.of_folds(
        RECIPE, corners, folds, 0, tmp_path_factory.mktemp("parts"), True
    )


def test_a_trained_network_looks_at_what_tells_the_classes_apart(maps, truths):
    assert set(maps) == {"Grad-CAM", "HiResCAM", "gate 1"}
    assert all(one.shape == (32, SIZE, SIZE) and one.min() >= 0 for one in maps.values())
    judged = saliency.judge(maps, truths)
    assert judged["auc"]["HiResCAM"].mean() > 0.8
    assert judged["share"]["HiResCAM"].mean() > 3 * 36 / SIZE**2


def test_auc_and_share_of_maps_that_are_right_blind_and_wrong():
    region = np.zeros((SIZE, SIZE), bool)
    region[:6] = True
    right, flat = region.astype(float), np.full((SIZE, SIZE), 0.7)
    assert saliency.auc(right, region, SEEN) == 1
    assert saliency.auc(flat, region, SEEN) == 0.5
    assert saliency.auc(-right, region, SEEN) == 0
    assert saliency.share(right + 5, region, SEEN) == 1  # a gate's least value is no attention
    assert saliency.share(flat, region, SEEN) == pytest.approx(0.25)


def test_auc_counts_ties_half():
    """Of the nine pairs of a pixel inside and one outside, five are won and three tied."""
    region = np.array([[True] * 3, [False] * 3])
    picture = np.array([[2.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    assert saliency.auc(picture, region, np.ones((2, 3), bool)) == pytest.approx(6.5 / 9, abs=1e-12)


def test_what_is_not_seen_counts_nowhere():
    region = np.zeros((SIZE, SIZE), bool)
    region[:6] = True
    seen = SEEN.copy()
    seen[12:] = False
    picture = np.where(seen, region, 99.0)
    assert saliency.auc(picture, region, seen) == 1
    assert saliency.share(picture, region, seen) == 1


def test_the_moved_region_is_a_fifth_of_the_seen_face_and_ignores_the_head():
    flow = np.full((100, 100, 2), 3, np.float32)  # the head's own motion
    flow[60:80, 20:70, 1] -= 1.5
    visible = np.ones((100, 100), bool)
    visible[:, 90:] = False
    region, seen = saliency.moved(flow, visible, faces.Box(0, 0, 100), 50)
    assert region[33:37, 12:33].all() and not region[:25].any()
    assert 0.08 < region.sum() / seen.sum() <= 0.2 and not seen[:, 46:].any()


def test_a_face_that_is_hidden_is_an_error():
    with pytest.raises(MerError, match="next to nothing"):
        saliency.moved(
            np.zeros((50, 50, 2), np.float32), np.zeros((50, 50), bool), faces.Box(0, 0, 50), 25
        )


def test_records_and_figures_name_every_map(maps, truths, corners):
    blank = {name: np.ones_like(one) for name, one in maps.items()}
    reference = {**maps, "measured motion": np.array([region for region, _ in truths], float)}
    found = saliency.records(
        saliency.judge(reference, truths),
        saliency.judge(blank, truths),
        corners.subjects,
        "grouped-2",
        200,
    )
    values = {(r.model, r.metric): r.value for r in found}
    assert values["measured motion", "auc"] == 1 and values["untrained Grad-CAM", "auc"] == 0.5
    gain = values["HiResCAM - the same before training", "auc_difference"]
    assert gain == pytest.approx(values["HiResCAM", "auc"] - 0.5)
    figure = saliency.plot_before_after(found)
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == list(reference)
    rows = {name: {"a": one[0], "b": one[1]} for name, one in maps.items()}
    drawn = saliency.plot_maps(rows, np.full((40, 40), 128.0))
    assert len(drawn.axes) == 2 * len(rows) and drawn.axes[1].get_title() == "b"


def test_a_mean_map_lets_no_picture_outshout_the_rest():
    pictures = np.stack([np.eye(4), 1000 * np.fliplr(np.eye(4)), np.full((4, 4), 7.0)])
    mean = saliency.mean_map(pictures)
    assert mean[0, 0] == pytest.approx(mean[0, 3]) and mean.max() <= 1
