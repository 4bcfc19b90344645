"""A pinhole camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CROP = (280, 340)  # width and height of CASME II's face crops in pixels


@dataclass(frozen=True)
class Camera:
    """A pinhole that looks along +back. Pixel (0, 0) has its centre at (0, 0).

    `position` in metres, `focal` in pixels, `centre` (right, down) of the image axis and `size`
    (width, height) in pixels.
    """

    position: np.ndarray
    focal: float
    centre: tuple[float, float]
    size: tuple[int, int] = CROP

    def project(self, points: np.ndarray) -> np.ndarray:
        """(N, 3) points in metres -> (N, 2) pixels, right and down."""
        x, depth, z = (points - self.position).T
        return np.stack(
            [self.centre[0] + self.focal * x / depth, self.centre[1] - self.focal * z / depth], 1
        )

    def depth(self, points: np.ndarray) -> np.ndarray:
        """(N,) metres along the axis."""
        return points[:, 1] - self.position[1]

    def directions(self, pixels: np.ndarray) -> np.ndarray:
        """(N, 3) directions through (N, 2) pixels; the component along the axis is 1."""
        x = (pixels[:, 0] - self.centre[0]) / self.focal
        z = (self.centre[1] - pixels[:, 1]) / self.focal
        return np.stack([x, np.ones_like(x), z], 1)

    def pixels(self) -> np.ndarray:
        """(width * height, 2) the centres of all pixels, row by row, right and down."""
        width, height = self.size
        x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
        return np.stack([x.ravel(), y.ravel()], 1)
