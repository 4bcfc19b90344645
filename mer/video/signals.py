"""What is seen of a face over the last seconds, in the form in which the spotter's network reads
it: motion of its skin, its landmarks turned back, how the head is held, what it looks like.

Skin is followed from reference to reference, so that its motion adds up; whatever drifts is less
its median over the window. So nothing here depends on what is thought of as rest.
"""

from __future__ import annotations

from collections import deque
from functools import cache

import numpy as np
import torch

from mer.preprocessing import head_motion
from mer.video import conditions, geometry
from mer.video.likeness import BLOCKS, Likeness
from mer.video.skin import skin
from mer.video.spotting import IntervalSpotter
from mer.video.tracking import Look, Tracked

RATE = 25.0  # moments a second, whatever the video's rate
WINDOW = 10.0  # seconds
_FADES = 0.3  # seconds in which a new reference is forgotten


class Signals:
    """Push one `Tracked` face after the other; `window` gives what was seen lately.

    `keeps` is how many seconds are remembered.
    """

    def __init__(self, keeps: float = WINDOW):
        self._keeps = keeps
        self._likeness = Likeness()
        self.forget()

    def forget(self) -> None:
        """Another face, or a gap in time: nothing before counts."""
        self.frames: deque[tuple[float, np.ndarray]] = deque()
        self.looks: deque[tuple[float, np.ndarray]] = deque()
        self._likeness.forget()
        self._before = np.zeros((len(_regions()), 2))  # motion up to this reference, and by now
        self._by_now = self._before
        self._fresh = -np.inf

    def push(self, tracked: Tracked, time: float, spotter: IntervalSpotter) -> None:
        """What a frame shows, and what the skin's own spotter says of it."""
        if tracked.fresh:
            self._before, self._fresh = self._by_now, time
        self._by_now = self._before + _regions() @ tracked.cells
        freshness = np.exp((self._fresh - time) / _FADES)
        told = spotter.strength, float(spotter.open is not None), tracked.eyes, freshness
        _append(self.frames, time, np.concatenate([self._by_now.ravel(), told]), self._keeps)
        if tracked.look:
            _append(self.looks, time, self._seen(tracked.look, time), self._keeps)

    def rebase(self) -> None:
        """From now on motion is told from the face that was pushed last."""
        self._before = self._by_now

    def window(self) -> tuple[np.ndarray, np.ndarray]:
        """The moments (T,) of the last seconds, on a grid of `RATE`, and what was seen at each
        (T, VALUES) float32."""
        until = self.frames[-1][0]
        first = max(self.frames[0][0], until - WINDOW)
        grid = np.arange(np.ceil(first * RATE), np.floor(until * RATE) + 1) / RATE
        return grid, sampled(self.frames, self.looks, grid)

    def _seen(self, look: Look, time: float) -> np.ndarray:
        mean, spread = look.face.mean(), look.face.std()
        light = np.log([mean + 1.0, spread + 1.0])
        head = *look.head.angles, np.log(look.head.size)
        alike = self._likeness.push(look.face, time)
        whole = float(look.whole)
        return np.concatenate([look.shape.ravel(), head, [*light, whole], alike.ravel()])


def _append(rows: deque, time: float, row: np.ndarray, keeps: float) -> None:
    rows.append((time, row.astype(np.float32)))
    while len(rows) > 2 and rows[1][0] < time - keeps:
        rows.popleft()


def sampled(frames, looks, grid: np.ndarray) -> np.ndarray:
    """(T, VALUES) float32: rows of frames and of looks, each (time, values), between whose times
    values go straight."""
    return np.concatenate([_between(frames, grid), _between(looks, grid)], axis=1)


def _between(rows, grid: np.ndarray) -> np.ndarray:
    times, values = np.array([time for time, _ in rows]), np.array([row for _, row in rows])
    if len(times) == 1:
        return np.repeat(values, len(grid), axis=0)
    after = np.clip(np.searchsorted(times, grid), 1, len(times) - 1)
    span = np.maximum(times[after] - times[after - 1], 1e-6)
    share = np.clip((grid - times[after - 1]) / span, 0, 1)[:, None].astype(np.float32)
    return values[after - 1] * (1 - share) + values[after] * share


@cache
def _regions() -> np.ndarray:
    """(R, K) which of the K cells of skin each of R squares of 2 x 2 cells is the mean of."""
    side = head_motion.CELLS
    shown = np.flatnonzero(skin() > 0)
    square = shown // side // 2 * (side // 2) + shown % side // 2
    found = np.array([square == one for one in np.unique(square)], float)
    return found / found.sum(axis=1, keepdims=True)


