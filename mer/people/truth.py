"""The ground truth of a sequence on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mer.core.errors import BadData
from mer.core.files import atomic


def save(path: Path, *, flow, visible, apex: int, numbers, actions, intensities) -> None:
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


def load(path: Path) -> dict:
    """Read a truth file: the arguments of `save`. A missing or damaged one is `BadData`."""
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
            "`python -m mer people` again with the same profile."
        ) from error
