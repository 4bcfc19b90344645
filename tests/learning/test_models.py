"""The networks have the shapes and sizes of their sources, and give logits."""

import pytest
import torch

from mer.core.errors import MerError
from mer.learning import models


@pytest.mark.parametrize(
    "name, size",
    [
        ("simple-cnn", 64),
        ("simple-cnn", 224),
        ("compact", 28),
        ("pooled", 28),
        ("ststnet", 28),
        ("wider-cnn", 48),
        ("channel-last", 48),
        ("spatial-last", 48),
        ("cbam-last", 48),
        ("cbam-each", 32),
        ("cbam-each-open", 48),
    ],
)
def test_every_network_gives_one_logit_a_class(name, size):
    with torch.no_grad():
        logits = models.build(name, 5, 3, size)(torch.zeros(2, 3, size, size))
    assert logits.shape == (2, 5) and torch.isfinite(logits).all()


def test_simple_cnn_is_the_earlier_implementations():
    network = models.build("simple-cnn", 5, 3, 224)
    assert [layer.out_channels for layer in network.features if hasattr(layer, "out_channels")] == [
        64,
        128,
        256,
    ]
    assert network.classify.in_features == 256 * 28 * 28


def test_ststnet_reads_sixteen_maps_of_five_by_five():
    assert models.build("ststnet", 3, 3, 28).classify.in_features == 16 * 5 * 5


def test_an_unknown_network_is_an_error():
    with pytest.raises(MerError, match="unknown model 'resnet'; choose one of simple-cnn"):
        models.build("resnet", 5, 3, 64)