def _columns() -> list[int]:
    """Which square of the same row each region's mirror image is: its index among the regions."""
    side = head_motion.CELLS // 2
    shown = np.flatnonzero(skin() > 0)
    squares = np.unique(shown // (2 * side) // 2 * side + shown % (2 * side) // 2)
    place = {int(one): index for index, one in enumerate(squares)}
    return [place[int(one // side * side + side - 1 - one % side)] for one in squares]


# -- the parts of what was seen -----------------------------------------------------------------

_SKIN, _TOLD = 2 * len(_regions()), 4
_SHAPE, _HEAD, _LIGHT, _ALIKE = 2 * geometry.SHAPE, 4, 3, 2 * BLOCKS**2
_SIZES = _SKIN, _TOLD, _SHAPE, _HEAD, _LIGHT, _ALIKE
VALUES = sum(_SIZES)
_ENDS = np.cumsum(_SIZES)
PARTS = {  # where in what was seen each part is
    name: slice(int(end - size), int(end))
    for name, size, end in zip(
        ("skin", "told", "shape", "head", "light", "alike"), _SIZES, _ENDS, strict=True
    )
}


_GAPS = [(2 * high + 1, 2 * low + 1) for high, low in geometry.GAPS]  # in the shape's values


@cache
def _mirror() -> tuple[torch.Tensor, torch.Tensor]:
    """Which value of a mirrored face is which of the face, and by what it is multiplied."""
    both = np.tile([-1.0, 1.0], VALUES)
    parts, signs, begun = [], [], 0
    pairs, points = geometry.PAIRS, np.arange(geometry.SHAPE)
    other = np.r_[points[pairs : 2 * pairs], points[:pairs], points[2 * pairs :]]
    blocks = np.arange(_ALIKE).reshape(2 * BLOCKS, BLOCKS)[:, ::-1].ravel()
    for size, order, sign in (
        (_SKIN, _twice(np.array(_columns())), both),
        (_TOLD, np.arange(_TOLD), None),
        (_SHAPE, _twice(other), both),
        (_HEAD, np.arange(_HEAD), np.array([-1.0, 1, -1, 1])),
        (_LIGHT, np.arange(_LIGHT), None),
        (_ALIKE, blocks, None),
    ):
        parts.append(begun + order)
        signs.append(np.ones(size) if sign is None else sign[:size])
        begun += size
    order, sign = np.concatenate(parts), np.concatenate(signs)
    return torch.from_numpy(order), torch.from_numpy(sign.astype(np.float32))


def _twice(order: np.ndarray) -> np.ndarray:
    return np.column_stack([2 * order, 2 * order + 1]).ravel()


def places(seen: np.ndarray) -> np.ndarray:
    """(T, P, 2) where skin and landmarks are, in pixels of a face of 128, of what was seen."""
    found = [seen[:, PARTS["skin"]], geometry.WIDTH * seen[:, PARTS["shape"]]]
    return np.concatenate(found, axis=1).reshape(len(seen), -1, 2)


def hidden(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When (T,) the head was turned away, and when a part of it was out of the picture."""
    angles, whole = seen[:, PARTS["head"]][:, :3], seen[:, PARTS["light"]][:, 2]
    return conditions.turned_away(angles), whole < 0.5


def mirrored(seen: torch.Tensor) -> torch.Tensor:
    """What would be seen (..., VALUES) of the mirrored face."""
    order, sign = _mirror()
    return seen[..., order] * sign


def encode(seen: torch.Tensor) -> torch.Tensor:
    """What was seen (N, T, VALUES) -> (N, C, T), what the network reads: each part less its median
    and how it has changed within an eighth and within half a second, damped."""
    skin, told, shape, head, light, alike = seen.split(_SIZES, dim=-1)
    apart = torch.stack([shape[..., low] - shape[..., high] for high, low in _GAPS], dim=-1)
    skin, shape, light = (
        part - part.median(1, keepdim=True).values for part in (skin, shape, light)
    )
    turned = head - head.median(1, keepdim=True).values
    angle = torch.tensor([10.0, 10.0, 10.0, 0.1])
    held = torch.tensor([20.0, 20.0, 20.0, torch.inf])
    strength, is_open, eyes, fresh = told.split(1, dim=-1)
    found = (
        skin / 0.3, _change(skin, 3) / 0.1, _change(skin, 12) / 0.2,
        shape / 0.03, _change(shape, 12) / 0.02,
        turned / angle, head / held, _change(head, 12) / angle,
        apart / 0.05, light / 0.1, _change(light, 12) / 0.1, 3 * (1 - alike),
        strength / 0.2, is_open, eyes / 5, fresh,
    )  # fmt: skip
    return torch.asinh(torch.cat(found, dim=-1)).transpose(1, 2)


def _change(part: torch.Tensor, steps: int) -> torch.Tensor:
    """How much it has changed in so many moments; nothing is known of before the first."""
    before = torch.cat([part[:, :1].expand(-1, min(steps, part.shape[1]), -1), part], dim=1)
    return part - before[:, : part.shape[1]]
