"""What happens before a webcam besides expressions: drawn in seconds, like these.

Each condition can be switched on by its name, has random streams of its own, and leaves events
of a kind (the same word, but for `webcam`, whose events are frames that are `dropped`). An event
is placed where it cannot hide a micro-expression: nobody could have coded one that fell into a
turn of the head or behind a hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mer.core.errors import MerError
from mer.people.behaviour.events import Event
from mer.people.rng import stream

# `midway` is a start in the middle of an expression.
CONDITIONS = ("turn", "tilt", "approach", "speech", "cover", "midway", "light", "webcam")
KINDS = ("turn", "tilt", "approach", "speech", "cover", "midway", "light", "dropped")
FACE = 218.0  # pixels of a face at its usual place: twice those from the eyes to the mouth
SMALLEST, LARGEST = 80.0, 300.0  # pixels of a face that comes near or goes away
THINGS = ("hand", "fist", "phone", "mug")
PARTS = ("chin", "mouth", "cheek", "eye", "forehead")
LIGHTS = ("cloud", "lamp", "exposure", "balance")
SETTLE = 1.0  # seconds in which a camera gets used to another light

# Mean seconds between the events of a condition, of which half to one and a half are drawn, and
# seconds of the rise, the hold and the fall.
_PAUSE = {"turn": 5.0, "tilt": 7.0, "approach": 7.0, "speech": 3.5, "cover": 6.0, "light": 7.0,
          "webcam": 4.0}  # fmt: skip
_MOVE, _HOLD = (0.35, 0.9), (0.6, 4.0)
_WALK, _STAY = (0.8, 1.8), (2.0, 8.0)
_SPEECH, _HAND = (2.0, 7.0), (1.5, 6.0)
_LIGHT = {"cloud": (0.8, 2.5), "lamp": (0.04, 0.12), "exposure": (0.3, 0.8),
          "balance": (0.5, 1.5)}  # fmt: skip
_DEGREES = np.pi / 180
_TURN, _TILT = (10 * _DEGREES, 30 * _DEGREES), (8 * _DEGREES, 25 * _DEGREES)
_AROUND = {"hand": PARTS, "fist": ("chin", "mouth"), "phone": ("mouth", "cheek"),
           "mug": ("mouth",)}  # fmt: skip
_OFTEN = (0.4, 0.25, 0.15, 0.2)  # how often each of THINGS is brought
_ROOM = 130.0  # pixels of a face below which a hand would be seen to end at the elbow
_UPPER = {"1", "2", "4", "5", "7", "9"}  # Action Units that a hand at the mouth does not hide
_FREEZE = (0.07, 0.35)  # seconds without a new frame; a third are one frame that comes twice
_CLEAR, _STEP = 0.15, 0.1  # seconds: distance from what is avoided, and of the places tried


def parse(text: str) -> tuple[str, ...]:
    """Conditions from a list of names with commas, `all` or `none`; others are a `MerError`.

    >>> from mer.people.behaviour.conditions import parse
    >>> parse("speech,turn")
    ('turn', 'speech')
    """
    words = [word.strip() for word in text.split(",")]
    if words in (["all"], ["none"]):
        return CONDITIONS if words == ["all"] else ()
    for word in words:
        if word not in CONDITIONS:
            raise MerError(
                f"no condition is called {word!r}: choose of {', '.join(CONDITIONS)}, with commas "
                "between them, or all, or none"
            )
    return tuple(name for name in CONDITIONS if name in words)


def label(wanted: tuple[str, ...]) -> str:
    """What the name of a take says of its conditions."""
    return "-life" if wanted == CONDITIONS else "".join(f"-{name}" for name in wanted)


def episodes(key, wanted: tuple[str, ...], shown: list[Event], seconds: float) -> list[Event]:
    """The events of the `wanted` conditions about the expressions `shown` of a take."""
    found: list[Event] = []
    for name in wanted:
        if name in _DRAWN:
            rng = stream(*key, "condition", name)
            found += _strewn(rng, _DRAWN[name], _PAUSE[name], [*shown, *found], seconds)
    return found


def _strewn(rng, draw: Callable, pause: float, others: list[Event], seconds: float):
    """Events of one kind from the first second on, each at the first place where it fits."""
    found, at = [], 0.3 + rng.uniform(0.0, 0.7) * pause
    while True:
        event, more = draw(rng), rng.uniform(0.5, 1.5) * pause
        while at + event.offset <= seconds and not _fits(event.moved(at), others):
            at += _STEP
        if at + event.offset > seconds:
            return found
        found.append(event.moved(at))
        at += event.offset + more


def _fits(event: Event, others: list[Event]) -> bool:
    return not any(
        other.overlaps(onset - _CLEAR, offset + _CLEAR)
        for onset, offset, avoided in _avoided(event)
        for other in others
        if avoided(other)
    )


def _avoided(event: Event) -> list[tuple[float, float, Callable[[Event], bool]]]:
    """Spans of an event, and what must not happen in each."""
    whole = event.onset, event.offset
    if event.kind == "light":
        return []
    if event.kind == "dropped":
        return [(*whole, _is_micro)]
    if event.kind == "speech":
        return [(*whole, lambda other: other.kind in ("micro", "macro"))]
    moving = [(event.onset, event.held[0], _is_micro), (event.held[1], event.offset, _is_micro)]
    if event.kind == "cover":
        moving.append((*whole, lambda other: _hidden(other, event.what) or _is_far(other)))
    return moving


def _is_micro(event: Event) -> bool:
    return event.kind == "micro"


def _is_far(event: Event) -> bool:
    return event.kind == "approach" and event.towards[0] < _ROOM


def _hidden(event: Event, what: str) -> bool:
    """Whether a thing at some part of the face leaves nothing of an expression to be seen."""
    upper = [unit.lstrip("LR") in _UPPER for unit in event.action_units.split("+")]
    above = what.endswith(("eye", "forehead"))
    return bool(event.emotion) and (all(upper) if above else not any(upper))


# -- one event of each kind, from second 0 on ---------------------------------------------------


def _held(kind: str, rise: float, hold: float, fall: float, what: str, *towards) -> Event:
    top, falls = rise, rise + hold
    numbers = tuple(float(number) for number in towards)
    return Event(kind, 0.0, (top + falls) / 2, falls + fall, held=(top, falls), what=what,
                 towards=numbers)  # fmt: skip


def _turn(rng) -> Event:
    """`towards` is the pitch (down is positive) and the yaw (to the picture's right) in radians."""
    angle, way = rng.uniform(*_TURN), rng.choice((-1, 1))
    slant = rng.choice((0.0, 0.35, np.pi / 2), p=(0.5, 0.2, 0.3)) * rng.choice((-1, 1))
    pitch, yaw = angle * np.sin(slant), way * angle * np.cos(slant)
    what = f"yaw {yaw / _DEGREES:+.0f}, pitch {pitch / _DEGREES:+.0f} degrees"
    rise, hold, fall = rng.uniform(*_MOVE), rng.uniform(*_HOLD), rng.uniform(*_MOVE)
    return _held("turn", rise, hold, fall, what, pitch, yaw)


def _tilt(rng) -> Event:
    """`towards` is the roll (the head's top to the picture's right) in radians."""
    roll = rng.uniform(*_TILT) * rng.choice((-1, 1))
    rise, hold, fall = rng.uniform(*_MOVE), rng.uniform(*_HOLD), rng.uniform(*_MOVE)
    return _held("tilt", rise, hold, fall, f"roll {roll / _DEGREES:+.0f} degrees", roll)


def _approach(rng) -> Event:
    """`towards` is the size of the face in pixels."""
    size = np.exp(rng.uniform(*np.log((SMALLEST, LARGEST))))
    rise, hold, fall = rng.uniform(*_WALK), rng.uniform(*_STAY), rng.uniform(*_WALK)
    return _held("approach", rise, hold, fall, f"face of {size:.0f} pixels", size)


def _speech(rng) -> Event:
    length = rng.uniform(*_SPEECH)
    return Event("speech", 0.0, length / 2, length, what="speaks")


def _cover(rng) -> Event:
    """`what` is a thing and a part of the face; `towards` a number that tells covers apart."""
    thing = str(rng.choice(THINGS, p=_OFTEN))
    part = str(rng.choice(_AROUND[thing]))
    rise, hold, fall = rng.uniform(*_MOVE), rng.uniform(*_HAND), rng.uniform(*_MOVE)
    return _held("cover", rise, hold, fall, f"{thing} at the {part}", rng.random())


def _light(rng) -> Event:
    """`towards` is the strength, 0 to 1 about a usual one. The camera settles till the offset."""
    what = str(rng.choice(LIGHTS))
    strength = rng.uniform(0.3, 1.0) * rng.choice((-1, 1))
    rise, hold, fall = rng.uniform(*_LIGHT[what]), rng.uniform(1.5, 6.0), rng.uniform(*_LIGHT[what])
    return _held("light", rise, hold, fall + SETTLE, what, strength)


def _dropped(rng) -> Event:
    """Frames are dropped, or a single one comes twice."""
    twice, length = rng.random() < 1 / 3, rng.uniform(*_FREEZE)
    length = 0.045 if twice else length
    what = "repeated" if twice else "dropped"
    return Event("dropped", 0.0, length / 2, length, what=what)


_DRAWN = {"turn": _turn, "tilt": _tilt, "approach": _approach, "speech": _speech,
          "cover": _cover, "light": _light, "webcam": _dropped}  # fmt: skip
