"""Glasses: before the face, and no pupil behind a rim."""

import numpy as np
import pytest
from support.people import SEEDS, cast, millimetres, shape_of

from mer.people.body.glasses import glasses
from mer.people.geometry.rays import RayScene


@pytest.fixture(scope="module")
def wearers(head):
    """(person, shape, glasses) of everybody who wears some, in three casts."""
    found = []
    for seed in SEEDS:
        for person in cast(seed):
            shape = shape_of(person)
            worn = glasses(head, person, shape, seed)
            assert len(worn) == (person.glasses != "none")
            found += [(person, shape, thing) for thing in worn]
    return found


def test_frames_do_not_cover_the_pupils(head, wearers):
    assert len(wearers) == 5 * len(SEEDS)
    ring = 0.006 * np.stack([np.cos(np.arange(16)), 0 * np.arange(16), np.sin(np.arange(16))], 1)
    for _, shape, worn in wearers:
        frame = RayScene(worn.vertices, worn.triangles)
        for ball in head.eye_vertices:
            start = shape[ball].mean(0) + np.concatenate([0.5 * ring, ring])
            hits = frame.cast(start, np.tile([0.0, -1.0, 0.0], (len(start), 1)))
            assert (hits.triangle < 0).all()


def test_frames_sit_before_the_face_not_in_it(head, wearers):
    for person, shape, worn in wearers:
        points = millimetres(head, shape, worn.vertices)
        rims = worn.vertices[(points[:, 1] > 5) & (np.abs(points[:, 0]) > 12)]
        skin = RayScene(shape, head.triangles)
        hits = skin.cast(rims, np.tile([0.0, -1.0, 0.0], (len(rims), 1)))
        assert (hits.triangle < 0).mean() > 0.97, person.subject
        assert np.abs(points[:, 0]).max() < 100 and np.abs(points[:, 2]).max() < 40
