"""A plain T-shirt, cut from the body's own surface and worn a little off the skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mer.people.body.figure import Figure
from mer.people.body.head import Head
from mer.people.geometry.mesh import NECK, TURNED_AWAY, WORN, Mesh, Worn, facing, normals, openness
from mer.people.rng import stream

_RIB = 12.0  # millimetres from the edge of the collar to its seam
_TUCKED = 8.0  # millimetres below the edge from which the skin is certainly hidden
_EDGE, _LOOSE = 1.2, 4.0  # millimetres off the skin: at the collar, and well below it
_FOLDS = 1.6  # millimetres, deviation of the folds
_WAVES = 14
_RIB_SHADE = 0.86  # brightness of the ribbed collar against the cloth


def dress(figure: Figure, seed: int, away: float = TURNED_AWAY) -> Figure:
    """The same person in a T-shirt; skin that it hides is left out of the mesh, and so is, by
    `away`, what `mesh.facing` takes for turned from the camera."""
    head, old = figure.head, figure.mesh
    shirt = tee(head, figure.person, figure.neutral[: len(head.template)], seed)
    first = len(figure.neutral)
    hidden = np.zeros(first, bool)
    hidden[: len(head.template)] = (_below_collar(head) > _TUCKED) & _body(head)
    bare = ~hidden[old.triangles].all(1)
    added = (shirt.triangles + first).astype(np.int32)
    neutral = np.concatenate([figure.neutral, shirt.vertices])
    mesh = Mesh(
        triangles=np.concatenate([old.triangles[bare], added]),
        corners=np.concatenate([old.corners[bare], 0 * added]),
        texels=old.texels,
        kind=np.concatenate([old.kind[bare], np.full(len(added), WORN)]),
        colour=np.concatenate([old.colour, shirt.colour]).astype(np.float32),
    )
    front = facing(mesh, neutral, away)
    clear = openness(neutral, mesh.triangles, front.triangles)
    clear[:first] = np.where(
        np.r_[_body(head), np.zeros(first - len(head.template), bool)],
        clear[:first],
        figure.openness,
    )
    return replace(figure, neutral=neutral, mesh=front, openness=clear)


def tee(head: Head, person, neutral: np.ndarray, seed: int) -> Worn:
    """The T-shirt of a person whose head at rest is `neutral` (V, 3): collar and cloth."""
    level = _below_collar(head)
    values = np.c_[neutral, normals(neutral, head.triangles), level]
    body = head.triangles[head.kind == NECK]
    values, body = clip(values, body, values[:, 6])
    rib = clip(values, body, _RIB - values[:, 6])
    cloth = clip(values, body, values[:, 6] - _RIB)
    vertices, colours = [], []
    for points, shade in ((rib[0], _RIB_SHADE), (cloth[0], 1.0)):
        vertices.append(lift(points, person.subject, seed))
        colours.append(np.tile(shade * person.top**2.2, (len(points), 1)))
    triangles = np.concatenate([rib[1], cloth[1] + len(rib[0])])
    return Worn(np.concatenate(vertices), triangles, np.concatenate(colours))


def clip(values: np.ndarray, triangles: np.ndarray, level: np.ndarray):
    """The part of a surface where `level` (V,) is positive, with an exact edge.

    `values` (V, K) of the vertices are interpolated at the new vertices along the edge. Returns
    the values of the vertices in use and the triangles that index them.
    """
    inside = level[triangles] > 0
    count = inside.sum(1)
    # Turn each triangle so that its odd corner, alone on its side, comes first.
    odd = np.where(count == 1, inside.argmax(1), inside.argmin(1))
    turned = triangles[np.arange(len(triangles))[:, None], (odd[:, None] + np.arange(3)) % 3]
    one, two = turned[count == 1], turned[count == 2]
    cut = np.concatenate([one[:, [0, 1]], one[:, [0, 2]], two[:, [0, 1]], two[:, [0, 2]]])
    edges, index = np.unique(np.sort(cut, 1), axis=0, return_inverse=True)
    a, b = edges.T
    share = (level[a] / (level[a] - level[b]))[:, None]
    values = np.concatenate([values, values[a] + share * (values[b] - values[a])])
    p, q, r, s = np.split(index.ravel() + len(level), np.cumsum([len(one), len(one), len(two)]))
    kept = np.concatenate([
        triangles[count == 3], np.c_[one[:, 0], p, q],
        np.c_[r, two[:, 1], two[:, 2]], np.c_[r, two[:, 2], s],
    ])  # fmt: skip
    used, local = np.unique(kept, return_inverse=True)
    return values[used], local.reshape(kept.shape)


def lift(points: np.ndarray, subject: str, seed: int) -> np.ndarray:
    """(N, 3) points of skin with normals and depth below the collar (N, 7), moved outward."""
    place, outward, level = points[:, :3], points[:, 3:6], points[:, 6]
    loose = np.clip(level / 40, 0, 1)
    rng = stream(seed, subject, "folds")
    # Folds run outward and down from the neck: longer along that way than across it.
    wave = rng.normal(0, [45.0, 20.0, 45.0], (_WAVES, 3))
    fold = np.cos(place @ wave.T + rng.uniform(0, 2 * np.pi, _WAVES)).sum(1) / np.sqrt(_WAVES / 2)
    off = _EDGE + (_LOOSE - _EDGE + _FOLDS * fold) * loose
    return place + np.maximum(off, _EDGE)[:, None] / 1000 * outward


def _below_collar(head: Head) -> np.ndarray:
    """(V,) millimetres below the round collar, on the average body."""
    right, forward, up = ((head.template - head.eyes.mean(0)) * [1000, -1000, 1000]).T
    return -145 + 0.004 * np.minimum(np.abs(right), 120) ** 2 - 0.12 * (forward + 50) - up


def _body(head: Head) -> np.ndarray:
    """(V,) whether a vertex belongs to the neck and what is below it."""
    found = np.zeros(len(head.template), bool)
    found[head.triangles[head.kind == NECK]] = True
    return found
