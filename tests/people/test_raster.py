"""Drawing triangles agrees with casting rays."""

import numpy as np

from mer.people.geometry.mesh import WORN
from mer.people.geometry.raster import rasterise
from mer.people.geometry.rays import RayScene
from mer.people.rendering.true_flow import look


def test_a_pixel_shows_the_triangle_that_a_ray_would_meet(actor):
    camera, mesh, place = actor.camera, actor.mesh, actor.neutral
    (drawn,) = rasterise(camera.project(place), camera.depth(place), mesh.triangles, camera.size)
    met = look(RayScene(place, mesh.triangles), camera, camera.pixels())
    worn = np.append(mesh.kind == WORN, False)  # locks of hair are drawn from outside only
    head = ~worn[drawn.triangle] & ~worn[met.triangle]
    same = drawn.triangle == met.triangle
    assert same[head].mean() > 0.999
    hit = same & head & (met.triangle >= 0)
    assert hit.mean() > 0.4
    assert np.allclose(drawn.distance[hit], met.distance[hit], atol=1e-4)
    assert np.allclose(drawn.weights[hit], met.weights[hit], atol=0.02)
