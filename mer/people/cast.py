"""Build a cast: render every sequence of a selection and write it as CASME II is laid out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from joblib import delayed
from tqdm.auto import tqdm

from mer.core.errors import MerError
from mer.core.parallel import alone, share
from mer.people import storage
from mer.people.behaviour.coding import Part, Selection, parts
from mer.people.behaviour.dynamics import flicker
from mer.people.behaviour.performance import perform, pose
from mer.people.body.figure import Figure, Sitter, sitter
from mer.people.rendering.frames import as_jpeg, render_frame
from mer.people.rendering.true_flow import true_flow
from mer.people.storage import frames_folder, truth_file

_BATCH = 300  # frames of one person, or a few more, that share one preparation
_STAGING = ".building"  # holds frames until their sequence is whole


def build(
    root: Path | str, selection: Selection | None = None, seed: int = 0, progress: bool = True
) -> None:
    """Render people into a folder, as face crops in CASME II's layout.

    Goes on where an earlier build stopped; in a finished set, files that are missing or not what
    was built are built anew. The same seed gives the same bytes. A frame takes about 70 ms of a
    core, after a minute in which the first run compiles.

    Parameters
    ----------
    root : path
        The folder: Cropped/subNN/EPxx_yy/reg_img<N>.jpg (280 x 340 pixels, N counts at 200
        frames a second), the coding table, truth/subNN/EPxx_yy.npz, people.json and the
        checksums of all of them.
    selection : Selection, optional
        Which sequences of the full table; by default all 154 of the five studied emotions.
    seed : int
        Other seeds give other people.
    progress : bool
        Whether a bar shows how far it is.

    Raises
    ------
    MerError
        If the folder holds another selection or seed, or something else; if a build is running
        there already; if the disk is full; if a subject or an emotion is not known.
    BadData
        If people.json or the manifest is damaged.

    Notes
    -----
    Counts, Action Units and intervals follow the aggregate statistics of CASME II's coding
    table: Yan et al., "CASME II", PLoS ONE 9(1), 2014.

    Examples
    --------
    >>> from mer.people import Selection, build
    >>> build("people", Selection(subjects=("sub15",), frame_step=6), seed=3)  # doctest: +SKIP
    """
    root, selection = Path(root), selection or Selection()
    rows = parts(selection, seed)
    storage.check(root, selection, seed)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with alone(root):
            _build(root, rows, selection, seed, progress)
    except OSError as error:
        raise MerError(
            f"{root}: the people cannot be written ({error.strerror or error}). Make "
            "room, or let MER_SYNTHETIC name another folder; then run the same "
            "command again, it goes on where it stopped."
        ) from error


def _build(root: Path, rows: list[Part], selection: Selection, seed: int, progress: bool) -> None:
    step = selection.frame_step
    for path in storage.damaged(root):
        path.unlink(missing_ok=True)
    missing = [part for part in rows if not _is_whole(root, part, step)]
    ends = root / storage.TABLE, root / storage.MANIFEST
    if not missing and storage.is_built(root, selection, seed) and all(map(Path.is_file, ends)):
        return
    storage.write_stamp(root, selection, seed, complete=False)
    _render_all(root, missing, seed, step, progress)
    shutil.rmtree(root / _STAGING, ignore_errors=True)
    storage.write_table(root, rows)
    storage.write_manifest(root, [root / storage.TABLE, *_files(root, rows, step)])
    storage.write_stamp(root, selection, seed, complete=True)


def _files(root: Path, rows: list[Part], step: int) -> Iterator[Path]:
    """Every file of the sequences."""
    for part in rows:
        folder = frames_folder(root, part.subject, part.name)
        yield truth_file(root, part.subject, part.name)
        yield from (folder / f"reg_img{n}.jpg" for n in part.numbers(step))


def _is_whole(root: Path, part: Part, step: int) -> bool:
    folder = frames_folder(root, part.subject, part.name)
    if not folder.is_dir() or not truth_file(root, part.subject, part.name).is_file():
        return False
    return set(os.listdir(folder)) >= {f"reg_img{n}.jpg" for n in part.numbers(step)}


def _render_all(root: Path, missing: list[Part], seed: int, step: int, progress: bool) -> None:
    if not missing:
        return
    with tqdm(
        total=_length(missing, step), desc="people", unit="frame", disable=not progress
    ) as bar:
        batches = _batches(missing, step)
        people = [sitter(seed, batch[0].subject) for batch in batches]
        jobs = (delayed(_render_batch)(root, step, *job) for job in zip(people, batches))
        for count in share(jobs, len(batches), ordered=False):
            bar.update(count)


def _batches(missing: list[Part], step: int) -> list[list[Part]]:
    """Sequences in groups of one person, the longest groups first so that workers end together."""
    groups: dict[tuple[str, int], list[Part]] = {}
    frames: dict[str, int] = {}
    for part in missing:
        before = frames.get(part.subject, 0)
        groups.setdefault((part.subject, before // _BATCH), []).append(part)
        frames[part.subject] = before + len(part.numbers(step))
    return sorted(groups.values(), key=lambda batch: -_length(batch, step))


def _length(batch: list[Part], step: int) -> int:
    return sum(len(part.numbers(step)) for part in batch)


def _render_batch(root: Path, step: int, person: Sitter, batch: list[Part]) -> int:
    """Render some sequences of one person, in a worker; returns the number of frames."""
    figure = person.figure()
    for part in batch:
        staging = root / _STAGING / f"{part.subject}_{part.name}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        file = truth_file(root, part.subject, part.name)
        _write_sequence(figure, part, person.seed, step, staging, file)
        _publish(staging, frames_folder(root, part.subject, part.name))
    return _length(batch, step)


def _write_sequence(
    figure: Figure, part: Part, seed: int, step: int, folder: Path, file: Path
) -> None:
    """Render all frames of `part` into `folder`; save its ground truth as `file`."""
    show = perform(figure, part, seed, step)
    light = flicker(seed, part.subject, part.name, show.numbers)
    for index, number in enumerate(show.numbers):
        frame = render_frame(figure, part, seed, show, index, float(light[index]))
        (folder / f"reg_img{number}.jpg").write_bytes(as_jpeg(frame))
    at = show.numbers.tolist()
    onset, apex = (pose(figure, show, at.index(number)) for number in (part.onset, part.apex))
    flow, visible = true_flow(figure, onset, apex)
    storage.save_truth(
        file,
        flow=flow,
        visible=visible,
        apex=part.true_apex,
        numbers=show.numbers,
        actions=show.actions,
        intensities=show.intensities,
    )


def _publish(staging: Path, folder: Path) -> None:
    """Put the whole folder of frames in its place at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # left by a user who deleted some of its frames
    os.replace(staging, folder)
