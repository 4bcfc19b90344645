"""The spotter's network: what a face does at each moment of the last seconds.

It sees a window of signals at once, so that each moment is judged by what came before and by what
came after; the last ones, after which nothing is known yet, as well as that allows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from mer.core.errors import BadData, SourceMissing
from mer.core.files import atomic
from mer.video import signals
from mer.video.recogniser import FOLDER

NAME = "spotter.safetensors"
TOLD = ("expression", "speaking", "covered")  # what is told of each moment, in this order
_FORM = "mer spotter 1"
_WIDTH, _STEPS = 48, (1, 2, 4, 8, 16, 32)
_REMEDY = "Restore it from the repository, install mer again, or train one with `mer spotter`."


class Network(nn.Module):
    """Dilated convolutions over time (Bai, Kolter and Koltun, 2018), which here look both ways:
    (N, C, T) of `signals.encode` -> (N, len(TOLD), T) logits."""

    def __init__(self, channels: int, width: int = _WIDTH, drop: float = 0.5):
        super().__init__()
        self.enter = nn.Sequential(nn.Dropout1d(drop), nn.Conv1d(channels, width, 1), nn.GELU())
        self.layers = nn.ModuleList(_Layer(width, step, drop) for step in _STEPS)
        self.leave = nn.Conv1d(width, len(TOLD), 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.enter(x)
        for layer in self.layers:
            x = layer(x)
        return self.leave(x)


class _Layer(nn.Module):
    def __init__(self, width: int, step: int, drop: float):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.near = nn.Conv1d(width, width, 3, padding=step, dilation=step)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normed = self.norm(x.transpose(1, 2)).transpose(1, 2)
        return x + self.drop(nn.functional.gelu(self.near(normed)))


@dataclass(frozen=True)
class Judge:
    """Networks that vote on each moment, and where they come from in words."""

    networks: tuple[Network, ...]
    card: dict[str, str] = field(default_factory=dict)

    @torch.inference_mode()
    def judge(self, seen: np.ndarray) -> np.ndarray:
        """How likely each of `TOLD` is at each moment, (T, len(TOLD)), of what was seen
        (T, signals.VALUES)."""
        x = signals.encode(torch.from_numpy(seen)[None])
        votes = torch.stack([network(x)[0] for network in self.networks])
        return torch.sigmoid(votes.mean(0)).T.double().numpy()

    def save(self, folder: Path | str = FOLDER) -> Path:
        """Write the weights with all that belongs to them; returns the file."""
        path = Path(folder) / NAME
        tensors = {
            f"{index}.{name}": weights.contiguous()
            for index, network in enumerate(self.networks)
            for name, weights in network.state_dict().items()
        }
        about = {
            "form": _FORM, "networks": str(len(self.networks)), "told": json.dumps(TOLD),
            "card": json.dumps(self.card),
        }  # fmt: skip
        with atomic(path) as draft:
            save_file(tensors, draft, about)
        return path

    @classmethod
    def load(cls, folder: Path | str = FOLDER) -> Judge:
        """The networks kept in `folder`; without one, those that come with mer.

        No file is `SourceMissing`; one that is damaged, or of another program, is `BadData`.
        """
        path = Path(folder) / NAME
        if not path.is_file():
            raise SourceMissing(f"{path}: no weights there. {_REMEDY}")
        try:
            with safe_open(path, "pt") as kept:
                about = kept.metadata() or {}
                tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise BadData(f"{path}: not readable as safetensors ({error}). {_REMEDY}") from error
        if about.get("form") != _FORM or about.get("told") != json.dumps(TOLD):
            raise BadData(f"{path}: weights of another program or version. {_REMEDY}")
        try:
            networks = [_made(tensors, f"{index}.") for index in range(int(about["networks"]))]
            return cls(tuple(networks), json.loads(about["card"]))
        except (KeyError, ValueError, RuntimeError) as error:
            raise BadData(
                f"{path}: weights and description do not fit ({error}). {_REMEDY}"
            ) from error


def _made(tensors: dict[str, torch.Tensor], prefix: str) -> Network:
    own = {n.removeprefix(prefix): one for n, one in tensors.items() if n.startswith(prefix)}
    network = Network(own["enter.1.weight"].shape[1], own["enter.1.weight"].shape[0])
    network.load_state_dict(own)
    return network.eval()
