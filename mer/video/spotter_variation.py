"""What a few dozen people show, varied: so many more people, cameras and trackers.

What skin and landmarks do in an expression adds to what they do otherwise. So expressions of takes
in which nothing else happens are laid into other windows, stronger or weaker, or of one half of
the face alone, as people show them and schedules of takes do not.
"""

from __future__ import annotations

import numpy as np
import torch

from mer.preprocessing import head_motion
from mer.video import geometry
from mer.video.likeness import BLOCKS
from mer.video.signals import PARTS, RATE, mirrored
from mer.video.skin import skin

_BESIDE = 2  # moments beside an expression that are laid in with it
_FEWEST = 5  # moments of what is laid in
_STILL = 4.0  # degrees that a head may turn by in what is laid in, and below a micro-expression
_AS_LONG = (0.75, 1.35)  # times as long
_AS_STRONG = {True: (0.8, 1.2), False: (0.6, 2.5)}  # times as strong: micro-expressions, others
_HALVES = 0.5  # share of the large ones that are of one half alone …
_LEAST = 0.04  # … if it moves by so many widths of the eyes
_MICRO = 0.5  # seconds
_STRENGTH = 0.25  # of an expression: the deviation of its logarithm
_STRAY = {"skin": (0.12, 0.5), "shape": (0.012, 0.04)}  # noise and drift at most
_HELD = (6.0, 6.0, 4.0, 0.0)  # degrees by which a head may be held otherwise
_UNLIKE, _PALE, _GRAIN = 0.3, 0.1, 0.03  # how blocks of a face may look otherwise
_LIGHT = 0.4  # the deviation of the logarithm of how much the eyes differ

Example = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # what `Lesson.at` gives


def deviations(example: Example, quiet: np.ndarray) -> list[torch.Tensor]:
    """What each expression adds (T, VALUES) to the face before and after it, of those that fall
    into moments (T,) in which nothing else happens."""
    seen, told, _ = example
    shown = np.flatnonzero(told[:, 0].numpy() > 0)
    found = []
    for run in np.split(shown, np.flatnonzero(np.diff(shown) > 1) + 1) if len(shown) else ():
        first, last = run[0] - _BESIDE, run[-1] + _BESIDE + 1
        if first < 0 or last > len(seen) or not quiet[first:last].all():
            continue
        part = seen[first:last]
        count = max(min(3, len(part) // 4), 1)
        share = torch.linspace(0, 1, len(part))[:, None]
        own = part - (1 - share) * part[:count].mean(0) - share * part[-count:].mean(0)
        if own[:, PARTS["head"]][:, :3].abs().max() < _STILL:
            found.append(own)
    return found


def laid_in(example: Example, library: list[torch.Tensor], rng: np.random.Generator) -> Example:
    """A window with some more expressions, where it shows none."""
    seen, told, counts = (part.clone() for part in example)
    for _ in range(rng.integers(1, 9)):
        own, tempo = library[rng.integers(len(library))], rng.uniform(*_AS_LONG)
        micro = len(own) - 2 * _BESIDE < _MICRO * RATE
        size = max(int(len(own) * tempo), _FEWEST)
        if size >= len(seen):
            continue
        begin = rng.integers(0, len(seen) - size)
        during, beside = slice(begin, begin + size), round(_BESIDE * tempo)
        around = slice(max(begin - 8, 0), begin + size + 8)
        turned = seen[during, PARTS["head"]][:, :3]
        turned = float((turned.amax(0) - turned.amin(0)).max())
        if told[around, 0].any() or (micro and turned > _STILL):
            continue
        own = torch.nn.functional.interpolate(
            own.T[None], size=size, mode="linear", align_corners=True
        )[0].T
        own = mirrored(own) if rng.random() < 0.5 else own
        if not micro and rng.random() < _HALVES:
            own = _half(own, lower=rng.random() < 2 / 3)
            if own is None:
                continue
        strength = float(np.exp(rng.uniform(*np.log(_AS_STRONG[micro]))))
        for name in ("skin", "shape"):
            seen[during, PARTS[name]] += strength * own[:, PARTS[name]]
        seen[during, PARTS["alike"]] += strength * own[:, PARTS["alike"]].clamp(max=0)
        spotted = seen[during, PARTS["told"]]
        spotted[:, :2] = torch.maximum(spotted[:, :2], own[:, PARTS["told"]][:, :2])
        shown = slice(begin + beside, begin + size - beside)
        told[shown, 0] = 1
        counts[shown, 0] = float(np.clip(1.5 * RATE / max(size - 2 * beside, 5), 1, 4))
    return seen, told, counts


def _half(own: torch.Tensor, lower: bool) -> torch.Tensor | None:
    """The same of the lower or the upper half of the face alone; None if it hardly moves."""
    own = own.clone()
    kept = {name: of if lower else ~of for name, of in _lower().items()}
    if own[:, PARTS["shape"]][:, kept["shape"]].abs().max() < _LEAST:
        return None
    for name, of in kept.items():
        own[:, PARTS[name]] *= of
    return own


def _lower() -> dict[str, torch.Tensor]:
    """Which values of skin, shape and likeness are of the lower half of the face."""
    side = head_motion.CELLS
    shown = np.flatnonzero(skin() > 0)
    rows = np.unique(shown // side // 2 * side + shown % side // 2) // side
    found = {
        "skin": np.repeat(rows > 3, 2),
        "shape": np.repeat(geometry.LOWER, 2),
        "alike": np.tile(np.repeat(np.arange(BLOCKS) > BLOCKS // 2, BLOCKS), 2),
    }
    return {name: torch.from_numpy(one) for name, one in found.items()}


def varied(seen: torch.Tensor) -> torch.Tensor:
    """The same windows (N, T, VALUES) of other people, cameras and trackers."""
    count, length, _ = seen.shape
    each = count, 1, 1
    seen = torch.where(torch.rand(each) < 0.5, mirrored(seen), seen).clone()
    strength = torch.exp(_STRENGTH * torch.randn(each))
    for name, (noise, drift) in _STRAY.items():
        part = seen[..., PARTS[name]]
        rest = part.median(1, keepdim=True).values
        way = torch.linspace(-1, 1, length)[None, :, None] * torch.randn(count, 1, part.shape[-1])
        part = rest + strength * (part - rest) + drift * (length / 256) * torch.rand(each) * way
        part = part + noise * torch.rand(each) ** 2 * torch.randn(part.shape)
        part = part + noise * torch.rand(each) ** 2 * _lasting(torch.randn(part.shape))
        seen[..., PARTS[name]] = part
    seen[..., PARTS["head"]] += torch.tensor(_HELD) * torch.randn(count, 1, len(_HELD))
    seen[..., PARTS["told"]][..., 2] *= torch.exp(_LIGHT * torch.randn(count, 1))
    unlike = (1 - seen[..., PARTS["alike"]]) * torch.exp(_UNLIKE * torch.randn(each))
    unlike += _PALE * torch.rand(each) * torch.rand(count, 1, unlike.shape[-1])
    unlike += _GRAIN * torch.rand(each) * torch.randn(unlike.shape)
    seen[..., PARTS["alike"]] = 1 - unlike
    return seen


def _lasting(noise: torch.Tensor) -> torch.Tensor:
    """Noise (N, T, V) that lasts for some moments, as strong as before."""
    mean = torch.nn.functional.avg_pool1d(noise.transpose(1, 2), 5, stride=1, padding=2)
    return 5**0.5 * mean.transpose(1, 2)
