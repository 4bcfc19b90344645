"""Networks to go on from are made once, and the same on a cluster."""

import pytest
import torch
from support.factories import RECIPE

from mer.core.errors import BadData
from mer.learning import pretraining


@pytest.fixture(scope="module")
def starts(motions, tmp_path_factory):
    return pretraining.pretrain(RECIPE, motions, [0, 1], tmp_path_factory.mktemp("parts"))


def equal(one, other):
    return all(torch.equal(one.weights[name], part) for name, part in other.weights.items())


def test_pretraining_is_kept_and_repeats_itself(motions, starts, tmp_path, monkeypatch):
    again = pretraining.pretrain(RECIPE, motions, [0], tmp_path)
    assert equal(again[0], starts[0]) and not equal(starts[0], starts[1])
    monkeypatch.setattr("mer.core.parallel.pool", None)  # any training would now fail
    kept = pretraining.pretrain(RECIPE, motions, [0], tmp_path)
    assert equal(kept[0], again[0]) and kept[0].seconds == again[0].seconds > 0


@pytest.mark.slow
def test_a_cluster_gives_the_networks_that_this_machine_gives(
    motions, starts, two_workers, tmp_path
):
    there = pretraining.pretrain(RECIPE, motions, [1, 0], tmp_path)
    assert list(there) == [1, 0] and all(equal(there[seed], starts[seed]) for seed in (0, 1))


def test_a_damaged_network_is_bad_data(motions, tmp_path):
    pretraining.pretrain(RECIPE, motions, [0], tmp_path)
    (file,) = tmp_path.glob("start-*-0.pt")
    file.write_bytes(b"PK")
    with pytest.raises(BadData, match="no readable pretrained networks.*Delete"):
        pretraining.pretrain(RECIPE, motions, [0], tmp_path)
