"""The networks of the study: (N, channels, size, size) in, (N, classes) logits out."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from mer.core.errors import MerError

FILTERS = (64, 128, 256)  # of the earlier implementation's three convolutions
NORMED_FILTERS = (32, 64, 128)  # half of them fit as well, for half the cost
GROUPS = 8  # of channels that are normalised together
REDUCTION = 16  # of CBAM's paper: the hidden layer has a sixteenth of the channels


class SimpleCNN(nn.Module):
    """The earlier implementation's network: three 3x3 convolutions (64, 128, 256), one linear.

    Used once for the apex frame and once for the flow. Each convolution is followed by ReLU and
    2x2 max pooling; at 224 pixels the linear layer reads 256 x 28 x 28 numbers.

    normed   group normalisation (Wu and He, ECCV 2018) before each ReLU; batch statistics would
             carry who is in the batch
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        size: int = 64,
        filters: tuple[int, ...] = FILTERS,
        normed: bool = False,
    ):
        super().__init__()
        # The largest of rectified numbers is the rectified largest: pooling first gives the
        # same network, and leaves a quarter of the numbers to rectify.
        self.features = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, 3, padding=1),
                    nn.MaxPool2d(2),
                    nn.GroupNorm(GROUPS, after) if normed else nn.Identity(),
                    nn.ReLU(),
                )
                for before, after in pairwise((channels, *filters))
            )
        )
        self.classify = nn.Linear(filters[-1] * (size // 8) ** 2, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.features(x).flatten(1))


class ChannelGate(nn.Module):
    """What to look at: a gate for each channel, from its mean and its maximum over the face.

    opened   the gate is doubled, so that it is about 1 and not about 0.5 before training: where
             no normalisation follows, three paper-true CBAMs in a row leave a sixty-fourth of
             the signal
    """

    def __init__(self, width: int, opened: bool = False):
        super().__init__()
        self.gain = 2.0 if opened else 1.0
        hidden = max(1, width // REDUCTION)
        self.weigh = nn.Sequential(
            nn.Conv2d(width, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, width, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, largest = F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 1)
        return x * (self.gain * torch.sigmoid(self.weigh(mean) + self.weigh(largest)))


class SpatialGate(nn.Module):
    """Where to look: a gate for each position, from the mean and the maximum of its channels.

    `mask` makes the gate, (N, 1, H, W) between 0 and 1, with one 7x7 convolution. `opened` as in
    `ChannelGate`.
    """

    def __init__(self, width: int, opened: bool = False):
        super().__init__()
        self.gain = 2.0 if opened else 1.0
        self.mask = nn.Sequential(nn.Conv2d(2, 1, 7, padding=3), nn.Sigmoid())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = x.permute(0, 2, 3, 1)  # as it lies in memory: the gradient needs no second copy
        seen = torch.stack([last.mean(-1), last.max(-1).values], dim=1)
        return x * (self.gain * self.mask(seen))


class CBAM(nn.Sequential):
    """The convolutional block attention module (Woo et al., ECCV 2018): both gates, channels
    first, the order that the paper found best.

    It multiplies a feature map (N, width, H, W) by gates between 0 and 1: one for each channel
    ("what"), then one for each position ("where").
    """

    def __init__(self, width: int, opened: bool = False):
        super().__init__(ChannelGate(width, opened), SpatialGate(width, opened))


class AttentiveCNN(SimpleCNN):
    """SimpleCNN with a gate (`CBAM` or a half of it) after its convolutional blocks.

    block             makes the added block for a number of channels
    after             the convolutional blocks (0, 1, 2) that one follows
    filters, normed   as in `SimpleCNN`

    What it shares with SimpleCNN starts with the weights that SimpleCNN has with this seed.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        size: int = 64,
        block=CBAM,
        after: tuple[int, ...] = (0, 1, 2),
        filters: tuple[int, ...] = FILTERS,
        normed: bool = False,
    ):
        super().__init__(classes, channels, size, filters, normed)
        self.added = nn.ModuleList(
            block(width) if i in after else nn.Identity() for i, width in enumerate(filters)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for part, added in zip(self.features, self.added, strict=True):
            x = added(part(x))
        return self.classify(x.flatten(1))


def wider_cnn(classes: int, channels: int = 3, size: int = 64) -> SimpleCNN:
    """The control of `AttentiveCNN`: no attention, but at least as many weights.

    The last convolution gets as many more filters as the weights of three CBAMs would buy.
    """
    gates = sum(count_weights(CBAM(width)) for width in FILTERS)
    *first, last = FILTERS
    of_one = first[-1] * 9 + 1 + classes * (size // 8) ** 2
    return SimpleCNN(classes, channels, size, (*first, last + -(-gates // of_one)))


def count_weights(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(part.numel() for part in network.parameters())


class CompactFlowNet(nn.Module):
    """The study's network for 28x28 flows: two convolutions, 6 k convolution weights.

    pool_first   average 2x2 pixels before the first convolution (3x3), where the maximum is
                 otherwise taken after it (5x5). Flows that were made smooth lose little by it,
                 and training costs a third.

    Group normalisation instead of batch normalisation: with 300 sequences of 40 people, batch
    statistics would carry who is in the batch.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        size: int = 28,
        dropout: float = 0.5,
        pool_first: bool = False,
    ):
        super().__init__()
        kernel = 3 if pool_first else 5
        first = [
            nn.Conv2d(channels, 16, kernel, padding=kernel // 2),
            nn.GroupNorm(4, 16),
            nn.ReLU(),
        ]
        self.features = nn.Sequential(
            *([nn.AvgPool2d(2), *first] if pool_first else [*first, nn.MaxPool2d(2)]),
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
    16 maps are joined, averaged 2x2 and classified by one linear layer. Streams that share their
    input and do not mix their maps are one layer of 16 filters, which is how they are computed.
    """

    def __init__(self, classes: int, channels: int = 3, size: int = 28):
        super().__init__()
        filters = 3 + 5 + 8
        self.streams = nn.Sequential(
            nn.Conv2d(channels, filters, 3, padding=2),
            nn.ReLU(),
            nn.BatchNorm2d(filters),
            nn.MaxPool2d(3, stride=3, padding=1),
            nn.Dropout2d(0.5),
            nn.AvgPool2d(2),
        )
        side = ((size + 1) // 3 + 1) // 2
        self.classify = nn.Linear(filters * side * side, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.streams(x).flatten(1))


_NORMED = {"filters": NORMED_FILTERS, "normed": True}
MODELS = {
    "simple-cnn": SimpleCNN,
    "compact": CompactFlowNet,
    "pooled": partial(CompactFlowNet, pool_first=True),
    "ststnet": STSTNet,
    "wider-cnn": wider_cnn,
    "channel-last": partial(AttentiveCNN, block=ChannelGate, after=(2,)),
    "spatial-last": partial(AttentiveCNN, block=SpatialGate, after=(2,)),
    "cbam-last": partial(AttentiveCNN, after=(2,)),
    "cbam-each": AttentiveCNN,
    "cbam-each-open": partial(AttentiveCNN, block=partial(CBAM, opened=True)),
    "normed-cnn": partial(SimpleCNN, **_NORMED),
    "normed-cbam-last": partial(AttentiveCNN, after=(2,), **_NORMED),
    "normed-cbam-each": partial(AttentiveCNN, **_NORMED),
}


def build(name: str, classes: int, channels: int, size: int) -> nn.Module:
    """A fresh network by name, with the weights that torch's current seed gives.

    Parameters
    ----------
    name : str
        One of `MODELS`; another one raises `MerError`.
    classes, channels, size : int
        It reads (N, channels, size, size) and gives (N, classes) logits.

    Returns
    -------
    torch.nn.Module

    Examples
    --------
    >>> import torch
    >>> from mer.learning import models
    >>> models.build("ststnet", classes=3, channels=3, size=28)(torch.zeros(2, 3, 28, 28)).shape
    torch.Size([2, 3])
    """
    if name not in MODELS:
        raise MerError(f"unknown model {name!r}; choose one of {', '.join(MODELS)}")
    return MODELS[name](classes, channels, size)
