"""A face that shows any mix of Action Units, and where its skin goes: what only a renderer can."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from mer.core.errors import BadData
from mer.experiments import plots
from mer.people.behaviour.performance import front_skin, skin_shift
from mer.people.behaviour.personal_style import personal_fields
from mer.people.body.action_units import facial_actions
from mer.people.body.figure import Figure, sitter
from mer.people.rendering.radiance import expose, radiance
from mer.people.rendering.true_flow import true_flow

UNITS = {  # offered to the reader, with the movement that each is
    "1": "inner brows up",
    "2": "outer brows up",
    "4": "brows down",
    "6": "cheeks up",
    "9": "nose wrinkled",
    "10": "upper lip up",
    "12": "mouth corners up",
    "15": "mouth corners down",
    "17": "chin up",
}
MOST = 8.0  # pixels: beyond that the linear blend looks like no face
_AHEAD = np.zeros(2)  # where the eyes look


class Mixer:
    """One person of the cast of `seed`, who moves as they are told.

    Parameters
    ----------
    seed : int
    subject : str
        From sub01 to sub26.
    """

    def __init__(self, seed: int, subject: str):
        self.seed, self.subject = seed, subject

    @cached_property
    def figure(self) -> Figure:
        return sitter(self.seed, self.subject).figure()

    @cached_property
    def onset(self) -> np.ndarray:
        """(340, 280, 3) uint8, blue-green-red: the face at rest."""
        return self._picture(self.figure.neutral)

    def blend(self, strengths: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """The displacement fields (A, V, 3) in metres of all muscles of some Action Units, and
        what each is weighted by (A,).

        Parameters
        ----------
        strengths : mapping
            By Action Unit ("12", "L1"), how many pixels it moves, by itself, the skin that it
            moves most. Negative or more than `MOST` raises `BadData`.
        """
        skin = front_skin(self.figure)
        found, weights = [self.figure.head.displacements[:0]], []
        for unit, pixels in strengths.items():
            if not 0 <= pixels <= MOST:
                raise BadData(f"Action Unit {unit}: {pixels} px; choose 0 to {MOST:g}.")
            shares = facial_actions(unit)
            fields = personal_fields(self.figure.head, self.seed, self.subject, tuple(shares))
            own = np.array(list(shares.values()))
            found.append(fields)
            weights += list(pixels / skin_shift(self.figure, fields, own, skin).max() * own)
        return np.concatenate(found), np.array(weights)

    def vertices(self, strengths: Mapping[str, float]) -> np.ndarray:
        """(V, 3) the face with some Action Units, `strengths` as for `blend`."""
        fields, weights = self.blend(strengths)
        place = self.figure.neutral.copy()
        place[: fields.shape[1]] += np.einsum("a,avc->vc", weights, fields)
        return place

    def show(self, strengths: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The face at its apex, the true flow (340, 280, 2) in pixels, and the mask of skin that
        both frames show."""
        moved = self.vertices(strengths)
        return self._picture(moved), *true_flow(self.figure, self.figure.neutral, moved)

    def draw(self, **strengths: float):
        """Onset, apex and true flow of a mix; strengths by `AU12` and the like, in pixels."""
        units = {name.removeprefix("AU"): pixels for name, pixels in strengths.items() if pixels}
        apex, field, visible = self.show(units)
        largest = np.linalg.norm(field[visible], axis=-1).max()
        said = " + ".join(f"AU {unit} ({UNITS.get(unit, '…')})" for unit in units) or "rest"
        title = f"{self.subject}: {said}; the skin moves by up to {largest:.1f} px"
        return plots.flow_row(self.onset, apex, {"true flow": field}, title)

    def _picture(self, vertices: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(expose(radiance(self.figure, vertices, _AHEAD)))
