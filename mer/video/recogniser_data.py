"""What the demo's recogniser learns from: pairs of frames of takes that nobody is tested on.

A take of each person is acted (`mer.people.behaviour.acting`) and only the wanted frames are
rendered: an expression near its apex and the face just before it; and what is no expression,
although the picture changes: rest, blinks, nods. The seeds of these casts begin at `FIRST_SEED`,
one for every 26 people; takes that are reported or shown have others, so their people are
others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from joblib import delayed

from mer.core import cache, paths
from mer.core.errors import BadData, MerError
from mer.datasets.takes import Take
from mer.people import takes
from mer.people.behaviour.acting import act
from mer.people.behaviour.schedule import EXPRESSIONS, Event, Schedule, schedules
from mer.people.body.clothes import dress
from mer.people.body.figure import Sitter
from mer.people.casme2_statistics import COUNTS
from mer.people.rng import stream
from mer.preprocessing import faces, flow
from mer.video.classes import NEUTRAL, SIZE

FIRST_SEED = 500
SECONDS, RATE = 90, 100  # of an acted take, and the frames a second that it is cut to
_NEUTRALS = {"rest": 5, "blink": 4, "nod": 4}  # pairs of each person, where the take has so many
_BEFORE = (0.0, 0.12)  # seconds from the frame that is compared with to the onset
_FADED = 0.5  # seconds after its offset in which an expression leaves traces
_ZOOM, _QUALITY = (0.7, 1.15), (45, 95)  # of the frame, and of the file that it comes from


@dataclass(frozen=True)
class Samples:
    """`flows` (N, 48, 48, 2) float32 in pixels of a face of 224 x 224; `words` (N,) the class of
    each; `kinds` (N,) micro, macro, rest, blink or nod; `people` (N,)."""

    flows: np.ndarray
    words: np.ndarray
    kinds: np.ndarray
    people: np.ndarray

    def part(self, rows: np.ndarray) -> Samples:
        """The samples of these rows."""
        return Samples(*(getattr(self, name)[rows] for name in _FIELDS))


_FIELDS = tuple(Samples.__annotations__)


@dataclass(frozen=True)
class Cut:
    """Two moments of a take in seconds, and what the face shows between them."""

    before: float
    after: float
    word: str
    kind: str


def folder() -> Path:
    """Where the samples are kept if nothing else is said."""
    return paths.data() / "synthetic" / "recogniser-samples"


def samples(
    folder: Path | str, people: int, seed: int = FIRST_SEED, quiet: bool = False
) -> Samples:
    """The samples of `people` persons of casts `seed`, `seed` + 1, ..., 26 in each.

    Each person's flows are kept in `folder`, and those found there are not made again. A damaged
    file is `BadData`.
    """
    name = cache.key(__name__, cache.RENDERING, seed=seed)
    made = cache.kept(
        cache.numbered(folder, name, people),
        lambda missing: _jobs(missing, seed),
        "samples",
        quiet=quiet,
    )
    whole = {part: np.concatenate([one[part] for one in made]) for part in _FIELDS}
    return Samples(**whole | {"flows": whole["flows"].astype(np.float32)})


def _jobs(missing: list[int], seed: int) -> Iterator:
    """Made one by one, as workers ask for them."""
    for index in missing:
        cast, place = seed + index // len(COUNTS), index % len(COUNTS)
        take = schedules(cast, place + 1, SECONDS)[place]
        yield delayed(_film)(takes.sitter(cast, take.subject), take, cast)


def of_takes(recorded: list[Take], seed: int = 0) -> Samples:
    """Samples cut out of recorded takes as a video player shows them, codec and all.

    Takes in which no face is found are a `MerError`.
    """
    flows, chosen, people = [], [], []
    for take in recorded:
        cut_out = cuts(_schedule(take), stream(seed, take.name, "cuts"))
        wanted = [
            min(round(moment * take.fps), take.frames - 1)
            for cut in cut_out
            for moment in (cut.before, cut.after)
        ]
        seen = decoded(take, set(wanted))
        for cut, before, after in zip(cut_out, wanted[::2], wanted[1::2], strict=True):
            aligned = aligned_faces(seen[before], seen[after])
            if aligned is not None:
                flows.append(flow.averaged(*aligned, SIZE))
                chosen.append(cut)
                people.append(f"{take.seed}-{take.person}")
    if not flows:
        raise MerError(
            f"no face is found in {', '.join(take.name for take in recorded)}: choose "
            "takes of `mer takes`."
        )
    return Samples(
        np.stack(flows),
        np.array([cut.word for cut in chosen]),
        np.array([cut.kind for cut in chosen]),
        np.array(people),
    )


def _schedule(take: Take) -> Schedule:
    """What a recorded take shows. Its card does not say how long a macro-expression is held:
    a third of its length, about the apex, always is."""
    events = []
    for event in take.events:
        onset, apex, offset = event.seconds
        held = ((2 * apex + onset) / 3, (2 * apex + offset) / 3) if event.kind == "macro" else ()
        events.append(
            Event(event.kind, onset, apex, offset, event.emotion, event.action_units, held)
        )
    return Schedule(0, take.person, take.frames / take.fps, take.still, tuple(events))


def decoded(take: Take, numbers: set[int]) -> dict[int, np.ndarray]:
    """Frames of a take by their numbers. A video that ends early is `BadData`."""
    capture, found = cv2.VideoCapture(str(take.video)), {}
    try:
        for number in range(max(numbers) + 1):
            if not capture.grab():
                raise BadData(
                    f"{take.video}: ends after {number} of {take.frames} frames. "
                    "Delete it and run `mer takes` again."
                )
            if number in numbers:
                found[number] = capture.retrieve()[1]
    finally:
        capture.release()
    return found


def _film(sitter: Sitter, take: Schedule, seed: int) -> dict:
    """Render one person's pairs and compute their flows; runs in a worker."""
    acting = act(dress(sitter.figure(), sitter.seed), take, RATE, sitter.seed)
    cut_out = cuts(take, stream(seed, take.stem, "cuts"))
    wanted = [
        min(round(moment * RATE), len(acting.light) - 1)
        for cut in cut_out
        for moment in (cut.before, cut.after)
    ]
    # The name seeds the camera's noise: another one would give other frames.
    shot = takes.frames(acting, f"lesson-{seed}-{take.stem}", wanted)
    rng, flows, chosen = stream(seed, take.stem, "camera"), [], []
    for cut, pair in zip(cut_out, shot.reshape(-1, 2, *shot.shape[1:]), strict=True):
        aligned = aligned_faces(*recorded(pair, rng))
        if aligned is not None:
            flows.append(flow.averaged(*aligned, SIZE))
            chosen.append(cut)
    return dict(
        flows=np.float16(flows),
        words=[cut.word for cut in chosen],
        kinds=[cut.kind for cut in chosen],
        people=np.repeat(f"{seed}-{take.subject}", len(chosen)),
    )


