"""A person as a webcam sees them: the head all round, chest and arms, and what a hand may hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mer.people.body.clothes import dress
from mer.people.body.figure import Figure, Sitter
from mer.people.body.hand import Held, held
from mer.people.body.trunk import trunk
from mer.people.geometry.mesh import WORN, Mesh, Worn, openness

_AWAY = 0.8  # part of a normal that points backwards: a head that turns by 30 degrees shows it
_SHOULDER = 0.13  # metres from the middle: beyond, the shirt is that of the trunk


@dataclass(frozen=True)
class Seated:
    """`figure` holds everything; `hair` are the vertices of hair and glasses, `trunk` those of
    chest and arms, `things` those of each of `held`."""

    figure: Figure
    hair: slice
    trunk: slice
    things: tuple[slice, ...]
    held: tuple[Held, ...]


def seat(sitter: Sitter, wanted: tuple[tuple[str, str], ...] = ()) -> Seated:
    """The person dressed, with the things (thing, side) that their hands bring before the face."""
    bare = sitter.figure(_AWAY)
    figure = _narrow(dress(bare, sitter.seed, _AWAY), len(bare.neutral))
    hair = slice(len(figure.head.template), len(bare.neutral))
    figure, chest = _add(figure, trunk(sitter.person, sitter.seed))
    brought = tuple(held(sitter.person, *one) for one in wanted)
    things = []
    for one in brought:
        figure, place = _add(figure, one.surface)
        things.append(place)
    return Seated(figure, hair, chest, tuple(things), brought)


def _narrow(figure: Figure, first: int) -> Figure:
    """The shirt, whose vertices begin at `first`, without its shoulders: those are of a person
    whose arms are half raised."""
    aside = np.abs(figure.neutral[:, 0] - figure.pivot[0])
    sleeve = (np.arange(len(aside)) >= first) & (aside > _SHOULDER)
    mesh = figure.mesh
    kept = ~sleeve[mesh.triangles].any(1)
    rest = replace(
        mesh, triangles=mesh.triangles[kept], corners=mesh.corners[kept], kind=mesh.kind[kept]
    )
    return replace(figure, mesh=rest)


def _add(figure: Figure, thing: Worn) -> tuple[Figure, slice]:
    """A figure with one thing more, and where its vertices stand."""
    old, first = figure.mesh, len(figure.neutral)
    added = (thing.triangles + first).astype(np.int32)
    mesh = Mesh(
        triangles=np.concatenate([old.triangles, added]),
        corners=np.concatenate([old.corners, 0 * added]),
        texels=old.texels,
        kind=np.concatenate([old.kind, np.full(len(added), WORN)]),
        colour=np.concatenate([old.colour, thing.colour]).astype(np.float32),
    )
    more = replace(
        figure,
        neutral=np.concatenate([figure.neutral, thing.vertices]),
        mesh=mesh,
        openness=np.concatenate([figure.openness, openness(thing.vertices, thing.triangles)]),
    )
    return more, slice(first, len(more.neutral))
