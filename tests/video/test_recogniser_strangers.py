"""The strangers who settle how sure the recogniser is: others than those who were learned from."""

import cv2
import numpy as np

from mer.people import roles
from mer.preprocessing.faces import Box
from mer.video import recogniser_data, recogniser_strangers
from mer.video.classes import CLASSES, SIZE


def test_they_are_in_no_sample_and_show_every_emotion():
    crowd = roles.crowd("examination", recogniser_strangers.PEOPLE, recogniser_strangers.PAIRS)
    assert min(role.seed for role in crowd) > recogniser_data.FIRST_SEED + 1000
    for role in crowd:
        assert {part.emotion for part in role.parts} == set(CLASSES[1:])


def test_a_pair_without_a_face_is_left_out(monkeypatch):
    """Two pairs, a face found in the first: one flow, with the first one's word."""
    (role,) = roles.crowd("examination", 1, 2)
    texture = np.random.default_rng(0).integers(0, 255, (340, 280, 3)).astype(np.uint8)
    file = cv2.imencode(".jpg", cv2.GaussianBlur(texture, (0, 0), 4))[1]
    shown = [(part, dict.fromkeys((part.onset, part.apex), file)) for part in role.parts]
    boxes = iter((Box(20, 20, 180), Box(0, 0, 180, found=False)))
    monkeypatch.setattr(recogniser_strangers.roles, "frames", lambda *_: shown)
    monkeypatch.setattr(recogniser_data.faces, "locate", lambda frame: next(boxes))
    made = recogniser_strangers._film(role, None)
    assert made["flows"].shape == (1, SIZE, SIZE, 2) and np.abs(made["flows"]).max() < 0.5
    assert made["words"] == [role.parts[0].emotion] and made["people"] == [role.name]
