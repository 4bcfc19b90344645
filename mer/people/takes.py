"""Record long takes: scenes of 640 x 480 pixels with several expressions, and their truth."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.errors import BadData, MerError
from mer.core.files import atomic, write_json
from mer.core.parallel import alone, one_thread, share
from mer.people import storage
from mer.people.behaviour.acting import SIZE, Acting, act
from mer.people.behaviour.covering import brought
from mer.people.behaviour.life import live
from mer.people.behaviour.schedule import FASTEST, SLOWEST, Schedule
from mer.people.body import figure
from mer.people.body.clothes import dress
from mer.people.body.seated import seat
from mer.people.rendering.filming import frames

_VERSION = 1  # raise this whenever the same seed gives another take
CAST = 1_000_000  # added to the seed: no default cast has these people
_CHUNK = 20  # frames that a worker renders at a time
_CODEC = "VP80"

# In the head of a Matroska file: what it is, random numbers that name it, and checksums of both.
_DOCUMENT = b"\x42\x82\x88matroska", b"\x42\x82\x88webm\0\0\0\0"
_NAMES = re.compile(rb"(\x73\xa4\x90|\x73\xc5\x88|\x63\xc5\x88)(.{8})", re.DOTALL)
_CHECKSUM = re.compile(
    rb"((?:\x15\x49\xa9\x66|\x16\x54\xae\x6b|\x12\x54\xc3\x67).)\xbf\x84.{4}", re.DOTALL
)
_CLUSTER = b"\x1f\x43\xb6\x75"


def record(
    root: Path | str, takes: list[Schedule], fps: float, seed: int = 0, progress: bool = True
) -> list[str]:
    """Record long takes as videos, with the truth about them; `mer.datasets.read_takes` reads both.

    A take is three files: <name>.webm, 640 x 480 pixels, <name>.npz with its motion, and last
    <name>.json with its events, so that a take with a .json is whole. Takes that are there
    already are kept; the same seed gives the same bytes.

    Parameters
    ----------
    root : path
        The folder, made where it is missing.
    takes : list of Schedule
        Who does what, and when: see `schedules`.
    fps : float
        Frames a second, 10 to 400. What is shown does not depend on it.
    seed : int
        The people of these takes are in no cast that `build` makes of a small seed.
    progress : bool
        Whether a bar shows how far it is.

    Returns
    -------
    list of str
        The names of the takes.

    Raises
    ------
    MerError
        If the frame rate is impossible, the folder holds takes of another seed or generator,
        another process records there, or the disk is full.
    BadData
        If a .json in the folder is damaged.

    Examples
    --------
    >>> from mer.people import record, schedules
    >>> record("takes", schedules(0, count=1, seconds=5), fps=30)  # doctest: +SKIP
    ['acted01-5s-30fps']
    """
    root = Path(root)
    if not SLOWEST <= fps <= FASTEST:
        raise MerError(f"{fps:g} frames a second: choose {SLOWEST} to {FASTEST}")
    names = [f"{take.stem}-{fps:g}fps" for take in takes]
    missing = [
        (take, name)
        for take, name in zip(takes, names, strict=True)
        if not _is_whole(root, name, seed)
    ]
    if missing:
        with alone(root):
            _record(root, missing, fps, seed, progress)
    return names


def _record(root: Path, missing: list[tuple[Schedule, str]], fps, seed: int, progress) -> None:
    total = sum(round(take.seconds * fps) for take, _ in missing)
    with tqdm(total=total, desc="takes", unit="frame", disable=not progress) as bar:
        for take, name in missing:
            with one_thread():
                acting = acted(take, fps, seed)
            _film(root / f"{name}.webm", acting, name, fps, bar.update)
            _save_motion(root / f"{name}.npz", acting)
            write_json(root / f"{name}.json", _card(root, name, take, acting, fps, seed))


def acted(take: Schedule, fps: float, seed: int) -> Acting:
    """A take of the cast of `seed`, ready to be rendered."""
    person = sitter(seed, take.subject)
    if take.conditions:
        return live(seat(person, brought(take.events)), take, fps, person.seed)
    return act(dress(person.figure(), person.seed), take, fps, person.seed)


def sitter(seed: int, subject: str) -> figure.Sitter:
    """One person of the cast of the takes of `seed`, whom no default cast has."""
    return figure.sitter(CAST + seed, subject)


# -- pictures ---------------------------------------------------------------------------------


def _film(path: Path, acting: Acting, name: str, fps: float, update) -> None:
    """Render all frames in workers and write them as VP8 in a WebM file."""
    count = len(acting.light)
    starts = range(0, count, _CHUNK)
    chunks = share(
        (
            delayed(frames)(acting, name, range(start, min(start + _CHUNK, count)))
            for start in starts
        ),
        len(starts),
    )
    # OpenCV warns of VP8 in .webm, though it is what WebM was made for, but not in .mkv.
    matroska = path.with_name(f".{path.stem}.mkv")
    code = cv2.VideoWriter_fourcc(*_CODEC)
    writer = cv2.VideoWriter(str(matroska), cv2.CAP_FFMPEG, code, fps, SIZE)
    try:
        if not writer.isOpened():
            raise MerError(
                f"{path}: this OpenCV cannot write VP8 video there. Check the rights "
                "on the folder, and that opencv-python was installed as a wheel."
            )
        for chunk in chunks:
            for frame in chunk:
                writer.write(frame)
            update(len(chunk))
        writer.release()
        _check(matroska, count, path)
        with atomic(path) as draft:
            draft.write_bytes(_named(matroska.read_bytes(), name))
    finally:
        writer.release()
        matroska.unlink(missing_ok=True)


def _check(video: Path, count: int, path: Path) -> None:
    """OpenCV says nothing when it cannot write on: a full disk shows in the frames."""
    capture = cv2.VideoCapture(str(video))
    found = round(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    capture.release()
    if found != count:
        raise MerError(
            f"{path}: {found} of {count} frames were written. Make room on the disk, "
            "or choose another folder; then run the same command again."
        )


def _named(video: bytes, name: str) -> bytes:
    """A Matroska file as WebM, its random numbers replaced by ones that depend on `name`."""
    digest = sha256(name.encode()).digest()[:8]
    head, cluster, rest = video.partition(_CLUSTER)
    head = _CHECKSUM.sub(lambda m: m[1] + b"\xec\x84\0\0\0\0", head)  # a void in its place
    head = _NAMES.sub(lambda m: m[1] + digest, head)
    head = re.sub(rb"(\x73\xa4\x90.{8}).{8}", lambda m: m[1] + digest, head, flags=re.DOTALL)
    return head.replace(*_DOCUMENT) + cluster + rest


# -- truth ------------------------------------------------------------------------------------


def _save_motion(path: Path, acting: Acting) -> None:
    with atomic(path) as draft:
        np.savez_compressed(
            draft,
            actions=np.array(acting.show.actions),
            intensities=acting.show.intensities.astype(np.float32),
            turns=acting.motion[:, :3].astype(np.float32),
            shifts=acting.shifts.astype(np.float32),
            gaze=acting.show.gaze.astype(np.float32),
            light=acting.brightness.astype(np.float32),
        )


def _card(root: Path, name: str, take: Schedule, acting: Acting, fps: float, seed: int) -> dict:
    """What <name>.json says."""
    frames = len(acting.light)
    events = []
    for event, peak in zip(take.events, acting.peaks, strict=True):
        # What was under way before the first frame is told from there on.
        seconds = [max(0.0, moment) for moment in (event.onset, event.apex, event.offset)]
        moments = [moment * fps for moment in seconds]
        onset, apex, offset = int(moments[0]), round(moments[1]), int(np.ceil(moments[2]))
        last = frames - 1
        events.append({
            "kind": event.kind, "emotion": event.emotion, "action_units": event.action_units,
            "onset": onset, "apex": min(apex, last), "offset": min(offset, last),
            "seconds": seconds, "peak_pixels": round(peak, 3),
            **({"what": event.what} if event.what else {}),
        })  # fmt: skip
    conditions = {"conditions": list(take.conditions)} if take.conditions else {}
    return {
        "name": name, **_origin(seed), "person": take.subject, "fps": fps, "frames": frames,
        "size": list(SIZE), "still": take.still, **conditions, "events": events,
        "bytes": {end: (root / f"{name}.{end}").stat().st_size for end in ("webm", "npz")},
    }  # fmt: skip


def _origin(seed: int) -> dict:
    return {"seed": int(seed), "generator": f"{storage.VERSION}.{_VERSION}"}


def _is_whole(root: Path, name: str, seed: int) -> bool:
    """True if a take is there; one of another seed or generator is a `MerError`."""
    path = root / f"{name}.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        origin = {key: card[key] for key in _origin(seed)}
        sizes = card["bytes"]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(
            f"{path}: not the card of a take ({error}). Delete it; the next "
            "`mer takes` records the take anew."
        ) from error
    if origin != _origin(seed):
        raise MerError(
            f"{path}: a take of seed {origin['seed']}, generator "
            f"{origin['generator']}, not of seed {seed}, generator "
            f"{_origin(seed)['generator']}. Delete the folder, or choose another one."
        )
    files = {end: root / f"{name}.{end}" for end in sizes}
    return all(file.is_file() and file.stat().st_size == sizes[end] for end, file in files.items())
