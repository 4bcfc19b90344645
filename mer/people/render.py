"""Camera, light and shading: a head in a given shape -> an image of 280 x 340 pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mer.people.head import EYE, MOUTH, SOCKET, Head
from mer.people.identity import Identity
from mer.people.rays import Hits, Scene

WIDTH, HEIGHT = 280, 340
_DISTANCE = 1.3  # metres from camera to eyes
_EYE_ROW = 132.0
_EYES_TO_MOUTH = 109.0  # pixels
_KEY, _FILL = np.array([-0.35, -0.80, 0.50]), np.array([0.65, -0.70, 0.15])
_KEY_LIGHT, _FILL_LIGHT, _AMBIENT = 0.62, 0.22, 0.42
_BACKGROUND = np.array([0.33, 0.36, 0.36])
_EDGE_DEPTH = 0.004  # metres between neighbours that count as an outline
_SUBPIXELS = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))
_IRIS, _PUPIL = 0.43, 0.17  # radii on the eyeball in radians


@dataclass(frozen=True)
class Camera:
    """A pinhole that looks along +back. Pixel (0, 0) has its centre at (0, 0)."""

    position: np.ndarray
    focal: float
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """(N, 3) points in metres -> (N, 2) pixels, right and down."""
        x, depth, z = (points - self.position).T
        return np.stack([self.centre[0] + self.focal * x / depth,
                         self.centre[1] - self.focal * z / depth], 1)

    def directions(self, pixels: np.ndarray) -> np.ndarray:
        """(N, 3) directions through (N, 2) pixels; the component along the axis is 1."""
        x = (pixels[:, 0] - self.centre[0]) / self.focal
        z = (self.centre[1] - pixels[:, 1]) / self.focal
        return np.stack([x, np.ones_like(x), z], 1)


@dataclass(frozen=True)
class Figure:
    """A person ready to be rendered.

    `neutral` (V, 3) are the vertices at rest, `albedo` the painted atlas in linear light,
    `openness` (V,) how much of the sky each vertex sees (1: all), `front` (T,) the triangles
    that face the camera at rest, or nearly so: no others can come into view.
    """

    head: Head
    person: Identity
    neutral: np.ndarray
    albedo: np.ndarray
    openness: np.ndarray
    front: np.ndarray
    camera: Camera

    def scene(self, vertices: np.ndarray) -> Scene:
        """The head in the shape `vertices` (V, 3), as far as the camera can see it."""
        return Scene(vertices, self.head.triangles, self.front)


def frame_person(head: Head, neutral: np.ndarray, person: Identity) -> Camera:
    """A camera that crops a face as CASME II does: eyes level at a fixed row, chin in view."""
    eyes = np.mean([neutral[v].mean(0) for v in head.eye_vertices], 0)
    lips = head.eyes.mean(0) + [0, -0.02, -0.072]
    mouth = neutral[np.linalg.norm(head.template - lips, axis=1).argmin()]
    zoom, right, down = person.framing
    focal = zoom * _EYES_TO_MOUTH / (eyes[2] - mouth[2]) * _DISTANCE
    centre = ((WIDTH - 1) / 2 + right, _EYE_ROW + down)
    return Camera(eyes - [0, _DISTANCE, 0], focal, centre)


def normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the area-weighted mean of the adjoining triangles."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = np.stack([
        sum(np.bincount(triangles[:, k], face[:, axis], len(vertices)) for k in range(3))
        for axis in range(3)
    ], 1)  # fmt: skip
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def openness(vertices: np.ndarray, triangles: np.ndarray, rays: int = 32) -> np.ndarray:
    """(V,) ambient occlusion: the share of directions about the normal that meet nothing near."""
    outward = normals(vertices, triangles)
    scene = Scene(vertices, triangles)
    start = vertices + 5e-4 * outward
    free = np.zeros(len(vertices))
    for direction in _sphere(rays):
        towards = outward + 0.98 * direction
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        hits = scene.cast(start, towards)
        free += np.where(hits.triangle < 0, 1.0, np.clip(hits.distance / 0.08, 0, 1))
    return free / rays


def _sphere(count: int) -> np.ndarray:
    """Evenly spread unit vectors (a Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    height, turn = 1 - 2 * k / count, np.pi * (1 + 5**0.5) * k
    flat = np.sqrt(1 - height**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), height], 1)


def pixels() -> np.ndarray:
    """(HEIGHT * WIDTH, 2) the centres of all pixels, row by row, right and down."""
    x, y = np.meshgrid(np.arange(WIDTH, dtype=float), np.arange(HEIGHT, dtype=float))
    return np.stack([x.ravel(), y.ravel()], 1)


def look(scene: Scene, camera: Camera, points: np.ndarray) -> Hits:
    """What the camera sees at (N, 2) pixels."""
    directions = camera.directions(points)
    return scene.cast(np.broadcast_to(camera.position, directions.shape), directions)


def radiance(figure: Figure, vertices: np.ndarray, gaze: np.ndarray) -> np.ndarray:
    """The image in linear light, (HEIGHT, WIDTH, 3) float64, outlines smoothed.

    `vertices` (V, 3) is the head in its present shape and place, `gaze` (2,) turns the eyes
    to the right and up, in radians.
    """
    scene = figure.scene(vertices)
    facing = normals(vertices, figure.head.triangles)
    centres = pixels()
    hits = look(scene, figure.camera, centres)
    image = _shade(figure, facing, hits, centres, gaze)
    edge = _outlines(figure.head, hits)
    finer = np.concatenate([centres[edge] + offset for offset in _SUBPIXELS])
    colours = _shade(figure, facing, look(scene, figure.camera, finer), finer, gaze)
    image[edge] = colours.reshape(len(_SUBPIXELS), -1, 3).mean(0)
    return image.reshape(HEIGHT, WIDTH, 3)


