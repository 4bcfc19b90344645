"""A short film that several tests of the page read."""

import cv2
import numpy as np
import pytest


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for value in range(90):
        writer.write(np.full((48, 64, 3), value, np.uint8))
    writer.release()
    return path
