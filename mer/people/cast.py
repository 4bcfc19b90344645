"""Build a cast: render every sequence of a profile and write it as CASME II is laid out."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from mer.errors import MerError
from mer.people import stamp
from mer.people.identity import Identity, identity
from mer.people.plan import Part, parts
from mer.people.table import NAME, write_table
from mer.profiles import Profile

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

_BATCH = 12  # sequences of one person that a worker renders with one preparation
_STAGING = ".building"  # holds frames until their sequence is whole


def build(root: Path, profile: Profile, seed: int = 0, progress: bool = True) -> None:
    """Render the people of `profile` into `root`, as face crops in CASME II's layout.

    Cropped/subNN/EPxx_yy/reg_img<N>.jpg (280 x 340 pixels, N counts at 200 frames a second),
    the coding table, truth/subNN/EPxx_yy.npz and people.json. Goes on where an earlier build
    stopped; the same seed gives the same bytes. A folder of another profile or seed, or with
    something else in it, a build that is running there already, and a full disk are a
    `MerError`.
    """
    root = Path(root)
    cast = parts(profile, seed)
    stamp.check(root, profile, seed)
    if stamp.is_built(root, profile, seed) and not _missing(root, cast, profile.frame_step):
        return
    try:
        root.mkdir(parents=True, exist_ok=True)
        stamp.write(root, profile, seed, complete=False)
        with _alone(root):
            missing = _missing(root, cast, profile.frame_step)
            _render_all(root, missing, seed, profile.frame_step, progress)
            write_table(root / NAME, cast)
            shutil.rmtree(root / _STAGING, ignore_errors=True)
            stamp.write(root, profile, seed, complete=True)
    except OSError as error:
        raise MerError(f"{root}: the people cannot be written ({error.strerror or error}). Make "
                       "room, or let MER_SYNTHETIC name another folder; then run the same "
                       "command again, it goes on where it stopped.") from error


def frames_folder(root: Path, part: Part) -> Path:
    """Where the frames of a sequence lie."""
    return root / "Cropped" / part.subject / part.name


def truth_file(root: Path, subject: str, name: str) -> Path:
    """Where the ground truth of a sequence lies."""
    return root / "truth" / subject / f"{name}.npz"


@contextmanager
def _alone(root: Path):
    """Hold the folder against a second build; the system lets go of it if this one is killed."""
    staging = root / _STAGING
    staging.mkdir(exist_ok=True)
    with open(staging / "lock", "w") as lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise MerError(f"{root}: another process is building here. Wait for it, or let "
                               "MER_SYNTHETIC name another folder.") from None
        yield


def _missing(root: Path, cast: list[Part], step: int) -> list[Part]:
    return [part for part in cast if not _is_whole(root, part, step)]


def _is_whole(root: Path, part: Part, step: int) -> bool:
    folder = frames_folder(root, part)
    if not folder.is_dir() or not truth_file(root, part.subject, part.name).is_file():
        return False
    return set(os.listdir(folder)) >= {f"reg_img{n}.jpg" for n in part.numbers(step)}


def _render_all(root: Path, missing: list[Part], seed: int, step: int, progress: bool) -> None:
    if not missing:
        return
    from joblib import Parallel, delayed
    from tqdm.auto import tqdm

    # The model of the human is loaded here, once: workers get arrays, and its cache on disk is
    # never made by two processes at a time.
    from mer.people.head import Sculptor
    from mer.people.texture import surface

    with tqdm(total=len(missing), desc="people", unit="sequence", disable=not progress) as bar:
        sculptor = Sculptor()
        place = surface(sculptor.head)
        jobs = []
        for person, batch in _batches(missing, seed):
            shape = sculptor.shape(person.phenotypes, person.changes)
            jobs.append((sculptor.head, place, person, shape, batch))
        run = Parallel(n_jobs=_workers(len(jobs)), return_as="generator_unordered")
        for count in run(delayed(_render_batch)(root, seed, step, *job) for job in jobs):
            bar.update(count)


def _workers(jobs: int) -> int:
    return max(1, min(jobs, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity")
                      else os.cpu_count() or 1))


def _batches(missing: list[Part], seed: int) -> list[tuple[Identity, list[Part]]]:
    """Sequences in groups of one person, the largest groups first so that workers end together."""
    by_person: dict[str, list[Part]] = {}
    for part in missing:
        by_person.setdefault(part.subject, []).append(part)
    groups = [
        (identity(seed, subject), own[start : start + _BATCH])
        for subject, own in by_person.items()
        for start in range(0, len(own), _BATCH)
    ]
    return sorted(groups, key=lambda group: -len(group[1]))


def _render_batch(root, seed, step, head, place, person, shape, batch) -> int:
    """Render some sequences of one person; runs in a worker."""
    from mer.people.scene import figure, write_sequence

    with _one_thread():
        actor = figure(head, place, person, shape, seed)
        for part in batch:
            staging = root / _STAGING / f"{part.subject}_{part.name}"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(parents=True)
            write_sequence(actor, part, seed, step, staging,
                           truth_file(root, part.subject, part.name))
            _publish(staging, frames_folder(root, part))
    return len(batch)


@contextmanager
def _one_thread():
    """Processes share the cores already; and sums keep one order, whatever the machine."""
    import cv2
    from threadpoolctl import threadpool_limits

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        cv2.setNumThreads(before)


def _publish(staging: Path, folder: Path) -> None:
    """Put the whole folder of frames in its place at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # left by a user who deleted some of its frames
    os.replace(staging, folder)
