"""What happens in a long take, and when: drawn before anything is rendered, in seconds.

Nothing here depends on the frame rate: takes of 30 and of 200 frames a second show the same
people doing the same things.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.core.errors import MerError
from mer.people.behaviour import conditions
from mer.people.behaviour.coding import intervals
from mer.people.behaviour.dynamics import FPS
from mer.people.behaviour.events import Event
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS, STUDIED
from mer.people.rng import stream

EXPRESSIONS = ("micro", "macro")
# What a face does in a take, and what else happens before a camera in a life.
KINDS = (*EXPRESSIONS, "blink", "nod", *conditions.KINDS)
PAUSE = 1.5  # seconds of rest, at least, between two expressions
SHORTEST, LONGEST = 2, 600  # seconds of a take
SLOWEST, FASTEST = 10, 400  # frames a second
_MARGIN = 0.5  # seconds of rest at both ends
_PER_10_S = (1.0, 3.0)  # micro-expressions
_MACROS_PER_10_S = (0.5, 1.2)
_IN_LIFE, _MACROS_IN_LIFE = (0.6, 1.2), (0.4, 0.8)  # the same where conditions fill the pauses
_QUICKEST = 0.06  # seconds from onset to apex, or on to the offset: less is a mistake of coding
_MACRO_LENGTH = (0.8, 4.0)  # seconds
_BLINKS_A_MINUTE = (4.0, 20.0)
_BLINK_LENGTH = (0.15, 0.30)  # seconds
_DOUBLE = 0.15  # share of blinks that another one follows at once
_NODS_PER_10_S = 0.7
_CLEAR = 0.1  # seconds that blinks and nods keep away from expressions

# What full-blown emotions look like (EMFACS, Friesen and Ekman, 1983). Repression has no such
# form: it is the attempt to show none.
_PROTOTYPES = {
    "disgust": ("4+9+10", "9+10+17", "4+7+10"), "happiness": ("6+12", "6+12+25"),
    "sadness": ("1+4+15", "1+4+15+17"), "surprise": ("1+2+5+26", "1+2+5+25"),
}  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """A take before it is recorded: who, how long, and all events in the order of their onsets.

    `number` counts the takes of a set from 1; `still` means that no expression is shown;
    `conditions` are those of `mer.people.behaviour.conditions` that are on.
    """

    number: int
    subject: str
    seconds: float
    still: bool
    events: tuple[Event, ...]
    conditions: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """Name of the take without its frame rate."""
        return self.bare_stem.replace("-", f"{conditions.label(self.conditions)}-")

    @property
    def bare_stem(self) -> str:
        """The same without its conditions, which leave what else is drawn as it is."""
        return f"{'still' if self.still else 'acted'}{self.number:02d}-{self.seconds:g}s"


def schedules(
    seed: int, count: int, seconds: float, still: bool = False, wanted: tuple[str, ...] = ()
) -> list[Schedule]:
    """The first `count` takes of a set. Takes do not depend on how many follow.

    The five emotions of the micro-expressions are dealt evenly over the set. Under any of
    `conditions.CONDITIONS` expressions are rarer; takes that differ only in `wanted` have the
    same people and the same expressions, and what one condition brings depends on no other. A
    length that no take can have is a `MerError`.
    """
    if not SHORTEST <= seconds <= LONGEST:
        raise MerError(f"a take of {seconds:g} seconds: choose {SHORTEST} to {LONGEST}")
    if count < 1:
        raise MerError(f"{count} takes: choose 1 or more")
    people = stream(seed, "takes", "people").permutation(list(COUNTS))
    found, dealt = [], 0
    for number in range(1, count + 1):
        key = (seed, "take", number, float(seconds))
        shown = []
        if not still:
            micros = _count(stream(*key, "micros"), _IN_LIFE if wanted else _PER_10_S, seconds)
            emotions = [_dealt(seed, dealt + k) for k in range(micros)]
            dealt += micros
            often = _MACROS_IN_LIFE if wanted else _MACROS_PER_10_S
            shown = _expressions(key, emotions, seconds, often)
        if "midway" in wanted and not still:
            shown = _midway(stream(*key, "midway"), shown)
        rest = _gaps(shown, seconds)
        events = [*shown, *_blinks(key, shown, seconds, still), *_nods(key, rest, still)]
        events += conditions.episodes(key, wanted, shown, seconds)
        subject = str(people[(number - 1) % len(people)])
        events = tuple(sorted(events, key=lambda event: event.onset))
        found.append(Schedule(number, subject, float(seconds), still, events, wanted))
    return found


def _count(rng, rates: tuple[float, float], seconds: float) -> int:
    return max(1, round(rng.uniform(*rates) * seconds / 10))


def _dealt(seed: int, index: int) -> str:
    """The emotion of a set's micro-expression `index`: each hand of five holds all five."""
    hand, place = divmod(index, len(STUDIED))
    return str(stream(seed, "takes", "emotions", hand).permutation(STUDIED)[place])


