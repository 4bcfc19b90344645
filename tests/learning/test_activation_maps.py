"""Maps of where networks look that never saw the person: made once, here and on a cluster."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support import factories

from mer.core import environment
from mer.core.errors import MerError
from mer.evaluation import protocols
from mer.learning import activation_maps, models
from mer.learning.training import Recipe

SIZE = 24
RECIPE = Recipe("cbam-last", "CBAM", epochs=6, flip=0, translate=0)


@pytest.fixture(scope="module")
def corners():
    return factories.corners(SIZE)


@pytest.fixture(scope="module")
def folds(corners):
    return protocols.grouped_folds(corners.labels, corners.subjects, 2)


@pytest.fixture(scope="module")
def maps(corners, folds, tmp_path_factory):
    parts = tmp_path_factory.mktemp("parts")
    return activation_maps.of_folds(RECIPE, corners, folds, 0, parts, True)


@pytest.mark.slow
def test_maps_are_made_once_and_change_with_the_recipe(corners, folds, tmp_path, monkeypatch):
    few = Recipe("simple-cnn", "plain", epochs=0)
    first = activation_maps.of_folds(few, corners, folds, 0, tmp_path, True)
    assert len(list(tmp_path.glob("maps-*.npz"))) == len(folds)
    with monkeypatch.context() as patch:
        patch.setattr("mer.core.parallel.pool", None)  # any training would now fail
        again = activation_maps.of_folds(few, corners, folds, 0, tmp_path, True)
    assert set(first) == {"Grad-CAM", "HiResCAM"}
    assert all(np.array_equal(first[kind], again[kind]) for kind in first)
    other = activation_maps.of_folds(few, corners, folds, 1, tmp_path, True)
    assert not np.array_equal(first["HiResCAM"], other["HiResCAM"])


@pytest.mark.slow
def test_a_cluster_gives_the_maps_that_this_machine_gives(corners, folds, two_workers, tmp_path):
    few = Recipe("simple-cnn", "plain", epochs=1)
    there = activation_maps.of_folds(few, corners, folds, 0, tmp_path / "there", True)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(environment.CLUSTER)
        here = activation_maps.of_folds(few, corners, folds, 0, tmp_path / "here", True)
    assert set(there) == set(here)
    assert all(np.array_equal(there[kind], here[kind]) for kind in here)


def test_the_maps_of_a_person_do_not_depend_on_this_persons_pictures_in_training(
    corners, folds, maps, tmp_path
):
    fold = folds[0]
    x = corners.x.clone()
    x[fold.test[1:]] *= 5
    spoiled = replace(corners, x=x)
    found = activation_maps.of_folds(RECIPE, spoiled, folds, 0, tmp_path, True)
    assert np.allclose(found["HiResCAM"][fold.test[0]], maps["HiResCAM"][fold.test[0]], atol=1e-6)


def test_folds_that_leave_somebody_out_are_refused(corners, folds, tmp_path):
    with pytest.raises(MerError, match="every sequence exactly once"):
        activation_maps.of_folds(RECIPE, corners, folds[:1], 0, tmp_path, True)


def test_hirescam_adds_up_to_the_logit_and_is_not_grad_cam():
    """Draelos and Carin: before clipping, the map's sum is the class score less its bias."""
    torch.manual_seed(0)
    network = models.build("simple-cnn", 2, 3, SIZE)
    x = torch.rand(2, 3, SIZE, SIZE)
    from captum.attr import LayerGradientXActivation

    raw = LayerGradientXActivation(network, network.features[-1][0]).attribute(
        x, torch.tensor([1, 0])
    )
    score = network(x)[[0, 1], [1, 0]] - network.classify.bias[[1, 0]]
    assert torch.allclose(raw.sum((1, 2, 3)), score, atol=1e-4)
    found = activation_maps.look(network, x, np.array([1, 0]))
    assert not np.allclose(found["Grad-CAM"], found["HiResCAM"])
