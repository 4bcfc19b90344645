"""Hair: off the brows, the face and the ears."""

from dataclasses import replace

import numpy as np
import pytest
from support.people import SEEDS, cast

from mer.people.body import atlas
from mer.people.body.features import brow_line
from mer.people.body.hair import hairline, lift
from mer.people.identity import identity


@pytest.mark.parametrize("seed", SEEDS)
def test_hairline_is_above_the_brows(seed):
    t = np.linspace(0, 1, 20)
    for person in cast(seed):
        right, up = brow_line(person, t)
        top = up + person.brow_thickness
        across = atlas.AXIS * np.arctan2(right, atlas.AXIS + 10)
        assert (hairline(person, across) - top).min() > 8, person.subject


def test_hair_lifts_the_scalp_and_neither_face_nor_ears(head):
    up = (head.template - head.eyes.mean(0))[:, 2] * 1000
    right = np.abs(head.template[:, 0]) * 1000
    face = (up < 35) & (right < 60) & (head.template[:, 1] < head.eyes[0, 1] + 0.03)
    ears = np.unique(head.triangles[head.corners >= len(head.template)])
    for hairstyle, least, most in (("afro", 25, 70), ("short", 6, 16), ("buzz", 0.8, 3)):
        person = replace(identity(0, "sub01"), hairstyle=hairstyle)
        raised = 1000 * lift(head, person, 0)
        assert least < raised.max() < most, hairstyle
        assert raised[face].max() == 0 and raised[ears].max() == 0
        assert np.array_equal(raised, 1000 * lift(head, person, 0))