def _expressions(key, emotions: list[str], seconds: float, often) -> list[Event]:
    """Micro- and macro-expressions in random order, rest between them."""
    micros = [_micro(stream(*key, "micro", k), emotion) for k, emotion in enumerate(emotions)]
    rng = stream(*key, "macros")
    macros = [_macro(rng) for _ in range(_count(rng, often, seconds))]
    while macros and _needed(micros + macros) > 0.9 * seconds:
        macros.pop()
    order = stream(*key, "order")
    shown = micros + macros
    shown = [shown[i] for i in order.permutation(len(shown))]
    spare = order.dirichlet(np.ones(len(shown) + 1)) * (seconds - _needed(shown))
    placed, at = [], _MARGIN
    for event, extra in zip(shown, spare, strict=False):
        at += extra
        placed.append(event.moved(at))
        at += event.offset + PAUSE
    return placed


def _needed(events: list[Event]) -> float:
    """Seconds that these expressions take with the shortest of pauses."""
    return sum(e.offset for e in events) + PAUSE * (len(events) - 1) + 2 * _MARGIN


def _micro(rng, emotion: str) -> Event:
    """A micro-expression from second 0 on, as those of CASME II are distributed."""
    rise, fall = (max(_QUICKEST, frames / FPS) for frames in intervals(rng, emotion))
    units = ACTION_UNITS[emotion]
    share = np.array(list(units.values())) / sum(units.values())
    return Event("micro", 0.0, rise, rise + fall, emotion, str(rng.choice(list(units), p=share)))


def _macro(rng) -> Event:
    """A macro-expression from second 0 on: up, held, and slowly down again."""
    length = np.exp(rng.uniform(*np.log(_MACRO_LENGTH)))
    up, down = rng.uniform(0.15, 0.3) * length**0.6, rng.uniform(0.25, 0.4) * length**0.8
    emotion = str(rng.choice(list(_PROTOTYPES)))
    units = str(rng.choice(_PROTOTYPES[emotion]))
    return Event(
        "macro", 0.0, (up + length - down) / 2, length, emotion, units, (up, length - down)
    )


def _midway(rng, shown: list[Event]) -> list[Event]:
    """A take that begins in the middle of a macro-expression: what would come too soon after
    it is left out."""
    whole = _macro(rng)
    begun = whole.moved(-rng.uniform(0.5 * whole.held[0], whole.held[1]))
    later = [event for event in shown if event.onset >= begun.offset + PAUSE]
    return [begun, Event("midway", 0.0, max(begun.apex, 0.0), begun.offset), *later]


def _blinks(key, shown: list[Event], seconds: float, still: bool) -> list[Event]:
    """Blinks, single and double. None falls into a micro-expression: whoever codes one has seen
    the eyes open."""
    rng = stream(*key, "blinks", still)
    pause = 60 / rng.uniform(*_BLINKS_A_MINUTE)
    micros = [event for event in shown if event.kind == "micro"]
    found, at = [], rng.exponential(pause) - pause / 2
    while True:
        length, again = rng.uniform(*_BLINK_LENGTH), rng.random() < _DOUBLE
        if at + length > seconds:
            return found
        if at > 0 and _free(micros, at, at + length):
            found.append(Event("blink", at, at + 0.35 * length, at + length))
        at += length + (rng.uniform(0.05, 0.15) if again else 0.3 + rng.exponential(pause))


def _free(events: list[Event], start: float, end: float) -> bool:
    return all(end < e.onset - _CLEAR or start > e.offset + _CLEAR for e in events)


def _gaps(shown: list[Event], seconds: float) -> list[tuple[float, float]]:
    """The stretches without an expression."""
    shown = [event for event in shown if event.kind in EXPRESSIONS]
    edges = [0.0, *(t for e in shown for t in (e.onset - _CLEAR, e.offset + _CLEAR)), seconds]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]


def _nods(key, gaps: list[tuple[float, float]], still: bool) -> list[Event]:
    """Nods of the head, at most one in a stretch of rest."""
    rng = stream(*key, "nods", still)
    found = []
    for start, end in gaps:
        length, place, drawn = rng.uniform(0.7, 1.3), rng.random(), rng.random()
        wanted = drawn < 1 - np.exp(-_NODS_PER_10_S * (end - start) / 10)
        if wanted and length < end - start:
            at = start + place * (end - start - length)
            found.append(Event("nod", at, at + 0.4 * length, at + length))
    return found
