"""Subdivision of meshes."""

import numpy as np

from mer.people.geometry.subdivide import subdivide


def test_subdivision_keeps_a_plane_and_halves_texture_edges():
    points = np.array([[x, y, 2.0] for y in range(4) for x in range(4)])
    quads = np.array([[4 * y + x, 4 * y + x + 1, 4 * y + x + 5, 4 * y + x + 4]
                      for y in range(3) for x in range(3)])  # fmt: skip
    matrix, fine = subdivide(quads, len(points))
    assert fine.shape == (36, 4)
    assert np.allclose((matrix @ points)[:, 2], 2)
    assert np.allclose((matrix @ points)[5], points[5])  # the inside of a regular grid stays
    straight, _ = subdivide(quads, len(points), smooth=False)
    assert np.allclose((straight @ points)[:16], points)
