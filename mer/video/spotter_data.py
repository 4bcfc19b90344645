"""What the spotter's network learns from: takes of people whom nothing is tested on, as the tracker
sees them.

Some are like life, some have one or two of its conditions, some none, and some show no expression
at all. The seeds of these casts begin at `FIRST_SEED`; takes that are scored or shown have others,
so their people are others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from mer.core import paths
from mer.core.errors import BadData
from mer.core.parallel import one_thread, share
from mer.datasets.takes import Take, TakeEvent, read_takes
from mer.people import takes
from mer.people.behaviour import conditions
from mer.people.behaviour.schedule import schedules
from mer.video.analyser import Analyser
from mer.video.classes import CLASSES, NEUTRAL
from mer.video.reading import Video
from mer.video.signals import RATE, Signals, sampled
from mer.video.spotter import Spotter

FIRST_SEED = 301
REAL = "a real person"
# Name: takes, seconds, frames a second, conditions, and whether they are still.
SETS = {
    "life": (3, 45, 25, "all", False), "plain": (3, 30, 30, "none", False),
    "moving": (3, 40, 25, "turn,tilt,approach,webcam", False),
    "speaking": (3, 40, 25, "turn,speech", False),
    "covered": (3, 40, 25, "turn,cover,midway", False),
    "light": (3, 30, 30, "light,webcam", False), "still": (3, 40, 25, "all", True),
}  # fmt: skip
_MICRO = 1.5  # seconds: an expression counts as much as one of that length, if it is shorter …
_MOST = 4.0  # … but no moment of it more than this
_BLUNT = 0.05  # seconds beside onset and offset of which half counts
_APART, _NEAR = ("micro", "macro"), 0.2  # seconds beside what happens
_COMING = 0.3  # seconds in which what covers a face comes, or goes


@dataclass(frozen=True)
class Lesson:
    """What was seen of one face without a break: (time, values) of its frames and of its looks, as
    `Signals` keeps them; and the take that it is from."""

    take: Take
    frames: list[tuple[float, np.ndarray]]
    looks: list[tuple[float, np.ndarray]]

    def at(self, tempo: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same `tempo` times as slow: what was seen at each moment (T, signals.VALUES), what
        is true (T, len(TOLD)), and how much that counts, all float32."""
        rows = [[(tempo * time, row) for time, row in part] for part in (self.frames, self.looks)]
        first, last = (RATE * rows[0][end][0] for end in (0, -1))
        grid = np.arange(np.ceil(first), np.floor(last) + 1) / RATE
        return sampled(*rows, grid), *truth(self.take, grid / tempo)

    def quiet(self) -> np.ndarray:
        """Whether nothing but expressions and blinks happens near each moment (T,) of `at(1)`, of
        a take of which that is known."""
        times = np.arange(
            np.ceil(RATE * self.frames[0][0]), np.floor(RATE * self.frames[-1][0]) + 1
        )
        times /= RATE
        found = np.full(len(times), self.take.person != REAL)
        for event in self.take.events:
            if event.kind not in (*_APART, "blink", "light", "dropped"):
                found &= (times < event.seconds[0] - _NEAR) | (times > event.seconds[2] + _NEAR)
        return found


def truth(take: Take, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the face shows an expression, speaks and is covered at each of these times (T,), and
    how much that counts, (T, 3) float32 each: short expressions count more."""
    told, counts = np.zeros((2, len(times), 3), np.float32)
    counts += 1
    for event in take.events:
        onset, _, offset = event.seconds
        during = (times >= onset) & (times <= offset)
        if event.kind in _APART:
            told[during, 0] = 1
            counts[during, 0] = np.clip(_MICRO / max(offset - onset, 1e-6), 1, _MOST)
            beside = np.minimum(np.abs(times - onset), np.abs(times - offset)) < _BLUNT
            counts[beside & ~during, 0] = 0.5
        elif event.kind == "speech":
            told[during, 1] = 1
        elif event.kind == "cover":
            told[(times >= onset + _COMING) & (times <= offset - _COMING), 2] = 1
    return told, counts


def clips(root: Path | str) -> list[Take]:
    """Real clips that somebody has coded, as takes: `events.json` in their folder says when each
    shows an expression ({clip: {"expressions": [{"onset", "offset", "emotion"}]}}, in seconds)."""
    path = Path(root) / "events.json"
    try:
        coded = json.loads(path.read_text(encoding="utf-8"))
        found = [
            _clip(path.with_name(name), of["expressions"])
            for name, of in coded.items()
            if isinstance(of, dict)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"{path}: no readable coding of clips ({error}).") from error
    return found


def _clip(video: Path, expressions: list[dict]) -> Take:
    events = [
        TakeEvent("macro", one.get("emotion") or "", "", 0, 0, 0,
                  (one["onset"], (one["onset"] + one["offset"]) / 2, one["offset"]), 0.0)
        for one in expressions
    ]  # fmt: skip
    return Take(video.name, video, REAL, -1, 0.0, 0, (0, 0), not events, tuple(events))


def folder() -> Path:
    """Where the takes are kept if nothing else is said."""
    return paths.data() / "synthetic" / "spotter-takes"


def record(root: Path | str, most: int | None = None, quiet: bool = False) -> list[Take]:
    """Record the takes that are missing, and read all: `most` of each set, None for all."""
    found = []
    for seed, (name, (count, seconds, fps, wanted, still)) in enumerate(SETS.items(), FIRST_SEED):
        some = schedules(seed, count, seconds, still, conditions.parse(wanted))[:most]
        takes.record(Path(root) / name, some, fps, seed, progress=not quiet)
        found += read_takes(Path(root) / name)[:most]
    return found


def lessons(some: list[Take], quiet: bool = False) -> list[Lesson]:
    """What the tracker sees of each take, on all cores."""
    jobs = (delayed(lessons_of)(take) for take in some)
    made = tqdm(share(jobs, len(some)), "watching", len(some), unit="take", disable=quiet)
    return [lesson for parts in made for lesson in parts]


def lessons_of(take: Take) -> list[Lesson]:
    """What the tracker sees of one take. It is the same whatever the network says of it."""
    witness = _Witness()
    watch(take, witness)
    return [Lesson(take, *part) for part in witness.parts]


def watch(take: Take, spotter: Spotter) -> Analyser:
    """A take through an analyser with this spotter; its events have no emotion that means
    anything."""
    analyser = Analyser(_Anything(), live=False, spotter=spotter)
    with one_thread(), Video(take.video) as video:
        for frame, time in video:
            analyser.push(frame, time)
    analyser.close()
    spotter.forget()
    return analyser


class _Witness(Spotter):
    """A spotter that tells nothing, and forgets nothing that it saw."""

    def __init__(self):
        self.parts: list[tuple[list, list]] = []
        super().__init__()
        self._signals = Signals(keeps=np.inf)

    def forget(self) -> None:
        if self._signals.looks:
            self.parts.append((list(self._signals.frames), list(self._signals.looks)))
        super().forget()

    @property
    def since(self) -> None:
        return None

    def _weigh(self, sure: float) -> list:
        return []


class _Anything:
    """A recogniser that sees the same in every face."""

    classes = CLASSES

    def predict_proba(self, onset_face, apex_face) -> dict[str, float]:
        return {word: float(word != NEUTRAL) / (len(CLASSES) - 1) for word in CLASSES}
