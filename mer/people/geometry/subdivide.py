"""One step of Catmull-Clark subdivision as a sparse matrix, so that it applies to shapes and to
displacements alike (Catmull and Clark, Computer-Aided Design 10(6), 1978)."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def subdivide(quads: np.ndarray, count: int, smooth: bool = True):
    """Split every quad in four.

    `quads` is (Q, 4) indices into `count` points. Returns a sparse (count + E + Q, count)
    matrix that makes the new points from the old ones, and the (4 Q, 4) new quads. Without
    `smooth` points keep their place and edges are halved, as texture coordinates need it.
    """
    edges, of_edge, edge_faces = _edges(quads)
    faces = sparse.csr_matrix(
        (np.full(quads.size, 0.25), (np.repeat(np.arange(len(quads)), 4), quads.ravel())),
        (len(quads), count),
    )
    halves = _rows(edges, count, 0.5)
    inner = (edge_faces.getnnz(axis=1) == 2).astype(float)
    if smooth:
        middle = sparse.diags(1 - inner / 2) @ halves
        middle = middle + sparse.diags(inner / 4) @ edge_faces @ faces
        corner = _corners(edges, inner, halves, faces, quads, count)
    else:
        middle, corner = halves, sparse.identity(count, format="csr")
    matrix = sparse.vstack([corner, middle, faces]).tocsr()
    return matrix, _children(quads, of_edge, count, len(edges))


def _edges(quads):
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], -1).reshape(-1, 2)
    edges, of_edge = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    of_edge = of_edge.reshape(-1)
    face = np.repeat(np.arange(len(quads)), 4)
    edge_faces = sparse.csr_matrix((np.ones(len(face)), (of_edge, face)), (len(edges), len(quads)))
    return edges, of_edge.reshape(quads.shape), edge_faces


def _rows(index, count, weight):
    row = np.repeat(np.arange(len(index)), index.shape[1])
    return sparse.csr_matrix(
        (np.full(index.size, weight), (row, index.ravel())), (len(index), count)
    )


def _corners(edges, inner, halves, faces, quads, count):
    """(F + 2 R + (n - 3) P) / n inside; (P left + 6 P + P right) / 8 on a border."""
    touch_face = _rows(quads, count, 1.0).T
    touch_edge = _rows(edges, count, 1.0).T
    on_border = touch_edge @ (1 - inner) > 0
    n = np.maximum(np.asarray(touch_face.sum(1)).ravel(), 1)
    own = np.where(on_border, 0.5, (n - 3) / n)
    face_part = sparse.diags(np.where(on_border, 0, 1 / n**2)) @ touch_face @ faces
    edge_part = sparse.diags(np.where(on_border, 0, 2 / n**2)) @ touch_edge @ halves
    border = sparse.diags(np.where(on_border, 0.25, 0)) @ touch_edge @ sparse.diags(1 - inner)
    return sparse.diags(own) + face_part + edge_part + border @ halves


def _children(quads, of_edge, count, edge_count):
    middle = count + of_edge
    centre = np.broadcast_to((count + edge_count + np.arange(len(quads)))[:, None], quads.shape)
    children = np.stack([quads, middle, centre, np.roll(middle, 1, axis=1)], -1)
    return children.reshape(-1, 4)
