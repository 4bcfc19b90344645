"""The networks of the study: (N, channels, size, size) in, (N, classes) logits out."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import torch
from torch import nn

from mer.core.errors import MerError
from mer.learning import attention

FILTERS = (64, 128, 256)  # of the earlier implementation's three convolutions


class SimpleCNN(nn.Module):
    """The earlier implementation's network: three 3x3 convolutions (64, 128, 256), one linear.

    Used once for the apex frame and once for the flow. Each convolution is followed by ReLU and
    2x2 max pooling; at 224 pixels the linear layer reads 256 x 28 x 28 numbers.
    """

    def __init__(
        self, classes: int, channels: int = 3, size: int = 64, filters: tuple[int, ...] = FILTERS
    ):
        super().__init__()
        layers = []
        for before, after in pairwise((channels, *filters)):
            # The largest of rectified numbers is the rectified largest: pooling first gives the
            # same network, and leaves a quarter of the numbers to rectify.
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.classify = nn.Linear(filters[-1] * (size // 8) ** 2, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.features(x).flatten(1))


class AttentiveCNN(SimpleCNN):
    """SimpleCNN with a block of `mer.learning.attention` after its convolutional blocks.

    block   makes the added block for a number of channels
    after   the convolutional blocks (0, 1, 2) that one follows

    What it shares with SimpleCNN starts with the weights that SimpleCNN has with this seed.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        size: int = 64,
        block=attention.CBAM,
        after: tuple[int, ...] = (0, 1, 2),
    ):
        super().__init__(classes, channels, size)
        self.added = nn.ModuleList(
            block(width) if i in after else nn.Identity() for i, width in enumerate(FILTERS)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for i, added in enumerate(self.added):
            x = added(self.features[3 * i : 3 * i + 3](x))
        return self.classify(x.flatten(1))


def wider_cnn(classes: int, channels: int = 3, size: int = 64) -> SimpleCNN:
    """The control of `AttentiveCNN`: no attention, but at least as many weights.

    The last convolution gets as many more filters as the weights of three CBAMs would buy.
    """
    gates = sum(count_weights(attention.CBAM(width)) for width in FILTERS)
    *first, last = FILTERS
    of_one = first[-1] * 9 + 1 + classes * (size // 8) ** 2
    return SimpleCNN(classes, channels, size, (*first, last + -(-gates // of_one)))


def count_weights(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(part.numel() for part in network.parameters())


class CompactFlowNet(nn.Module):
    """The study's network for 28x28 flows: two convolutions, 6 k convolution weights.

    Group normalisation instead of batch normalisation: with 300 sequences of 40 people, batch
    statistics would carry who is in the batch.
    """

    def __init__(self, classes: int, channels: int = 3, size: int = 28, dropout: float = 0.5):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, 16, 5, padding=2),
            nn.GroupNorm(4, 16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.GroupNorm(4, 32),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classify = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(32 * (size // 4) ** 2, classes)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.features(x).flatten(1))


class PooledFlowNet(nn.Module):
    """The compact network at half the sharpness: it averages 2x2 pixels before it looks.

    Flows that were made smooth lose little by it, training costs a third, and there are as
    many weights: 5 k in the convolutions, as many in the linear layer.
    """

    def __init__(self, classes: int, channels: int = 3, size: int = 28, dropout: float = 0.5):
        super().__init__()
        self.features = nn.Sequential(
            nn.AvgPool2d(2),
            nn.Conv2d(channels, 16, 3, padding=1),
            nn.GroupNorm(4, 16),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.GroupNorm(4, 32),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classify = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(32 * (size // 4) ** 2, classes)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.features(x).flatten(1))


class STSTNet(nn.Module):
    """Shallow triple stream three-dimensional CNN (Liong et al., FG 2019), re-implemented.

    Three one-layer streams with 3, 5 and 8 filters look at the same (u, v, strain) flow; their
    16 maps are joined, averaged 2x2 and classified by one linear layer.
    """

    def __init__(self, classes: int, channels: int = 3, size: int = 28):
        super().__init__()
        self.streams = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, filters, 3, padding=2),
                nn.ReLU(),
                nn.BatchNorm2d(filters),
                nn.MaxPool2d(3, stride=3, padding=1),
                nn.Dropout2d(0.5),
            )
            for filters in (3, 5, 8)
        )
        self.pool = nn.AvgPool2d(2)
        side = ((size + 1) // 3 + 1) // 2
        self.classify = nn.Linear(16 * side * side, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        joined = torch.cat([stream(x) for stream in self.streams], dim=1)
        return self.classify(self.pool(joined).flatten(1))


MODELS = {
    "simple-cnn": SimpleCNN,
    "compact": CompactFlowNet,
    "pooled": PooledFlowNet,
    "ststnet": STSTNet,
    "wider-cnn": wider_cnn,
    "channel-last": partial(AttentiveCNN, block=attention.ChannelGate, after=(2,)),
    "spatial-last": partial(AttentiveCNN, block=attention.SpatialGate, after=(2,)),
    "cbam-last": partial(AttentiveCNN, after=(2,)),
    "cbam-each": AttentiveCNN,
    "cbam-each-open": partial(AttentiveCNN, block=partial(attention.CBAM, open=True)),
}


def build(name: str, classes: int, channels: int, size: int) -> nn.Module:
    """A fresh network by name, with the weights that torch's current seed gives."""
    if name not in MODELS:
        raise MerError(f"unknown model {name!r}; choose one of {', '.join(MODELS)}")
    return MODELS[name](classes, channels, size)
