"""What a camera receives: the same face again, another one for a stranger."""

import numpy as np

from mer.people.body.figure import sitter as sit
from mer.people.rendering.radiance import radiance


def test_still_face_renders_the_same_and_faces_differ(sitter, actor):
    rest = radiance(actor, actor.neutral, np.zeros(2))
    assert rest.shape == (340, 280, 3)
    assert np.array_equal(rest, radiance(actor, actor.neutral, np.zeros(2)))
    again = radiance(sitter.figure(), actor.neutral, np.zeros(2))
    assert np.array_equal(rest, again)
    stranger = sit(3, "sub16").figure()
    assert np.abs(rest - radiance(stranger, stranger.neutral, np.zeros(2))).mean() > 0.03
