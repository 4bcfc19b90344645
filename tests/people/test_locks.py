"""Locks of hair: few, sound, above the brows, and the same again."""

from dataclasses import replace

import numpy as np
import pytest
from support.people import first, millimetres, shape_of

from mer.people.body import hair
from mer.people.body.features import BROW
from mer.people.body.hair import lift, style
from mer.people.body.locks import locks
from mer.people.geometry.mesh import normals
from mer.people.identity import identity


@pytest.mark.parametrize("hairstyle", ["fringe", "crop"])
def test_fringe_ends_above_the_brows(head, hairstyle):
    seed, person = first(lambda p: p.hairstyle == hairstyle and style(p).fringe)
    shape = shape_of(person)
    lifted = shape + lift(head, person, seed)[:, None] * normals(shape, head.triangles)
    template = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    ridge = np.hypot(np.abs(template[:, 0]) - 30, template[:, 2] - BROW)
    ridge[template[:, 1] < 0] = np.inf
    brow = millimetres(head, shape, shape[ridge.argmin()])[2]
    for worn in locks(head, person, lifted, seed):
        points = millimetres(head, shape, worn.vertices)
        front = (np.abs(points[:, 0]) < 45) & (points[:, 1] > -20)
        assert points[front, 2].min() > brow + 3


@pytest.mark.parametrize("hairstyle", sorted(hair.STYLES))
def test_locks_are_few_sound_and_the_same_again(head, hairstyle):
    person = replace(identity(0, "sub01"), hairstyle=hairstyle)
    shape = shape_of(person)
    lifted = shape + lift(head, person, 0)[:, None] * normals(shape, head.triangles)
    made, again = locks(head, person, lifted, 0), locks(head, person, lifted, 0)
    assert sum(len(worn.triangles) for worn in made) < 4500
    for worn, same in zip(made, again, strict=True):
        assert np.array_equal(worn.vertices, same.vertices)
        assert np.isfinite(worn.vertices).all() and worn.triangles.max() < len(worn.vertices)
        assert worn.colour.shape == worn.vertices.shape
        assert worn.colour.min() > 0 and worn.colour.max() <= 1
