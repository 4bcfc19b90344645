"""Build a cast: render every sequence of a profile and write it as CASME II is laid out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mer.core.errors import MerError
from mer.core.parallel import alone, one_thread, share
from mer.people import manifest, storage
from mer.people.behaviour.coding import Part, parts
from mer.people.identity import Identity, identity
from mer.people.table import NAME, write_table
from mer.study.profiles import Profile

_BATCH = 300  # frames of one person, or a few more, that share one preparation
_STAGING = ".building"  # holds frames until their sequence is whole


def build(root: Path, profile: Profile, seed: int = 0, progress: bool = True) -> None:
    """Render the people of `profile` into `root`, as face crops in CASME II's layout.

    Cropped/subNN/EPxx_yy/reg_img<N>.jpg (280 x 340 pixels, N counts at 200 frames a second),
    the coding table, truth/subNN/EPxx_yy.npz, people.json and the checksums of all of them. Goes
    on where an earlier build stopped; in a finished set, files that are missing or not what was
    built are built anew. The same seed gives the same bytes. A folder of another profile or
    seed, or with something else in it, a build that is running there already, and a full disk
    are a `MerError`.
    """
    root = Path(root)
    cast = parts(profile, seed)
    storage.check(root, profile, seed)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with alone(root):
            _build(root, cast, profile, seed, progress)
    except OSError as error:
        raise MerError(
            f"{root}: the people cannot be written ({error.strerror or error}). Make "
            "room, or let MER_SYNTHETIC name another folder; then run the same "
            "command again, it goes on where it stopped."
        ) from error


def _build(root: Path, cast: list[Part], profile: Profile, seed: int, progress: bool) -> None:
    for path in manifest.damaged(root):
        path.unlink(missing_ok=True)
    missing = [part for part in cast if not _is_whole(root, part, profile.frame_step)]
    ends = root / NAME, root / manifest.NAME
    if not missing and storage.is_built(root, profile, seed) and all(map(Path.is_file, ends)):
        return
    storage.write(root, profile, seed, complete=False)
    _render_all(root, missing, seed, profile.frame_step, progress)
    shutil.rmtree(root / _STAGING, ignore_errors=True)
    write_table(root / NAME, cast)
    manifest.write(root, [root / NAME, *_files(root, cast, profile.frame_step)])
    storage.write(root, profile, seed, complete=True)


def _files(root: Path, cast: list[Part], step: int):
    """Every file of the sequences."""
    for part in cast:
        yield truth_file(root, part.subject, part.name)
        yield from (frames_folder(root, part) / f"reg_img{n}.jpg" for n in part.numbers(step))


def frames_folder(root: Path, part: Part) -> Path:
    """Where the frames of a sequence lie."""
    return root / "Cropped" / part.subject / part.name


def truth_file(root: Path, subject: str, name: str) -> Path:
    """Where the ground truth of a sequence lies."""
    return root / "truth" / subject / f"{name}.npz"


def _is_whole(root: Path, part: Part, step: int) -> bool:
    folder = frames_folder(root, part)
    if not folder.is_dir() or not truth_file(root, part.subject, part.name).is_file():
        return False
    return set(os.listdir(folder)) >= {f"reg_img{n}.jpg" for n in part.numbers(step)}


def _render_all(root: Path, missing: list[Part], seed: int, step: int, progress: bool) -> None:
    if not missing:
        return
    from joblib import delayed
    from tqdm.auto import tqdm

    # The model of the human is loaded here, once: workers get arrays, and its cache on disk is
    # never made by two processes at a time.
    from mer.people.body import head
    from mer.people.body.skin import surface

    total = _length(missing, step)
    with tqdm(total=total, desc="people", unit="frame", disable=not progress) as bar:
        sculptor = head.sculptor()
        place = surface(sculptor.head)
        jobs = []
        for person, batch in _batches(missing, seed, step):
            shape = sculptor.shape(person.phenotypes, person.changes)
            jobs.append((sculptor.head, place, person, shape, batch))
        batches = (delayed(_render_batch)(root, seed, step, *job) for job in jobs)
        for count in share(batches, len(jobs), ordered=False):
            bar.update(count)


def _batches(missing: list[Part], seed: int, step: int) -> list[tuple[Identity, list[Part]]]:
    """Sequences in groups of one person, the longest groups first so that workers end together."""
    groups: dict[tuple[str, int], list[Part]] = {}
    frames: dict[str, int] = {}
    for part in missing:
        before = frames.get(part.subject, 0)
        groups.setdefault((part.subject, before // _BATCH), []).append(part)
        frames[part.subject] = before + len(part.numbers(step))
    longest = sorted(groups.items(), key=lambda item: -_length(item[1], step))
    return [(identity(seed, subject), batch) for (subject, _), batch in longest]


def _length(batch: list[Part], step: int) -> int:
    return sum(len(part.numbers(step)) for part in batch)


def _render_batch(root, seed, step, head, place, person, shape, batch) -> int:
    """Render some sequences of one person, in a worker; returns the number of frames."""
    from mer.people.rendering.frames import figure, write_sequence

    with one_thread():
        actor = figure(head, place, person, shape, seed)
        for part in batch:
            staging = root / _STAGING / f"{part.subject}_{part.name}"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(parents=True)
            write_sequence(
                actor, part, seed, step, staging, truth_file(root, part.subject, part.name)
            )
            _publish(staging, frames_folder(root, part))
    return _length(batch, step)


def _publish(staging: Path, folder: Path) -> None:
    """Put the whole folder of frames in its place at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # left by a user who deleted some of its frames
    os.replace(staging, folder)