def _outlines(head: Head, hits: Hits) -> np.ndarray:
    kind = np.where(hits.triangle < 0, -1, head.kind[hits.triangle]).reshape(HEIGHT, WIDTH)
    depth = np.where(hits.triangle < 0, 9.0, hits.distance).reshape(HEIGHT, WIDTH)
    edge = np.zeros((HEIGHT, WIDTH), bool)
    for axis in (0, 1):
        jump = (np.diff(kind, axis=axis) != 0) | (np.abs(np.diff(depth, axis=axis)) > _EDGE_DEPTH)
        first, last = [slice(None)] * 2, [slice(None)] * 2
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        edge[tuple(first)] |= jump
        edge[tuple(last)] |= jump
    return edge.ravel()


def _shade(figure, facing, hits: Hits, points, gaze) -> np.ndarray:
    """Linear colour of each ray: paint times light, plus a soft sheen."""
    image = _background(points)
    met = hits.triangle >= 0
    hits = hits.at(met)
    head = figure.head
    values = np.c_[facing, figure.openness]
    normal, clear = np.split(hits.interpolate(head.triangles, values), [3], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    albedo, shine = _albedo(figure, hits, gaze)
    key = np.clip(normal @ (_KEY / np.linalg.norm(_KEY)), 0, None)[:, None]
    fill = np.clip(normal @ (_FILL / np.linalg.norm(_FILL)), 0, None)[:, None]
    soft = clear ** np.array([0.8, 1.15, 1.3])  # light in folds is reddened by the skin
    light = _AMBIENT * soft + (_KEY_LIGHT * key + _FILL_LIGHT * fill) * (0.35 + 0.65 * clear)
    half = (_KEY / np.linalg.norm(_KEY) + [0, -1, 0]) / 1.87
    sheen = np.clip(normal @ half, 0, 1)
    gloss = np.where(shine > 0.5, 0.9 * sheen**400, 0.045 * sheen**14 * clear[:, 0])
    image[met] = albedo * light + gloss[:, None]
    return image


def _background(points: np.ndarray) -> np.ndarray:
    return _BACKGROUND * (1.05 - 0.15 * points[:, 1:] / HEIGHT)


def _albedo(figure: Figure, hits: Hits, gaze) -> tuple[np.ndarray, np.ndarray]:
    """Paint at each hit, and 1 where the surface is as wet as an eye."""
    head = figure.head
    kind = head.kind[hits.triangle]
    place = hits.interpolate(head.corners, head.texels)
    colour = _sample(figure.albedo, place)
    skin = figure.person.skin**2.2
    colour[kind == SOCKET] = skin * [0.62, 0.45, 0.42]
    colour[kind == MOUTH] = [0.10, 0.03, 0.03]
    eye = kind == EYE
    if eye.any():
        colour[eye] = _eye(figure, hits.at(eye), gaze)
    return colour, eye.astype(float)


def _sample(atlas: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Bilinear look-up at (N, 2) texels."""
    width = 256
    rows = -(-len(place) // width)
    padded = np.zeros((rows * width, 2), np.float32)
    padded[: len(place)] = place
    x, y = padded.T.reshape(2, rows, width)
    found = cv2.remap(atlas, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found.reshape(-1, 3)[: len(place)].astype(np.float64)


def _eye(figure: Figure, hits: Hits, gaze) -> np.ndarray:
    """Sclera, iris and pupil, by the angle from the line of sight at rest."""
    rest = hits.interpolate(figure.head.triangles, figure.neutral)
    centres = np.array([figure.neutral[v].mean(0) for v in figure.head.eye_vertices])
    ray = rest - centres[np.where(rest[:, 0] > centres.mean(0)[0], 0, 1)]
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    right, up = ray[:, 0] - gaze[0], ray[:, 2] - gaze[1]
    angle, turn = np.hypot(right, up), np.arctan2(up, right)
    iris = figure.person.iris**2.2
    fibres = 1 + 0.22 * np.sin(17 * turn + 3 * np.sin(5 * turn)) * (angle / _IRIS)
    inside = iris * (fibres * (0.75 + 0.9 * np.clip(1 - angle / _IRIS, 0, 1)))[:, None]
    ring = _soft(angle, 0.80 * _IRIS, _IRIS)
    inside = inside * (1 - 0.75 * ring)[:, None]
    inside = inside * _soft(angle, _PUPIL - 0.02, _PUPIL + 0.02)[:, None] + 0.004
    white = np.array([0.62, 0.58, 0.55]) * (1 - 0.35 * np.clip(angle - 0.5, 0, 1))[:, None]
    white = white + np.array([0.05, -0.04, -0.04]) * np.clip(angle - 0.55, 0, 1)[:, None]
    cover = _soft(angle, _IRIS - 0.03, _IRIS + 0.03)[:, None]
    lid = 1 - 0.45 * _soft(ray[:, 2], 0.10, 0.42)
    return (inside * (1 - cover) + white * cover) * lid[:, None]


def _soft(value, low, high):
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def expose(light: np.ndarray, brightness: float, noise: np.ndarray) -> np.ndarray:
    """What the camera records of linear `light`: (H, W, 3) uint8, blue-green-red.

    `noise` (H, W, 3) is in grey levels; `brightness` is near 1.
    """
    blurred = cv2.GaussianBlur(light * brightness, (0, 0), 0.45)
    levels = 255 * np.clip(blurred, 0, 1) ** (1 / 2.2) + noise
    return np.clip(levels, 0, 255).round().astype(np.uint8)[..., ::-1]
