"""What a cast is on disk: paths, people.json, the coding table, the truth and the manifest.

Cropped/subNN/EPxx_yy/reg_img<N>.jpg   face crops, N counts at 200 frames a second
truth/subNN/EPxx_yy.npz                the ground truth of a sequence
CASME2-coding-20140508.xlsx            the coding table, in the columns of CASME II's own
manifest.sha256                        checksums of all of these, as `sha256sum` writes them
people.json                            which people these are, and whether they are complete
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np

from mer.core.errors import BadData, MerError
from mer.core.files import atomic, write_json, write_text
from mer.people.behaviour.coding import Part, Selection

STAMP = "people.json"
TABLE = "CASME2-coding-20140508.xlsx"
MANIFEST = "manifest.sha256"
# Raise this whenever the same seed gives other pictures, other truth or another table.
VERSION = 2

_HEADER = ("Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None,
           "Action Units", "Estimated Emotion")  # fmt: skip
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def frames_folder(root: Path, subject: str, name: str) -> Path:
    """Where the frames of a sequence lie."""
    return root / "Cropped" / subject / name


def truth_file(root: Path, subject: str, name: str) -> Path:
    """Where the ground truth of a sequence lies."""
    return root / "truth" / subject / f"{name}.npz"


# -- people.json ------------------------------------------------------------------------------


def is_built(root: Path | str, selection: Selection, seed: int) -> bool:
    """Whether `root` holds the complete people of this selection and seed.

    Parameters
    ----------
    root : path
        The folder that `build` was given.
    selection : Selection
        Which sequences of the full table are asked for.
    seed : int
        The seed of the cast.

    Returns
    -------
    bool
        False as well where there is no such folder. The files themselves are not looked at:
        `build` checks them.

    Raises
    ------
    BadData
        If people.json is damaged; the text names the file and the remedy.

    Examples
    --------
    >>> from mer.people import Selection, is_built
    >>> is_built("nowhere", Selection(), seed=0)
    False
    """
    stamp = _stamp(Path(root))
    return stamp is not None and stamp["complete"] and _same(stamp, selection, seed)


def frame_step(root: Path) -> int:
    """Every how many-th frame was rendered between the key frames (1 without a stamp)."""
    return int((_stamp(Path(root)) or {}).get("frame_step", 1))


def check(root: Path, selection: Selection, seed: int) -> None:
    """`MerError` if `root` belongs to another build or holds something else."""
    stamp = _stamp(root)
    if stamp is None:
        if root.is_dir() and any(path.name != ".lock" for path in root.iterdir()):
            raise MerError(
                f"{root}: not empty, and without {STAMP}, so it was not built by "
                "`mer people`. Choose an empty folder."
            )
    elif not _same(stamp, selection, seed):
        built = (
            f"profile {stamp.get('profile')}, seed {stamp.get('seed')}, "
            f"generator {stamp.get('version')}"
        )
        raise MerError(
            f"{root}: holds the people of {built}, not of profile {selection.name}, "
            f"seed {seed}, generator {VERSION}. Delete the folder to build it anew, "
            "or let MER_SYNTHETIC name another one."
        )


def write_stamp(root: Path, selection: Selection, seed: int, complete: bool) -> None:
    """Mark `root` as a build in progress, or as complete."""
    write_json(root / STAMP, {**_settings(selection, seed), "complete": complete})


def _settings(selection: Selection, seed: int) -> dict:
    return {
        "profile": selection.name,
        "seed": int(seed),
        "version": VERSION,
        "subjects": list(selection.subjects) if selection.subjects else None,
        "per_class": selection.per_class,
        "emotions": list(selection.emotions),
        "frame_step": selection.frame_step,
    }


def _same(stamp: dict, selection: Selection, seed: int) -> bool:
    settings = _settings(selection, seed)
    # A stamp that names no emotions is as good: its profile and generator imply them.
    stamp = {"emotions": settings["emotions"], **stamp}
    return all(stamp.get(key) == value for key, value in settings.items())


def _stamp(root: Path) -> dict | None:
    path = root / STAMP
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadData(
            f"{path}: cannot be read ({error}). Delete the folder {root} and build it anew."
        ) from error
    if not isinstance(stamp, dict) or "complete" not in stamp:
        raise BadData(
            f"{path}: not a stamp of synthetic people. Delete the folder {root} and build it anew."
        )
    return stamp


# -- the coding table -------------------------------------------------------------------------


def write_table(root: Path, parts: list[Part]) -> None:
    """Write the coding table atomically, one row a sequence; same rows, same bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(_HEADER)
    for part in parts:
        # Like the original: subjects are text without "sub", plain units are numbers.
        units = int(part.action_units) if part.action_units.isdigit() else part.action_units
        sheet.append((part.subject.removeprefix("sub"), part.name, None, part.onset, part.apex,
                      part.offset, None, units, part.emotion))  # fmt: skip
    whole = io.BytesIO()
    book.save(whole)
    with atomic(root / TABLE) as draft:
        draft.write_bytes(_timeless(whole))


def _timeless(book: io.BytesIO) -> bytes:
    """The same spreadsheet without the moment of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2014-05-08T00:00:00Z",
                             old.read(name))  # fmt: skip
            new.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# -- the truth --------------------------------------------------------------------------------


def save_truth(path: Path, *, flow, visible, apex: int, numbers, actions, intensities) -> None:
    """Write a truth file atomically; flow as float16, good to 0.002 pixels at 4 pixels."""
    with atomic(path) as draft:
        np.savez_compressed(
            draft,
            flow=flow.astype(np.float16),
            visible=visible,
            apex=np.int32(apex),
            numbers=numbers.astype(np.int32),
            actions=np.array(actions),
            intensities=intensities.astype(np.float32),
        )


def load_truth(path: Path) -> dict:
    """Read a truth file: the arguments of `save_truth`. A missing or damaged one is `BadData`."""
    try:
        with np.load(path, allow_pickle=False) as found:
            return {
                "flow": found["flow"].astype(np.float32),
                "visible": found["visible"],
                "apex": int(found["apex"]),
                "numbers": found["numbers"],
                "actions": tuple(found["actions"].tolist()),
                "intensities": found["intensities"],
            }
    except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
        raise BadData(
            f"{path}: no readable ground truth ({error}). Delete this file and run "
            "`mer people` again with the same profile."
        ) from error


# -- the manifest -----------------------------------------------------------------------------


def write_manifest(root: Path, paths: list[Path]) -> None:
    """Write the checksums of `paths`, which lie below `root`; same files, same bytes."""
    lines = (f"{_digest(path)}  {path.relative_to(root).as_posix()}\n" for path in sorted(paths))
    write_text(root / MANIFEST, "".join(lines))


def damaged(root: Path) -> list[Path]:
    """The files below `root` that are missing or no longer what was built; none without a
    manifest. One that is no list of checksums is `BadData`."""
    path = root / MANIFEST
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise BadData(
            f"{path}: cannot be read ({error}). Delete it; the next `mer people` writes it anew."
        ) from error
    wrong = []
    for row, line in enumerate(lines, 1):
        digest, gap, name = line.partition("  ")
        if not gap or len(digest) != 64:
            raise BadData(
                f"{path}, line {row}: not a checksum. Delete the file; the "
                "next `mer people` writes it anew."
            )
        if not (root / name).is_file() or _digest(root / name) != digest:
            wrong.append(root / name)
    return wrong


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