def cuts(take: Schedule, rng: np.random.Generator) -> list[Cut]:
    """One pair of every expression of a take, and some of each kind of neutral."""
    found = []
    for event in take.events:
        if event.kind in EXPRESSIONS:
            low, high = event.held or _near_apex(event)
            found.append(
                Cut(
                    max(0.0, event.onset - rng.uniform(*_BEFORE)),
                    rng.uniform(low, high),
                    event.emotion,
                    event.kind,
                )
            )
    for kind, most in _NEUTRALS.items():
        found += _rests(take, rng, most) if kind == "rest" else _moves(take, kind, rng, most)
    return found


def _near_apex(event: Event) -> tuple[float, float]:
    """Some of the rise and the fall of a micro-expression, where it is most of itself."""
    rise, fall = event.apex - event.onset, event.offset - event.apex
    return event.apex - 0.25 * rise, event.apex + 0.25 * fall


def _moves(take: Schedule, kind: str, rng, most: int) -> list[Cut]:
    """Pairs from before a blink or a nod into it; some the other way about."""
    found = []
    events = [e for e in take.events if e.kind == kind and _at_rest(take, e.onset, e.offset)]
    for index in rng.permutation(len(events))[:most]:
        event = events[index]
        moments = [max(0.0, event.onset - 0.02), rng.uniform(event.onset, event.offset)]
        if rng.random() < 0.3:
            moments.reverse()
        found.append(Cut(*moments, NEUTRAL, kind))
    return found


def _rests(take: Schedule, rng, most: int) -> list[Cut]:
    """Pairs of moments, up to a second apart, between which no expression is shown."""
    found = []
    for _ in range(50 * most):
        before, length = rng.uniform(0, take.seconds - 1), rng.uniform(0.03, 1.0)
        if len(found) < most and _at_rest(take, before, before + length):
            found.append(Cut(before, before + length, NEUTRAL, "rest"))
    return found


def _at_rest(take: Schedule, before: float, after: float) -> bool:
    return all(
        after < e.onset or before > e.offset + _FADED for e in take.events if e.kind in EXPRESSIONS
    )


def recorded(frames: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Both frames as another camera's file has them: nearer or farther, more or less packed."""
    zoom = rng.uniform(*_ZOOM)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(*_QUALITY))]
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    sized = [cv2.resize(frame, None, fx=zoom, fy=zoom, interpolation=way) for frame in frames]
    return [
        cv2.imdecode(cv2.imencode(".jpg", frame, quality)[1], cv2.IMREAD_COLOR) for frame in sized
    ]


def aligned_faces(before: np.ndarray, after: np.ndarray) -> list[np.ndarray] | None:
    """Both faces, the second brought over the first as a tracker does; None: no face found."""
    box = faces.locate(before)
    if not box.found:
        return None
    grey = [cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in (before, after)]
    mask = np.zeros_like(grey[0])
    mask[box.y : box.y + box.side, box.x : box.x + box.side] = 255
    points = cv2.goodFeaturesToTrack(grey[0], 150, 0.01, 4, mask=mask)
    moved, seen, _ = cv2.calcOpticalFlowPyrLK(*grey, points, None)
    kept = seen.ravel() == 1
    motion, _ = cv2.estimateAffinePartial2D(points[kept], moved[kept], ransacReprojThreshold=1.0)
    if motion is not None:
        height, width = grey[0].shape
        after = cv2.warpAffine(
            after,
            motion,
            (width, height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return [faces.cut(frame, box) for frame in (before, after)]
