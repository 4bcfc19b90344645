"""OpenCV's threads are one where it matters, and as many as before afterwards."""

import cv2
import numpy as np
import pytest

from mer.core.opencv import one_opencv_thread
from mer.preprocessing import faces, flow_methods


@pytest.fixture(autouse=True)
def two_threads():
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    yield
    cv2.setNumThreads(before)


def test_the_threads_of_before_come_back():
    with one_opencv_thread():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == 2
    with pytest.raises(ValueError), one_opencv_thread():
        raise ValueError
    assert cv2.getNumThreads() == 2


class Noting:
    """Stands for a part of OpenCV and notes on how many threads it works."""

    def __init__(self, *unused):
        self.threads = []

    def calc(self, onset, apex, flow):
        self.threads.append(cv2.getNumThreads())

    def detectMultiScale(self, *unused, **more):
        self.threads.append(cv2.getNumThreads())
        return []

    def __getattr__(self, name):
        return lambda *unused: None


def test_dense_inverse_search_and_the_face_cascade_work_on_one_thread(monkeypatch):
    noting = Noting()
    monkeypatch.setattr(cv2, "DISOpticalFlow_create", lambda preset: noting)
    monkeypatch.setattr(faces, "_detector", lambda: noting)
    grey = np.zeros((64, 64), np.uint8)
    flow_methods.dis(grey, grey)
    faces.find(grey)
    assert noting.threads == [1, 1] and cv2.getNumThreads() == 2
