"""The networks have the shapes and sizes of their sources, and give logits.

CBAM is the paper's: its sizes, its order, its gates; and the control has as many weights.
"""

import pytest
import torch

from mer.core.errors import MerError
from mer.learning import models

X = torch.rand(2, 64, 12, 12, generator=torch.Generator().manual_seed(0))


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
        ("normed-cnn", 48),
        ("normed-cbam-last", 48),
        ("normed-cbam-each", 96),
    ],
)
def test_every_network_gives_one_logit_a_class(name, size):
    with torch.no_grad():
        logits = models.build(name, 5, 3, size)(torch.zeros(2, 3, size, size))
    assert logits.shape == (2, 5) and torch.isfinite(logits).all()


def test_simple_cnn_is_the_earlier_implementations():
    network = models.build("simple-cnn", 5, 3, 224)
    assert [part[0].out_channels for part in network.features] == [64, 128, 256]
    assert network.classify.in_features == 256 * 28 * 28


def test_a_normed_network_reads_the_same_of_a_picture_however_bright():
    """Twice the numbers, the same answer: what a group's channels have in common is taken off."""
    face = torch.rand(2, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    for name, same in (("normed-cnn", True), ("simple-cnn", False)):
        torch.manual_seed(0)
        network = models.build(name, 5, 3, 48)
        network.features[0][0].bias.data.zero_()
        with torch.no_grad():
            assert torch.allclose(network(face), network(2 * face), atol=1e-3) == same, name


def test_ststnet_reads_sixteen_maps_of_five_by_five():
    assert models.build("ststnet", 3, 3, 28).classify.in_features == 16 * 5 * 5


def test_an_unknown_network_is_an_error():
    with pytest.raises(MerError, match="unknown model 'resnet'; choose one of simple-cnn"):
        models.build("resnet", 5, 3, 64)


def plain_and(name, size=48):
    """SimpleCNN and the network of that name, both begun with seed 0."""
    made = []
    for one in ("simple-cnn", name):
        torch.manual_seed(0)
        made.append(models.build(one, 5, 3, size))
    return made


def test_the_sizes_are_the_papers():
    hidden = 64 // 16
    assert models.count_weights(models.ChannelGate(64)) == 2 * 64 * hidden + hidden + 64
    assert models.count_weights(models.SpatialGate(64)) == 2 * 7 * 7 + 1
    channel, spatial = models.CBAM(64)
    assert isinstance(channel, models.ChannelGate) and isinstance(spatial, models.SpatialGate)


@pytest.mark.parametrize("block", [models.ChannelGate, models.SpatialGate, models.CBAM])
def test_a_gate_only_turns_down_and_an_open_one_at_most_doubles(block):
    for opened, largest in ((False, 1), (True, 2 if block is not models.CBAM else 4)):
        ratio = block(64, opened)(X) / X
        assert ratio.shape == X.shape and (ratio > 0).all() and (ratio < largest).all()


def test_a_channel_gate_is_one_number_a_channel_and_a_spatial_gate_one_a_position():
    of_channel = models.ChannelGate(64)(X) / X
    assert torch.allclose(of_channel, of_channel[:, :, :1, :1].expand_as(X), atol=1e-5)
    assert of_channel[:, :, 0, 0].std() > 0
    gate = models.SpatialGate(64)
    of_place = gate(X) / X
    assert torch.allclose(of_place, of_place[:, :1].expand_as(X), atol=1e-5)
    assert of_place[:, 0].std() > 0


def test_the_channel_gate_reads_the_mean_and_the_maximum():
    gate = models.ChannelGate(64)
    for part in (X.mean((2, 3), keepdim=True), X.amax((2, 3), keepdim=True)):
        assert part.std() > 0
    expected = torch.sigmoid(
        gate.weigh(X.mean((2, 3), keepdim=True)) + gate.weigh(X.amax((2, 3), keepdim=True))
    )
    assert torch.allclose(gate(X), X * expected, atol=1e-6)


def test_closed_gates_leave_a_sixty_fourth_and_open_ones_all_of_it():
    x = torch.rand(4, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    left = {}
    for name in ("cbam-each", "cbam-each-open", "cbam-last"):
        plain, network = plain_and(name)
        sizes = []
        for one in (plain, network):
            one.classify.register_forward_pre_hook(
                lambda _, given, sizes=sizes: sizes.append(given[0].norm().item())
            )
            one(x)
        left[name] = sizes[1] / sizes[0]
    assert left["cbam-each"] < 0.06 and 0.1 < left["cbam-last"] < 0.5
    assert 0.4 < left["cbam-each-open"] < 2.5


def test_it_starts_from_the_plain_networks_weights():
    plain, network = plain_and("cbam-each")
    own = network.state_dict()
    assert all(torch.equal(own[key], value) for key, value in plain.state_dict().items())


@pytest.mark.parametrize("name, blocks", [("cbam-last", [2]), ("cbam-each", [0, 1, 2])])
def test_attention_stands_where_its_name_says(name, blocks):
    network = models.build(name, 5, 3, 48)
    assert [i for i, part in enumerate(network.added) if isinstance(part, models.CBAM)] == blocks


@pytest.mark.parametrize("size", [32, 48, 224])
def test_the_control_has_at_least_as_many_weights_but_not_many_more(size):
    cbam, wider = (
        models.count_weights(models.build(name, 5, 3, size)) for name in ("cbam-each", "wider-cnn")
    )
    one_filter = 128 * 9 + 1 + 5 * (size // 8) ** 2
    assert cbam <= wider < cbam + one_filter
