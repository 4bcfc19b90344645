"""Attention inside a network: CBAM and its two halves.

The convolutional block attention module (Woo et al., ECCV 2018) multiplies a feature map by
gates between 0 and 1: one for each channel ("what"), then one for each position ("where").
Every block takes (N, width, H, W) and gives the same shape.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

REDUCTION = 16  # the paper's: the hidden layer has a sixteenth of the channels


class ChannelGate(nn.Module):
    """What to look at: a gate for each channel, from its mean and its maximum over the face.

    open   the gate is doubled, so that it is about 1 and not about 0.5 before training: where no
           normalisation follows, three paper-true CBAMs in a row leave a sixty-fourth of the
           signal
    """

    def __init__(self, width: int, open: bool = False):
        super().__init__()
        self.gain = 2.0 if open else 1.0
        hidden = max(1, width // REDUCTION)
        self.weigh = nn.Sequential(
            nn.Conv2d(width, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, width, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, largest = F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 1)
        return x * (self.gain * torch.sigmoid(self.weigh(mean) + self.weigh(largest)))


class SpatialGate(nn.Module):
    """Where to look: a gate for each position, from the mean and the maximum of its channels.

    `mask` makes the gate, (N, 1, H, W) between 0 and 1, with one 7x7 convolution. `open` as in
    `ChannelGate`.
    """

    def __init__(self, width: int, open: bool = False):
        super().__init__()
        self.gain = 2.0 if open else 1.0
        self.mask = nn.Sequential(nn.Conv2d(2, 1, 7, padding=3), nn.Sigmoid())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = x.permute(0, 2, 3, 1)  # as it lies in memory: the gradient needs no second copy
        seen = torch.stack([last.mean(-1), last.max(-1).values], dim=1)
        return x * (self.gain * self.mask(seen))


class CBAM(nn.Sequential):
    """Both gates, channels first: the order that the paper found best."""

    def __init__(self, width: int, open: bool = False):
        super().__init__(ChannelGate(width, open), SpatialGate(width, open))
