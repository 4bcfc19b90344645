"""Train the spotter's network on takes, and say how well it spots in others.

A few dozen people are seen slower and quicker, with frames that do not come, and varied
(`spotter_variation`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from tqdm.auto import tqdm

from mer import __version__
from mer.core.parallel import one_thread
from mer.datasets.takes import read_takes
from mer.evaluation.spotting import matches
from mer.video.signals import VALUES, encode
from mer.video.spotter import Spotter
from mer.video.spotter_data import FIRST_SEED, REAL, Lesson, clips, lessons, record, watch
from mer.video.spotter_variation import Example, deviations, laid_in, varied
from mer.video.spotting_network import Judge, Network

STEPS, BATCH, SEEDS = 600, 24, (0,)
_LR, _WEIGHT_DECAY, _WARM = 3e-3, 0.05, 50
_LENGTHS, _OFTEN = (48, 128, 256), (0.1, 0.2, 0.7)  # moments of a window: a video has a beginning
_TEMPI = (0.85, 1.0, 1.2)
_REAL = 3  # times that a real clip counts, of which there are few
_MATTERS = (1.0, 0.3, 0.3)  # how much each of `TOLD` does
_LAID_IN = 0.9  # share of windows that more expressions are laid into
_LOST = 0.3  # share of windows in which frames do not come


def make(
    folder: Path | str,
    also: Sequence[Path] = (),
    real: Path | None = None,
    most: int | None = None,
    quiet: bool = False,
) -> tuple[Judge, str]:
    """Record takes into `folder` (`most` of each set, None for all) and train on them, on other
    folders of takes and on real clips. Returns the networks, and how well one that learned without
    the last take like life spots its expressions."""
    some = record(folder, most, quiet)
    kept = [take for take in some if take.seed == FIRST_SEED][-1:]
    some += [take for root in also for take in read_takes(root)]
    film = clips(real) if real else []
    seen = lessons([*some, *film], quiet)
    known = [lesson for lesson in seen if lesson.take not in kept]
    told = account(train(known, seeds=SEEDS[:1], quiet=quiet), kept)
    seconds = sum(lesson.frames[-1][0] - lesson.frames[0][0] for lesson in seen)
    real_people = f"{len(film)} clips of real people" if film else "no real face"
    casts = ", ".join(str(seed) for seed in sorted({take.seed for take in some}))
    card = {
        "trained on": f"{seconds / 60:.0f} minutes: {len(some)} takes of synthetic people, casts "
        f"of seeds {casts}; {real_people}",
        "one take left out": told,
        "mer": __version__,
    }
    return Judge(train(seen, quiet=quiet).networks, card), told


def account(judge: Judge, takes: list) -> str:
    """How well expressions are spotted in takes, at an overlap of one half, in words."""
    true = found = hits = 0
    for take in takes:
        events = [(one.onset, one.offset) for one in watch(take, Spotter(judge)).events]
        shown = [event.seconds[::2] for event in take.of_kind("micro", "macro")]
        true, found = true + len(shown), found + len(events)
        hits += len(matches(events, shown))
    f1 = 2 * hits / max(true + found, 1)
    return f"F1 {f1:.3f} ({hits} of {true} expressions, {found} events, {len(takes)} takes)"


def train(seen: list[Lesson], seeds=SEEDS, steps: int | None = None, quiet: bool = False) -> Judge:
    """Networks trained on these lessons, one for each seed."""
    examples, library = [], []
    for lesson in seen:
        own = [tuple(map(torch.from_numpy, lesson.at(tempo))) for tempo in _TEMPI]
        examples += own * (_REAL if lesson.take.person == REAL else 1)
        library += deviations(own[_TEMPI.index(1.0)], lesson.quiet())
    steps = steps or STEPS
    with tqdm(total=len(seeds) * steps, desc="training", disable=quiet) as bar, one_thread():
        return Judge(tuple(_fit(examples, library, seed, steps, bar.update) for seed in seeds))


def _fit(
    examples: list[Example], library: list, seed: int, steps: int, update: Callable
) -> Network:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(encode(torch.zeros(1, 2, VALUES)).shape[1]).train()
    optimiser = torch.optim.AdamW(network.parameters(), _LR, weight_decay=_WEIGHT_DECAY)
    course = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / _WARM, 1) * (1 + math.cos(math.pi * step / steps)) / 2,
    )
    for _ in range(steps):
        seen, told, counts = drawn(examples, library, BATCH, rng)
        logits = network(encode(varied(seen))).transpose(1, 2)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, told, counts * torch.tensor(_MATTERS)
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        course.step()
        update()
    return network.eval()


def drawn(
    examples: list[Example], library: list[torch.Tensor], count: int, rng: np.random.Generator
) -> Example:
    """A batch of windows of one length, into most of which expressions of the library are laid;
    long examples are drawn from more often."""
    length = int(rng.choice(_LENGTHS, p=_OFTEN))
    lengths = np.array([len(seen) for seen, *_ in examples])
    length = min(length, lengths.max())
    weights = lengths * (lengths >= length)
    found = []
    for index in rng.choice(len(examples), count, p=weights / weights.sum()):
        begin = rng.integers(0, lengths[index] - length + 1)
        window = tuple(part[begin : begin + length] for part in examples[index])
        if library and rng.random() < _LAID_IN:
            window = laid_in(window, library, rng)
        found.append((window[0][_come(length, rng)], *window[1:]))
    return tuple(map(torch.stack, zip(*found, strict=True)))


def _come(length: int, rng) -> np.ndarray:
    """Which moment is seen at each: where frames do not come, the last one stays."""
    found = np.arange(length)
    if rng.random() < _LOST:
        for _ in range(rng.integers(1, 6)):
            first = rng.integers(1, length)
            found[first : first + rng.integers(1, 7)] = first - 1
    return found
