"""people.json: what a folder of synthetic people holds, and whether it is complete."""

from __future__ import annotations

import json
from pathlib import Path

from mer.core.errors import BadData, MerError
from mer.core.files import write_json
from mer.study.profiles import Profile

STAMP = "people.json"
# Raise this whenever the same seed gives other pictures, other truth or another table.
VERSION = 2


def is_built(root: Path, profile: Profile, seed: int) -> bool:
    """True if `root` holds the complete people of this profile and seed."""
    stamp = _read(Path(root))
    return stamp is not None and stamp["complete"] and _same(stamp, profile, seed)


def frame_step(root: Path) -> int:
    """Every how many-th frame was rendered between the key frames (1 without a stamp)."""
    return int((_read(Path(root)) or {}).get("frame_step", 1))


def check(root: Path, profile: Profile, seed: int) -> None:
    """`MerError` if `root` belongs to another build or holds something else."""
    stamp = _read(root)
    if stamp is None:
        if root.is_dir() and any(path.name != ".lock" for path in root.iterdir()):
            raise MerError(
                f"{root}: not empty, and without {STAMP}, so it was not built by "
                "`python -m mer people`. Choose an empty folder."
            )
    elif not _same(stamp, profile, seed):
        built = (
            f"profile {stamp.get('profile')}, seed {stamp.get('seed')}, "
            f"generator {stamp.get('version')}"
        )
        raise MerError(
            f"{root}: holds the people of {built}, not of profile {profile.name}, "
            f"seed {seed}, generator {VERSION}. Delete the folder to build it anew, "
            "or let MER_SYNTHETIC name another one."
        )


def write(root: Path, profile: Profile, seed: int, complete: bool) -> None:
    """Mark `root` as a build in progress, or as complete."""
    write_json(root / STAMP, {**_settings(profile, seed), "complete": complete})


def _settings(profile: Profile, seed: int) -> dict:
    return {
        "profile": profile.name,
        "seed": int(seed),
        "version": VERSION,
        "subjects": list(profile.subjects) if profile.subjects else None,
        "per_class": profile.per_class,
        "frame_step": profile.frame_step,
    }


def _same(stamp: dict, profile: Profile, seed: int) -> bool:
    return all(stamp.get(key) == value for key, value in _settings(profile, seed).items())


def _read(root: Path) -> dict | None:
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
