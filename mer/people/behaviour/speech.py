"""Speech as a camera sees it: visemes that run into each other, and pauses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mer.people.behaviour.dynamics import ease
from mer.people.behaviour.events import Event
from mer.people.rng import stream

# Actions of the mouth, with their strength, of sounds that look alike. After the visemes that
# speech synthesis uses, reduced to what this head can do.
_VOWELS = {
    "a": {"jawOpen": 0.30, "mouthLowerDown": 0.25, "mouthUpperUp": 0.10},
    "e": {"jawOpen": 0.17, "mouthStretch": 0.30, "mouthLowerDown": 0.30, "mouthUpperUp": 0.12},
    "i": {"jawOpen": 0.08, "mouthStretch": 0.38, "mouthSmile": 0.10, "mouthLowerDown": 0.25},
    "o": {"jawOpen": 0.22, "mouthPucker": 0.45},
    "u": {"jawOpen": 0.10, "mouthPucker": 0.80},
}  # fmt: skip
_CONSONANTS = {
    "m": {"mouthPress": 0.45},
    "f": {"mouthPress": 0.15, "mouthUpperUp": 0.22, "jawOpen": 0.03},
    "s": {"jawOpen": 0.05, "mouthStretch": 0.20, "mouthLowerDown": 0.18},
    "l": {"jawOpen": 0.12, "mouthLowerDown": 0.15},
    "w": {"jawOpen": 0.06, "mouthPucker": 0.60},
}  # fmt: skip
_SYLLABLES = (3.5, 6.0)  # a second
_PHRASE, _REST = (0.8, 3.0), (0.15, 0.7)  # seconds of speech, and of the pauses between
_LOUD = (0.7, 1.4)  # how far a person opens the mouth, against the figures above


def speech(key, events: Sequence[Event], times: np.ndarray) -> dict[str, np.ndarray]:
    """The strength (N,) of each sided action of the mouth in the events of speech; at rest before
    and after each."""
    curves: dict[str, np.ndarray] = {}
    rng = stream(*key, "speech")
    loud = rng.uniform(*_LOUD)
    for event in events:
        if event.kind != "speech":
            continue
        moments, shapes = _utterance(rng, event)
        for name in sorted({name for shape in shapes for name in shape}):
            levels = loud * np.array([shape.get(name, 0.0) for shape in shapes])
            for action in _both(name):
                added = _through(times, moments, levels)
                curves[action] = np.minimum(np.maximum(curves.get(action, 0.0), added), 1.0)
    return curves


def _both(name: str) -> tuple[str, ...]:
    return name + "Left", name + "Right"


def _utterance(rng, event: Event) -> tuple[np.ndarray, list[dict]]:
    """Moments in seconds, and the shape of the mouth at each; {} is at rest."""
    moments, shapes = [event.onset], [{}]
    at = event.onset + rng.uniform(0.05, 0.15)
    while at < event.offset - 0.5:
        ends = min(at + rng.uniform(*_PHRASE), event.offset - 0.2)
        syllable = 1 / rng.uniform(*_SYLLABLES)
        while at < ends:
            stress = rng.uniform(0.5, 1.2)
            for sounds, length in ((_CONSONANTS, 0.4), (_VOWELS, 0.6)):
                shape = sounds[str(rng.choice(list(sounds)))]
                at += length * syllable * rng.uniform(0.8, 1.2)
                moments.append(at)
                shapes.append({name: stress * level for name, level in shape.items()})
        for pause in (0.12, rng.uniform(*_REST)):
            at += pause
            moments.append(at)
            shapes.append({})
    inside = [index for index, moment in enumerate(moments) if moment < event.offset - 0.05]
    return (
        np.array([*(moments[index] for index in inside), event.offset]),
        [*(shapes[index] for index in inside), {}],
    )


def _through(times: np.ndarray, moments: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """A smooth path (N,) that is at `levels` at the `moments`, at rest in each."""
    after = np.clip(np.searchsorted(moments, times), 1, len(moments) - 1)
    before = after - 1
    share = ease((times - moments[before]) / (moments[after] - moments[before]))
    return levels[before] + share * (levels[after] - levels[before])
